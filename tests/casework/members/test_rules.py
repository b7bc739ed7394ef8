"""What the list of a request and its slots allow, by the seed's own words and for any sequence of work."""

import itertools
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.casework.desk.moving import advance_case, leave_case
from app.casework.desk.opening import Application, open_case
from app.casework.desk.tables import CaseFile
from app.casework.members import schedule, service
from app.casework.members.events import MembersListed
from app.casework.members.queries import letter_facts, member_story, slots_from
from app.casework.members.schedule import booked_days_off
from app.core.permissions import SYSTEM
from app.core.problems import Problem
from app.platform.office import queries as office_queries
from app.platform.office import service as office
from app.platform.office.events import HolidayData
from schema.database import SqliteDatabase
from schema.definitions import SERVICES, DefinitionError, definition_text, load_definition
from schema.person_fields import redacted_json
from sync.journal import Journal
from sync.verification import verify_side
from tests.casework.members.desk import SERVICE, Bureau, nip, person

MONDAY = date(2026, 3, 30)


def refusal(caught: pytest.ExceptionInfo[Problem]) -> str:
    return " ".join([caught.value.sentence, *caught.value.fields.values()])


# -- the list --------------------------------------------------------------------------------------------------------


def test_a_person_stands_in_one_open_row_of_the_service(bureau: Bureau) -> None:
    bureau.enter(2)
    with pytest.raises(Problem) as twice:
        bureau.enter(1)
    assert "Sudah ada di daftar ini, nomor urut 1." in refusal(twice)
    rows = [person(7), person(7)]
    with pytest.raises(Problem) as pair:
        service.add_members(bureau.journal, bureau.who("tuti"), case_id=bureau.case_id, rows=rows, now=bureau.now)
    assert "NIP ini sudah ada di baris ke-1 daftar yang sama." in refusal(pair)
    first = bureau.case_id
    bureau.open("800/013/DINAS")
    with pytest.raises(Problem) as elsewhere:
        bureau.enter(1)
    assert "permohonan lain yang belum selesai: 0001/KPNS/2026" in refusal(elsewhere)
    assert bureau.counts() == {}
    second, bureau.case_id = bureau.case_id, first
    bureau.move("removed", bureau.ids()[:1], "tuti", "Salah daftar")
    bureau.case_id = second
    bureau.enter(1)
    assert bureau.counts() == {"listed": 1}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"nip": "19800101"}, "NIP harus 18 angka. Yang diketik 8 angka."),
        ({"nip": nip(5)[:-1] + "x"}, "NIP hanya berisi angka."),
        ({"nip": ""}, "NIP belum diisi."),
        ({"name": " "}, "Nama belum diisi."),
        ({"phone": "abc"}, "Nomor telepon"),
        ({"rank": "x" * 61}, "Pangkat/golongan"),
    ],
)
def test_a_faulty_row_says_what_to_do(bureau: Bureau, changes: dict[str, str], said: str) -> None:
    with pytest.raises(Problem) as caught:
        service.add_members(
            bureau.journal, bureau.who("tuti"), case_id=bureau.case_id, rows=[person(5, **changes)], now=bureau.now
        )
    assert said in refusal(caught)
    assert nip(5) not in refusal(caught)


@pytest.mark.parametrize(
    ("number", "warned"),
    [
        ("198001012005011001", []),
        ("198013012005011001", ["Tanggal lahir"]),
        ("198001012005131001", ["Bulan TMT"]),
        ("198001012005013001", ["Angka ke-15"]),
        ("200501012005011001", ["sebelum berumur 17"]),
        ("298013012099993001", ["Tanggal lahir", "Bulan TMT", "Angka ke-15"]),
    ],
)
def test_the_parts_of_a_nip_only_warn(bureau: Bureau, number: str, warned: list[str]) -> None:
    (judged,) = service.add_members(
        bureau.journal, bureau.who("tuti"), case_id=bureau.case_id, rows=[person(1, nip=number)], now=bureau.now
    )
    assert len(judged.warnings) == len(warned)
    assert all(word in said for word, said in zip(warned, judged.warnings, strict=True))
    assert bureau.counts() == {"listed": 1}


def test_a_request_holds_as_many_as_its_definition_says(bureau: Bureau) -> None:
    bureau.enter(500)
    with pytest.raises(Problem) as caught:
        bureau.enter(1, 501)
    assert "paling banyak 500 orang; sudah ada 500, ditambah 1" in refusal(caught)


