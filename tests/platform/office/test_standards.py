"""The service standard: shown whole as printed, signed by those it names, kept by the cases that began under it."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from markupsafe import escape

from app.casework.desk.moving import case_definition
from app.casework.desk.opening import check_in_force
from app.casework.desk.service import case_by_id
from app.core.problems import Problem
from app.platform.office import papers, queries, standards
from app.platform.practice.founding import sign_standards
from app.platform.printing.papers import render_paper
from schema.definitions import SERVICES, definition_text, load_all
from tests.platform.people import PIN, START, Browser
from tests.platform.printing.reading import text_of
from tests.services.ktp.desk import Desk

TEXT = definition_text(SERVICES / "ktp-el.toml")
WRONG = TEXT.replace('revision = "01"', 'revision = "02"').replace("days = 12", "days = 10")
"""Its number says 10 and its clause 5.1 still 12."""
NEWER = WRONG.replace("12 (dua belas) hari kerja", "10 (sepuluh) hari kerja")
TODAY = START.date()


def put_in_force(desk: Desk, on: date) -> None:
    standards.propose_standard(desk.journal, desk.who("ratna"), text=NEWER, effective_on=on, now=START)
    sign_standards(desk.journal, START)


def test_every_clause_stands_as_printed_with_its_reading(as_sari: Browser) -> None:
    page = as_sari.get("/standar/").get_data(as_text=True)
    d = load_all()["ktp-el"]
    assert len(d.legal_basis) == 12
    wanted = [part for one in d.legal_basis for part in (one.printed, one.reading, one.superseded_by)]
    wanted += [
        part for section in d.sections for clause in section.clauses for part in (clause.printed, clause.reading)
    ]
    wanted += [each.name for each in d.facilities] + [each.title for each in d.documents]
    assert [part for part in wanted if part and str(escape(part)) not in page] == []
    assert "<svg" in page
    assert {document.clause for document in d.documents} == {"12", "13"}


def test_documents_twelve_and_thirteen_open_and_print(as_sari: Browser) -> None:
    for document in load_all()["ktp-el"].documents:
        assert document.title in as_sari.get(f"/standar/ktp-el/dokumen/{document.id}").get_data(as_text=True)
        assert as_sari.get(f"/standar/ktp-el/dokumen/{document.id}/cetak").data.startswith(b"%PDF-")
    assert as_sari.get("/standar/ktp-el/dokumen/lain").status_code == 404
    assert as_sari.get("/standar/lain").status_code == 404


def test_the_standard_prints_in_two_editions(as_sari: Browser, tmp_path: Path) -> None:
    """Clean to be signed; annotated, with printed text and reading, to be reviewed."""
    clean, review = (
        text_of(as_sari.post("/standar/ktp-el/cetak", {"naskah": edition, "salinan": ""}).data, tmp_path)
        for edition in ("standard", "tinjauan")
    )
    assert "Form F-107" in review
    assert "Dibaca: Membawa surat pengantar" in review
    assert "NASKAH TINJAUAN" in review
    assert "Form F-107" not in clean
    assert "Dibaca" not in clean
    assert "Petugas Loket" in clean


def test_the_page_of_the_standard_has_a_list_of_contents(as_sari: Browser) -> None:
    page, d = as_sari.get("/standar/ktp-el").get_data(as_text=True), load_all()["ktp-el"]
    contents = page.partition("Daftar isi")[2].partition("</nav>")[0]
    targets = re.findall(r'href="#([^"]+)"', contents)
    assert targets == [*(f"c{section.number}" for section in d.sections), "bagan"]
    assert [target for target in targets if f'id="{target}"' not in page] == []
    assert [row.title for row in d.rows if str(escape(row.title)) not in page.partition('class="flow-steps"')[2]] == []


def test_a_statement_is_of_the_day_of_adoption_and_a_draft_before(desk: Desk, as_sari: Browser, tmp_path: Path) -> None:
    definition, adopted = queries.shown_standard(desk.journal.db, "ktp-el", TODAY)
    later = START + timedelta(days=40)
    paper = papers.statement_paper(desk.journal.db, definition, adopted, "kebijakan_mutu", desk.who("sari"), later)
    assert adopted
    assert str(paper.on) == adopted.effective_on
    printed = as_sari.get("/standar/ktp-el/dokumen/jaminan_pelayanan/cetak").data
    assert "SP-PELY-02 revisi 01" in text_of(printed, tmp_path)
    early = papers.statement_paper(desk.journal.db, definition, None, "kebijakan_mutu", desk.who("sari"), START)
    assert "DRAF, belum berlaku" in text_of(render_paper("statement", early), tmp_path)


def test_the_schema_is_published(as_sari: Browser) -> None:
    answer = as_sari.get("/standar/skema.json")
    assert answer.content_type.startswith("application/schema+json")
    assert json.loads(answer.data)["$schema"]


def test_a_running_case_keeps_its_revision(desk: Desk, as_ratna: Browser) -> None:
    older = desk.complete()
    answer = as_ratna.post("/standar/ktp-el/berlakukan", {"effective_on": "12032026", "text": NEWER, "pin": PIN})
    assert answer.status_code == 303
    sign_standards(desk.journal, START)
    newer = desk.complete()
    found = {}
    for case_id in (older, newer):
        case = case_by_id(desk.journal.db, case_id)
        assert case is not None
        promise = case_definition(desk.journal.db, case).promise
        assert promise is not None
        found[case.revision] = (promise.days, case.due_on)
    calendar = queries.office_calendar(desk.journal.db)
    assert found == {
        "01": (12, calendar.add_workdays(TODAY, 12).isoformat()),
        "02": (10, calendar.add_workdays(TODAY, 10).isoformat()),
    }
    control = as_ratna.get("/standar/ktp-el/kendali").get_data(as_text=True)
    assert "/standar/ktp-el/beda/01/02" in control
    changes = as_ratna.get("/standar/ktp-el/beda/01/02").get_data(as_text=True)
    assert "Tidak ada langkah yang berubah." in changes
    assert "berubah dari 12 menjadi 10" in changes
    assert as_ratna.get("/standar/ktp-el/beda/01/09").status_code == 404


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"text": NEWER.replace('roles = ["counter", "kasi"]', 'roles = ["counter", "rektor"]')},
            "peran rektor tidak ada",
        ),
        ({"text": NEWER.replace('section = "pelayanan"', 'section = "umum"')}, "seksi umum tidak ada"),
        ({"effective_on": "01012026"}, "Harus sesudah 1 Januari 2026"),
        ({"text": "id = 1"}, "standar"),
        ({"text": NEWER.replace('id = "ktp-el"', 'id = "lain"', 1)}, "bukan ktp-el"),
        ({"text": ""}, "sudah berlaku"),
        ({"text": WRONG}, "naskah menyebut 12 hari kerja, sedangkan promise berisi 10 hari kerja"),
        ({"pin": ""}, "Isi PIN."),
        ({"pin": "000000"}, "PIN tidak cocok"),
    ],
)
def test_a_faulty_revision_is_refused_and_kept_on_the_page(
    as_ratna: Browser, desk: Desk, changed: dict[str, str], sentence: str
) -> None:
    data = {"effective_on": "12032026", "text": NEWER, "pin": PIN} | changed
    answer = as_ratna.post("/standar/ktp-el/berlakukan", data)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert [standard.revision for standard in queries.list_standards(desk.journal.db)] == ["01"]


def test_every_fault_of_a_revision_is_on_the_page_with_line_and_key(as_ratna: Browser, desk: Desk) -> None:
    """Eight wrong kinds of answers, a wrong type and an unknown key: nothing is cut off."""
    wrong = NEWER.replace('type = "text"', 'type = "tulisan"').replace("mandatory = true", "mandatori = true")
    wrong = wrong.replace("days = 10", 'days = "sepuluh"')
    page = as_ratna.post(
        "/standar/ktp-el/berlakukan", {"effective_on": "12032026", "text": wrong, "pin": PIN}
    ).get_data(as_text=True)
    lines = wrong.splitlines()
    for word in ('type = "tulisan"', 'days = "sepuluh"'):
        for number, line in enumerate(lines, start=1):
            if line == word:
                assert f"standar, baris {number}, kunci" in page
    assert page.count("tidak dikenal; yang boleh") >= lines.count('type = "tulisan"')


def test_a_later_revision_waits_for_its_day(desk: Desk) -> None:
    tomorrow = TODAY + timedelta(days=1)
    put_in_force(desk, tomorrow)
    revisions = [
        queries.current_definition(desk.journal.db, "ktp-el", on).identity.revision for on in (TODAY, tomorrow)
    ]
    assert revisions == ["01", "02"]
    before = date(2025, 1, 1)  # what a clock that fell back shows: a form can be typed on, nothing is registered
    assert queries.current_definition(desk.journal.db, "ktp-el", before).identity.revision == "01"
    with pytest.raises(Problem) as caught:
        check_in_force(desk.journal.db, "ktp-el", before)
    assert caught.value.code == "standard_later"
    with pytest.raises(Problem):
        queries.current_definition(desk.journal.db, "layanan-lain", TODAY)


def test_only_the_secretary_proposes(desk: Desk, as_budi: Browser) -> None:
    assert as_budi.post("/standar/ktp-el/berlakukan", {"effective_on": "12032026"}).status_code == 403
    with pytest.raises(Problem):
        standards.propose_standard(desk.journal, desk.who("budi"), text=NEWER, effective_on=TODAY, now=START)


def test_a_case_whose_revision_a_restore_lost_goes_on_under_the_newest_that_is_not_newer(desk: Desk) -> None:
    """A line that comes back from the centre may name a revision whose adoption was not in the backup."""
    db = desk.journal.db
    assert [queries.adopted_definition(db, "ktp-el", one).identity.revision for one in ("00", "01", "02", "07")] == [
        "01"
    ] * 4
    put_in_force(desk, TODAY)
    assert [queries.adopted_definition(db, "ktp-el", one).identity.revision for one in ("01", "02", "07")] == [
        "01",
        "02",
        "02",
    ]


@pytest.mark.parametrize(("service", "words"), [("ktp-el", " gratis"), ("ktm", ""), ("kartu-pns", "")])
def test_a_fee_is_told_only_where_the_standard_tells_it(service: str, words: str) -> None:
    assert queries.fee_words(load_all()[service]) == words
