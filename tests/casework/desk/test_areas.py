"""People whose home is elsewhere: opened at the counter with a home address, in no village, in a row of their own."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from app.casework.desk import papers, queries, register_book, service
from app.casework.desk.opening import Opened
from app.casework.desk.queries import applications_by_area
from app.casework.desk.tables import CaseFile
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.printing.data import cases as shapes
from app.platform.printing.papers import render_paper
from app.services.ktp.rules import KTP_RULES
from sync.journal import Journal
from tests.casework.desk.conftest import form_of
from tests.casework.desk.papers import HOME, application, asked_of, from_elsewhere, open_anew, other
from tests.platform.people import MUNDER, START, Browser
from tests.platform.printing.reading import text_of

LINE = "Jl. Semeru 12, RT 3 RW 7, Rambipuji, Rambipuji, Kabupaten Jember, Jawa Timur"
IN_VILLAGE = {"village": MUNDER, "street": "Dusun Krajan", "rt": "3", "rw": "1", "postcode": "67382"}


def register_one(journal: Journal, actor: Actor, raw: dict[str, str]) -> Opened:
    return asked_of(lambda heeded: open_anew(journal, actor, raw=raw, ticked={}, heeded=heeded))


def case_of(journal: Journal, opened: Opened) -> CaseFile:
    case = service.case_by_id(journal.db, opened.id)
    assert case is not None
    return case


def test_what_was_typed_of_a_village_is_dropped(journal: Journal, sari: Actor) -> None:
    case = case_of(journal, register_one(journal, sari, from_elsewhere(**IN_VILLAGE | {"rt": "tiga"})))
    fields = json.loads(case.fields)
    assert (case.area, case.kind) == ("", "luar_domisili")
    assert {key: fields[key] for key in HOME} == HOME
    assert IN_VILLAGE.keys() & fields.keys() == set()


def test_a_home_address_of_another_kind_is_dropped(journal: Journal, sari: Actor) -> None:
    case = case_of(journal, register_one(journal, sari, application(**HOME)))
    assert case.area == MUNDER
    assert HOME.keys() & json.loads(case.fields).keys() == set()


def test_the_home_address_is_asked(journal: Journal, sari: Actor) -> None:
    with pytest.raises(Problem) as told:
        register_one(journal, sari, {key: text for key, text in from_elsewhere().items() if key not in HOME})
    assert set(told.value.fields) == set(HOME)


def test_the_kasi_moves_a_case_out_of_its_village(journal: Journal, sari: Actor, budi: Actor) -> None:
    made = register_one(journal, sari, application(kind="hilang"))
    changed = asked_of(
        lambda heeded: service.correct_case(
            journal,
            budi,
            case_id=made.id,
            raw=from_elsewhere(),
            reason="KK dari Jember",
            now=START,
            rules=KTP_RULES,
            heeded=heeded,
        )
    )
    assert {"kind", "village", "home_regency"} <= set(changed)
    assert case_of(journal, made).area == ""


def test_a_village_clerk_is_not_offered_it_and_told_where_it_is_opened(
    journal: Journal, as_desi: Browser, as_sari: Browser
) -> None:
    where = as_desi.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": ""}).location
    assert 'value="luar_domisili"' not in as_desi.get(where).text
    refused = as_desi.post(where, form_of(from_elsewhere()))
    assert refused.status_code == 422
    assert "Luar domisili didaftarkan di loket kecamatan" in refused.text
    assert queries.latest_cases(journal.db, as_sari.actor).rows == []
    assert (
        'value="luar_domisili"'
        in as_sari.get(str(as_sari.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": ""}).location)).text
    )


def test_a_village_clerk_opens_none_by_another_way(journal: Journal, desi: Actor) -> None:
    with pytest.raises(Problem) as told:
        register_one(journal, desi, from_elsewhere(village=MUNDER))
    assert set(told.value.fields) == {"kind"}


def test_choosing_the_kind_changes_the_address_and_leaves_alone_what_stays(as_sari: Browser, draft: str) -> None:
    def left(name: str, **held: str) -> str:
        return as_sari.post(f"{draft}/isian", held, htmx=True, headers={"HX-Trigger-Name": name}).text

    typed = dict.fromkeys(("village", "street", "rt", "rw", "postcode"), "")
    away = left("kind", kind="luar_domisili", **typed)
    assert [name for name in HOME if f'name="{name}"' not in away] == []
    assert re.findall(r'name="(village|street|rt|rw|postcode)"', away) == []
    back = left("kind", kind="baru", **dict.fromkeys(HOME, ""))
    assert set(re.findall(r'name="(village|street|rt|rw|postcode)"', back)) == set(typed)
    born = left("birth_on", kind="baru", birth_on="04021990", **typed)
    assert 'id="f-street"' not in born
    assert 'id="street-told"' in born


def test_the_case_has_its_own_row_everywhere(journal: Journal, as_sari: Browser, sari: Actor) -> None:
    register_one(journal, sari, from_elsewhere())
    register_one(journal, sari, other(2))
    page = as_sari.get("/berkas/1").text
    assert "luar domisili, luar kecamatan. Berkas" in page
    assert "<dd>Kabupaten Jember</dd>" in page
    assert "Luar kecamatan" in as_sari.get("/").text
    own = as_sari.get("/berkas?desa=luar").text
    assert ("0001/KTP/2026" in own, "0002/KTP/2026" in own) == (True, False)
    assert "0001/KTP/2026" not in as_sari.get(f"/berkas?desa={MUNDER}").text
    book = register_book.register_lines(journal.db, sari, "ktp-el", date(2026, 3, 1))
    assert [line.village for line in book] == [f"Luar kecamatan: {LINE}", "Munder"]
    assert LINE in as_sari.get("/register?bulan=2026-03").text


def test_a_draft_without_a_village_is_not_from_elsewhere(as_sari: Browser, draft: str) -> None:
    assert "Luar kecamatan" not in as_sari.get("/").text


def test_form_and_slips_show_where_the_applicant_lives(journal: Journal, sari: Actor, tmp_path: Path) -> None:
    case = case_of(journal, register_one(journal, sari, from_elsewhere()))
    form = papers.case_paper(journal.db, case, "filled_form", sari, START)
    assert isinstance(form, shapes.FilledForm)
    shown = {field.label: field.value for section in form.body.sections for field in section.fields}
    assert (shown["Alamat asal"], shown["Kabupaten/kota asal"]) == (
        HOME["home_address"],
        "Kabupaten Jember",
    )
    assert "Desa" not in shown
    text = text_of(render_paper("filled_form", form), tmp_path)
    assert "Surat pengantar desa" in text  # clause 2 asks it of every kind
    receipt = papers.case_paper(journal.db, case, "receipt", sari, START)
    assert "Luar kecamatan" in text_of(render_paper("receipt", receipt), tmp_path)


def test_they_belong_to_no_village_of_the_complaint_recap(journal: Journal, sari: Actor) -> None:
    register_one(journal, sari, from_elsewhere())
    register_one(journal, sari, other(2))
    counted = applications_by_area(journal.db, date(2026, 1, 1), date(2026, 3, 31), "2026-04-01")
    assert counted == {MUNDER: 1}
