"""What a citizen's panel says of a promised day, and what a form holds before anybody types."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec import structs

from app.casework.desk import citizen, drafts, findings, opening
from app.casework.desk.opening import Opened
from app.core.problems import Problem
from app.platform.office.service import change_settings
from schema.definitions import load_all
from sync.entries import to_utc_text
from sync.journal import Journal
from tests.casework.desk.conftest import who
from tests.platform.people import START, Browser

KTP = load_all()["ktp-el"]


def panel(journal: Journal, case_id: int, kept: str | None, today: date, closed: int = 0) -> citizen.CitizenPanel:
    """The panel of a case that is promised for Thursday, 12 March."""
    with journal.transaction(), journal.db.applying():
        journal.db.run(
            "UPDATE case_file SET completed_on = '2026-03-12', due_on = '2026-03-12', kept_on = ?, closed = ?,"
            " step = iif(? = 1, '@withdrawn', step), closed_on = iif(? = 1, '2026-03-12', NULL) WHERE id = ?",
            (kept, closed, closed, closed, case_id),
        )
    case = opening.get_case(journal.db, who(journal, "sari"), case_id)
    return citizen.case_panel(journal.db, case, today)


def test_a_promise_is_told_until_it_is_kept_or_over_and_then_by_how_much(journal: Journal, opened: Opened) -> None:
    """Promised for Thursday, 12 March; late are Friday and Monday, working days both."""
    sorry = "Mohon maaf, kartu Anda tidak siap pada hari yang kami janjikan."
    due, monday = date(2026, 3, 12), date(2026, 3, 16)
    before = panel(journal, opened.id, None, due)
    assert (before.kind, before.due_label, before.late, before.apology) == (
        "wait",
        "Kartu paling lambat",
        "",
        "",
    )
    assert before.more == ()
    late = panel(journal, opened.id, None, monday)
    assert (late.kind, late.due_label, late.late, late.apology) == (
        "bad",
        "Dijanjikan paling lambat",
        "Sudah lewat 2 hari kerja.",
        f"{sorry} {citizen.EXPLAIN}",
    )
    kept = panel(journal, opened.id, "2026-03-12", monday)
    assert (kept.kind, kept.due_label, kept.late, kept.apology) == ("good", "Dijanjikan paling lambat", "", "")
    assert list(kept.more) == [("Siap sejak", "Kamis, 12 Maret 2026")]
    tardy = panel(journal, opened.id, "2026-03-13", monday)
    assert (tardy.late, tardy.apology) == ("Siap 1 hari kerja sesudah hari itu.", sorry)
    gone = panel(journal, opened.id, None, monday, closed=1)
    assert (gone.kind, gone.due, gone.due_label, gone.late) == ("idle", "", "", "")


def test_a_citizen_hears_whom_to_ask_and_what_is_told_instead(journal: Journal, opened: Opened) -> None:
    case = opening.get_case(journal.db, who(journal, "sari"), opened.id)
    instead = citizen.case_panel(journal.db, case, START.date(), "Alat rusak.")
    assert (instead.sentence, list(instead.bring)) == ("Alat rusak.", [citizen.NOTHING])
    change_settings(journal, who(journal, "ratna"), {"office.phone": "0334 881234"}, START)
    words = citizen.office_words(journal.db, START.date())
    assert words.ask == ("Petugas di loket atau meja informasi, telepon 0334 881234. Sebutkan kode di slip Anda.")
    assert words.hours, "the hours of the week"


def test_a_form_begins_with_the_newest_form_in_force_and_the_own_postcode(journal: Journal) -> None:
    ratna = who(journal, "ratna")
    code = next(field.id for field in KTP.fields if field.choices_from == "form_codes")
    newest = [form.id for form in KTP.form_codes if form.valid_until is None][-1]
    for kept, held in (("67352", {"postcode": "67352"}), ("", {})):
        change_settings(journal, ratna, {"office.postcode": kept}, START)
        assert findings.first_values(journal.db, KTP, START.date()) == {code: newest} | held


def test_whoever_sees_one_village_learns_nothing_of_a_file_of_another() -> None:
    nothing: dict[str, Any] = dict.fromkeys(findings.FormReview.__struct_fields__)
    notice = findings.Notice("double", "ask", "Sudah ada.", "nik", detail="Berkas 7.", inside="3508992010")
    for inside, said in (
        (None, "Sudah ada. Berkas 7."),
        ("3508992010", "Sudah ada. Berkas 7."),
        ("3508992007", "Sudah ada."),
    ):
        review = findings.FormReview(**(nothing | {"inside": inside}))
        assert review.said(notice) == said
    assert findings.FormReview(**nothing).said(structs.replace(notice, detail="")) == "Sudah ada."


def test_a_kept_form_is_the_newest_and_a_draft_goes_after_thirty_days(journal: Journal) -> None:
    ida, db = who(journal, "ida"), journal.db
    drafts.keep_form(db, ida, drafts.BOX, {"words": ["satu"], "csrf_token": ["x"]}, START)
    later = START + timedelta(minutes=5)
    drafts.keep_form(db, ida, drafts.BOX, {"words": ["dua", "tiga"], "aksi": ["simpan"]}, later)
    kept = drafts.kept_form(db, ida, drafts.BOX)
    assert kept is not None
    assert kept.fields == {"words": ["dua", "tiga"]}
    assert kept.updated_at > to_utc_text(START)
    assert kept.updated_at == to_utc_text(later)
    assert drafts.sweep_drafts(db, later + timedelta(days=30)) == 0
    assert drafts.sweep_drafts(db, later + timedelta(days=30, seconds=1)) == 1
    assert drafts.kept_form(db, ida, drafts.BOX) is None


def test_a_form_of_four_hundred_thousand_letters_is_kept_and_one_more_is_not(journal: Journal) -> None:
    ida, db = who(journal, "ida"), journal.db
    around = len('{"words": [""]}')
    drafts.keep_form(db, ida, drafts.BOX, {"words": ["x" * (400_000 - around)]}, START)
    with pytest.raises(Problem) as refused:
        drafts.keep_form(db, ida, drafts.BOX, {"words": ["x" * (400_001 - around)]}, START)
    assert refused.value.code == "too_large"
    assert drafts.kept_form(db, who(journal, "ida"), drafts.BOX) is not None


def test_a_slip_is_printed_on_what_the_office_chose(journal: Journal, as_sari: Browser, opened: Opened) -> None:
    widths = []
    for chosen in ("80mm", "quarter"):
        change_settings(journal, who(journal, "ratna"), {"paper.slip": chosen}, START)
        made = as_sari.post(f"/berkas/{opened.id}/kertas/tanda-terima/cetak").data
        [box] = re.findall(rb"/MediaBox ?\[ ?0 0 ([0-9.]+)", made)[:1]
        widths.append(float(box))
    assert round(widths[0] * 25.4 / 72) == 80
    assert widths[1] > widths[0]