def test_a_correction_has_a_reason_and_its_story(bureau: Bureau) -> None:
    bureau.enter(2)
    first, second = bureau.ids()
    common = {"case_id": bureau.case_id, "member_id": first, "now": bureau.now}
    with pytest.raises(Problem):
        service.correct_member(bureau.journal, bureau.who("tuti"), raw=person(1), reason=" ", **common)
    with pytest.raises(Problem) as taken:
        service.correct_member(bureau.journal, bureau.who("tuti"), raw=person(2), reason="Salah ketik", **common)
    assert "nomor urut 2" in refusal(taken)
    raw = person(1, name=" Budi  Benar, S.Sos., M.AP ")
    service.correct_member(bureau.journal, bureau.who("tuti"), raw=raw, reason="Salah ketik", **common)
    assert [row.name for row in bureau.rows()] == ["Budi Benar, S.Sos., M.AP", "Pegawai C 2"]
    assert [(one.action, one.note) for one in member_story(bureau.journal.db, first)] == [
        ("listed", ""),
        ("corrected", "Salah ketik"),
    ]
    bureau.move("removed", [second], "tuti", "Ditarik SKPD")
    with pytest.raises(Problem):
        service.correct_member(
            bureau.journal, bureau.who("tuti"), raw=person(2), reason="x", **(common | {"member_id": second})
        )


# -- moves and the gate ----------------------------------------------------------------------------------------------


def test_each_move_asks_its_role_its_step_its_state_and_its_reason(bureau: Bureau) -> None:
    bureau.enter(3)
    ids = bureau.ids()
    for who in ("kepala", "kabag", "indah"):
        with pytest.raises(Problem) as role:
            bureau.move("removed", ids, who, "Salah daftar")
        assert role.value.status == 403
    with pytest.raises(Problem) as step:
        bureau.move("finished", ids)
    assert "KTP jadi tidak dapat dilakukan sekarang" in refusal(step)
    with pytest.raises(Problem) as reason:
        bureau.move("removed", ids, "tuti")
    assert "Tulis alasannya." in refusal(reason)
    bureau.put_at("produce")
    with pytest.raises(Problem) as state:
        bureau.move("finished", ids)
    assert "3 orang tidak dalam keadaan itu, misalnya nomor 1: Terdaftar." in refusal(state)
    with pytest.raises(Problem):
        bureau.move("finished", [])
    with pytest.raises(Problem):
        bureau.move("no_such_move", ids)
    with pytest.raises(Problem) as list_closed:
        bureau.enter(1, 9)
    assert "tidak diubah lagi" in refusal(list_closed)
    assert bureau.counts() == {"listed": 3}


def test_the_request_goes_on_and_ends_only_with_everybody(bureau: Bureau) -> None:
    journal, processor = bureau.journal, bureau.who("priyo")
    bureau.put_at("plan")

    def advance(outcome: str) -> None:
        advance_case(journal, processor, case_id=bureau.case_id, outcome=outcome, now=bureau.now)

    bureau.put_at("record")
    with pytest.raises(Problem) as empty:
        advance("recorded")
    assert "Daftar PNS masih kosong" in refusal(empty)
    bureau.enter(3)
    bureau.slots(MONDAY, MONDAY)
    bureau.plan("priyo")
    bureau.at(MONDAY, 9)
    bureau.move("attended", bureau.ids()[:2])
    bureau.move("stayed_away", bureau.ids()[2:])
    with pytest.raises(Problem) as absent:
        advance("recorded")
    assert "Semua sudah terekam belum bisa: 1 orang tidak hadir." in refusal(absent)
    bureau.move("removed", bureau.ids()[2:], "priyo", "Tidak hadir sesudah dijadwalkan ulang")
    advance("recorded")
    bureau.move("finished", bureau.ids()[:1])
    with pytest.raises(Problem) as unmade:
        advance("produced")
    assert "1 orang terekam" in refusal(unmade)
    bureau.move("finished", bureau.ids()[1:2])
    advance("produced")
    bureau.move("handed", bureau.ids()[:1])
    for _ in range(2):
        with pytest.raises(Problem):
            advance("handed_over")
    with pytest.raises(Problem) as leaving:
        leave_case(journal, bureau.who("tuti"), case_id=bureau.case_id, exit_id="withdrawn", reason="x", now=bureau.now)
    assert "1 orang ktp jadi" in refusal(leaving)
    bureau.move("handed", bureau.ids()[1:2])
    advance("handed_over")
    done = CaseFile.first(journal.db, id=bureau.case_id)
    assert done is not None
    assert (done.step, done.closed) == ("@done", 1)
    assert bureau.counts() == {"handed_over": 2, "cancelled": 1}


