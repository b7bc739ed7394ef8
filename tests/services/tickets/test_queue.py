"""Numbers of the queue: never twice, in the order of the rule, and true after a restore, a kill and a wrong clock."""

import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from app import compose
from app.core.problems import Problem
from app.services.tickets import queries, service
from app.services.tickets.service import MOST_PRIORITY_IN_A_ROW, PER_DAY, PER_MINUTE
from app.services.tickets.tables import Ticket
from schema.database import open_office
from schema.definitions import SERVICES, definition_text
from sync.journal import Journal
from tests.platform.office.adopting import put_in_force
from tests.platform.people import Clock
from tests.rules.source import ROOT
from tests.services.tickets.queue import COUNTERS, HOTLINE, KTP, Queue, at, faults_of


def refused(work: object, **told: object) -> str:
    """The sentence with which a deed is refused."""
    assert callable(work)
    with pytest.raises(Problem) as raised:
        work(**told)
    return next(iter(raised.value.fields.values()), raised.value.sentence)


def test_each_service_counts_with_its_letter_from_one_each_day(queue: Queue) -> None:
    assert [queue.take(), queue.take(HOTLINE), queue.take()] == ["A-001", "B-001", "A-002"]
    queue.clock.at = at(8, day=13)
    assert [queue.take(HOTLINE), queue.take()] == ["B-001", "A-001"]
    assert queue.waiting() == ["B-001", "A-001"]  # who was left yesterday waits no longer


def test_a_number_goes_from_the_kiosk_to_its_end(queue: Queue, tmp_path: Path) -> None:
    queue.take()
    queue.clock.at += timedelta(minutes=7)
    assert queue.next() == "A-001"
    queue.clock.at += timedelta(minutes=1)
    queue.begin("A-001")
    queue.clock.at += timedelta(minutes=5)
    queue.finish("A-001")
    ticket = queue.find("A-001")
    assert (ticket.state, ticket.counter, ticket.call) == ("served", 1, 1)
    assert [str(moment)[11:16] for moment in (ticket.taken_at, ticket.called_at, ticket.begun_at, ticket.ended_at)] == [
        "02:42",
        "02:49",
        "02:50",
        "02:55",
    ]
    assert faults_of(queue.journal, tmp_path) == []


def test_the_next_call_ends_what_was_served(queue: Queue) -> None:
    queue.take()
    queue.take()
    queue.serve()
    assert queue.next() == "A-002"
    assert queue.find("A-001").state == "served"


def test_a_call_without_answer_is_not_passed_over(queue: Queue) -> None:
    queue.take()
    queue.take()
    queue.next()
    assert "A-001 baru dipanggil" in refused(queue.next)
    queue.absent("A-001")
    assert queue.next() == "A-002"


def test_with_nobody_waiting_what_is_served_goes_on(queue: Queue) -> None:
    queue.take()
    queue.serve()
    assert refused(queue.next) == service.NOBODY_WAITS
    assert queue.find("A-001").state == "serving"


def test_who_did_not_come_is_called_back_to_a_free_counter(queue: Queue) -> None:
    queue.take()
    queue.take()
    queue.next()
    first_call = queue.find("A-001").called_at
    queue.absent("A-001")
    queue.next()
    back = {"ticket_id": queue.find("A-001").id, "now": queue.clock()}
    sari = queue.who("sari")
    assert "Selesaikan nomor A-002 dulu" in refused(lambda: service.call_back(queue.journal, sari, counter=1, **back))
    queue.clock.at += timedelta(minutes=9)
    service.call_back(queue.journal, sari, counter=2, ticket_id=queue.find("A-001").id, now=queue.clock())
    ticket = queue.find("A-001")
    assert (ticket.state, ticket.counter, ticket.called_at) == ("called", 2, first_call)


def test_calling_again_is_the_newest_call(queue: Queue) -> None:
    queue.take()
    queue.take()
    queue.next(1)
    queue.next(2)
    service.call_again(queue.journal, queue.who("sari"), ticket_id=queue.find("A-001").id, now=queue.clock())
    calls = queries.latest_calls(queue.journal.db, queue.clock().date())
    assert [(ticket.number, ticket.call) for ticket in calls] == [("A-001", 3), ("A-002", 2)]


def test_a_counter_calls_its_own_letters_only(queue: Queue) -> None:
    queue.take()
    queue.take(HOTLINE)
    assert queue.next(3) == "B-001"
    queue.begin("B-001")
    assert refused(queue.next, counter=3) == service.NOBODY_WAITS
    assert "tidak ditemukan" in refused(queue.next, counter=len(COUNTERS) + 1)


