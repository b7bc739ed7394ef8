"""Letters that wait for the person who asks."""

from datetime import date, datetime

from app.casework.desk.parts import NO_BUTTON, DeskParts, Task
from app.casework.letters.queries import IS_OPEN, open_parts_of
from app.casework.letters.tables import DispositionReceiver, IncomingLetter, OutgoingLetter
from app.casework.letters.transitions import (
    OUTGOING,
    OUTGOING_MOVES,
    URGENCIES,
    can_read_incoming,
    can_read_outgoing,
    filled_roles,
    is_for,
    outgoing_facts,
)
from app.core.dates import stored_date
from app.core.permissions import Actor, may
from app.platform.office.deadlines import DueItem, running_deadlines
from app.platform.office.moves import can_move, may_move
from schema.database import Database

TAB = "Surat"
MOST = 100
REGISTERED = "WHERE l.state = 'registered' AND l.state <> 'settled' ORDER BY l.id LIMIT ?"
OPEN = f"WHERE {IS_OPEN} ORDER BY +l.id LIMIT ?"
"""Both in the words of their indexes: what is settled or sent is never read, nor (`+`) to find the first in order."""
ASKED = {
    "initial": ("Paraf", "wait", "approve"),
    "sign": ("Tanda tangani", "wait", "approve"),
    "submit": ("Lanjutkan", "back", "write"),
    "number": ("Beri nomor", "wait", "write"),
    "hand_over": ("Serahkan", "wait", "give"),
    "send": ("Kirim", "wait", "write"),
}
"""Move → the verb of its task, the state class and what it asks of a person; what comes first is asked."""


def incoming_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Letters put before one's own post, and dispositions that one has received."""
    if not may(actor, "letter.view"):
        return []
    if may(actor, "letter.dispose"):
        roles = filled_roles(actor)
    else:
        roles = frozenset()
    waiting = IncomingLetter.joined(db, "l", REGISTERED, (MOST,))
    tasks = [
        incoming_task(
            row.id, row.number, f"{row.sender}: {row.subject}", "Disposisi", URGENCIES[row.urgency], act="decide"
        )
        for row in waiting
        if row.to_role in roles
    ]
    for part in open_parts_of(db, actor, MOST):
        detail = f"{part.sender}: {part.subject}"
        word = "Baru"
        if part.acknowledged_at:
            word = "Dikerjakan"
        due = stored_date(part.due_on)
        tasks.append(incoming_task(part.letter_id, part.number, detail, NO_BUTTON, word, due))
    return tasks


def incoming_task(
    letter_id: int, number: str, detail: str, verb: str, word: str, due_on: date | None = None, act: str = "follow"
) -> Task:
    where = {"letter_id": letter_id}
    return Task(
        TAB,
        f"Surat masuk {number}",
        detail[:160],
        "incoming.show_letter",
        verb,
        where,
        due_on,
        state="wait",
        word=word,
        act=act,
    )


def outgoing_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Letters of ours at which it is one's turn, and own drafts."""
    if not may(actor, "letter.view"):
        return []
    tasks = []
    for row in OutgoingLetter.joined(db, "l", OPEN, (MOST,)):
        move = ""
        if can_read_outgoing(actor, row):
            move = next_move(row, actor)
        if move:
            verb, state, act = ASKED[move]
            addressee = row.addressed_to.partition("\n")[0]
            if row.state == "returned":
                detail = row.returned_why
            else:
                detail = addressee
            title = f"Surat {row.subject}"[:120]
            where = {"letter_id": row.id}
            word = OUTGOING[row.state]
            tasks.append(
                Task(TAB, title, detail[:160], "outgoing.show_letter", verb, where, state=state, word=word, act=act)
            )
    return tasks


def next_move(row: OutgoingLetter, actor: Actor) -> str:
    """What a letter asks of this person now; of somebody else's draft nothing."""
    facts = outgoing_facts(row, actor)
    for name in ASKED:
        move = OUTGOING_MOVES[name]
        if may_move(actor, move) and can_move(move, row.state, facts):
            if name != "submit" or row.drafted_by == actor.username:
                return name
            return ""
    return ""


def due_items(db: Database, actor: Actor, _now: datetime) -> list[DueItem]:
    """Dispositions that run towards their date: one's own, and all of the letters that one may read."""
    if not may(actor, "letter.view"):
        return []
    running = running_deadlines(db, "incoming", dated=True)
    ids = tuple({letter_id for letter_id, *_ in running})
    if ids:
        letters = {row.id: row for row in IncomingLetter.rows(db, id=ids)}
    else:
        letters = {}
    items = []
    for letter_id, deadline, note in running:
        row = letters[letter_id]
        part = DispositionReceiver.first(db, id=int(deadline.scope))
        if part and (is_for(actor, part) or can_read_incoming(db, actor, row)):
            limit = f"Disposisi kepada {part.label}"
            where = {"letter_id": letter_id}
            subject = f"incoming/{letter_id}"
            items.append(
                DueItem(f"Surat masuk {row.number}", limit, deadline, "incoming.show_letter", where, subject, note)
            )
    return items


DESK = DeskParts(
    tasks=[incoming_tasks, outgoing_tasks],
    due_items=(due_items,),
)
