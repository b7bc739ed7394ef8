"""The next revision of a standard with today's law: decided line by line, signed like any other, both editions kept."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.casework.desk.tasks import law_tasks
from app.core.problems import Problem
from app.core.procedure.flowchart import flowchart_sheets
from app.core.procedure.sop import identity_block, replaced_laws, sop_boxes
from app.platform.office import queries, standards
from app.platform.office.legal_basis import (
    Basis,
    Decision,
    Law,
    block_of,
    next_text,
    propose_todays_law,
    superseded_entries,
)
from app.platform.office.tables import Standard
from app.platform.practice.founding import sign_standards
from app.platform.printing.data.books import standard_clauses
from schema.definitions import SERVICES, definition_text, load_all, load_revision
from sync.journal import Journal
from sync.verification import verify_side
from tests.platform.people import PIN, START, Browser
from tests.services.ktp.desk import Desk

TODAY = START.date()
KTP = load_all()["ktp-el"]
REPLACED = ("1.1", "1.2", "1.3", "1.4", "1.12")
"""Entries of SP-PELY-02 of which the file knows what took their place."""
UU_23 = "Undang-Undang Nomor 23 Tahun 2014 tentang Pemerintahan Daerah"


def answers(**changed: str) -> dict[str, Any]:
    """The page as somebody fills it who takes what the file knows and withdraws 1.9."""
    said: dict[str, Any] = {"seen": "01", "effective_on": "12032026", "added": "", "pin": PIN}
    for n, entry in enumerate(KTP.legal_basis):
        said |= {f"choice{n}": "replace" if entry.superseded_by else "keep", f"law{n}": entry.superseded_by}
    return said | {"choice8": "drop"} | changed


def proposed(journal: Journal, desk: Desk, decisions: list[Decision], **changed: Any) -> Any:
    given = {"service": "ktp-el", "seen": "01", "added": "", "effective_on": TODAY, "now": START} | changed
    return propose_todays_law(journal, desk.who("ratna"), decisions=decisions, **given)


def test_the_page_leaves_each_replaced_law_to_be_decided(as_ratna: Browser, as_sari: Browser) -> None:
    assert tuple(entry.number for entry in superseded_entries(KTP)) == REPLACED
    told = as_ratna.get("/standar/ktp-el").text
    assert "5 dasar hukum standar ini sudah diganti" in told
    assert "/standar/ktp-el/dasar-hukum" in told
    assert "/standar/ktp-el/dasar-hukum" not in as_sari.get("/standar/ktp-el").text
    assert as_sari.get("/standar/ktp-el/dasar-hukum").status_code == 403
    page = as_ratna.get("/standar/ktp-el/dasar-hukum").text
    assert page.count("checked") == len(KTP.legal_basis) - len(REPLACED)
    assert f'value="{UU_23}"' in page
    refused = as_ratna.post("/standar/ktp-el/dasar-hukum", answers(choice0="", law3="", added="Perbup Contoh"))
    assert refused.status_code == 422
    assert "Putuskan: tetap, ganti, atau cabut." in refused.text
    assert "Tulis penggantinya." in refused.text
    assert "Perbup Contoh" in refused.text, "nothing typed is lost"


def law_rows(desk: Desk, journal: Journal, who: str) -> list[Any]:
    return law_tasks(journal.db, desk.who(who), START)


def test_a_standard_on_replaced_law_is_a_task_of_who_proposes_until_it_is_proposed(
    desk: Desk, journal: Journal, as_ratna: Browser
) -> None:
    [task] = law_rows(desk, journal, "ratna")
    assert (task.title, task.endpoint) == (
        f"{KTP.identity.title}: 5 dasar hukum sudah diganti",
        "documents.decide_laws",
    )
    assert law_rows(desk, journal, "sari") == []
    assert "5 dasar hukum sudah diganti" in as_ratna.get("/").text
    assert as_ratna.post("/standar/ktp-el/dasar-hukum", answers()).status_code == 303
    assert law_rows(desk, journal, "ratna") == [], "the proposal itself waits now"
    sign_standards(journal, START)
    assert law_rows(desk, journal, "ratna") == [], "the revision rests on the law of today"


def test_standard_and_sop_say_which_of_their_law_was_replaced() -> None:
    [law] = [clause for clause in standard_clauses(KTP, clean=True) if clause.legal]
    assert {item.number: item.superseded for item in law.legal if item.superseded}.keys() == set(REPLACED)
    assert law.legal[0].superseded == UU_23
    laws = replaced_laws(KTP)
    assert (len(laws), laws[0], laws[-1][:14]) == (5, f"nomor 1 oleh {UU_23}", "nomor 12 oleh ")


def test_the_decided_revision_is_signed_and_both_editions_are_kept(
    desk: Desk, journal: Journal, as_ratna: Browser, tmp_path: Path
) -> None:
    answer = as_ratna.post("/standar/ktp-el/dasar-hukum", answers(added="Peraturan Bupati Contoh Nomor 1 Tahun 2024"))
    assert answer.status_code == 303
    waiting = standards.known_proposal(journal.db, "ktp-el")
    difference = as_ratna.get("/standar/ktp-el/usulan").text
    assert UU_23 in difference
    assert journal.about("standard/ktp-el/02")[-1].kind == "office.standard_proposed"
    sign_standards(journal, START)
    now, adopted = queries.newest_standard(journal.db, "ktp-el", date(2026, 3, 12)) or pytest.fail("not in force")
    assert (adopted.revision, now.identity.revised_on, now.identity.issued_on) == ("02", TODAY, date(2026, 3, 12))
    kept = [entry.text for entry in KTP.legal_basis if entry.number not in (*REPLACED, "1.9")]
    said = [entry.text for entry in now.legal_basis]
    assert [entry.number for entry in now.legal_basis] == [f"1.{n}" for n in range(1, 13)]
    assert said[0] == UU_23
    assert [text for text in said if text in kept] == kept
    assert said[-1] == "Peraturan Bupati Contoh Nomor 1 Tahun 2024"
    assert not superseded_entries(now)
    assert now.legal_basis[0].note.startswith("Menggantikan Undang-Undang Nomor 32 Tahun 2004")
    assert [line.note for line in now.chronology] == ["Revisi 01 terbit", "Revisi 02: dasar hukum disesuaikan"]
    assert (now.sections, now.steps, now.rows, now.facilities) == (KTP.sections, KTP.steps, KTP.rows, KTP.facilities)
    editions = {row.revision: row.text for row in Standard.rows(journal.db, service="ktp-el")}
    assert editions == {"01": definition_text(SERVICES / "ktp-el.toml"), "02": waiting.text}
    assert any("32 Tahun 2004" in str(clause) for clause in standard_clauses(KTP, clean=True))
    assert not any("32 Tahun 2004" in str(clause) for clause in standard_clauses(now, clean=True))
    assert verify_side(journal, "office", tmp_path / "ulang.sqlite3").faults == []
    assert "sudah diganti" not in as_ratna.get("/standar/ktp-el").text
    assert desk


KEEP = [Decision("keep")] * len(KTP.legal_basis)


@pytest.mark.parametrize(
    ("decisions", "changed", "sentence"),
    [
        (KEEP, {}, "Semua butir tetap"),
        ([Decision("drop")] * len(KEEP), {}, "Sisakan paling sedikit satu"),
        ([Decision("replace", "x" * 601), *KEEP[1:]], {}, "paling panjang 600"),
        ([Decision("other"), *KEEP[1:]], {}, "Putuskan"),
        (KEEP, {"added": "\n".join(["Peraturan"] * 11)}, "Paling banyak 10"),
        (KEEP, {"seen": "00", "added": "Peraturan"}, "Sekarang berlaku revisi 01"),
        (KEEP[1:], {"added": "Peraturan"}, "Sekarang berlaku revisi 01"),
        (KEEP, {"service": "hotline", "added": "Peraturan"}, "Standar yang berlaku untuk layanan itu"),
    ],
)
def test_what_is_no_revision_is_refused_with_a_sentence(
    desk: Desk, journal: Journal, decisions: list[Decision], changed: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Problem) as refused:
        proposed(journal, desk, decisions, **changed)
    assert sentence in " ".join([refused.value.sentence, *refused.value.fields.values()])
    assert standards.list_proposals(journal.db) == []


def test_another_service_takes_the_same_way_and_its_quotes_stay(desk: Desk, journal: Journal) -> None:
    """The hotline's procedure, without a law that was replaced, with a number of another kind and a chronology."""
    old = load_all()["hotline"]
    assert not superseded_entries(old)
    text = definition_text(SERVICES / "hotline.toml")
    laws = [Law(0), Law(2), Law(None, 'Peraturan "Contoh" \\ 1', "Ditambahkan.")]
    new = load_revision(next_text(Basis(old, "00", text), laws, TODAY, date(2026, 4, 1)))
    assert [entry.number for entry in new.legal_basis] == ["4.1", "4.2", "4.3"]
    assert [entry.text for entry in new.legal_basis] == [
        old.legal_basis[0].text,
        old.legal_basis[2].text,
        'Peraturan "Contoh" \\ 1',
    ]
    assert (new.identity.revision, new.identity.revised_on, new.identity.issued_on) == ("01", TODAY, date(2026, 4, 1))
    assert [line.on for line in new.chronology] == [date(2020, 5, 28), TODAY]
    assert (new.sections, new.letters, new.distribution) == (old.sections, old.letters, old.distribution)
    assert desk