def test_a_hand_over_noted_wrongly_goes_back_with_a_reason_by_the_head(bureau: Bureau, tmp_path: Path) -> None:
    """Whoever hands over does not take it back; the person is open again, and in no other list meanwhile."""
    bureau.enter(1)
    bureau.slots(MONDAY, MONDAY)
    bureau.put_at("plan")
    bureau.plan()
    bureau.put_at("record")
    bureau.at(MONDAY, 9)
    bureau.move("attended", bureau.ids())
    bureau.put_at("hand_over")
    for move in ("finished", "handed"):
        bureau.move(move, bureau.ids())
    (person_id,) = bureau.ids("handed_over")
    with pytest.raises(Problem):
        bureau.move("taken_back", [person_id], "priyo", "Salah orang")
    with pytest.raises(Problem):
        bureau.move("taken_back", [person_id], "taufik")
    bureau.move("taken_back", [person_id], "taufik", "Salah orang")
    [row] = bureau.rows("made")
    assert row.claim == f"kartu-pns/{row.member_key}"
    bureau.move("handed", [person_id])
    first = bureau.case_id
    bureau.open("800/013/BKD")
    bureau.enter(1)
    bureau.case_id = first
    with pytest.raises(Problem, match="sudah ada lagi"):
        bureau.move("taken_back", [person_id], "taufik", "Salah orang")
    assert verify_side(bureau.journal, "office", tmp_path / "ulang.sqlite3").faults == []


def test_two_agencies_may_use_the_same_letter_number(bureau: Bureau) -> None:
    raw = {"agency": "Badan Contoh", "letter_number": "800/012/BKD", "letter_date": "2026-03-10"}

    def ask(agency: str) -> None:
        open_case(
            bureau.journal,
            bureau.who("tuti"),
            Application(service="kartu-pns", raw=raw | {"agency": agency}, ticked={"request_letter": ""}),
            now=bureau.now,
        )

    with pytest.raises(Problem, match="masih punya berkas"):
        ask("badan  contoh")
    ask("Dinas Lain")
    with pytest.raises(Problem, match="masih punya berkas"):
        ask("Dinas Lain")


# -- the schedule ----------------------------------------------------------------------------------------------------


def test_slots_stand_on_working_days_only_and_do_not_overlap(bureau: Bureau) -> None:
    # 1 to 7 April 2026: Friday 3 is Good Friday, Saturday 4 and Sunday 5 follow.
    assert bureau.slots(date(2026, 4, 1), date(2026, 4, 7)) == 4 * 2
    days = {slot.on_date for slot in slots_from(bureau.journal.db, SERVICE, "2026-01-01")}
    assert days == {"2026-04-01", "2026-04-02", "2026-04-06", "2026-04-07"}
    for hours, first in (
        ("09.00-11.00", date(2026, 4, 1)),
        ("10.00-09.00", date(2026, 4, 8)),
        ("08.00-10.00, 09.00-11.00", date(2026, 4, 8)),
        ("pagi", date(2026, 4, 8)),
        ("08.00-10.00;" * 60, date(2026, 4, 8)),
        ("", date(2026, 4, 8)),
    ):
        with pytest.raises(Problem):
            bureau.slots(first, first, hours=hours)
    for first, last in (
        (date(2026, 4, 3), date(2026, 4, 5)),
        (date(2026, 3, 2), date(2026, 3, 2)),
        (date(2026, 4, 9), date(2026, 4, 8)),
        (date(2026, 4, 9), date(2026, 6, 9)),
    ):
        with pytest.raises(Problem):
            bureau.slots(first, last)


def test_people_are_placed_in_order_and_moved_by_hand(bureau: Bureau) -> None:
    bureau.put_at("plan")
    bureau.enter(7)
    bureau.slots(MONDAY, MONDAY, 3)
    with pytest.raises(Problem) as few:
        bureau.plan()
    assert "tinggal 6, sedangkan yang dijadwalkan 7 orang" in refusal(few)
    assert bureau.counts() == {"listed": 7}
    bureau.slots(MONDAY + timedelta(days=1), MONDAY + timedelta(days=1), 3)
    assert bureau.plan() == 7
    first, second, third, fourth = slots_from(bureau.journal.db, SERVICE, "2026-01-01")
    assert [row.slot_id for row in bureau.rows()] == [first.id] * 3 + [second.id] * 3 + [third.id]
    ids = bureau.ids()
    assert bureau.plan(ids=ids[:1], slot_id=fourth.id) == 1
    with pytest.raises(Problem) as full:
        bureau.plan(ids=ids[5:7], slot_id=first.id)
    assert "tinggal 1, sedangkan yang dijadwalkan 2" in refusal(full)
    bureau.plan(ids=[ids[0], ids[5]], slot_id=fourth.id)
    for slot, taken in ((fourth, 2), (first, 2)):
        with pytest.raises(Problem):
            schedule.change_slot(
                bureau.journal,
                bureau.who("taufik"),
                service=SERVICE,
                slot_id=slot.id,
                capacity=taken - 1,
                now=bureau.now,
            )
    facts = letter_facts(*case_words(bureau))
    assert facts["schedule"].splitlines()[0] == "Senin, 30 Maret 2026 | 08.00-10.00 | Ruang Rekam | 2 orang"
    assert (facts["people_count"], facts["clothing"]) == ("7", "PDH lengkap warna khaki")


