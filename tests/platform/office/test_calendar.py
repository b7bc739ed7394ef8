"""The calendar: editable, explained, and it never moves a promise that was given."""

from datetime import date

import pytest

from app.casework.desk.limits import changed_promises
from app.casework.desk.moving import leave_case
from app.casework.desk.service import case_by_id
from app.core.problems import Problem
from app.core.procedure.limits import due_short
from app.platform.office import queries, service
from app.platform.office.events import HolidayData
from app.platform.office.queries import working_time
from tests.platform.people import START, Browser
from tests.services.ktp.desk import Desk

PAGE = "/pengaturan/kalender/"
DAY = {"on_date": "17032026", "name": "Hari jadi", "kind": "lokal", "basis": "SE Bupati"}


def due_on(desk: Desk, case_id: int) -> str | None:
    case = case_by_id(desk.journal.db, case_id)
    assert case is not None
    return case.due_on


def test_promises_given_stay_and_the_difference_is_listed(desk: Desk, as_ratna: Browser) -> None:
    case_id = desk.complete()
    case = case_by_id(desk.journal.db, case_id)
    assert case is not None
    promised = case.due_on
    assert changed_promises(desk.journal.db) == []
    assert "akan bertanggal lain" not in as_ratna.get(PAGE).get_data(as_text=True)
    answer = as_ratna.post(PAGE, DAY)
    assert answer.status_code == 303
    assert due_on(desk, case_id) == promised
    [one] = changed_promises(desk.journal.db)
    assert (one.number, one.promised.isoformat()) == (case.number, promised)
    would_be = queries.office_calendar(desk.journal.db).add_workdays(START.date(), 12)
    assert (one.after, would_be > one.promised) == (due_short(would_be.isoformat()), True)
    page = as_ratna.get(answer.location).get_data(as_text=True)
    assert "1 janji akan bertanggal lain" in page
    assert case.number in page
    assert "tetap seperti di slip pemohon" in page
    newer = desk.complete()
    assert due_on(desk, newer) == would_be.isoformat()
    assert as_ratna.post(f"{PAGE}2026-03-17/hapus", {"reason": "Surat edaran ditarik"}).status_code == 303
    assert [line.promised for line in changed_promises(desk.journal.db)] == [would_be]