def test_an_entry_ends_before_the_comment_and_the_blank_lines_behind_it() -> None:
    text = ["[[legal_basis]]", 'number = "1"', "", "  # of the next", "[[legal_basis]] # two", 'number = "2"']
    places = {("legal_basis", 0): 1, ("legal_basis", 1): 5}
    assert [block_of(text, places, n) for n in (0, 1)] == [(0, 2), (4, 6)]
    assert block_of([*text, "", "[[steps]]"], places, 1) == (4, 6)
    with pytest.raises(Problem, match="dengan cara lain"):
        block_of(text, {("legal_basis", 0): 2}, 0)


def test_the_sop_form_has_no_empty_box_and_no_day_of_making_after_its_revision() -> None:
    """SP-PELY-02 rev 01: revised on the 20th, issued on the 23rd; it has no chapter on relation, warning, records."""
    days = dict(identity_block(KTP, date(2026, 2, 28)))
    assert (days["Tanggal Pembuatan"], days["Tanggal Revisi"]) == ("tidak tercantum", "20 November 2015")
    boxes = {box.title: box.items for box in sop_boxes(KTP)}
    assert boxes["Keterkaitan"] == ("Pengiriman berkas kepada Dispenduk Capil",)
    assert boxes["Pencatatan dan Pendataan"] == ("Buku register KTP-el",)
    assert "12 (dua belas) hari kerja" in boxes["Peringatan"][0]
    for definition in load_all().values():
        assert all(box.items for box in sop_boxes(definition)), definition.id
        assert dict(identity_block(definition))["Tanggal Pembuatan"] != "tidak tercantum" or definition.id in (
            "ktp-el",
            "kartu-pns",
        )
    silent = replace(KTP, partner=None)
    assert "Keterkaitan" not in {box.title for box in sop_boxes(silent)}


@pytest.mark.parametrize(("service", "column"), [("ktp-el", False), ("hotline", True), ("kartu-pns", True)])
def test_a_chart_has_a_column_of_times_only_where_a_row_has_one(service: str, column: bool) -> None:
    drawn = " ".join(flowchart_sheets(load_all()[service]))
    assert (">Waktu<" in drawn) is column
    assert ">Output<" in drawn