def case_words(bureau: Bureau) -> tuple[SqliteDatabase, CaseFile, object]:
    case = CaseFile.first(bureau.journal.db, id=bureau.case_id)
    assert case is not None
    db = bureau.journal.db
    return db, case, office_queries.adopted_definition(db, case.service, case.revision)


def test_attendance_is_noted_on_the_day_and_absentees_come_again(bureau: Bureau) -> None:
    bureau.put_at("record")
    bureau.enter(4)
    bureau.slots(MONDAY, MONDAY + timedelta(days=1), 2)
    bureau.plan("priyo")
    ids = bureau.ids()
    with pytest.raises(Problem) as early:
        bureau.move("attended", ids)
    assert "Nomor 1 dijadwalkan Senin, 30 Maret 2026; kehadirannya dicatat pada harinya." in refusal(early)
    bureau.at(MONDAY, 13)
    bureau.move("attended", ids[:1])
    bureau.move("stayed_away", ids[1:3])
    bureau.move("dressed_otherwise", ids[3:])
    assert bureau.counts() == {"recorded": 1, "absent": 2, "wrong_clothes": 1}
    assert bureau.plan("priyo") == 3
    tuesday = {slot.id for slot in slots_from(bureau.journal.db, SERVICE, "2026-03-31")}
    assert {row.slot_id for row in bureau.rows("scheduled")} <= tuesday
    story = [(one.action, one.on_date) for one in member_story(bureau.journal.db, ids[1])]
    assert story[1:] == [("planned", "2026-03-30"), ("stayed_away", "2026-03-30"), ("planned", "2026-03-31")]


def test_whoever_is_taken_out_gives_his_place_back(bureau: Bureau) -> None:
    bureau.put_at("plan")
    bureau.enter(3)
    bureau.slots(MONDAY, MONDAY, 1, hours="08.00-09.00, 09.00-10.00")
    bureau.plan(ids=bureau.ids()[:2])
    bureau.move("removed", bureau.ids()[:1], "taufik", "Ditarik SKPD")
    assert bureau.plan(ids=bureau.ids()[2:]) == 1
    assert [row.begins for row in bureau.rows("scheduled")] == ["09.00", "08.00"]


def test_a_changed_calendar_tells_which_booked_days_are_off(bureau: Bureau) -> None:
    bureau.put_at("plan")
    bureau.enter(3)
    bureau.slots(MONDAY, MONDAY + timedelta(days=1), 2, hours="08.00-10.00")
    bureau.plan()
    definition = case_words(bureau)[2]
    assert booked_days_off(bureau.journal.db, definition, bureau.now.date()) == []
    day = HolidayData(MONDAY.isoformat(), "Libur provinsi", "lokal", "Keputusan", "")
    office.set_holidays(bureau.journal, bureau.who("kabag"), days=[day], removed=[], reason="Baru", now=bureau.now)
    assert booked_days_off(bureau.journal.db, definition, bureau.now.date()) == [(MONDAY, "Libur provinsi", 2)]
    with pytest.raises(Problem):
        bureau.plan(ids=bureau.ids()[:2])
    bureau.slots(MONDAY + timedelta(days=2), MONDAY + timedelta(days=2), 2, hours="08.00-10.00")
    bureau.plan(ids=bureau.ids()[:2])
    assert booked_days_off(bureau.journal.db, definition, bureau.now.date()) == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["plan", "hand", "attended", "stayed_away", "dressed_otherwise", "removed", "capacity"]),
        st.integers(0, 11),
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=14,
)


def try_deed(bureau: Bureau, deed: str, at: int, count: int) -> None:
    """One piece of work, whatever comes of it."""
    slots, ids = slots_from(bureau.journal.db, SERVICE, "2026-01-01"), bureau.ids()[at : at + count]
    slot = slots[at % len(slots)].id
    if deed == "plan":
        bureau.plan("priyo", ids=ids)
    elif deed == "hand":
        bureau.plan("priyo", ids=ids, slot_id=slot)
    elif deed == "capacity":
        schedule.change_slot(
            bureau.journal, bureau.who("priyo"), service=SERVICE, slot_id=slot, capacity=count, now=bureau.now
        )
    else:
        bureau.move(deed, ids, "priyo", "Ditarik SKPD")