def test_priority_goes_first_but_not_for_ever(queue: Queue) -> None:
    for priority in (False, False, True, True, True):
        queue.take(priority=priority)
    order = [queue.serve() for _ in range(5)]
    assert MOST_PRIORITY_IN_A_ROW == 2
    assert order == ["A-003", "A-004", "A-001", "A-005", "A-002"]


def test_nothing_stands_in_the_way_of_priority_alone(queue: Queue) -> None:
    for _ in range(4):
        queue.take(priority=True)
    assert [queue.serve() for _ in range(4)] == ["A-001", "A-002", "A-003", "A-004"]


def test_a_number_of_another_day_is_moved_no_more(queue: Queue) -> None:
    queue.take()
    ticket = queue.find("A-001")
    queue.serve()
    queue.clock.at = at(8, day=13)
    told = {"ticket_id": ticket.id, "now": queue.clock()}
    assert "hari lain" in refused(lambda: service.finish_serving(queue.journal, queue.who("sari"), **told))
    queue.take()
    assert queue.next() == "A-001"  # the counter is free in the morning


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (at(7, 59), "Kamis, 12 Maret 2026 pukul 08.00"),
        (at(12, 0), "Kamis, 12 Maret 2026 pukul 12.30"),
        (at(16, 30), "Jumat, 13 Maret 2026 pukul 08.00"),
        (at(9, 0, day=14), "Senin, 16 Maret 2026 pukul 08.00"),
        (at(9, 0, day=19), "Rabu, 25 Maret 2026 pukul 07.30"),  # Nyepi, Lebaran, and the hours after Ramadan
    ],
)
def test_no_number_outside_of_hours_and_on_days_off(queue: Queue, moment: object, opens: str) -> None:
    queue.clock.at = moment
    sentence = refused(queue.take)
    assert sentence == f"Nomor antrean diambil pada jam buka kantor. Kantor buka lagi {opens}."
    assert Ticket.rows(queue.journal.db) == []


def test_the_first_and_the_last_minute_of_the_hours(queue: Queue) -> None:
    assert [queue.take_at(moment) for moment in (at(8), at(11, 59), at(12, 30), at(14, 59))] == [
        "A-001",
        "A-002",
        "A-003",
        "A-004",
    ]


def test_an_office_without_a_queue_gives_and_calls_nothing(queue: Queue) -> None:
    settings = {"on": False, "services": [], "counters": ["Loket 1"], "now": queue.clock()}
    service.change_ticket_settings(queue.journal, queue.who("ratna"), **settings)
    assert refused(queue.next) == service.OFF
    choose(queue, [KTP])
    service.change_ticket_settings(queue.journal, queue.who("ratna"), **settings | {"services": [KTP]})
    assert refused(queue.take) == service.OFF
    assert Ticket.rows(queue.journal.db) == []


