"""Recording once in a lifetime (SP 4.5): schedule, result, grounds of a second one."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask

from app.casework.batches import dispatch, products
from app.core.central_status import STATUSES
from app.core.problems import Problem
from app.platform.office.settings import get_setting
from app.services.ktp import papers, queries, recording
from app.services.ktp.tables import Recording
from app.services.ktp.views import recording as recording_pages
from tests.platform.people import MUNDER, Browser
from tests.services.ktp.desk import Desk

TODAY = date(2026, 3, 12)


def second(desk: Desk, case_id: int, username: str = "budi", *, ground: str = "", note: str = "") -> None:
    recording.note_recording(
        desk.journal,
        desk.who(username),
        case_id=case_id,
        status="bio_captured",
        on=TODAY,
        place="Kecamatan Contoh",
        ground=ground,
        note=note,
        now=desk.now,
    )


def refused_for_biometrics(desk: Desk) -> int:
    """A file that came back because its recording is unusable, and waits to be recorded again."""

    case_id = desk.ready()
    sent = desk.send(case_id)
    desk.refused(sent, 1, "Sidik jari tidak terbaca.", biometric=True)
    products.note_repair(
        desk.journal,
        desk.who("oki"),
        case_id=case_id,
        note="Rekam ulang diminta",
        how="record_again",
        now=desk.now,
    )
    return case_id


def test_a_noted_recording_makes_the_file_ready(desk: Desk) -> None:
    case_id = desk.complete()
    desk.record(case_id)
    assert desk.step(case_id) == "dispatch"
    assert [one.status for one in queries.recording_history(desk.journal.db, latest_nik(desk, case_id))] == [
        "print_ready"
    ]


def latest_nik(desk: Desk, case_id: int) -> str:
    row = desk.journal.db.one("SELECT main_key FROM case_file WHERE id = ?", (case_id,))
    assert row is not None
    return str(row[0])


def test_a_second_recording_needs_a_ground(desk: Desk) -> None:
    case_id = refused_for_biometrics(desk)
    with pytest.raises(Problem) as problem:
        second(desk, case_id)
    assert problem.value.code == "recorded_before"
    assert "Kecamatan Contoh" in problem.value.sentence
    assert desk.step(case_id) == "record"


def test_an_unknown_ground_is_refused_for_a_first_recording_too(desk: Desk) -> None:
    """No entry may be written whose body its own kind cannot read again."""
    case_id = desk.complete()
    with pytest.raises(Problem) as problem:
        second(desk, case_id, ground="sesuka hati")
    assert "ground" in problem.value.fields
    assert desk.step(case_id) == "record"


def test_a_ground_needs_the_kasi_and_a_reason(desk: Desk) -> None:
    case_id = refused_for_biometrics(desk)
    with pytest.raises(Problem) as problem:
        second(desk, case_id, "oki", ground="centre_refusal", note="Diminta pusat")
    assert problem.value.code == "forbidden"
    with pytest.raises(Problem) as problem:
        second(desk, case_id, ground="centre_refusal")
    assert "note" in problem.value.fields
    second(desk, case_id, ground="centre_refusal", note="Baris 1 ditolak, sidik jari kabur")
    last = recording.latest_recording(desk.journal.db, latest_nik(desk, case_id))
    assert last is not None
    assert (last.ground, last.actor) == ("centre_refusal", "budi")
    assert desk.step(case_id) == "dispatch"


def test_a_ground_must_be_true(desk: Desk) -> None:
    """EFAC wants that status, a refusal the centre's word; a granted deletion is on paper, so its reason counts."""
    case_id = refused_for_biometrics(desk)
    with pytest.raises(Problem) as problem:
        second(desk, case_id, ground="efac", note="katanya gagal")
    assert "EFAC" in problem.value.fields["ground"]
    other = desk.complete()
    recording.note_recording(
        desk.journal,
        desk.who("oki"),
        case_id=other,
        status="efac",
        on=TODAY,
        place="Kecamatan Lain",
        how="already",
        now=desk.now,
    )
    with pytest.raises(Problem) as problem:
        second(desk, other, ground="centre_refusal", note="ditolak")
    assert "ground" in problem.value.fields
    second(desk, other, ground="efac", note="Status EFAC, dicek di SIAK")
    assert desk.step(other) == "dispatch"


def test_a_granted_deletion_allows_another(desk: Desk) -> None:
    case_id = refused_for_biometrics(desk)
    second(desk, case_id, ground="deletion_granted", note="Surat penghapusan 470/5/2026")
    assert desk.step(case_id) == "dispatch"


