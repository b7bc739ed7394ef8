"""Lines that another PC of this office wrote: taken over under a new number or set aside, one by one, by a person.

The centre tells every line that one of two versions holds alone (`twin_line`). Which of them are this PC's own says the
journal: the line with that hash stands in it.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any

import msgspec
from msgspec.structs import replace

from app.casework.batches.answers import follow_answer, get_line
from app.casework.batches.dispatch import travelling_clocks
from app.casework.batches.other_version_events import REPLACED
from app.casework.batches.partners import CaseReader, key_field, step_at
from app.casework.desk.limits import deadlines_after
from app.casework.desk.opening import unused_code
from app.casework.desk.tables import CaseFile
from app.core.asked import Text, Tick
from app.core.clock import office_date
from app.core.messages import (
    LINE_KIND,
    DispatchLine,
    EarlierAnswer,
    GivenNumber,
    LineAccepted,
    LineClock,
    LinePrinted,
    LineRefused,
    LineSentAgain,
    LineSetAside,
    LineTakenOver,
    ShipmentSent,
    parse_dispatch_line,
)
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem
from app.core.procedure import engine
from app.core.procedure.limits import Deadline, step_move
from app.core.workdays import wall_time
from app.platform.office import queries as office
from app.platform.office.events import Number
from app.platform.office.numbers import next_number
from app.room import office_command
from schema.database import Database, first_value
from schema.service_procedure import Definition
from sync.entries import line_bytes, parse_line_id
from sync.forks import is_closed
from sync.journal import Journal

UNSENT = "Tidak sampai di mitra: nomor barisnya dipakai komputer lain kantor ini."
PRINTED = "Kartu baris ini sudah dikerjakan mitra. Ambil alih, supaya kartunya sampai kepada orangnya."
CARD_WITHOUT_LINE = (
    "Kartu baris ini sudah dicetak sebelum data mitra dipulihkan. Jangan kirim lagi: sisihkan, dan serahkan kartunya "
    "kepada orangnya saat tiba."
)
MOST = 100
Note = Annotated[str, Text("Dasarnya", SENTENCES["basis"], most=300)]


class OtherLine(msgspec.Struct, frozen=True):
    """One line that waits for a decision. `held`: the centre works with it; `own`: this PC wrote it; `same`: what the
    office has of the same key already, in words."""

    place: str
    hash: str
    kind: str
    held: bool
    own: bool
    line: DispatchLine | None = None
    same: tuple[str, ...] = ()


SAME = "t.source = j.source AND t.epoch = j.epoch AND t.stream = j.stream AND t.n = j.n AND t.hash = lower(hex(j.hash))"
"""The entry `j` of our journal that a told line `t` is."""
WAITS = "t.state = 'open' AND NOT (t.held = 1 AND j.id IS NOT NULL)"
"""What the centre told and nobody decided; what both sides hold alike is no question."""
WAITING = (
    "SELECT t.epoch || '/' || t.stream || '/' || t.n, t.hash, t.kind, t.held, j.id IS NOT NULL, t.line FROM twin_line t"
    f" LEFT JOIN journal j ON {SAME} AND j.verdict = 'stored' WHERE t.source = ? AND {WAITS}"
    " ORDER BY t.epoch, t.stream, t.held DESC, t.n"
)
MISFITS = (
    "SELECT j.epoch || '/' || j.stream || '/' || j.n, lower(hex(j.hash)), j.head, b.body FROM journal j"
    f" JOIN journal_body b ON b.id = j.id LEFT JOIN twin_line t ON {SAME}"
    " WHERE j.source = ? AND j.verdict = 'set_aside' AND j.kind = ? AND (t.state IS NULL OR t.state = 'open')"
    " ORDER BY j.epoch, j.n LIMIT ?"
)
"""Lines of ours that came back and did not fit what stands here."""
UNSENT_LINES = (
    f"SELECT j.n, lower(hex(j.hash)), j.subject FROM journal j LEFT JOIN twin_line t ON {SAME}"
    " WHERE j.source = ? AND j.epoch = ? AND j.stream = ? AND j.n > ? AND j.kind = ?"
    " AND (t.state IS NULL OR t.state = 'open') ORDER BY j.n"
)


def find_case_told(kind: str, text: str) -> DispatchLine | None:
    """The case that a told line is about; only a line of a dispatch is about one."""
    if kind != LINE_KIND:
        return None
    return parse_dispatch_line(text)


def waiting_lines(journal: Journal) -> list[OtherLine]:
    """Lines of another PC, and lines that came back and do not fit, in their order."""
    db = journal.db
    source = journal.source
    waiting = [
        OtherLine(place, digest, kind, bool(held), bool(own), find_case_told(kind, text))
        for place, digest, kind, held, own, text in db.run(WAITING, (source,))
    ]
    known = {(line.place, line.hash) for line in waiting}
    for place, digest, head, body in db.run(MISFITS, (source, LINE_KIND, MOST)):
        line = parse_dispatch_line(line_bytes(bytes(head), bytes(body)).decode(errors="replace"))
        if line and (place, digest) not in known:
            waiting.append(OtherLine(place, digest, LINE_KIND, True, False, line))
    return [with_same_person(db, line) for line in waiting]


def with_same_person(db: Database, told: OtherLine) -> OtherLine:
    if told.line and not told.own:
        return replace(told, same=same_person(db, told.line))
    return told


def count_waiting_lines(db: Database) -> int:
    sql = (
        "SELECT count(*) FROM twin_line t JOIN identity i ON i.key = 'source' AND i.value = t.source"
        f" LEFT JOIN journal j ON {SAME} AND j.verdict = 'stored' WHERE {WAITS}"
    )
    return int(first_value(db, sql))


def same_person(db: Database, line: DispatchLine) -> tuple[str, ...]:
    rows = db.run(
        "SELECT c.number, max(coalesce(l.result = 'printed', 0)), c.closed FROM case_file c LEFT JOIN dispatch_line l"
        " ON l.case_id = c.id WHERE c.main_key = ? AND NOT (c.id = ? AND c.number = ?) GROUP BY c.id ORDER BY c.id DESC"
        " LIMIT 5",
        (line.main_key, line.case_id, line.number),
    )
    return tuple(taken_words(*row) for row in rows)


def taken_words(number: str, printed: bool, closed: bool) -> str:
    if printed:
        return f"berkas {number}, kartunya sudah dicetak"
    if closed:
        return f"berkas {number}, sudah ditutup"
    return f"berkas {number}"


def unsent_lines(journal: Journal) -> list[tuple[str, str, int]]:
    """(place, hash, case id) of own lines that never reached the centre, because their stream was closed for us.

    One whose NIK stands in a line that the centre has and nobody decided on waits for that decision: the card may be
    printed already.
    """
    db = journal.db
    source = journal.source
    closed = list(db.run("SELECT epoch, stream, shared FROM fork_settled WHERE source = ?", (source,)))
    found = [
        (f"{epoch}/{stream}/{n}", digest, int(subject.removeprefix("case/")))
        for epoch, stream, shared in closed
        if is_closed(db, (source, epoch, stream))
        for n, digest, subject in list(db.run(UNSENT_LINES, (source, epoch, stream, shared, LINE_KIND)))
    ]
    if not found:
        return []
    undecided = [told for told in waiting_lines(journal) if told.held and not told.own]
    asked = {told.line.main_key for told in undecided if told.line}
    cases = CaseFile.rows(db, CaseFile.id << [case_id for _, _, case_id in found])
    waits = {case.id for case in cases if case.main_key in asked}
    return [lost for lost in found if lost[2] not in waits]


def find_waiting_line(journal: Journal, place: str, digest: str) -> OtherLine:
    known = {(line.place, line.hash): line for line in waiting_lines(journal) if not line.own}
    if (place, digest) not in known:
        raise Problem.of("conflict", why="Catatan itu sudah diputuskan. Muat ulang halaman.")
    return known[place, digest]


def stream_of(place: str) -> str:
    """The stream of the partner to whom a line went: what is decided about it travels in the same one."""
    return parse_line_id(place)[1]


def record_asides(journal: Journal, actor: Actor, bodies: Sequence[LineSetAside], now: datetime) -> None:
    parted = sorted(((stream_of(body.place), body) for body in bodies), key=itemgetter(0))
    for stream, group in groupby(parted, itemgetter(0)):
        said = [(body, f"twin/{body.place}") for _, body in group]
        journal.record_many(said, actor=actor.username, at=now, stream=stream)


@office_command("office.settings")
def take_line_over(
    journal: Journal,
    actor: Actor,
    *,
    place: str,
    digest: str,
    note: Note,
    heeded: Annotated[bool, Tick("NIK yang sama sudah diperiksa, tetap diambil alih")],
    now: datetime,
) -> str:
    """Let a case of another PC go on here under a new number; returns the number. Raises Problem.

    `heeded`: a person has seen what the office has of the same NIK already, and decided that this one goes on too.
    """
    db = journal.db
    today = office_date(now)
    told = find_waiting_line(journal, place, digest)
    if told.line is None:
        raise Problem.of("conflict", why="Catatan ini tidak dapat diambil alih. Sisihkan dengan alasannya.")
    definition = office.adopted_definition(db, told.line.service, told.line.revision)
    check_may_go_on(journal, definition, told, digest, heeded)
    mine = known_case(db, told.line)
    if mine and not told.held:
        raise Problem.of("conflict", why=f"Berkas {mine.number} ini sudah ada di sini. Sisihkan catatan itu.")
    if mine:
        case = Number("case", today.year, 0, mine.number)
        case_id, code = mine.id, ""
    else:
        case = next_number(db, "case", today, journal.epoch)
        case_id, code = journal.next_id("case_file"), fresh_code(db, told.line)
    step, given = step_at(definition, "send"), None
    dispatch_id, answer = 0, None
    if told.held:
        taken = next_number(db, "dispatch", today, journal.epoch)
        step, given = told.line.step, GivenNumber(taken.text, taken.year, taken.n)
        dispatch_id, answer = journal.next_id("dispatch"), answer_of_centre(journal, place)
    body = LineTakenOver(
        place,
        digest,
        told.held,
        told.line,
        case_id,
        GivenNumber(case.text, case.year, case.n),
        step,
        papers_place(db, told.line, step),
        note,
        dispatch_id,
        given,
        answer,
        code,
        clocks_taken_over(db, definition, told.line, mine, step, now),
    )
    subject = f"case/{body.case_id}"
    journal.record(body, subject=subject, actor=actor.username, at=now, stream=stream_of(place))
    if given:
        set_own_lines_aside(journal, actor, body, now)
        follow_answer(journal, get_line(db, body.dispatch_id, 1), now)
    return case.text


def check_may_go_on(journal: Journal, definition: Definition, told: OtherLine, digest: str, heeded: bool) -> None:
    """Raises Problem where the office has the same key already and nobody looked, or a card was printed of the line."""
    if told.same and not heeded:
        heading = key_field(definition).heading
        why = f"{heading} ini sudah ada di {'; '.join(told.same)}. Centang bila tetap diambil alih, atau sisihkan."
        raise Problem.of("invalid", {"heeded": why})
    said = centre_said(journal, told.place)
    if not told.held and any(isinstance(body, LinePrinted) and body.line_hash == digest for body in said):
        raise Problem.of("conflict", why=CARD_WITHOUT_LINE)


def clocks_taken_over(
    db: Database, definition: Definition, line: DispatchLine, mine: CaseFile | None, step: str, now: datetime
) -> list[LineClock]:
    """The limits of a case that goes on here in a step: its own where both PCs had it, else those of the line."""
    if mine:
        case_id = mine.id
        step_before = mine.step
        held = None
    else:
        case_id = 0
        step_before = line.step
        held = held_in_line(line)
    move = step_move(step_before, "taken_over", step)
    changed = deadlines_after(db, definition, case_id, move, wall_time(now), held=held)
    kept = held or {}
    return travelling_clocks(list((kept | by_limit(changed)).values()))


def held_in_line(line: DispatchLine) -> dict[tuple[str, str], Deadline]:
    return by_limit([msgspec.convert(clock, Deadline, from_attributes=True) for clock in line.deadlines])


def by_limit(deadlines: Sequence[Deadline]) -> dict[tuple[str, str], Deadline]:
    return {(deadline.limit, deadline.scope): deadline for deadline in deadlines}


def centre_said(journal: Journal, place: str) -> list[Any]:
    """What other sides said of the line under this place, and every shipment, in their order."""
    sql = (
        "SELECT j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id WHERE j.source <> ? AND"
        " (j.subject = ? OR j.kind = 'shipment.sent') ORDER BY j.id"
    )
    rows = list(journal.db.run(sql, (journal.source, f"line/{journal.source}/{place}")))
    return [journal.decode(bytes(head), bytes(body)).body for head, body in rows]


def known_case(db: Database, line: DispatchLine) -> CaseFile | None:
    """The case here that a line of the other PC is about, if both had it before they parted."""
    case = CaseFile.first(db, CaseFile.id == line.case_id)
    same = case and (case.number, case.main_key, case.closed) == (line.number, line.main_key, 0)
    return case if same else None


def fresh_code(db: Database, line: DispatchLine) -> str:
    """A fresh slip code where that of the line is on another case here; else empty."""
    if not CaseFile.first(db, CaseFile.code == line.code):
        return ""
    return unused_code(db)


def set_own_lines_aside(journal: Journal, actor: Actor, taken: LineTakenOver, now: datetime) -> None:
    """Own lines of the same case that never reached the centre are not sent again: the centre has the other one."""
    lost = [
        LineSetAside(place, digest, LINE_KIND, REPLACED)
        for place, digest, case_id in unsent_lines(journal)
        if case_id == taken.case_id
    ]
    record_asides(journal, actor, lost, now)


def answer_of_centre(journal: Journal, place: str) -> EarlierAnswer | None:
    """What the centre has said of the line under this place, before it was known here as this line."""
    said: EarlierAnswer | None = None
    for body in centre_said(journal, place):
        if isinstance(body, LineAccepted) and said is None:
            said = EarlierAnswer("accepted")
        elif isinstance(body, LineRefused):
            said = EarlierAnswer("refused", reason=body.reason, biometric=body.biometric)
        elif isinstance(body, LinePrinted):
            said = EarlierAnswer("printed", serial=body.serial, on=body.on)
        elif isinstance(body, ShipmentSent) and said and place in [line for line, _ in body.lines]:
            said = replace(said, shipment=body.shipment)
    return said


def papers_place(db: Database, line: DispatchLine | CaseFile, step: str) -> str:
    return engine.state_named(office.adopted_definition(db, line.service, line.revision), step).place


@office_command("office.settings")
def set_line_aside(journal: Journal, actor: Actor, *, place: str, digest: str, note: Note, now: datetime) -> None:
    """A line of this office's other computer, which wrote under the same numbers after a restore, is not taken over.

    Raises Problem `conflict` where the centre has printed by it already: then a card exists.
    """
    line = find_waiting_line(journal, place, digest)
    answer = None
    if line.held:
        answer = answer_of_centre(journal, place)
    if answer and answer.result == "printed":
        raise Problem.of("conflict", why=PRINTED)
    journal.record(
        LineSetAside(place, digest, line.kind, note, line.held and line.kind == LINE_KIND),
        subject=f"twin/{place}",
        actor=actor.username,
        at=now,
        stream=stream_of(place),
    )


@office_command("office.settings")
def set_rest_aside(journal: Journal, actor: Actor, *, note: Note, now: datetime) -> int:
    """Leave everything unused that is no case: closings, requests, anchors. Returns how many. Raises Problem."""
    rest = [line for line in waiting_lines(journal) if line.kind != LINE_KIND]
    bodies = [LineSetAside(line.place, line.hash, line.kind, note) for line in rest]
    record_asides(journal, actor, bodies, now)
    return len(rest)


@office_command("office.settings")
def send_unsent_again(journal: Journal, actor: Actor, *, now: datetime) -> int:
    lost = unsent_lines(journal)
    on = office_date(now).isoformat()
    for place, digest, case_id in lost:
        case, definition = CaseReader(journal.db).find(case_id)
        step = step_at(definition, "send")
        papers = papers_place(journal.db, case, step)
        move = step_move(case.step, "sent_again", step)
        clocks = travelling_clocks(deadlines_after(journal.db, definition, case_id, move, wall_time(now)))
        journal.record(
            LineSentAgain(place, digest, case_id, step, papers, on, UNSENT, clocks),
            subject=f"case/{case_id}",
            actor=actor.username,
            at=now,
            stream=stream_of(place),
        )
    return len(lost)