def test_the_office_gives_so_many_in_a_minute_and_a_day(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(PER_MINUTE):
        queue.take()
    assert "terlalu" in refused(queue.take).lower() or "menit" in refused(queue.take)
    queue.clock.at += timedelta(seconds=61)
    assert queue.take() == f"A-{PER_MINUTE + 1:03}"
    assert PER_DAY == 400
    monkeypatch.setattr(service, "PER_DAY", PER_MINUTE + 1)
    queue.clock.at += timedelta(seconds=61)
    assert refused(queue.take) == service.FULL
    queue.clock.at = at(8, day=13)
    assert queue.take() == "A-001"


def test_a_clock_that_was_set_back_closes_no_kiosk(queue: Queue) -> None:
    for _ in range(PER_MINUTE):
        queue.take()
    queue.clock.forward(minutes=-40)
    assert queue.take() == f"A-{PER_MINUTE + 1:03}"


def test_after_a_restored_backup_no_number_of_the_day_is_given_twice(queue: Queue) -> None:
    journal = queue.journal
    kept = [queue.take()]
    lost = {"A-002", "A-003"}  # drawn after the backup: on slips in the waiting room, in no table
    journal.open_epoch(journal.source, queue.clock(), epoch=2, cause="restored")
    given = [queue.take(), queue.take()]
    assert given == ["A-002B", "A-003B"]
    assert len({*kept, *given, *lost}) == 5
    assert queue.next() == "A-001"
    queue.clock.at = at(8, day=13)
    assert queue.take() == "A-001"  # another day knows no slips of before


def test_a_clock_that_is_corrected_gives_no_number_twice_and_measures_nothing_below_nought(
    queue: Queue, tmp_path: Path
) -> None:
    first = [queue.take_at(at(10)), queue.take_at(at(10, 5))]
    queue.clock.at = at(9)  # an hour back
    again = [queue.take(), queue.next()]
    assert [*first, again[0]] == ["A-001", "A-002", "A-003"]
    assert again[1] == "A-001"  # the order is that of drawing, whatever the clock said
    assert queue.take_at(at(9, day=13)) == "A-001"
    assert queue.take_at(at(10, 10)) == "A-004"  # the day came back: it counts on
    assert faults_of(queue.journal, tmp_path) == []


def test_a_called_number_stays_called_when_the_power_goes(queue: Queue, tmp_path: Path) -> None:
    queue.take()
    queue.take()
    queue.journal.db.close()
    work = (
        "import os, sys, signal; from pathlib import Path; from app import compose; from schema.database import "
        "open_office; from tests.services.tickets.queue import Queue; from tests.platform.people import Clock;"
        "queue = Queue(compose.journal('office', open_office(Path(sys.argv[1]))), Clock());"
        "print(queue.next(), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    path = tmp_path / "kantor.sqlite3"
    killed = subprocess.run(
        [sys.executable, "-c", work, str(path)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (killed.stdout.strip(), killed.returncode) == ("A-001", -signal.SIGKILL)
    db = open_office(path)
    again = Queue(compose.journal("office", db), queue.clock)
    assert again.find("A-001").state == "called"
    assert "A-001 baru dipanggil" in refused(again.next)
    assert again.next(counter=2) == "A-002"
    assert faults_of(again.journal, tmp_path) == []
    db.close()


def test_two_desks_that_press_at_the_same_moment_never_call_the_same_number(queue: Queue, tmp_path: Path) -> None:
    for minute in range(3):
        queue.clock.at = at(9, 10 + minute)
        for _ in range(8):
            queue.take()
    path, called, together = tmp_path / "kantor.sqlite3", list[str](), threading.Barrier(2)

    def press(counter: int) -> None:
        db = open_office(path)
        desk = Queue(compose.journal("office", db), Clock())
        for _ in range(12):
            together.wait()
            number = desk.next(counter)
            called.append(number)
            desk.begin(number)
        db.close()

    desks = [threading.Thread(target=press, args=(counter,)) for counter in (1, 2)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert sorted(called) == [f"A-{n:03}" for n in range(1, 25)]
    assert faults_of(queue.journal, tmp_path) == []


def test_all_five_services_have_letters_of_their_own_and_keep_them(queue: Queue) -> None:
    journal, five = queue.journal, [KTP, HOTLINE, "ktm", "kartu-pns", "izin-kios-pasar"]
    for name in five[2:4]:
        put_in_force(journal, definition_text(SERVICES / f"{name}.toml"))
    put_in_force(journal, definition_text(ROOT / "tests/services/izin-kios-pasar.toml"))
    choose(queue, five)
    assert [queue.take(name) for name in five] == ["A-001", "B-001", "C-001", "D-001", "E-001"]
    choose(queue, [five[4], five[2], five[0]])
    assert queries.letters_of_services(journal.db) == {KTP: "A", "ktm": "C", "izin-kios-pasar": "E"}
    choose(queue, [five[4], five[2], five[0], five[3]])
    assert queries.letters_of_services(journal.db)["kartu-pns"] == "B"
    assert queue.take("kartu-pns") == "B-002"  # B-001 of today stands on a slip


def choose(queue: Queue, services: list[str]) -> None:
    told = {"on": True, "services": services, "counters": ["Loket 1"], "now": queue.clock()}
    service.change_ticket_settings(queue.journal, queue.who("ratna"), **told)


@pytest.mark.parametrize(
    ("services", "counters", "sentence"),
    [
        ([], ["Loket 1"], "Pilih paling sedikit satu layanan."),
        ([KTP], [], "Isi paling sedikit satu loket, misalnya Loket 1."),
        ([KTP], ["Loket 1", "loket 1: A"], "Beri tiap loket nama yang berbeda."),
        ([KTP], [": A"], "Beri tiap loket nama yang berbeda."),
        ([KTP], ["Loket 1: A B"], "Huruf B bukan huruf layanan yang dipilih."),
        (["tidak-ada"], ["Loket 1"], "Pilih dari daftar."),
    ],
)
def test_settings_that_do_not_fit_are_refused(
    queue: Queue, services: list[str], counters: list[str], sentence: str
) -> None:
    told = {"on": True, "services": services, "counters": counters, "now": queue.clock()}
    with pytest.raises(Problem) as raised:
        service.change_ticket_settings(queue.journal, queue.who("ratna"), **told)
    assert sentence[:12] in str([*raised.value.fields.values()])


def test_a_day_of_a_hundred_visitors_stays_small(journal: Journal, queue: Queue) -> None:
    """Four entries for a visitor: what they weigh is told in docs/decisions/0101."""
    before = journal.db.one("SELECT count(*) FROM journal")
    queue.take()
    queue.serve()
    queue.finish("A-001")
    after = journal.db.one("SELECT count(*) FROM journal")
    assert before is not None
    assert after is not None
    assert after[0] - before[0] == 4