def test_a_status_set_back_to_unregistered_is_no_way_round_the_ground(desk: Desk) -> None:
    case_id = desk.ready()
    recording.update_status(desk.journal, desk.who("oki"), case_id=case_id, status="unregistered", now=desk.now)
    assert desk.step(case_id) == "record"
    with pytest.raises(Problem) as problem:
        second(desk, case_id, "oki")
    assert problem.value.code == "recorded_before"
    second(desk, case_id, ground="deletion_granted", note="Surat penghapusan 470/5/2026")
    assert desk.step(case_id) == "dispatch"


def test_every_status_that_the_centre_shows_can_be_noted(desk: Desk) -> None:
    shown = {code.partition(" (")[0] for code, _ in STATUSES.values()}
    assert shown == {
        "UNREGISTERED",
        "BIO_CAPTURED",
        "PROCESSING",
        "SENT_FOR_ENROLLMENT",
        "RECEIVED_AT_CENTRAL",
        "ENROLL_FAILURE_AT_CENTRAL",
        "ENROLL_FAILURE_AT_REGIONAL",
        "SEARCH_FAILURE_AT_CENTRAL",
        "DUPLICATE_RECORD",
        "ADJUDICATE_RECORD",
        "ADJUDICATE_IN_PROCESS",
        "PRINT_READY_RECORD",
        "CARD_PRINTED",
        "CARD_SHIPPED",
        "CARD_ISSUED",
    }
    for status in ("adjudicating", "card_shipped", "card_issued"):
        case_id = desk.complete()
        recording.note_recording(
            desk.journal,
            desk.who("oki"),
            case_id=case_id,
            status=status,
            on=TODAY,
            place="Kecamatan Lain",
            how="already",
            now=desk.now,
        )
        assert desk.step(case_id) == "dispatch"


@pytest.mark.parametrize("status", ["efac", "efar", "duplicate", "search_failure", "unregistered"])
def test_a_status_without_a_card_keeps_the_file_waiting(desk: Desk, status: str) -> None:
    case_id = desk.complete()
    recording.note_recording(
        desk.journal,
        desk.who("oki"),
        case_id=case_id,
        status=status,
        on=TODAY,
        place="Kecamatan Lain",
        how="already",
        now=desk.now,
    )
    assert desk.step(case_id) == "record"


def test_somebody_recorded_elsewhere_is_not_recorded_again(desk: Desk) -> None:
    case_id = desk.complete()
    recording.note_recording(
        desk.journal,
        desk.who("oki"),
        case_id=case_id,
        status="sfe",
        on=date(2024, 5, 6),
        place="Kecamatan Lain",
        how="already",
        now=desk.now,
    )
    assert desk.step(case_id) == "dispatch"


def test_what_is_wrong_is_said_field_by_field(desk: Desk) -> None:
    case_id = desk.complete()
    with pytest.raises(Problem) as problem:
        recording.note_recording(
            desk.journal,
            desk.who("oki"),
            case_id=case_id,
            status="entah",
            on=date(2026, 3, 13),
            place="x" * 101,
            now=desk.now,
        )
    assert set(problem.value.fields) == {"status", "place", "on"}


def test_a_ready_file_goes_back_when_the_status_turns_bad(desk: Desk) -> None:
    case_id = desk.ready()
    recording.update_status(desk.journal, desk.who("oki"), case_id=case_id, status="efac", now=desk.now)
    assert desk.step(case_id) == "record"
    chosen = desk.ready()
    desk.draft(chosen)
    with pytest.raises(Problem) as problem:
        recording.update_status(desk.journal, desk.who("oki"), case_id=chosen, status="efac", now=desk.now)
    assert "Keluarkan" in problem.value.sentence
    assert desk.step(chosen) == "dispatch"


# -- schedule --------------------------------------------------------------------------------------------------


def schedule(desk: Desk, case_id: int, on: date) -> int:
    return recording.schedule_recording(desk.journal, desk.who("oki"), case_id=case_id, on=on, now=desk.now)


def test_the_day_fills_place_by_place(desk: Desk) -> None:
    from app.platform.office import service as office

    office.change_setting(desk.journal, desk.who("ratna"), key="recording.slots_per_day", value=2, now=desk.now)
    cases = [desk.complete() for _ in range(3)]
    assert [schedule(desk, case_id, TODAY) for case_id in cases[:2]] == [1, 2]
    with pytest.raises(Problem) as problem:
        schedule(desk, cases[2], TODAY)
    assert "penuh" in problem.value.sentence
    assert queries.next_free_day(desk.journal.db, TODAY) == date(2026, 3, 13)
    schedule(desk, cases[0], date(2026, 3, 13))
    assert schedule(desk, cases[2], TODAY) == 1


@pytest.mark.parametrize("on", [date(2026, 3, 11), date(2026, 3, 14), date(2026, 3, 19)])
def test_no_appointment_in_the_past_on_a_weekend_or_holiday(desk: Desk, on: date) -> None:
    case_id = desk.complete()
    with pytest.raises(Problem) as problem:
        schedule(desk, case_id, on)
    assert "on" in problem.value.fields


