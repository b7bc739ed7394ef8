"""Edges of the desk's small rules: a field on paper, a tick that somebody else made, what a form lets choose."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from msgspec import structs

from app.casework.desk import drafts, form_papers, readiness
from app.casework.desk.arranging import Stage
from app.casework.desk.checklist import CheckedLine
from app.casework.desk.opening import Opened
from app.casework.desk.papers import board_subject
from app.casework.desk.queries import home_address
from app.casework.desk.tasks import DESK, proof_tasks
from app.casework.desk.views import form
from app.core.permissions import Actor
from app.platform.people.queries import Signatory
from schema.definitions import load_all
from schema.service_procedure import Choice, Field
from sync.chains import ProofResult
from sync.journal import Journal
from sync.scheduler import keep_proof
from tests.casework.desk.conftest import form_of, who
from tests.casework.desk.papers import application
from tests.platform.people import KRAI, MUNDER, START, Browser

KTP = load_all()["ktp-el"]
ANY = KTP.fields[0]


def field(type_: str, **more: Any) -> Field:
    """A plain field of a type."""
    return structs.replace(next(one for one in KTP.fields if one.type == type_), **more)


def text_field(longest: int) -> Field:
    return field("text", max_length=longest)


@pytest.mark.parametrize(
    ("asked", "value", "shown", "boxes", "hint", "half", "told"),
    [
        (field("nik"), "3508994402090008", "3508994402090008", 16, "", False, "hanya baru"),
        (field("date"), "2009-02-04", "04022009", 8, "ttbbtttt", True, ""),
        (field("date"), "", "", 8, "ttbbtttt", True, ""),
        (field("village"), MUNDER, "Munder", 0, "", True, ""),
        (field("village"), "3508072001", "3508072001", 0, "", True, ""),
        (text_field(60), "Lumajang", "Lumajang", 0, "", True, ""),
        (text_field(61), "Lumajang", "Lumajang", 0, "", False, "hanya baru"),
        (text_field(0), "Lumajang", "Lumajang", 0, "", False, "hanya baru"),
    ],
)
def test_a_field_on_paper(asked: Field, value: str, shown: str, boxes: int, hint: str, half: bool, told: str) -> None:
    """Boxes by its type, half a line where its value is short; only on a whole line there is room for who fills it."""
    made = form_papers.paper_field(KTP, asked, value, {MUNDER: "Munder"}, "hanya baru")
    assert (made.value, made.boxes, made.hint, made.half, made.help) == (shown, boxes, hint, half, told)
    assert (made.label, made.options) == (asked.label, ())


def test_a_field_with_choices_on_paper_ticks_what_was_chosen() -> None:
    for value, chosen in (("male", [True, False]), ("female", [False, True]), ("", [False, False])):
        made = form_papers.paper_field(KTP, field("sex"), value, {})
        assert [option.chosen for option in made.options] == chosen
    for value, ticked in (("1", True), ("", False)):
        made = form_papers.paper_field(KTP, structs.replace(ANY, type="tick", label="Setuju"), value, {})
        assert ([(option.label, option.chosen) for option in made.options], made.label, made.half) == (
            [("Setuju", ticked)],
            "",
            True,
        )


def test_a_tick_of_somebody_else_names_which_of_several_papers_it_was() -> None:
    papers = (Choice(value="diploma", label="Ijazah"), Choice(value="book", label="Buku Nikah"))
    several = structs.replace(KTP.requirements[0], one_of=papers)
    for state, chosen, words in (
        ("present", "book", "ada, buku nikah"),
        ("present", "", "ada"),
        ("wrong", "book", "tidak sesuai"),
    ):
        line = CheckedLine(several, "2.1", state=state, chosen=chosen, by="oki", on="2026-03-12")
        line.hear("sari", "")
        assert (line.heard, line.state, line.chosen, line.seen) == (words, "", "", ""), state
    nobody = CheckedLine(several, "2.1", heard="ada")
    nobody.hear("sari", "")
    assert nobody.heard == ""


def test_an_act_without_a_row_leads_nowhere() -> None:
    assert Stage("Rekam", 0, None).place == ("", {})


def test_a_home_is_told_in_one_line_without_what_is_empty() -> None:
    fields = [one.id for one in KTP.fields if one.role == "home"]
    values = dict.fromkeys(fields, " ") | {fields[0]: " Jl.  Semeru 12 ", fields[1]: "Rambipuji"}
    assert home_address(KTP, values) == "Jl. Semeru 12, Rambipuji"
    assert home_address(KTP, {}) == ""


@pytest.mark.parametrize(
    ("text", "is_day"),
    [("2026-03-12", True), ("12-03-2026", False), ("2026-3-12", False), ("2026/03/12", False), ("2026-02-30", False)],
)
def test_only_a_real_day_as_it_is_kept_is_shown_in_another_way(text: str, is_day: bool, web: Flask) -> None:
    with web.test_request_context("/"):
        assert form.is_iso(text) is is_day


def test_a_village_clerk_chooses_no_other_village_than_the_own(web: Flask, journal: Journal) -> None:
    village = next(one for one in KTP.fields if one.type == "village")
    with web.test_request_context("/"):
        for name, offered in (("desi", [MUNDER]), ("wati", [KRAI])):
            control = form.form_class(KTP, who(journal, name), {})(formdata=None)._fields[village.id]
            assert [code for code, *_ in control.choices] == offered, name
        choices = form.form_class(KTP, who(journal, "sari"), {})(formdata=None)._fields[village.id].choices
        assert [code for code, *_ in choices][:1] == [""]
        assert {MUNDER, KRAI} < {code for code, *_ in choices}


def test_drafts_are_listed_by_name_and_service(as_sari: Browser, draft: str) -> None:
    page = as_sari.get("/permohonan/baru").text.split("<main")[1]
    assert "Belum Bernama" in page
    assert f'href="{draft}"' in page
    as_sari.post(draft, application() | {"aksi": "simpan"})
    page = as_sari.get("/permohonan/baru").text.split("<main")[1]
    assert "Belum Bernama" not in page
    assert ">Anisa Rahmawati</a>" in page
    assert '<td data-label="Layanan">KTP-el</td>' in page


def test_a_draft_is_kept_for_later_or_dropped(journal: Journal, as_sari: Browser, draft: str) -> None:
    assert as_sari.post(draft, application() | {"aksi": "nanti"}).location == "/"
    assert as_sari.post(draft, application() | {"aksi": "simpan"}).location == draft
    assert len(drafts.own_drafts(journal.db, as_sari.actor)) == 1
    assert as_sari.post(f"{draft}/buang").location == "/permohonan/baru"
    assert drafts.own_drafts(journal.db, as_sari.actor) == []
    assert as_sari.get(draft).status_code == 404


def test_a_draft_that_became_a_case_leads_to_it_and_its_form_to_the_receipt(as_sari: Browser, draft: str) -> None:
    as_sari.post(draft, form_of(application()))
    assert as_sari.get(draft).location == "/berkas/1"
    assert as_sari.post(draft, form_of(application())).location == "/berkas/1/kertas/tanda-terima"


def test_what_keeps_a_signer_from_signing_and_whose_button_ends_it(journal: Journal, budi: Actor, sari: Actor) -> None:
    signer = Signatory(**(dict.fromkeys(Signatory.__struct_fields__, "") | {"person_id": budi.person_id}))
    assert readiness.missing_pin(journal.db, budi, signer, START) == ("", {})
    with journal.transaction(), journal.db.applying():
        journal.db.run("UPDATE credential SET pin = NULL, pin_at = NULL WHERE person_id = ?", (budi.person_id,))
    why, button = readiness.missing_pin(journal.db, budi, signer, START)
    assert why.startswith("Belum punya PIN")
    assert button == {"endpoint": "people.my_page", "verb": "Buat PIN"}
    assert readiness.missing_pin(journal.db, sari, signer, START) == (why, {})


def test_a_fault_of_the_database_stands_on_the_desk_of_who_runs_the_office(journal: Journal) -> None:
    assert proof_tasks in DESK.tasks
    ratna, sari = who(journal, "ratna"), who(journal, "sari")
    assert proof_tasks(journal.db, ratna, START) == []
    found = ProofResult(entries=12, faults=["Tabel case_file berbeda."])
    keep_proof(journal.db, "whole", found, START, START)
    [task] = proof_tasks(journal.db, ratna, START)
    assert (task.title, task.detail, task.endpoint) == (
        "Basis data tidak cocok",
        "Tabel case_file berbeda.",
        "health.page",
    )
    assert (task.state, task.word) == ("bad", "Segera")
    assert proof_tasks(journal.db, sari, START) == []


def test_papers_of_a_case_are_refused_where_it_has_not_come_so_far(as_sari: Browser, opened: Opened) -> None:
    path = f"/berkas/{opened.id}/kertas/"
    assert as_sari.get(f"{path}tanda-terima").status_code == 200
    assert as_sari.get(f"{path}pengembalian").status_code == 409
    assert as_sari.get(f"{path}lain").status_code == 404
    early = as_sari.post(f"{path}tanda-terima/hasil", {"jawaban": "ya"})
    assert early.location == f"{path}tanda-terima", "nothing was printed yet"


def test_a_board_of_codes_is_a_paper_of_its_day_and_its_codes() -> None:
    one = board_subject("ktp-el", date(2026, 3, 12), ("A", "B"))
    assert one == board_subject("ktp-el", date(2026, 3, 12), ("A", "B"))
    others = {
        board_subject("ktp-el", date(2026, 3, 13), ("A", "B")),
        board_subject("ktm", date(2026, 3, 12), ("A", "B")),
        board_subject("ktp-el", date(2026, 3, 12), ("A", "C")),
    }
    assert len(others | {one}) == 4
