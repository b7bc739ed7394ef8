"""The recording at its edges: slots and days, texts, statuses, what stands at the desk and on the lists."""

import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.casework.desk.checklist import case_requirements
from app.casework.desk.moving import case_definition, form_values
from app.casework.desk.parts import MOST_TASKS, NO_BUTTON
from app.casework.desk.service import case_by_id, check_items
from app.casework.desk.tables import CaseFile, CaseItem
from app.casework.resources.service import note_facility
from app.core.central_status import STATUSES
from app.core.dates import long_date, short_date, short_day
from app.core.messages import PRINT_READY
from app.core.problems import Problem
from app.platform.office import settings
from app.platform.office.service import change_setting
from app.services.ktp import holdings, papers, queries, recording, rules
from app.services.ktp.register_cases import RECORDED_NOTE, proven_recording
from app.services.ktp.tables import Recording
from app.services.ktp.views.recording import PER_PAGE
from tests.casework.desk.papers import as_asked
from tests.platform.people import Browser
from tests.services.ktp.desk import Desk

TODAY = date(2026, 3, 12)
"""A Thursday; the Friday after it is a working day, the two days after that are none."""


def fields_of(act: Any) -> set[str]:
    """The fields at which something is refused; nothing where it is taken."""
    try:
        act()
    except Problem as problem:
        return set(problem.fields) or {problem.code}
    return set()


def schedule(desk: Desk, case_id: int, on: date) -> int:
    return recording.schedule_recording(desk.journal, desk.who("oki"), case_id=case_id, on=on, now=desk.now)


def broken(desk: Desk) -> None:
    note_facility(desk.journal, desk.who("oki"), name="Kamera", works=False, note="Lensa retak", now=desk.now)


# -- slots and days ----------------------------------------------------------------------------------------------------


def test_slots_of_a_day_are_given_in_their_order_until_it_is_full(desk: Desk) -> None:
    change_setting(desk.journal, desk.who("ratna"), key="recording.slots_per_day", value=2, now=desk.now)
    first, second, third = (desk.complete() for _ in range(3))
    db = desk.journal.db
    assert queries.next_free_day(db, TODAY) == TODAY
    assert (schedule(desk, first, TODAY), schedule(desk, second, TODAY)) == (1, 2)
    assert queries.next_free_day(db, TODAY) == date(2026, 3, 13)
    with pytest.raises(Problem, match=rf"{long_date(TODAY)} sudah penuh \(2 orang\)"):
        schedule(desk, third, TODAY)
    assert schedule(desk, first, TODAY) == 1, "whoever has a place keeps it"
    assert schedule(desk, first, date(2026, 3, 13)) == 1
    assert schedule(desk, third, TODAY) == 1, "the place that became free"
    day = [(row[0], row[4]) for row in queries.scheduled_on_day(db, desk.who("oki"), TODAY)]
    assert day == [(third, 1), (second, 2)]


@pytest.mark.parametrize(("ahead", "taken"), [(0, True), (1, True), (2, False), (3, False), (4, True), (-1, False)])
def test_only_working_days_from_today_on_are_given(desk: Desk, ahead: int, taken: bool) -> None:
    case_id = desk.complete()
    wrong = fields_of(lambda: schedule(desk, case_id, TODAY + timedelta(days=ahead)))
    assert wrong == (set() if taken else {"on"})


def test_the_next_free_day_is_no_sunday_and_not_today_while_the_camera_is_broken(desk: Desk) -> None:
    db = desk.journal.db
    assert queries.next_free_day(db, date(2026, 3, 14)) == date(2026, 3, 16), "over Saturday and Sunday"
    broken(desk)
    assert queries.next_free_day(db, TODAY) == date(2026, 3, 13)


# -- texts and what is said --------------------------------------------------------------------------------------------