def test_no_slot_is_ever_over_its_capacity(bureau: Bureau, tmp_path: Path) -> None:
    """Whatever is tried in whatever order on requests that share slots: capacity holds, and a replay gives the same."""
    bureau.slots(MONDAY, MONDAY + timedelta(days=1), 3, hours="08.00-10.00, 10.00-12.00, 13.00-15.00")
    done, requests = list[str](), itertools.count(1)

    @settings(max_examples=25)
    @given(work=STEPS)
    def work_through(work: list[tuple[str, int, int]]) -> None:
        number = next(requests)
        bureau.at(date(2026, 3, 12), 9)
        bureau.open(f"800/{number}/ACAK")
        bureau.put_at("record")
        bureau.enter(12, number * 12)
        bureau.at(MONDAY, 9)
        for deed, at, count in work:
            try:
                try_deed(bureau, deed, at, count)
                done.append(deed)
            except Problem:
                pass
            assert all(one.taken <= one.capacity for one in slots_from(bureau.journal.db, SERVICE, "2026-01-01"))

    work_through()
    assert {"plan", "hand", "attended", "removed", "capacity"} <= {*done}
    assert verify_side(bureau.journal, "office", tmp_path / "replay.sqlite3").faults == []


# -- the journal -----------------------------------------------------------------------------------------------------


def test_replay_gives_the_same_people_and_slots(bureau: Bureau, journal: Journal, tmp_path: Path) -> None:
    bureau.put_at("record")
    bureau.enter(4)
    bureau.slots(MONDAY, MONDAY + timedelta(days=1), 3)
    bureau.plan("priyo")
    bureau.at(MONDAY, 13)
    ids = bureau.ids()
    bureau.move("attended", ids[:2])
    bureau.move("stayed_away", ids[2:])
    bureau.plan("priyo")
    bureau.move("removed", ids[3:], "priyo", "Ditarik SKPD")
    assert verify_side(journal, "office", tmp_path / "replay.sqlite3").faults == []


def test_the_database_itself_refuses_a_full_slot(bureau: Bureau) -> None:
    bureau.put_at("plan")
    bureau.enter(2)
    bureau.slots(MONDAY, MONDAY, 1, hours="08.00-10.00")
    bureau.plan(ids=bureau.ids()[:1])
    slot = bureau.rows()[0].slot_id
    with pytest.raises(Exception, match="slot is full"), bureau.journal.transaction():
        bureau.journal.db.run("UPDATE member SET slot_id = ? WHERE slot_id IS NULL", (slot,))


def test_a_list_without_the_people_still_applies() -> None:
    from app.casework.members.events import NewMember

    body = MembersListed(1, "listed", [NewMember(4, 1, nip(1), "PEGAWAI", {"nip": nip(1)}, f"kartu-pns/{nip(1)}")])
    bare = msgspec.json.decode(redacted_json(msgspec.json.encode(body), MembersListed), type=MembersListed)
    assert nip(1) not in repr(bare)
    assert bare.members[0].ordinal == 1


# -- the file --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('first = "listed"', 'first = "begun"', "people.first"),
        ('move = "planned"', 'move = "booked"', "people.schedule.move"),
        ('to = "cancelled"', 'to = "listed"', "people.states"),
        ('needs_people = ["recorded", "cancelled"]', 'needs_people = ["taken"]', "needs_people"),
        ('counts_as = "made"', 'counts_as = "open"', "counts_as"),
        ('roles = ["kasubbag_tu", "kasubbag_tal", "processor"]\nsteps', "roles = []\nsteps", "people.roles"),
        ('hours = ["08.00-10.00"', 'hours = ["8-10"', "people.schedule.hours"),
    ],
)
def test_a_wrong_list_is_refused_with_its_key(old: str, new: str, key: str) -> None:
    text = definition_text(SERVICES / f"{SERVICE}.toml")
    assert old in text
    with pytest.raises(DefinitionError) as caught:
        load_definition(text.replace(old, new, 1))
    assert key in str(caught.value)


def test_nobody_is_the_program_itself(bureau: Bureau) -> None:
    bureau.enter(1)
    with pytest.raises(Problem):
        service.move_members(
            bureau.journal, SYSTEM, case_id=bureau.case_id, move_id="removed", ids=bureau.ids(), now=bureau.now
        )
