"""The application form on paper, from the real definition: every field and item, on one sheet of either size."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from app.casework.desk import form_papers, opening, papers, service
from app.casework.desk.form_papers import marked_columns
from app.casework.desk.moving import form_values
from app.casework.desk.opening import Opened
from app.casework.desk.tables import ReservedForm
from app.core.permissions import Actor
from app.platform.office import queries as office
from app.platform.office.service import change_settings
from app.platform.people.queries import actor_named
from app.platform.printing.data import cases as shapes
from app.platform.printing.papers import SHEETS, render_paper
from schema.definitions import load_all
from sync.journal import Journal
from tests.casework.desk.papers import ALL_ITEMS, application, from_elsewhere, other
from tests.platform.people import START, Browser, actor_of
from tests.platform.printing.reading import pages_of, text_of

AGREES = "Boleh dikabari lewat SMS"


def empty(journal: Journal, actor: Actor) -> shapes.BlankForm:
    service.reserve_forms(journal, actor, service="ktp-el", count=1, area="", now=START)
    definition = office.current_definition(journal.db, "ktp-el", START.date())
    return form_papers.blank_form(journal.db, definition, ReservedForm.rows(journal.db), actor, START)


def filled(journal: Journal, actor: Actor, case_id: int) -> shapes.FilledForm:
    case = service.case_by_id(journal.db, case_id)
    assert case is not None
    made = papers.case_paper(journal.db, case, "filled_form", actor, START)
    assert isinstance(made, shapes.FilledForm)
    return made


def by_label(body: shapes.FormBody) -> dict[str, shapes.FormField]:
    return {field.label: field for section in body.sections for field in section.fields}


def test_an_empty_form_has_every_field_with_its_boxes(journal: Journal, sari: Actor) -> None:
    definition = office.current_definition(journal.db, "ktp-el", START.date())
    fields = by_label(empty(journal, sari).body)
    assert set(fields) == {one.label for one in definition.fields} - {"Formulir yang dipakai", AGREES}
    assert (fields["NIK"].boxes, fields["Tanggal lahir"].boxes) == (16, 8)
    assert [option.label for option in fields["Jenis permohonan"].options] == [kind.label for kind in definition.kinds]
    assert not any(option.chosen for field in fields.values() for option in field.options)
    assert {label: one.help for label, one in fields.items() if one.help} == {
        "Data yang berubah": "hanya perubahan data",
        "Alamat asal": "hanya luar domisili",
    }


def agreement(body: shapes.FormBody) -> list[bool]:
    """Whether the box of the agreement is ticked; empty where the form has none."""
    options = [option for section in body.sections for field in section.fields for option in field.options]
    return [option.chosen for option in options if option.label == AGREES]


def receipt_words(journal: Journal, actor: Actor, case_id: int) -> str:
    case = service.case_by_id(journal.db, case_id)
    assert case is not None
    made = papers.case_paper(journal.db, case, "receipt", actor, START)
    assert isinstance(made, shapes.Receipt)
    return made.subject.sms


def test_an_office_that_sends_sms_asks_for_the_agreement_on_form_and_slip(
    journal: Journal, sari: Actor, opened: Opened
) -> None:
    ratna, budi = (actor_of(journal.db, name, START.date()) for name in ("ratna", "budi"))
    assert (agreement(empty(journal, sari).body), receipt_words(journal, sari, opened.id)) == ([], "")
    change_settings(journal, ratna, {"sms.on": True, "sms.notices": True}, START)
    assert agreement(empty(journal, sari).body) == [False]
    case = service.case_by_id(journal.db, opened.id)
    assert case is not None
    raw = form_values(case) | {"phone": "081234000777", "sms": "1"}
    service.correct_case(journal, budi, case_id=case.id, raw=raw, reason="Setuju dikabari", now=START)
    assert agreement(filled(journal, sari, case.id).body) == [True]
    told = "Kabar lewat SMS ke 0812****0777; minta berhenti kapan saja."
    assert receipt_words(journal, sari, case.id) == told
    change_settings(journal, ratna, {"sms.notices": False}, START)
    assert receipt_words(journal, sari, case.id) == "", "nothing is promised that nobody sends"


def test_an_empty_form_names_who_needs_what(journal: Journal, sari: Actor) -> None:
    labels = [requirement.label for requirement in empty(journal, sari).body.requirements]
    assert "Rusak: KTP-el yang rusak" in labels
    assert "Fotokopi Kartu Keluarga (KK)" in labels


def test_a_filled_form_shows_what_was_asked_and_answered(journal: Journal, sari: Actor, opened: Opened) -> None:
    body = filled(journal, sari, opened.id).body
    fields = by_label(body)
    assert fields["Tanggal lahir"].value == "04022009"
    assert [option.label for option in fields["Jenis permohonan"].options if option.chosen] == ["Baru"]
    assert [option.label for option in fields["Jenis kelamin"].options if option.chosen] == ["Perempuan"]
    assert {"Data yang berubah", "Alamat asal"} & set(fields) == set()
    assert {requirement.label: requirement.rule for requirement in body.requirements}[
        "Fotokopi Kartu Keluarga (KK)"
    ] == "SP 2.3"
    assert all(requirement.chosen for requirement in body.requirements)


@pytest.mark.parametrize("size", SHEETS)
def test_the_real_form_fits_one_sheet_empty_and_filled(
    journal: Journal, sari: Actor, tmp_path: Path, size: str
) -> None:
    blank = render_paper("blank_form", empty(journal, sari), size=size)
    assert len(pages_of(blank, tmp_path)) == 1
    assert "hanya luar domisili" in text_of(blank, tmp_path)
    for raw in (
        application(kind="perubahan_data", changes="Alamat lama dan alamat baru. " * 8),
        from_elsewhere(nik="3508994402090016"),
    ):
        made = opening.open_case(
            journal,
            sari,
            opening.Application(service="ktp-el", raw=raw, ticked=dict.fromkeys(ALL_ITEMS, "")),
            now=START,
        )
        assert len(pages_of(render_paper("filled_form", filled(journal, sari, made.id), size=size), tmp_path)) == 1


def test_boxes_are_ticked_above_the_name_of_the_counter_clerk_who_counted_only(journal: Journal, sari: Actor) -> None:
    raw, had = application(village="3508072001"), dict.fromkeys(ALL_ITEMS, "")
    village = actor_named(journal.db, "wati", START.date())
    assert village is not None
    raw["village"] = village.area or raw["village"]
    brought = opening.open_case(journal, village, opening.Application(service="ktp-el", raw=raw, ticked=had), now=START)
    paper = filled(journal, sari, brought.id)
    assert paper.checked_by == ""
    assert not any(requirement.chosen for requirement in paper.body.requirements)
    counted = opening.open_case(
        journal, sari, opening.Application(service="ktp-el", raw=other(1), ticked=had), now=START
    )
    paper = filled(journal, sari, counted.id)
    assert paper.checked_by == sari.name
    assert any(requirement.chosen for requirement in paper.body.requirements)


def test_an_empty_date_says_in_its_boxes_what_goes_where(journal: Journal, sari: Actor, tmp_path: Path) -> None:
    assert by_label(empty(journal, sari).body)["Tanggal lahir"].hint == "ttbbtttt"
    assert by_label(empty(journal, sari).body)["NIK"].hint == ""


def test_f_1_02_stands_beside_the_office_form_with_its_fields(
    journal: Journal, sari: Actor, as_sari: Browser, as_ida: Browser, opened: Opened, tmp_path: Path
) -> None:
    """Permendagri 109/2019: applicant, four columns of kinds, sixteen papers; what the counter saw is ticked."""
    assert "Cetak formulir F-1.02" in as_sari.get(f"/berkas/{opened.id}").text
    assert as_ida.post(f"/berkas/{opened.id}/kertas/f-1-02/cetak").status_code == 403, "whole numbers"
    answer = as_sari.post(f"/berkas/{opened.id}/kertas/f-1-02/cetak")
    text = text_of(answer.data, tmp_path)
    for words in (
        "F-1.02",
        "PENDAFTARAN PERISTIWA KEPENDUDUKAN",
        "KARTU KELUARGA",
        "TRANSMIGRASI",
        "Petugas",
        "Nomor handphone",
        "Alamat email",
    ):
        assert words in text
    lost = opening.open_case(
        journal,
        sari,
        opening.Application(
            service="ktp-el", raw=other(1, kind="hilang") | {"phone": "081234000001"}, ticked={"police_letter": ""}
        ),
        now=START,
    )
    case = service.case_by_id(journal.db, lost.id)
    assert case
    paper = papers.case_paper(journal.db, case, "population_form", sari, START)
    assert isinstance(paper, shapes.PopulationForm)
    assert (paper.phone, paper.email) == ("081234000001", "")
    assert paper.columns[-1].notes == ("Formulir perubahan data", "Bukti perubahan data")
    chosen = [(column.title, line.code, line.label) for column in paper.columns for line in column.lines if line.chosen]
    assert chosen == [("KTP-el", "1", "Hilang")]
    assert [attachment.label for attachment in paper.attachments if attachment.chosen] == [
        "Surat keterangan hilang dari kepolisian"
    ]
    assert len(paper.attachments) == 16


def test_every_kind_of_the_service_has_its_line_on_f_1_02(journal: Journal) -> None:
    definition = office.current_definition(journal.db, "ktp-el", START.date())
    for kind in definition.kinds:
        lines = [line for column in marked_columns(kind.id) for line in column.lines if line.chosen]
        assert len(lines) == 1, kind.label


def test_no_village_head_signs_where_no_village_is_asked(journal: Journal, sari: Actor, tmp_path: Path) -> None:
    """A student's card has no village, and nothing of a hotline call lies ready to be fetched."""
    asked = empty(journal, sari)
    assert "Mengetahui, Kepala Desa" in text_of(render_paper("blank_form", asked), tmp_path)
    services = load_all()
    assert form_papers.asks_no_village(services["ktm"])
    assert not any(services[name].derived_facts for name in ("ktm", "hotline")), "no colour of a photo is asked"
    body = replace(asked.body, without_village=True, without_photo=True)
    student = text_of(render_paper("blank_form", replace(asked, body=body)), tmp_path)
    assert "Kepala Desa" not in student
    assert "3 × 4 cm latar" not in student
    assert "Petugas loket" in student
    assert [bool(papers.fetching_step(services[name])) for name in ("ktm", "hotline")] == [True, False]