def test_texts_of_a_recording_have_their_limits(desk: Desk) -> None:
    case_id = desk.complete()
    oki, now = desk.who("oki"), desk.now

    def note(**said: Any) -> set[str]:
        usual: dict[str, Any] = {"case_id": case_id, "status": "bio_captured", "how": "here", "now": now}
        return fields_of(lambda: recording.note_recording(desk.journal, oki, **(usual | said)))

    assert note(place="p" * 101, note="n" * 501) == {"place", "note"}
    assert note(on=TODAY + timedelta(days=1)) == {"on"}
    assert note(how="already") == {"on", "place"}
    assert note(how="already", on=TODAY) == {"place"}
    assert note(how="already", place="Lumajang") == {"on"}
    failed: dict[str, Any] = {"case_id": case_id, "now": now}
    reason = next(iter(recording.reasons_to_choose(desk.journal.db, TODAY)))

    def fail(more: str) -> set[str]:
        return fields_of(lambda: recording.note_failed_recording(desk.journal, oki, reason=reason, more=more, **failed))

    assert fail("m" * 301) == {"more"}
    assert fail("m" * 300) == set()
    assert fail("") == set()
    notes = [
        note for (note,) in desk.journal.db.run("SELECT note FROM case_event WHERE action = 'not_recorded' ORDER BY id")
    ]
    assert notes == [f"{reason}. {'m' * 300}", reason]
    assert desk.step(case_id) == "record"
    assert note(place="p" * 100, note="n" * 500) == set()
    row = recording.latest_recording(desk.journal.db, CaseFile.rows(desk.journal.db, id=case_id)[0].main_key)
    assert row
    assert (row.place, row.on_date, row.status, row.ground) == ("p" * 100, TODAY.isoformat(), "bio_captured", "")
    assert recording.place_and_day(row) == f"{'p' * 100}, {long_date(TODAY)}"
    assert recording.place_and_day(SimpleNamespace(place="", on_date="2026-03-12")) == long_date(TODAY)  # type: ignore[arg-type]  # only that is read


@pytest.mark.parametrize("status", sorted(STATUSES))
def test_a_status_of_no_use_keeps_a_case_waiting(desk: Desk, status: str) -> None:
    """With an unusable record no card is printed: the file waits (SP 4.5); with any other it goes on."""
    case_id = desk.complete()
    desk.record(case_id, status)
    waits = status in recording.UNUSABLE
    assert (desk.step(case_id) == "record") == waits
    assert not recording.UNUSABLE & PRINT_READY
    key = CaseFile.rows(desk.journal.db, id=case_id)[0].main_key
    before = recording.recorded_before(desk.journal.db, key)
    assert (before is None) == (status == "unregistered")
    case = CaseFile.rows(desk.journal.db, id=case_id)[0]
    against = rules.KtpPartnerRules().reason_against(desk.journal.db, case)
    assert bool(against) == waits
    assert (STATUSES[status][1] in against) == waits
    link = ("recording.show_recording", "Catat perekaman") if waits else ("", "")
    assert rules.KtpPartnerRules().repair_link(desk.journal.db, case) == link
    unready = rules.unready_record(desk.journal.db, case)
    assert bool(unready) == (not waits and status not in PRINT_READY)
    said = rules.KtpPartnerRules().recording(desk.journal.db, key)
    assert (said[0], said[2]) == (status, TODAY.isoformat())
    earlier = rules.KtpPartnerRules().recording(desk.journal.db, key, desk.now - timedelta(minutes=1))
    assert earlier == ("", "", "")
    assert rules.KtpPartnerRules().recording(desk.journal.db, key, desk.now)[0] == status


