"""Letters that come: agenda numbers, dispositions from post to post, dates, reports; who may do what."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.casework.letters import agenda, queries, tasks
from app.casework.letters.agenda import Incoming, Order
from app.casework.letters.queries import Asked, case_numbers
from app.casework.letters.tables import DispositionReceiver, IncomingLetter
from app.casework.letters.transitions import load_incoming
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.office.service import set_series
from sync.journal import Journal
from sync.verification import verify_side
from tests.casework.letters.conftest import LINE
from tests.platform.people import START

Who = Callable[[str], Actor]
TELL = {"instructions": ["Tindak lanjuti sesuai ketentuan"], "note": ""}


def state(journal: Journal, letter_id: int) -> str:
    row = IncomingLetter.first(journal.db, id=letter_id)
    assert row is not None
    return str(row.state)


def refusal(problem: pytest.ExceptionInfo[Problem]) -> tuple[str, str]:
    return problem.value.code, " ".join(problem.value.fields.values()) or problem.value.sentence


def test_numbers_run_on_in_a_year_by_the_office_s_pattern(journal: Journal, who: Who, letter_id: int) -> None:
    ratna = who("ratna")
    with pytest.raises(Problem) as twice:
        agenda.register_incoming(journal, ratna, line=LINE, now=START)
    assert "sudah diagendakan dengan nomor 001/SM/2026" in twice.value.sentence
    other = [replace(LINE, letter_number=f"045/{n}") for n in (13, 14, 15)]
    second = agenda.register_incoming(journal, ratna, line=other[0], now=START)
    set_series(journal, ratna, name="letter_in", pattern="{n}/AGENDA/{year}", start=1, now=START)
    third = agenda.register_incoming(journal, ratna, line=other[1], now=START)
    january = START + timedelta(days=300)
    fourth = agenda.register_incoming(journal, ratna, line=other[2], now=january)
    numbers = [row.number for row in IncomingLetter.rows(journal.db, order="id")]
    assert [letter_id, second, third, fourth] == [1, 2, 3, 4]
    assert numbers == ["001/SM/2026", "002/SM/2026", "3/AGENDA/2026", "1/AGENDA/2027"]
    assert queries.agenda_years(journal.db, 2026) == [2027, 2026]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"sender": " "}, "sender"),
        ({"letter_number": ""}, "letter_number"),
        ({"subject": "x" * 301}, "subject"),
        ({"received_on": date(2026, 3, 13)}, "received_on"),
        ({"letter_date": date(2026, 3, 13)}, "letter_date"),
        ({"code": "999"}, "code"),
        ({"urgency": "now"}, "urgency"),
        ({"attachments": 1000}, "attachments"),
        ({"to_role": "counter"}, "to_role"),
    ],
)
def test_a_wrong_line_takes_no_number(journal: Journal, who: Who, wrong: dict[str, object], field: str) -> None:
    line: Incoming = replace(LINE, **wrong)
    with pytest.raises(Problem) as refused:
        agenda.register_incoming(journal, who("ratna"), line=line, now=START)
    assert list(refused.value.fields) == [field]
    assert agenda.register_incoming(journal, who("ratna"), line=LINE, now=START) == 1


def test_a_disposition_goes_down_the_posts_and_comes_back_as_reports(
    journal: Journal, who: Who, letter_id: int, tmp_path: Path
) -> None:
    camat, budi, sari = who("camat"), who("budi"), who("sari")
    [put_before] = tasks.incoming_tasks(journal.db, camat, START)
    assert (
        put_before.title,
        put_before.verb,
        put_before.word,
        put_before.state,
        put_before.act,
        put_before.due_on,
    ) == (
        "Surat masuk 001/SM/2026",
        "Disposisi",
        "Biasa",
        "wait",
        "decide",
        None,
    )
    assert tasks.incoming_tasks(journal.db, budi, START) == []
    due = date(2026, 3, 16)
    to_kasi = [Order(role="kasi", due_on=due), Order(username="ida")]
    agenda.dispose_letter(journal, camat, letter_id=letter_id, orders=to_kasi, **TELL, now=START)
    (mine,) = tasks.incoming_tasks(journal.db, budi, START)
    assert (mine.due_on, mine.word, mine.verb, mine.act) == (due, "Baru", "", "follow")
    part = agenda.open_parts(journal.db, letter_id, budi)[0].id
    agenda.acknowledge(journal, budi, letter_id=letter_id, receiver_id=part, now=START)
    assert [task.word for task in tasks.incoming_tasks(journal.db, budi, START)] == ["Dikerjakan"]
    assert tasks.incoming_tasks(journal.db, camat, START) == [], "it was passed on"
    passed = [Order(username="sari", due_on=due)]
    agenda.dispose_letter(journal, budi, letter_id=letter_id, orders=passed, instructions=[], note="Siapkan", now=START)
    assert agenda.open_parts(journal.db, letter_id, budi) == []
    late = START + timedelta(days=10)
    for reader in (budi, sari):
        (item,) = tasks.due_items(journal.db, reader, late)
        assert (item.limit, item.deadline.due) == ("Disposisi kepada Sari Wulandari (Petugas Loket)", "2026-03-16")
    own = agenda.open_parts(journal.db, letter_id, sari)[0].id
    agenda.report_done(journal, sari, letter_id=letter_id, receiver_id=own, report="Sudah disiapkan", now=late)
    assert tasks.due_items(journal.db, sari, late) == []
    assert state(journal, letter_id) == "disposed"
    of_ida = agenda.open_parts(journal.db, letter_id, who("ida"))[0].id
    agenda.report_done(journal, who("ida"), letter_id=letter_id, receiver_id=of_ida, report="Diketahui", now=late)
    assert state(journal, letter_id) == "settled"
    assert [row.report for row in DispositionReceiver.rows(journal.db, order="id")] == [
        "",
        "Diketahui",
        "Sudah disiapkan",
    ]
    assert verify_side(journal, "office", tmp_path / "scratch.sqlite3").faults == []


def test_only_whom_it_has_reached_and_the_posts_above_dispose(journal: Journal, who: Who, letter_id: int) -> None:
    orders = [Order(username="sari")]
    with pytest.raises(Problem) as unseen:
        agenda.dispose_letter(journal, who("budi"), letter_id=letter_id, orders=orders, **TELL, now=START)
    assert unseen.value.code == "not_found"
    for username in ("sari", "oki", "ida", "desi", "wati"):
        with pytest.raises(Problem) as forbidden:
            agenda.dispose_letter(journal, who(username), letter_id=letter_id, orders=orders, **TELL, now=START)
        assert forbidden.value.code == "forbidden"
    with pytest.raises(Problem) as below:  # the secretary reads the agenda, but stands below the Camat
        agenda.dispose_letter(journal, who("ratna"), letter_id=letter_id, orders=orders, **TELL, now=START)
    assert refusal(below)[1].startswith("Surat ini belum sampai kepada Anda")
    agenda.dispose_letter(journal, who("camat"), letter_id=letter_id, orders=[Order(role="kasi")], **TELL, now=START)
    agenda.dispose_letter(journal, who("ratna"), letter_id=letter_id, orders=orders, **TELL, now=START)
    with pytest.raises(Problem) as others:
        agenda.report_done(journal, who("ratna"), letter_id=letter_id, receiver_id=1, report="Sudah", now=START)
    assert "bukan untuk Anda" in refusal(others)[1]


@pytest.mark.parametrize(
    ("orders", "said"),
    [
        ([], "paling sedikit satu penerima"),
        ([Order(role="camat")], "Anda sendiri tidak termasuk"),
        ([Order(username="desi")], "Pilih penerima dari daftar"),
        ([Order(role="kasi"), Order(role="kasi")], "cukup sekali"),
        ([Order(role="kasi"), *(Order(username=f"orang{n}") for n in range(12))], "Paling banyak 12 penerima"),
        ([Order(role="kasi", due_on=date(2026, 3, 11))], "tidak boleh sudah lewat"),
    ],
)
def test_receivers_are_chosen_once_and_in_time(
    journal: Journal, who: Who, letter_id: int, orders: list[Order], said: str
) -> None:
    with pytest.raises(Problem) as refused:
        agenda.dispose_letter(journal, who("camat"), letter_id=letter_id, orders=orders, **TELL, now=START)
    assert said in refusal(refused)[1]
    assert state(journal, letter_id) == "registered"


def test_a_secret_letter_is_read_by_few(journal: Journal, who: Who) -> None:
    secret = replace(LINE, urgency="secret")
    letter_id = agenda.register_incoming(journal, who("ratna"), line=secret, now=START)
    for username, reads in (("camat", True), ("ratna", True), ("budi", False), ("sari", False), ("desi", False)):
        found = queries.incoming_letters(journal.db, who(username), Asked(2026))
        assert [row.id for row in found] == ([letter_id] if reads else []), username
        if not reads:
            with pytest.raises(Problem):
                load_incoming(journal.db, who(username), letter_id)


def test_a_line_of_the_agenda_is_corrected_with_a_reason(
    journal: Journal, who: Who, letter_id: int, tmp_path: Path
) -> None:
    ratna, better = who("ratna"), replace(LINE, subject="Permohonan narasumber")
    with pytest.raises(Problem):
        agenda.amend_incoming(journal, ratna, letter_id=letter_id, line=better, reason="", now=START)
    agenda.amend_incoming(journal, ratna, letter_id=letter_id, line=better, reason="Salah ketik", now=START)
    (found,) = queries.incoming_letters(journal.db, ratna, Asked(2026, text="NARASUMBER"))
    assert (found.subject, found.number) == ("Permohonan narasumber", "001/SM/2026")
    assert queries.incoming_letters(journal.db, ratna, Asked(2026, text="%")) == []
    agenda.settle_letter(journal, who("camat"), letter_id=letter_id, note="Untuk diketahui saja", now=START)
    assert state(journal, letter_id) == "settled"
    assert verify_side(journal, "office", tmp_path / "scratch.sqlite3").faults == []


def test_what_is_written_about_a_letter_that_came_has_its_limits(journal: Journal, who: Who, letter_id: int) -> None:
    camat, at = who("camat"), {"letter_id": letter_id, "now": START}
    to_budi = {"orders": [Order(role="kasi")], "instructions": []}
    ways: list[tuple[int, str, Callable[[str], object]]] = [
        (300, "reason", lambda text: agenda.amend_incoming(journal, who("ratna"), line=LINE, reason=text, **at)),
        (1000, "note", lambda text: agenda.dispose_letter(journal, camat, **to_budi, note=text, **at)),
        (1000, "report", lambda text: agenda.report_done(journal, who("budi"), receiver_id=1, report=text, **at)),
    ]
    for most, field, say in ways:
        for text in ("", "x" * (most + 1)):
            with pytest.raises(Problem) as refused:
                say(text)
            assert list(refused.value.fields) == [field], (field, len(text))
        say("x" * most)
    assert state(journal, letter_id) == "settled"
    other = agenda.register_incoming(journal, who("ratna"), line=replace(LINE, letter_number="2"), now=START)
    for text in ("", "x" * 301):
        with pytest.raises(Problem) as refused:
            agenda.settle_letter(journal, camat, letter_id=other, note=text, now=START)
        assert list(refused.value.fields) == ["note"]
    agenda.settle_letter(journal, camat, letter_id=other, note="x" * 300, now=START)


def test_days_of_a_letter_may_be_the_same_and_a_due_day_today(journal: Journal, who: Who) -> None:
    today = START.date()
    line = replace(LINE, letter_date=today, received_on=today, attachments=999)
    made = agenda.register_incoming(journal, who("ratna"), line=line, now=START)
    orders = [Order(role="kasi", due_on=today), Order(username="ida")]
    agenda.dispose_letter(journal, who("camat"), letter_id=made, orders=orders, **TELL, now=START)
    rows = DispositionReceiver.rows(journal.db, letter_id=made, order="id")
    assert [(row.role, row.username, row.due_on) for row in rows] == [("kasi", "", "2026-03-12"), ("", "ida", None)]
    part = agenda.open_parts(journal.db, made, who("budi"))[0].id
    for moment in (START, START + timedelta(hours=1)):
        agenda.acknowledge(journal, who("budi"), letter_id=made, receiver_id=part, now=moment)
    row = DispositionReceiver.first(journal.db, id=part)
    assert row is not None
    assert str(row.acknowledged_at).startswith("2026-03-12T02:42")
    later = START + timedelta(days=1)
    better = replace(line, received_on=later.date())
    agenda.amend_incoming(journal, who("ratna"), letter_id=made, line=better, reason="Salah", now=later)
    agenda.amend_incoming(
        journal, who("ratna"), letter_id=made, line=better, reason="Lagi", now=START
    )  # a clock behind


def test_a_letter_of_a_case_comes_once_and_is_linked_once(
    journal: Journal, who: Who, case_id: int, letter_id: int
) -> None:
    ratna, other = who("ratna"), replace(LINE, letter_number="7")
    number = str(case_numbers(journal.db, [case_id])[case_id])
    for letter in ("notice", "nothing"):
        with pytest.raises(Problem) as refused:
            agenda.register_incoming(journal, ratna, line=other, case_id=case_id, letter=letter, now=START)
        assert list(refused.value.fields) == ["letter"]
    agenda.link_incoming(journal, ratna, letter_id=letter_id, case_number=number, letter="request", now=START)
    with pytest.raises(Problem) as twice:
        agenda.link_incoming(journal, ratna, letter_id=letter_id, case_number=number, now=START)
    assert "sudah terhubung" in twice.value.sentence
    with pytest.raises(Problem) as again:
        agenda.register_incoming(journal, ratna, line=other, case_id=case_id, letter="request", now=START)
    assert "sudah diagendakan" in again.value.sentence
    more = agenda.register_incoming(journal, ratna, line=other, case_id=case_id, now=START)
    rows = [IncomingLetter.first(journal.db, id=one) for one in (letter_id, more)]
    assert [(row.case_id, row.letter) for row in rows if row] == [(case_id, "request"), (case_id, "")]