def test_a_wrong_day_keeps_what_was_typed(as_ratna: Browser, desk: Desk) -> None:
    answer = as_ratna.post(PAGE, DAY | {"on_date": "31022026"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert all(f'value="{kept}"' in page for kept in ("31022026", "Hari jadi", "SE Bupati"))
    assert as_ratna.post(PAGE, DAY | {"name": ""}).status_code == 422
    assert as_ratna.post(f"{PAGE}2026-01-01/hapus", {"reason": ""}).status_code == 422
    assert as_ratna.post(f"{PAGE}2026-01-02/hapus", {"reason": "x"}).status_code == 404
    assert as_ratna.post(f"{PAGE}bukan-hari/hapus", {"reason": "x"}).status_code == 404
    assert queries.office_calendar(desk.journal.db).last_known_year == 2027


@pytest.mark.parametrize("year", ["2031", "1", "x", "9999", "20266", "0000"])
def test_years_without_days_say_so(as_ratna: Browser, year: str) -> None:
    page = as_ratna.get(f"{PAGE}?tahun={year}").get_data(as_text=True)
    assert ("belum terisi" in page) == (year == "2031")


def test_the_page_names_the_decrees_and_takes_over_what_the_program_brings(desk: Desk, as_ratna: Browser) -> None:
    told = as_ratna.get(f"{PAGE}?tahun=2025").get_data(as_text=True)
    assert "SKB 3 Menteri No. 1017/2024, 2/2024, 2/2024 (14-10-2024); SKB 3 Menteri No. 933/2025" in told
    old = [
        HolidayData("2027-03-10", "Hari Raya Idul Fitri (perkiraan)", "libur", "SKB 2027", "paket"),
        HolidayData("2027-04-02", "Hari yang tidak ada", "libur", "SKB 2027", "paket"),
        HolidayData("2027-06-01", "Hari Lahir Pancasila", "libur", "Keppres 24/2016", "kantor"),
        HolidayData("2027-08-18", "Hari jadi", "lokal", "SE Bupati", "kantor"),
    ]
    service.set_holidays(desk.journal, desk.who("ratna"), days=old, removed=[], reason="lama", now=START)
    assert queries.office_calendar(desk.journal.db).last_known_year == 2026
    told = as_ratna.get(f"{PAGE}?tahun=2027").get_data(as_text=True)
    assert "masih perkiraan" in told
    assert "1 hari baru atau lain dasarnya, 1 hari dihapus" in told
    assert as_ratna.post(f"{PAGE}2027/ambil").status_code == 303
    held = {row.on_date: row for row in queries.list_holidays(desk.journal.db, 2027)}
    assert held["2027-03-10"].name == "Hari Raya Idul Fitri"
    assert "2027-04-02" not in held
    assert held["2027-06-01"].basis == "Keppres 24/2016"
    assert held["2027-08-18"].kind == "lokal"
    assert queries.office_calendar(desk.journal.db).last_known_year == 2027
    assert as_ratna.post(f"{PAGE}2027/ambil").status_code == 409


def test_changes_need_a_reason_and_the_right_role(desk: Desk, as_budi: Browser) -> None:
    day = HolidayData("2026-08-18", "Libur", "lokal", "SE", "kantor")
    for who, reason, code in (("ratna", " ", "reason_needed"), ("budi", "SE", "forbidden")):
        with pytest.raises(Problem) as caught:
            service.set_holidays(desk.journal, desk.who(who), days=[day], removed=[], reason=reason, now=START)
        assert caught.value.code == code
    assert as_budi.post(PAGE, DAY).status_code == 403


def test_the_page_asks_which_open_cases_take_the_new_date(desk: Desk, as_ratna: Browser) -> None:
    moved_id, kept_id, closed_id = desk.complete(), desk.complete(), desk.complete()
    leave_case(desk.journal, desk.who("budi"), case_id=closed_id, exit_id="withdrawn", reason="Batal", now=START)
    before = {case_id: due_on(desk, case_id) for case_id in (moved_id, kept_id, closed_id)}
    as_ratna.post(PAGE, DAY)
    changes = {change.values["case_id"]: change for change in changed_promises(desk.journal.db)}
    assert set(changes) == {moved_id, kept_id}
    key = changes[moved_id].key
    assert f'value="{key}"' in as_ratna.get(PAGE).get_data(as_text=True)
    assert as_ratna.post(f"{PAGE}tanggal", {"reason": "Hari jadi"}).status_code == 422
    assert as_ratna.post(f"{PAGE}tanggal", {"pilih": key, "reason": ""}).status_code == 422
    answer = as_ratna.post(f"{PAGE}tanggal", {"pilih": [key, f"case/{closed_id}/promise/"], "reason": "Hari jadi"})
    assert answer.status_code == 303
    assert due_short(str(due_on(desk, moved_id))) == changes[moved_id].after
    assert str(due_on(desk, moved_id)) > str(before[moved_id])
    assert (due_on(desk, kept_id), due_on(desk, closed_id)) == (before[kept_id], before[closed_id])
    assert [change.values["case_id"] for change in changed_promises(desk.journal.db)] == [kept_id]
    with pytest.raises(Problem, match="sudah berubah"):
        changes[moved_id].move(desk.journal, desk.who("ratna"), "Hari jadi", START)
    with pytest.raises(Problem):
        changes[kept_id].move(desk.journal, desk.who("sari"), "Hari jadi", START)


def test_every_open_case_is_listed_and_all_may_move_at_once(desk: Desk, as_ratna: Browser) -> None:
    cases = [desk.complete() for _ in range(33)]
    as_ratna.post(PAGE, DAY)
    page = as_ratna.get(PAGE).get_data(as_text=True)
    assert "33 janji akan bertanggal lain" in page
    assert [case for case in cases if f'value="case/{case}/promise/"' not in page] == []
    answer = as_ratna.post(f"{PAGE}tanggal", {"all": "1", "reason": "Hari jadi"})
    assert answer.status_code == 303
    assert changed_promises(desk.journal.db) == []
    assert len({due_on(desk, case) for case in cases}) == 1


HOURS = {"name": "Jam layanan pagi", "since": "01042026", "senin": "08.00-12.00", "basis": "SE Camat"}


def test_the_office_sets_its_hours_from_a_day_on(desk: Desk, as_ratna: Browser, as_budi: Browser) -> None:
    page = as_ratna.get(PAGE).get_data(as_text=True)
    assert "Ramadan 1447 H" in page
    assert "Sesudah itu" in page
    assert "Senin–Kamis" in page
    assert as_ratna.post(f"{PAGE}jam", HOURS).status_code == 303
    page = as_ratna.get(PAGE).get_data(as_text=True)
    assert "Mulai 1 Apr 2026" in page
    working = working_time(desk.journal.db)
    assert working.spans_of(date(2026, 3, 30)) == ((450, 720), (780, 960))
    assert working.spans_of(date(2026, 4, 6)) == ((480, 720),)
    assert working.spans_of(date(2026, 4, 7)) == ()
    assert as_budi.post(f"{PAGE}jam", HOURS).status_code == 403


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"since": "01032026"}, "hanya dapat diubah mulai hari ini"),
        ({"senin": "8-12"}, "bukan jam"),
        ({"senin": ""}, "Isi jam kerja paling sedikit satu hari"),
        ({"until": "01032026"}, "tidak boleh sebelum hari pertama"),
    ],
)
def test_wrong_hours_keep_what_was_typed(as_ratna: Browser, typed: dict[str, str], sentence: str) -> None:
    answer = as_ratna.post(f"{PAGE}jam", HOURS | typed)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, sentence in page, 'value="SE Camat"' in page) == (422, True, True)


def test_a_single_day_has_hours_of_its_own_and_gives_them_back(desk: Desk, as_ratna: Browser) -> None:
    saturday = {"day": "14032026", "shift_name": "Layanan Sabtu", "spans": "08.00-11.00"}
    assert as_ratna.post(f"{PAGE}hari-khusus", saturday).status_code == 303
    assert "Layanan Sabtu" in as_ratna.get(PAGE).get_data(as_text=True)
    assert working_time(desk.journal.db).spans_of(date(2026, 3, 14)) == ((480, 660),)
    assert as_ratna.post(f"{PAGE}hari-khusus", saturday | {"spans": ""}).status_code == 303
    assert working_time(desk.journal.db).spans_of(date(2026, 3, 14)) == ()
    assert as_ratna.post(f"{PAGE}hari-khusus", saturday | {"day": "01032026"}).status_code == 422