def test_whoever_comes_on_the_day_of_his_appointment_is_noted_as_having_come(desk: Desk) -> None:
    first, second = desk.complete(), desk.complete()
    schedule(desk, first, TODAY)
    schedule(desk, second, TODAY + timedelta(days=1))
    desk.record(first)
    desk.record(second)
    slots = {case: recording.find_slot(desk.journal.db, case) for case in (first, second)}
    assert (slots[first].attended, slots[second].attended) == (1, None)  # type: ignore[union-attr]  # just given
    third = desk.complete()
    oki = desk.who("oki")
    with pytest.raises(Problem, match="belum dijadwalkan"):
        recording.note_attendance(desk.journal, oki, case_id=third, attended=True, now=desk.now)
    schedule(desk, third, TODAY)
    recording.note_attendance(desk.journal, oki, case_id=third, attended=False, now=desk.now)
    desk.record(third)
    assert recording.find_slot(desk.journal.db, third).attended == 0  # type: ignore[union-attr]  # what was said stays


def test_a_broken_camera_refuses_what_was_recorded_since(desk: Desk) -> None:
    broken(desk)
    db = desk.journal.db
    assert fields_of(lambda: recording.check_recorder(db, TODAY, TODAY)) == {"how"}
    assert fields_of(lambda: recording.check_recorder(db, TODAY - timedelta(days=1), TODAY)) == set()
    assert papers.device_words(db, TODAY) == "Rusak: Kamera"
    assert "sedang rusak" in queries.words_while_broken(db, TODAY)


# -- the desk ----------------------------------------------------------------------------------------------------------


def test_rows_of_the_recording_say_when_and_what_for(desk: Desk) -> None:
    db = desk.journal.db
    first, second, third = (desk.complete() for _ in range(3))
    schedule(desk, first, TODAY)
    schedule(desk, second, TODAY + timedelta(days=1))

    def rows(who: str) -> dict[int | None, Any]:
        return {task.case_id: task for task in queries.recording_tasks(db, desk.who(who), desk.now)}

    found = rows("oki")
    tomorrow = short_day(TODAY + timedelta(days=1))
    assert found[first].detail == "Jadwal perekaman hari ini, nomor urut 1"
    assert found[second].detail == f"Jadwal perekaman {tomorrow}, nomor urut 1"
    assert found[third].detail == "Direkam atau dijadwalkan"
    assert {(row.verb, row.act, row.state, row.word) for row in found.values()} == {("Catat", "record", "", "")}
    village = rows("desi")
    assert {(row.verb, row.act) for row in village.values()} == {(NO_BUTTON, "tell")}
    assert {row.area for row in village.values()} == {desk.who("desi").area}
    assert rows("sari") == rows("ida") == {}
    broken(desk)
    found = rows("oki")
    assert {(row.state, row.word) for row in found.values()} == {("warn", "Menunggu alat")}
    assert found[third].detail.startswith("Alat rusak: dijadwalkan")
    told = [row.detail for row in rows("desi").values() if "jadwal perekaman" not in row.detail.lower()]
    assert all(text.startswith("Alat rusak, pemohon jangan datang dulu") for text in told)
    words = {(does, out): queries.recording_words(does, out) for does in (True, False) for out in (True, False)}
    assert len(set(words.values())) == 4


def test_more_than_a_desk_holds_stand_in_one_row(desk: Desk) -> None:
    db = desk.journal.db
    for _ in range(MOST_TASKS):
        desk.complete()
    assert len(queries.recording_tasks(db, desk.who("oki"), desk.now)) == MOST_TASKS
    desk.complete()
    found = queries.recording_tasks(db, desk.who("oki"), desk.now)
    assert len(found) == MOST_TASKS + 1
    assert found[-1].title == "1 orang lagi"
    assert queries.count_unrecorded(db, None) == MOST_TASKS + 1
    assert sum(queries.unrecorded_by_area(db, None).values()) == MOST_TASKS + 1


