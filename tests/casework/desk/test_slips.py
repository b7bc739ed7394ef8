"""The desk's slips read back from their PDF: which day they name when something was written down later."""

from datetime import date, timedelta
from pathlib import Path

from app.casework.desk import moving, papers, service
from app.casework.desk.opening import Opened
from app.compose_office import make_office_app
from app.core.permissions import Actor
from app.platform.printing.data import cases as shapes
from app.platform.printing.papers import render_paper
from sync.journal import Journal
from tests.casework.desk.papers import ALL_ITEMS, RED, open_anew
from tests.platform.people import SECRET_KEY, START, Browser, Clock
from tests.platform.printing.reading import text_of

PRESENT = dict.fromkeys(ALL_ITEMS, ("present", ""))


def printed(journal: Journal, actor: Actor, paper: str, folder: Path, case_id: int = 1) -> str:
    case = service.case_by_id(journal.db, case_id)
    assert case is not None
    made = papers.case_paper(journal.db, case, paper, actor, START)
    return text_of(render_paper(paper, made), folder)


def test_a_back_dated_receipt_names_both_days(journal: Journal, sari: Actor, tmp_path: Path) -> None:
    open_anew(journal, sari, ticked={}, received_on=date(2026, 3, 10), late_reason="listrik padam")
    for paper in ("receipt", "filled_form"):
        text = printed(journal, sari, paper, tmp_path)
        assert "Selasa, 10 Maret 2026, dicatat 12 Maret 2026 09.42" in text


def test_a_receipt_of_the_same_day_names_the_hour(
    journal: Journal, sari: Actor, opened: Opened, tmp_path: Path
) -> None:
    text = printed(journal, sari, "receipt", tmp_path)
    assert "Kamis, 12 Maret 2026 09.42" in text
    assert "dicatat" not in text


def test_the_telephone_of_the_settings_page_stands_on_the_slip(
    journal: Journal, clock: Clock, opened: Opened, tmp_path: Path
) -> None:
    whole = make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})
    as_sari, as_ratna = Browser(whole, "sari"), Browser(whole, "ratna")
    office = {"office_name": "Kecamatan Contoh", "office_short_name": "Contoh", "office_place": "Contoh"}
    known = office | {"office_regency": "Kabupaten Contoh", "office_phone": "(0334) 350899"}
    address = f"/berkas/{opened.id}/kertas/tanda-terima/cetak"
    assert "Telepon" not in text_of(as_sari.post(address).data, tmp_path)
    assert as_ratna.post("/pengaturan/identitas", known).status_code == 303
    assert "Telepon (0334) 350899" in text_of(as_sari.post(address).data, tmp_path)


def test_the_slip_names_the_moment_of_completeness_whatever_follows_on_that_day(
    journal: Journal, sari: Actor, budi: Actor, opened: Opened, tmp_path: Path
) -> None:
    service.check_case(journal, sari, case_id=opened.id, states=PRESENT, seen=RED, outcome="complete", now=START)
    moving.advance_case(
        journal,
        budi,
        case_id=opened.id,
        outcome="already_recorded",
        special="ktp.recording",
        now=START + timedelta(hours=2),
    )
    text = printed(journal, sari, "promise_slip", tmp_path)
    assert "Kamis, 12 Maret 2026 09.42" in text
    assert "11.42" not in text


def test_a_back_dated_completeness_is_not_printed_as_todays(journal: Journal, sari: Actor, tmp_path: Path) -> None:
    open_anew(journal, sari, ticked={}, received_on=date(2026, 3, 9), late_reason="listrik padam")
    service.check_case(
        journal,
        sari,
        case_id=1,
        states=PRESENT,
        seen=RED,
        outcome="complete",
        now=START,
        on=date(2026, 3, 10),
        note="listrik padam",
    )
    text = printed(journal, sari, "promise_slip", tmp_path)
    assert "Selasa, 10 Maret 2026, dicatat 12 Maret 2026 09.42" in text


def test_the_return_slip_names_each_missing_paper_once(
    journal: Journal, sari: Actor, opened: Opened, tmp_path: Path
) -> None:
    lacking = {"kk_copy": ("missing", ""), "photo": ("present", "")}
    note = "Fotokopi KK tidak ada; Pas foto tidak ada atau ukurannya salah; KTP lama menyusul"
    service.check_case(
        journal, sari, case_id=opened.id, states=PRESENT | lacking, outcome="returned", note=note, now=START
    )
    case = service.case_by_id(journal.db, opened.id)
    assert case is not None
    made = papers.case_paper(journal.db, case, "return_slip", sari, START)
    assert isinstance(made, shapes.ReturnSlip)
    assert [reason.what for reason in made.reasons] == [
        "Pas foto tidak ada atau ukurannya salah",
        "KTP lama menyusul",
        "Belum ada: Fotokopi Kartu Keluarga (KK)",
    ]
    assert "Fotokopi KK tidak ada" not in printed(journal, sari, "return_slip", tmp_path)


def test_every_day_up_to_the_promise_has_its_number_or_why_it_does_not_count(
    journal: Journal, sari: Actor, opened: Opened
) -> None:
    """Twelve working days after Thursday 12 March 2026, over weekends, Nyepi and Idulfitri: Tuesday 7 April."""
    service.check_case(journal, sari, case_id=opened.id, states=PRESENT, seen=RED, outcome="complete", now=START)
    case = service.case_by_id(journal.db, opened.id)
    assert case is not None
    slip = papers.case_paper(journal.db, case, "promise_slip", sari, START)
    assert isinstance(slip, shapes.PromiseSlip)
    assert [day.on for day in slip.days] == [START.date() + timedelta(days=n) for n in range(27)]
    assert (slip.days[0].number, slip.days[0].off) == (0, ""), "the day itself"
    counted = [day for day in slip.days[1:] if not day.off]
    assert [day.number for day in counted] == list(range(1, 13))
    assert (counted[-1].on, slip.due_on) == (date(2026, 4, 7), date(2026, 4, 7))
    off = {day.on: day.off for day in slip.days if day.off}
    assert all(day.weekday() > 4 or off[day] not in ("Sabtu", "Minggu") for day in off)
    assert {day for day in off if day.weekday() > 4} == {day.on for day in slip.days if day.on.weekday() > 4}
    assert not any(day.number for day in slip.days if day.off)
