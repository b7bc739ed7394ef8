"""What waits at each desk."""

from datetime import date, timedelta

from app.casework.batches import answers, daily, products, queries
from app.casework.batches.partners import find_partner_service
from app.casework.batches.tasks import DESK as BATCHES
from app.casework.desk.parts import MOST_TASKS, Task
from app.casework.desk.service import case_by_id
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
    daily.check_balances(desk.journal, desk.now)
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


def batch_rows(desk: Desk, username: str) -> list[Task]:
    return [task for ask in BATCHES.tasks for task in ask(desk.journal.db, desk.who(username), desk.now)]


def due_day(desk: Desk, case_id: int) -> date:
    case = case_by_id(desk.journal.db, case_id)
    assert case is not None
    return date.fromisoformat(case.due_on)


def test_rows_of_a_dispatch_say_how_many_who_approves_and_what_is_due_first(desk: Desk) -> None:
    first = desk.ready()
    second = desk.later(days=1).ready()
    assert due_day(desk, first) < due_day(desk, second)
    (ready,) = batch_rows(desk, "sari")
    assert (ready.title, ready.count, ready.due_on, ready.act) == (
        "2 berkas siap dikirim",
        2,
        due_day(desk, first),
        "send",
    )
    made = desk.draft(second, first)
    (waits,), (asked,) = batch_rows(desk, "sari"), batch_rows(desk, "camat")
    assert waits.detail == "2 berkas, menunggu persetujuan Kasi atau Camat"
    assert (waits.verb, waits.state, waits.word) == ("", "idle", "Menunggu persetujuan")
    assert (asked.verb, asked.state, asked.word, asked.act) == ("Setujui", "", "", "approve")
    assert asked.due_on == waits.due_on == due_day(desk, first)
    assert asked.values == {"dispatch_id": made}
    assert batch_rows(desk, "desi") == []


def test_rows_of_what_came_back_name_the_reason_the_list_and_the_counts(desk: Desk) -> None:
    found = [desk.ready() for _ in range(4)]
    made = desk.send(*found)
    desk.refused(made, 3, "Latar foto biru.")
    desk.printed(made, 1, 2)
    desk.shipped("S-1", made, 1)
    answers.type_answer(desk.journal, desk.who("sari"), dispatch_id=made, ordinal=4, result="printed", now=desk.now)
    back, unlisted, listed = batch_rows(desk, "sari")
    assert (back.detail, back.state, back.case_id, back.act) == ("Latar foto biru.", "back", found[2], "check")
    assert (back.due_on, back.word) == (due_day(desk, found[2]), "Dikembalikan Dispenduk Capil")
    assert (unlisted.title, unlisted.detail) == ("1 kartu ditunggu", "Sudah dicetak, belum ada daftar kirim")
    assert listed.title == "1 kartu, daftar kirim S-1"
    assert listed.detail == "Hitung dengan tangan, cocokkan dengan daftar kirimnya"
    assert (listed.count, listed.due_on, listed.act) == (1, due_day(desk, found[0]), "count")
    typed = batch_rows(desk, "budi")[-1]
    assert (typed.title, typed.detail) == ("Pengiriman 001/KIRIM/2026", "1 jawaban diketik, menunggu pemeriksa kedua")
    assert (typed.values, typed.act) == ({"dispatch_id": made}, "verify")


def test_rows_of_cards_name_the_owner_for_one_and_count_for_more(desk: Desk) -> None:
    """By name for one alone and for a village; who called it and whether that reached anybody stands there."""
    found = [desk.ready() for _ in range(4)]
    desk.printed(desk.send(*found), 1, 2, 3, 4)
    desk.arrived(*found)
    (many,) = batch_rows(desk, "ida")
    assert (many.title, many.verb, many.values) == ("4 kartu belum dipanggil", "Panggil", {"daftar": "belum"})
    by_name = batch_rows(desk, "desi")
    assert [task.case_id for task in by_name] == [found[1], found[3]], "the two of Munder"
    assert {(task.state, task.word) for task in by_name} == {("warn", "Belum dipanggil")}
    calls = [(found[0], True), (found[1], False)]
    for case_id, reached in calls[:1]:
        products.note_call(desk.journal, desk.who("ida"), case_id=case_id, means="phone", reached=reached, now=desk.now)
    uncalled, waiting = batch_rows(desk, "sari")
    assert uncalled.title == "3 kartu belum dipanggil"
    assert (waiting.case_id, waiting.verb, waiting.act) == (found[0], "Serahkan", "give")
    assert (waiting.state, waiting.word) == ("", "")
    assert waiting.detail == "Kartu tiba 12 Mar 2026, sudah dipanggil, tunggu di loket"
    for case_id, reached in calls[1:]:
        products.note_call(desk.journal, desk.who("ida"), case_id=case_id, means="phone", reached=reached, now=desk.now)
    assert [task.title for task in batch_rows(desk, "sari")] == ["2 kartu belum dipanggil", "2 kartu menunggu diambil"]


def test_the_card_of_what_came_back_and_the_sentence_of_the_last_dispatch(desk: Desk) -> None:
    db, back, last = desk.journal.db, BATCHES.cards[1], BATCHES.digests[0]
    assert back(db, desk.who("sari"), desk.now) is None
    assert last(db, desk.who("sari"), desk.now) == ""
    made = desk.send(desk.ready(), desk.ready(), desk.ready(), desk.ready())
    waiting = back(db, desk.who("sari"), desk.now)
    assert waiting is not None
    assert (waiting.title, waiting.lines[2][1]) == ("Pengiriman terakhir ke Dispenduk Capil", "4 menunggu")
    desk.refused(made, 3)
    returned = back(db, desk.who("sari"), desk.now)
    assert returned is not None
    assert returned.title == "Kembali dari Dispenduk Capil"
    desk.printed(made, 1, 2)
    card = back(db, desk.who("sari"), desk.now)
    assert card is not None
    assert (card.title, card.text) == ("Kembali dari Dispenduk Capil", "Pengiriman 001/KIRIM/2026, Kam 12 Mar")
    assert [line[:2] for line in card.lines] == [("good", "2 dicetak"), ("back", "1 ditolak"), ("wait", "1 menunggu")]
    assert back(db, desk.who("desi"), desk.now) is None
    said = [last(db, desk.who("sari"), desk.now + timedelta(days=days)) for days in (0, 1, 2)]
    assert said == [f"pengiriman terakhir {day} 09.42" for day in ("hari ini", "kemarin", "Kam 12 Mar")]