def test_statuses_to_look_up_stand_with_the_oldest_look_first(desk: Desk) -> None:
    db = desk.journal.db
    newer, older, done = (desk.complete() for _ in range(3))
    desk.record(older, "bio_captured")
    desk.later(minutes=5)
    desk.record(newer, "bio_captured")
    desk.record(done, "print_ready")
    assert [row.id for row in queries.status_rows(db, None)] == [older, newer]
    assert [row.id for row in queries.status_rows(db, None, 1)] == [older]
    assert [row.id for row in queries.status_rows(db, None, 1, 1)] == [newer]
    assert queries.count_without_status(db, None) == 2
    [first, _] = queries.status_tasks(db, desk.who("oki"), desk.now)
    assert (first.case_id, first.state, first.word, first.act) == (older, "wait", "Menunggu status", "look")
    assert first.detail == f"{recording.STATUS_WORDS['bio_captured']}. Cek lagi di sistem pusat"
    assert (first.verb, first.tab) == ("Perbarui status", "Direkam, menunggu status")
    assert queries.status_tasks(db, desk.who("sari"), desk.now) == []
    case = CaseFile.rows(db, id=older)[0]
    assert queries.words_to_wait(db, case, TODAY) == STATUSES["bio_captured"][1]
    assert queries.words_to_wait(db, CaseFile.rows(db, id=done)[0], TODAY) == ""
    recording.update_status(desk.journal, desk.who("oki"), case_id=older, status="print_ready", now=desk.now)
    assert [row.id for row in queries.status_rows(db, None)] == [newer]
    assert [row.status for row in queries.recording_history(db, case.main_key)] == ["bio_captured", "print_ready"]
    held = queries.StatusRow(1, "", "", "", None, "", None, None)
    assert held.words == "Belum dicatat"


def test_an_unusable_status_sends_a_ready_case_back_unless_it_is_chosen(desk: Desk) -> None:
    oki = desk.who("oki")
    back, chosen = desk.ready(), desk.ready()
    desk.draft(chosen)
    said: dict[str, Any] = {"status": "duplicate", "now": desk.now}
    recording.update_status(desk.journal, oki, case_id=back, **said)
    assert desk.step(back) == "record"
    with pytest.raises(Problem, match="Keluarkan dulu dari daftarnya"):
        recording.update_status(desk.journal, oki, case_id=chosen, **said)
    fresh = desk.complete()
    assert fields_of(lambda: recording.update_status(desk.journal, oki, case_id=fresh, **said)) == {"on", "place"}
    recording.update_status(
        desk.journal, oki, case_id=fresh, status="print_ready", now=desk.now, on=TODAY, place="Lumajang"
    )
    assert desk.step(fresh) == "record", "no case moves by that"
    row = recording.latest_recording(desk.journal.db, CaseFile.rows(desk.journal.db, id=fresh)[0].main_key)
    assert row
    assert (row.place, row.on_date) == ("Lumajang", TODAY.isoformat())


# -- lists and pages ---------------------------------------------------------------------------------------------------


def test_the_lists_on_paper_have_their_village_and_their_day(desk: Desk) -> None:
    first, second, third = (desk.complete() for _ in range(3))
    schedule(desk, second, TODAY)
    schedule(desk, first, TODAY)
    oki = desk.who("oki")
    paper = papers.recording_of_day(desk.journal.db, oki, TODAY, desk.now)
    [group] = paper.groups
    assert (group.title, [line.time for line in group.lines]) == (long_date(TODAY), ["no. 1", "no. 2"])
    assert [line.status for line in group.lines] == ["", ""], "the day stands above"
    assert (paper.device, paper.arrangement, paper.on) == ("Berfungsi", "schedule", TODAY)
    assert papers.recording_of_day(desk.journal.db, oki, date(2026, 3, 13), desk.now).groups == ()
    whole = papers.recording_by_village(desk.journal.db, oki, desk.now)
    lines = {line.number: line for group in whole.groups for line in group.lines}
    numbers = {row.id: row.number for row in queries.waiting_rows(desk.journal.db, oki)}
    assert lines[numbers[first]].status == f"Jadwal {short_date(TODAY)}"
    assert (lines[numbers[third]].status, lines[numbers[third]].time) == ("", "")
    assert len(whole.groups) == len({row.area for row in queries.waiting_rows(desk.journal.db, oki)}) == 2
    assert whole.arrangement == "village"
    broken(desk)
    whole = papers.recording_by_village(desk.journal.db, oki, desk.now)
    states = {line.status for group in whole.groups for line in group.lines}
    assert states == {"Menunggu alat", f"Jadwal {short_date(TODAY)}, Menunggu alat"}


