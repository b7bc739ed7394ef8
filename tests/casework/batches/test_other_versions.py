"""Two PCs of one office gave one id or number to two people: nothing of the one is ever joined to the other."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from app.casework.batches import answers, other_versions
from app.casework.desk.tables import CaseItem as ItemRow
from app.core.messages import (
    DispatchLine,
    EarlierAnswer,
    LineAccepted,
    LinePrinted,
    LineRefused,
    LineSentAgain,
    LineSpoiled,
    ShipmentSent,
)
from app.core.problems import Problem
from app.platform.office.numbers import next_number
from sync.entries import NO_LINE, OTHER_LINE, Head, head_bytes, held_line_hash, line_bytes
from sync.incoming_entries import receive_lines
from sync.journal import Journal
from sync.nodes import find_peer
from sync.verification import verify_side
from tests.platform.people import START
from tests.proof.hostility import chained_header, send
from tests.proof.messages import subject_of
from tests.services.ktp.desk import Desk

CENTRE = "dukcapil-3508"


def hear(desk: Desk, *bodies: msgspec.Struct) -> list[str]:
    """Answers of the centre through the receiver; why any was set aside."""
    office = desk.journal.source
    lines = []
    for body in bodies:
        kind = next(kind.name for kind in desk.journal.kinds.values() if kind.body is type(body))
        lines.append((kind, subject_of(body, office), msgspec.json.encode(body)))
    return send(desk.journal, CENTRE, office, lines)


def give_back(desk: Desk, line: DispatchLine, n: int, stream: str = "dukcapil") -> list[str]:
    """The centre gives a line of this office back that the other PC wrote; why it was set aside."""
    journal = desk.journal
    head = Head(
        "1.0",
        f"1/{stream}/{n}",
        journal.source,
        "dispatch.line",
        f"case/{line.case_id}",
        "2026-03-12T01:00:00Z",
        "1",
        n,
        "oki",
        "ok",
        "",
    )
    raw = line_bytes(head_bytes(head), msgspec.json.encode(line))
    tail = journal.tail(journal.source, 1, stream)
    header = chained_header(journal.source, CENTRE, journal.source, tail, stream, [raw])
    peer = find_peer(journal.db, CENTRE)
    assert peer is not None
    with journal.transaction():
        done = receive_lines(journal, peer, header, [raw], START)
    assert done.problem is None
    return [reason for _, reason in done.set_aside]


def sent_line(journal: Journal, line: str) -> DispatchLine:
    """The body of a line that was sent."""
    row = journal.db.one(
        "SELECT b.body FROM journal j JOIN journal_body b ON b.id = j.id WHERE j.kind = 'dispatch.line' AND j.n = ?",
        (int(line.rsplit("/", 1)[1]),),
    )
    assert row is not None
    return msgspec.json.decode(bytes(row[0]), type=DispatchLine)


def test_an_answer_to_another_line_under_the_same_id_is_set_aside(desk: Desk) -> None:
    desk.enrol()
    made = desk.send(desk.ready(), desk.ready())
    line, other = desk.line(made, 1), "ab" * 32
    day = "2026-03-12"
    wrong = [
        LineAccepted(line, other),
        LinePrinted(line, "K00001", day, other),
        LineRefused(line, "x", False, other),
        LineSpoiled(line, "x", "", other),
        ShipmentSent("350807-2026-001", day, [(line, "K00001")], "", [other]),
    ]
    assert hear(desk, *wrong) == [OTHER_LINE] * 5
    assert answers.get_line(desk.journal.db, made, 1).result == "waiting"
    right = held_line_hash(desk.journal.db, desk.journal.source, line)
    assert hear(desk, LinePrinted(line, "K00001", day, right)) == []
    assert hear(desk, ShipmentSent("350807-2026-001", day, [(line, "K00001")], "", [right])) == []
    row = answers.get_line(desk.journal.db, made, 1)
    assert (row.result, row.serial, row.shipment) == ("printed", "K00001", "350807-2026-001")
    assert answers.get_line(desk.journal.db, made, 2).result == "waiting"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"number": "0009/KTP/2026", "main_key": "3508991203790009"}, "milik berkas lain"),
        ({"main_key": "3508991203790009"}, "milik berkas lain"),
        ({"case_id": 77}, "sudah dipakai berkas lain"),
        ({"case_id": 78, "number": "0078/KTP/2026"}, "sudah dipakai untuk baris lain"),
    ],
)
def test_a_returned_line_never_joins_another_citizens_case(desk: Desk, changed: dict[str, object], why: str) -> None:
    """Nor do its answers: the card of the one is never the card of the other."""
    desk.enrol()
    case_id = desk.ready()
    made = desk.send(case_id)
    before = (
        list(desk.journal.db.run("SELECT * FROM case_file")),
        list(desk.journal.db.run("SELECT * FROM dispatch_line")),
    )
    twin = replace(sent_line(desk.journal, desk.line(made, 1)), **changed)
    n = desk.journal.tail(desk.journal.source, 1, "dukcapil").n + 1
    (reason,) = give_back(desk, twin, n)
    assert why in reason
    after = (
        list(desk.journal.db.run("SELECT * FROM case_file")),
        list(desk.journal.db.run("SELECT * FROM dispatch_line")),
    )
    assert after == before
    line, own, day = f"1/dukcapil/{n}", desk.line(made, 1), "2026-03-12"
    theirs, ours = (held_line_hash(desk.journal.db, desk.journal.source, one) for one in (line, own))
    assert hear(desk, LinePrinted(line, "K00009", day, theirs)) == [NO_LINE]
    assert hear(desk, LinePrinted(own, "K00001", day, ours)) == []
    both = ShipmentSent("350807-2026-001", day, [(own, "K00001"), (line, "K00009")], "", [ours, theirs])
    assert hear(desk, both) == []
    assert answers.get_line(desk.journal.db, made, 1).shipment == "350807-2026-001"
    assert desk.open() > case_id


def test_a_line_that_did_not_fit_is_taken_over_under_a_new_number_with_its_answers(desk: Desk, tmp_path: Path) -> None:
    desk.enrol()
    made = desk.send(desk.ready())
    twin = replace(sent_line(desk.journal, desk.line(made, 1)), main_key="3508991203790009", name="SRI WAHYUNI")
    n = desk.journal.tail(desk.journal.source, 1, "dukcapil").n + 1
    assert give_back(desk, twin, n)
    line, day = f"1/dukcapil/{n}", "2026-03-12"
    theirs = held_line_hash(desk.journal.db, desk.journal.source, line)
    assert hear(desk, LinePrinted(line, "K00009", day, theirs)) == [NO_LINE]
    hear(desk, ShipmentSent("350807-2026-001", day, [(line, "K00009")], "", [theirs]))
    (waiting,) = other_versions.waiting_lines(desk.journal)
    assert (waiting.place, waiting.held, waiting.same) == (line, True, ())
    said = {"place": line, "digest": waiting.hash, "now": desk.now}
    ratna = desk.who("ratna")
    with pytest.raises(Problem, match="sudah dikerjakan mitra"):
        other_versions.set_line_aside(desk.journal, ratna, note="Tidak dipakai.", **said)
    with pytest.raises(Problem):
        other_versions.take_line_over(desk.journal, desk.who("sari"), note="x", heeded=False, **said)
    number = other_versions.take_line_over(
        desk.journal, ratna, note="Kartunya ada di pengiriman.", heeded=False, **said
    )
    sql = "SELECT c.name, c.main_key, l.result, l.serial, l.shipment FROM case_file c JOIN dispatch_line l"
    rows = list(desk.journal.db.run(f"{sql} ON l.case_id = c.id WHERE c.number = ?", (number,)))
    assert rows == [("SRI WAHYUNI", "3508991203790009", "printed", "K00009", "350807-2026-001")]
    assert answers.get_line(desk.journal.db, made, 1).result == "waiting"
    assert other_versions.waiting_lines(desk.journal) == []
    with pytest.raises(Problem, match="sudah diputuskan"):
        other_versions.take_line_over(desk.journal, ratna, note="x", heeded=True, **said)
    assert hear(desk, LinePrinted(line, "K00009", day, theirs)) == []  # from now on the id means that line here too
    assert verify_side(desk.journal, "office", tmp_path / "bukti.sqlite3").faults == []


def test_a_waiting_line_names_the_cases_of_the_same_person(desk: Desk) -> None:
    desk.enrol()
    case_id = desk.ready()
    made = desk.send(case_id)
    own = sent_line(desk.journal, desk.line(made, 1))
    twin = replace(own, case_id=78, number="0078/KTP/2026")
    assert give_back(desk, twin, desk.journal.tail(desk.journal.source, 1, "dukcapil").n + 1)
    (waiting,) = other_versions.waiting_lines(desk.journal)
    assert waiting.same == (f"berkas {own.number}",)
    hear(desk, LinePrinted(desk.line(made, 1), "K00001", "2026-03-12", held_line_hash_of(desk, made)))
    (waiting,) = other_versions.waiting_lines(desk.journal)
    assert waiting.same == (f"berkas {own.number}, kartunya sudah dicetak",)


def held_line_hash_of(desk: Desk, made: int) -> str:
    return held_line_hash(desk.journal.db, desk.journal.source, desk.line(made, 1))


def test_a_line_set_aside_that_the_centre_holds_is_asked_back(desk: Desk) -> None:
    desk.enrol()
    made = desk.send(desk.ready())
    twin = replace(sent_line(desk.journal, desk.line(made, 1)), main_key="3508991203790009", name="SRI WAHYUNI")
    assert give_back(desk, twin, desk.journal.tail(desk.journal.source, 1, "dukcapil").n + 1)
    (waiting,) = other_versions.waiting_lines(desk.journal)
    said = {"place": waiting.place, "digest": waiting.hash, "now": desk.now}
    with pytest.raises(Problem):
        other_versions.set_line_aside(desk.journal, desk.who("ratna"), note=" ", **said)
    other_versions.set_line_aside(desk.journal, desk.who("ratna"), note=" Milik PC lain. ", **said)
    sql = "SELECT b.body FROM journal j JOIN journal_body b ON b.id = j.id WHERE j.kind = 'twin.set_aside'"
    ((body,),) = desk.journal.db.run(sql)
    written = msgspec.json.decode(bytes(body))
    assert (written["place"], written["reason"], written["held"]) == (waiting.place, "Milik PC lain.", True)
    assert other_versions.waiting_lines(desk.journal) == []


def test_a_line_taken_over_stands_in_a_dispatch_of_its_own_and_its_note_in_the_story(desk: Desk) -> None:
    desk.enrol()
    made = desk.send(desk.ready())
    own = sent_line(desk.journal, desk.line(made, 1))
    twin = replace(own, main_key="3508991203790009", name="SRI WAHYUNI")
    n = desk.journal.tail(desk.journal.source, 1, "dukcapil").n + 1
    assert give_back(desk, twin, n)
    (waiting,) = other_versions.waiting_lines(desk.journal)
    said, db = {"place": waiting.place, "digest": waiting.hash, "now": desk.now}, desk.journal.db
    for note in ("", " ", "x" * 301):
        with pytest.raises(Problem) as problem:
            other_versions.take_line_over(desk.journal, desk.who("ratna"), note=note, heeded=False, **said)
        assert list(problem.value.fields) == ["note"]
    number = other_versions.take_line_over(desk.journal, desk.who("ratna"), note="x" * 300, heeded=False, **said)
    [[taken]] = db.run("SELECT id FROM case_file WHERE number = ?", (number,))
    [row] = db.run(
        "SELECT d.state, d.sent_on, d.drafted_by, d.confirmed_by, d.count, d.service, l.ordinal, l.line, l.source,"
        " l.result, d.number FROM dispatch_line l JOIN dispatch d ON d.id = l.dispatch_id WHERE l.case_id = ?",
        (taken,),
    )
    assert row[:10] == (
        "sent",
        own.sent_on,
        "ratna",
        "ratna",
        1,
        own.service,
        1,
        waiting.place,
        desk.journal.source,
        "waiting",
    )
    assert row[10] != own.dispatch
    following = next_number(db, "dispatch", date.fromisoformat(own.sent_on), desk.journal.epoch)
    assert following.n == db.one("SELECT max(n) FROM number_used WHERE text = ?", (row[10],))[0] + 1, "it is used up"
    [story] = db.run(
        "SELECT note, step_to, on_date FROM case_event WHERE case_id = ? AND action = 'taken_over'", (taken,)
    )
    assert story == (f"{own.number} ({waiting.place}): {'x' * 300}", own.step, own.received_on)
    [decided] = db.run("SELECT state, became, reason, decided_by, line FROM twin_line WHERE n = ?", (n,))
    assert decided == ("taken", number, "x" * 300, "ratna", "")
    assert {known_row.state for known_row in ItemRow.rows(db, case_id=taken)} == {"present"}


def test_a_case_whose_line_never_arrived_waits_to_be_sent_again(desk: Desk) -> None:
    desk.enrol()
    case_id, other = desk.ready(), desk.ready()
    made = desk.send(case_id, other)
    db, place = desk.journal.db, desk.line(made, 1)
    digest = held_line_hash(db, desk.journal.source, place)
    body = LineSentAgain(place, digest, case_id, "send", "office", "2026-03-13", "Tidak sampai.")
    with desk.journal.transaction():
        desk.journal.record(body, subject=f"case/{case_id}", actor="ratna", at=START, stream="dukcapil")
    rows = list(
        db.run("SELECT case_id, line, result, reason, shipment, arrived_on FROM dispatch_line ORDER BY ordinal")
    )
    assert rows == [
        (case_id, f"{place}~", "refused", "Tidak sampai.", "", None),
        (other, desk.line(made, 2), "waiting", "", "", None),
    ]
    [case] = db.run("SELECT step, place, place_number FROM case_file WHERE id = ?", (case_id,))
    assert case == ("send", "office", "")
    [story] = db.run(
        "SELECT step_from, step_to, on_date, note FROM case_event WHERE case_id = ? AND action = 'sent_again'",
        (case_id,),
    )
    assert story == ("print", "send", "2026-03-13", "Tidak sampai.")
    [decided] = db.run("SELECT state, reason FROM twin_line WHERE hash = ?", (digest,))
    assert decided == ("again", "Tidak sampai.")


PLACE, ELSEWHERE = "1/dukcapil/90", "1/dukcapil/91"
ACCEPTED, PRINTED = LineAccepted(PLACE), LinePrinted(PLACE, "A1", "2026-03-13")
SENT, OTHERS = (
    ShipmentSent("K-1", "2026-03-14", [(PLACE, "A1")]),
    ShipmentSent("K-2", "2026-03-14", [(ELSEWHERE, "A2")]),
)
BY_PRINT = EarlierAnswer("printed", serial="A1", on="2026-03-13")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ([], None),
        ([ACCEPTED], EarlierAnswer("accepted")),
        ([ACCEPTED, PRINTED], BY_PRINT),
        ([PRINTED, ACCEPTED], BY_PRINT),  # an acceptance that is heard late takes nothing back
        (
            [ACCEPTED, LineRefused(PLACE, "Foto", biometric=True)],
            EarlierAnswer("refused", reason="Foto", biometric=True),
        ),
        ([PRINTED, SENT, OTHERS], replace(BY_PRINT, shipment="K-1")),
        ([PRINTED, OTHERS], BY_PRINT),
        ([SENT], None),
    ],
)
def test_what_the_centre_said_of_a_line_before_it_was_known_here(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, said: list[msgspec.Struct], answer: EarlierAnswer | None
) -> None:
    monkeypatch.setattr(other_versions, "centre_said", lambda *_: said)
    assert other_versions.answer_of_centre(desk.journal, PLACE) == answer