def test_who_waits_pages_on_and_the_list_by_village_holds_all(
    desk: Desk, as_oki: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_pages, "PER_PAGE", 2)
    waiting = {desk.complete(village=MUNDER) for _ in range(3)}
    pages = [as_oki.get(f"/perekaman/?hal={number}").text for number in (1, 2)]
    shown = [[int(case_id) for case_id in re.findall(r'name="berkas" value="(\d+)"', page)] for page in pages]
    assert [len(one) for one in shown] == [2, 1]
    assert set(shown[0] + shown[1]) == waiting
    assert all("3 orang menunggu" in page for page in pages)
    assert re.findall(r'<span class="quiet">(\d+) orang', pages[1]) == ["3"]
    paper = papers.recording_by_village(desk.journal.db, desk.who("oki"), desk.now)
    assert sum(len(group.lines) for group in paper.groups) == 3


def test_who_is_recorded_on_the_day_has_come(desk: Desk) -> None:
    case_id = desk.complete()
    schedule(desk, case_id, TODAY)
    desk.record(case_id)
    slot = recording.find_slot(desk.journal.db, case_id)
    assert slot is not None
    assert slot.attended == 1


def test_a_village_clerk_sees_only_the_own_village(desk: Desk) -> None:
    for _ in range(4):
        desk.complete()
    areas = {row.area for row in queries.waiting_rows(desk.journal.db, desk.who("desi"))}
    assert areas == {desk.who("desi").area}
    assert len(queries.waiting_rows(desk.journal.db, desk.who("oki"))) == 4


def test_an_imported_file_notes_its_recording_before_it_is_sent(desk: Desk) -> None:
    """A register says "sudah rekam" but not when; the operator looks it up and notes it, without moving the file."""
    case_id = desk.ready()
    with desk.journal.transaction(), desk.journal.db.applying():
        desk.journal.db.run("DELETE FROM recording")
    assert [(row.id, row.words) for row in queries.status_rows(desk.journal.db, None)] == [(case_id, "Belum dicatat")]
    assert "belum mencatat perekaman" in dispatch.reasons_against_sending(desk.journal.db, [case_id], TODAY)[case_id]
    assert dispatch.ready_cases(desk.journal.db, "ktp-el", TODAY) == []
    recording.update_status(
        desk.journal,
        desk.who("oki"),
        case_id=case_id,
        status="print_ready",
        on=date(2023, 1, 5),
        place="Kecamatan Lain",
        now=desk.now,
    )
    assert dispatch.ready_cases(desk.journal.db, "ktp-el", TODAY)[0].why_not == ""


def test_a_place_has_a_hundred_letters_and_a_day_is_today_at_the_latest(desk: Desk) -> None:
    case_id = desk.complete()

    def note(how: str, on: date | None, place: str) -> None:
        at = {"case_id": case_id, "status": "sfe", "now": desk.now}
        recording.note_recording(desk.journal, desk.who("oki"), how=how, on=on, place=place, **at)

    tomorrow = TODAY + timedelta(days=1)
    for how, on, place, fields in (
        ("here", TODAY, "x" * 101, ["place"]),
        ("here", tomorrow, "Kecamatan", ["on"]),
        ("already", None, " ", ["on", "place"]),
        ("already", TODAY, "", ["place"]),
        ("", TODAY, "Kecamatan", ["how"]),
    ):
        with pytest.raises(Problem) as refused:
            note(how, on, place)
        assert sorted(refused.value.fields) == fields
    note("already", TODAY, "x" * 100)
    [noted] = Recording.rows(desk.journal.db)
    assert (noted.on_date, noted.place) == (TODAY.isoformat(), "x" * 100)


def test_day_and_place_that_nobody_types_are_today_and_this_office(desk: Desk) -> None:
    case_id = desk.complete()
    recording.note_recording(desk.journal, desk.who("oki"), case_id=case_id, status="sfe", now=desk.now)
    [noted] = Recording.rows(desk.journal.db)
    assert (noted.on_date, noted.place) == (TODAY.isoformat(), get_setting(desk.journal.db, "office.name"))


def test_an_answer_that_is_neither_came_nor_stayed_away_is_refused(web: Flask) -> None:
    for said in ({}, {"hadir": "tidak-ada"}):
        answer = Browser(web, "oki").post("/perekaman/1/hadir", said)
        assert answer.status_code == 422
        assert "Pilih salah satu." in answer.text


def test_only_a_case_that_waits_for_it_is_recorded(desk: Desk) -> None:
    case_id = desk.complete()
    desk.record(case_id)
    with pytest.raises(Problem) as done:
        second(desk, case_id)
    assert done.value.code == "state", "it is at the dispatch"
    with pytest.raises(Problem) as unknown:
        second(desk, 999)
    assert unknown.value.code == "not_found"