def test_the_page_goes_to_the_working_days_beside_it(desk: Desk, web: Flask) -> None:
    oki = Browser(web, "oki")
    page = oki.get("/perekaman/?hari=2026-03-13").text
    days = re.findall(r"hari=(\d{4}-\d\d-\d\d)", page)
    assert {"2026-03-12", "2026-03-16"} <= set(days)
    assert not {"2026-03-14", "2026-03-15"} & set(days)
    assert PER_PAGE == 100
    assert oki.get("/perekaman/?hari=x").status_code == 422
    assert oki.post("/perekaman/jadwal", {"on": "13032026"}).status_code == 422, "nobody is ticked"
    case_id = desk.complete()
    went = oki.post("/perekaman/jadwal", {"on": "13032026", "berkas": str(case_id)})
    assert went.headers["Location"].endswith("/perekaman/?hari=2026-03-13")
    for said, status in (("1", 303), ("0", 303), ("mungkin", 422), ("", 422)):
        sent = {"hadir": said, "hari": "2026-03-13"}
        answer = oki.post(f"/perekaman/{case_id}/hadir", sent)
        assert answer.status_code == status, said
    assert oki.post(f"/perekaman/{case_id}/hadir", {"hadir": "1", "hari": "tidak-ada"}).status_code == 422
    assert recording.find_slot(desk.journal.db, case_id).attended == 0  # type: ignore[union-attr]  # the last one said
    gone = oki.post(f"/perekaman/{case_id}/catat", {"how": "here", "status": "print_ready"})
    assert gone.headers["Location"].endswith("/")
    assert STATUSES["print_ready"][1] in oki.get("/").text, "the desk tells what was recorded"
    assert desk.step(case_id) == "dispatch"
    stays = desk.complete()
    kept = oki.post(f"/perekaman/{stays}/catat", {"how": "here", "status": "efac"})
    assert kept.headers["Location"].endswith(f"/perekaman/{stays}")
    device = oki.post("/perekaman/alat", {"name": "Kamera", "works": "0", "note": "Retak"})
    assert device.headers["Location"].endswith("/perekaman/#alat")
    assert [one.name for one in queries.broken_devices(desk.journal.db, TODAY)] == ["Kamera"]
    oki.post("/perekaman/alat", {"name": "Kamera", "works": "1", "note": ""})
    assert queries.broken_devices(desk.journal.db, TODAY) == []


# -- rules, holdings, old registers ------------------------------------------------------------------------------------


def test_three_that_look_alike_are_shown_the_likeliest_first(desk: Desk) -> None:
    own = desk.open()
    born = form_values(CaseFile.rows(desk.journal.db, id=own)[0])
    form = SimpleNamespace(values={**born, "nik": "3508991705900099"})
    found = rules.similar_notices(desk.journal.db, form, form.values["nik"], None)  # type: ignore[arg-type]  # values only
    [notice] = found
    assert (notice.level, notice.decision) == ("ask", "Orang yang berbeda")
    assert rules.similar_notices(desk.journal.db, form, form.values["nik"], own) == []  # type: ignore[arg-type]  # values only
    for missing in ("full_name", "birth_on"):
        bare = SimpleNamespace(values=form.values | {missing: ""})
        assert rules.similar_notices(desk.journal.db, bare, "x", None) == []  # type: ignore[arg-type]  # values only


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Kab. Lumajang", "LUMAJANG"),
        ("Pemerintah Kabupaten Lumajang", "LUMAJANG"),
        ("Kota Malang", "KOTA MALANG"),
        ("kabupaten  malang", "MALANG"),
    ],
)
def test_a_regency_is_called_by_its_own_name(text: str, name: str) -> None:
    assert rules.regency_name(text) == name


