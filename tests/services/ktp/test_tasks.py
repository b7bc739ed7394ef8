"""What waits at each desk."""

from app.casework.batches import answers, dispatch, products, queries
from app.casework.batches.partners import find_partner_service
from app.casework.batches.tasks import DESK as BATCHES
from app.casework.desk.tasks import MOST_TASKS, Task
from app.core.messages import CentreState, LinePrinted
from app.services.ktp.queries import DESK
from tests.services.ktp.desk import Desk


def tabs(desk: Desk, username: str) -> dict[str, list[str]]:
    """Tab → verbs of what waits for a person."""
    found: dict[str, list[str]] = {}
    for ask in (*DESK.tasks, *BATCHES.tasks):
        for task in ask(desk.journal.db, desk.who(username), desk.now):
            found.setdefault(task.tab, []).append(task.verb)
    return found


def test_each_role_sees_its_own_work(desk: Desk) -> None:
    desk.complete()
    desk.complete()
    desk.ready()
    desk.draft(desk.ready())
    assert tabs(desk, "oki") == {"Perekaman": ["Catat", "Catat"], "Kirim": ["", "Susun"]}
    assert tabs(desk, "sari") == {"Kirim": ["", "Susun"]}
    assert tabs(desk, "budi")["Kirim"] == ["Setujui", "Susun"]
    assert tabs(desk, "camat") == {"Kirim": ["Setujui"]}
    assert tabs(desk, "ida") == {}
    assert tabs(desk, "desi") == {"Perekaman": [""]}


def test_what_comes_back_is_told_to_those_who_act(desk: Desk) -> None:
    found = [desk.ready() for _ in range(5)]
    made = desk.send(*found)
    desk.printed(made, 1, 2)
    desk.shipped("S-1", made, 1)
    desk.refused(made, 3, "Latar foto biru.")
    answers.type_answer(desk.journal, desk.who("sari"), dispatch_id=made, ordinal=4, result="printed", now=desk.now)
    assert tabs(desk, "sari") == {"Dikembalikan Dispenduk Capil": ["Perbaiki"], "Hitung kartu": ["Hitung", "Hitung"]}
    assert tabs(desk, "oki")["Jawaban Dispenduk Capil"] == ["Periksa"]
    desk.arrived(found[1])
    assert tabs(desk, "ida") == {"Panggil": ["Panggil"]}
    products.note_call(desk.journal, desk.who("ida"), case_id=found[1], means="phone", reached=True, now=desk.now)
    assert tabs(desk, "ida") == {}
    assert tabs(desk, "sari")["Serahkan"] == ["Serahkan"]


def test_conflicts_and_mismatches_reach_who_decides(desk: Desk) -> None:
    made = desk.send(desk.ready(), desk.ready())
    desk.typed(made, 1, "refused", reason="NIK ganda")
    desk.printed(made, 1)
    desk.hear(LinePrinted(desk.line(made, 1), "K999", str(desk.now.date())))
    assert len(queries.list_conflicts(desk.journal.db, "ktp-el")) == 1
    assert tabs(desk, "camat") == {"Jawaban Dispenduk Capil": ["Putuskan"]}, "one line, one decision"
    with desk.journal.transaction(), desk.journal.db.applying():
        desk.journal.db.run("DELETE FROM dispatch_line WHERE ordinal = 2")
    dispatch.check_balances(desk.journal, desk.now)
    assert tabs(desk, "ratna")["Jawaban Dispenduk Capil"] == ["Cari"]


def test_blanks_and_queue_are_shown_with_their_age(desk: Desk) -> None:
    ask = BATCHES.cards[0]
    assert ask(desk.journal.db, desk.who("sari"), desk.now) is None
    with desk.journal.transaction():
        desk.journal.record(
            CentreState(412, 1630, "2026-03-10T02:00:00Z"), subject="centre", actor="printer", at=desk.now
        )
    state = queries.centre_news(desk.journal.db, find_partner_service(desk.journal.db))
    assert state is not None
    assert state.title == "Dinas Kependudukan dan Pencatatan Sipil", "its name, not the code of its road"
    card = ask(desk.journal.db, desk.who("sari"), desk.now)
    assert card is not None
    assert card.lead == "412 blangko"
    assert "1.630" in card.text
    assert "2 hari lalu" in card.text


def test_what_does_not_fit_on_the_desk_is_counted_in_one_row(desk: Desk) -> None:
    """Eight rows and one for the rest; eight alone have none."""
    for _ in range(MOST_TASKS):
        desk.complete()
    ask = DESK.tasks[0]
    assert len(ask(desk.journal.db, desk.who("oki"), desk.now)) == MOST_TASKS
    for _ in range(3):
        desk.complete()
    rows = ask(desk.journal.db, desk.who("oki"), desk.now)
    assert len(rows) == MOST_TASKS + 1
    assert rows[-1].title.startswith("3 ")


def test_files_to_repair_are_counted_beyond_eight(desk: Desk) -> None:
    ready = [desk.ready() for _ in range(MOST_TASKS + 2)]
    made = desk.send(*ready[:MOST_TASKS])
    for ordinal in range(1, MOST_TASKS + 1):
        desk.refused(made, ordinal, "Latar foto biru.")

    def repair() -> list[Task]:
        found = [task for ask in BATCHES.tasks for task in ask(desk.journal.db, desk.who("sari"), desk.now)]
        return [task for task in found if task.tab.startswith("Dikembalikan")]

    assert [task.verb for task in repair()] == ["Perbaiki"] * MOST_TASKS, "eight fit: no row for the rest"
    again = desk.send(*ready[MOST_TASKS:])
    for ordinal in (1, 2):
        desk.refused(again, ordinal, "Latar foto biru.")
    assert (len(repair()), repair()[-1].title) == (MOST_TASKS + 1, "2 berkas lagi")