def test_whoever_is_of_this_regency_is_not_away(desk: Desk) -> None:
    db = desk.journal.db
    here = settings.get_setting(db, "office.regency") or "Kabupaten Lumajang"
    for home, told in ((here, 1), ("Kota Malang", 0), ("", 0)):
        form: Any = SimpleNamespace(values={"home_regency": home})
        assert len(rules.home_notices(db, form)) == told, home


def test_what_the_office_holds_of_a_recording(desk: Desk) -> None:
    case_id = desk.ready()
    row = Recording.rows(desk.journal.db)[0]
    sure = holdings.hold_recording(row, True)
    assert dict(sure.values) == {"NIK": row.nik, "Keadaan": "print_ready", "Tempat": "Kecamatan Contoh"}
    assert "NIK" not in dict(holdings.hold_recording(row, False).values), "not of whom it may not be"
    assert (sure.subject, sure.sure) == (f"case/{case_id}", True)
    waits = desk.complete()
    schedule(desk, waits, TODAY)
    slot = recording.find_slot(desk.journal.db, waits)
    assert slot
    assert holdings.hold_slot(slot, True).values == (("Urutan", "1"),)


@pytest.mark.parametrize(
    ("assumed", "proves", "kept"), [(False, "recorded", True), (True, "recorded", False), (False, "", False)]
)
def test_an_old_register_proves_what_it_says(assumed: bool, proves: str, kept: bool) -> None:
    state: Any = SimpleNamespace(proves=proves)
    record: Any = SimpleNamespace(state=SimpleNamespace(assumed=assumed), received=date(2019, 5, 6))
    found = proven_recording(iter([7]), state, record)
    assert (found is not None) == kept
    if found:
        assert (found.id, found.status, found.on, found.place) == (7, "recorded", "2019-05-06", "Register lama")
        assert found.note == RECORDED_NOTE


@pytest.mark.parametrize(
    ("born", "words", "colour", "aside"),
    [
        ("1981-05-01", "Lahir 1981, tahun ganjil.", "Merah", ("Jika tahunnya genap?", "Latarnya biru (SP 2.2).")),
        ("1980-05-01", "Lahir 1980, tahun genap.", "Biru", ("Jika tahunnya ganjil?", "Latarnya merah (SP 2.2).")),
    ],
)
def test_odd_years_of_birth_have_a_red_ground_and_even_ones_a_blue(
    born: str, words: str, colour: str, aside: tuple[str, str]
) -> None:
    [card] = rules.photo_card(SimpleNamespace(values={"birth_on": born}))  # type: ignore[arg-type]  # only that is read
    assert (card.lead, card.text[: len(words)], card.more) == (colour, words, aside)
    assert rules.photo_card(SimpleNamespace(values={})) == []  # type: ignore[arg-type]


def test_which_paper_was_brought_is_kept_only_where_there_are_several(desk: Desk) -> None:
    case_id = desk.open()
    case = case_by_id(desk.journal.db, case_id)
    assert case
    needs = case_requirements(case_definition(desk.journal.db, case), case)
    single = {need.id for need in needs if not need.one_of}
    assert single
    check_items(
        desk.journal,
        desk.who("sari"),
        case_id=case_id,
        states={need.id: ("present", "") for need in needs},
        seen=as_asked(desk.journal.db, case),
        chosen={need.id: need.one_of[0].value if need.one_of else "lain" for need in needs},
        now=desk.now,
    )
    assert {row.item for row in CaseItem.rows(desk.journal.db, case_id=case_id) if not row.chosen} == single
