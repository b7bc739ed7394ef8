"""A procedure as a controlled document: prints with their stamp, numbered copies and who received them.

Documents of quality are controlled in the same way; what this needs of any document is :class:`Controlled`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, NamedTuple, Protocol

from app.core.asked import Text, Tick
from app.core.clock import office_date
from app.core.permissions import Actor, may, require
from app.core.problems import Problem, check_found
from app.core.text import end_sentence
from app.platform.office.events import CopyReceived, DocumentPrinted
from app.platform.office.queries import services_in_force, shown_standard
from app.platform.office.tables import DocumentCopy, DocumentPrint
from app.room import office_command
from schema.database import Database
from schema.service_procedure import Definition
from schema.service_standard import CopyHolder
from sync.journal import Journal

ORIGINAL = 0
"""The number of the copy that is none: the original, from which copies are made."""
UNCONTROLLED = "TIDAK TERKENDALI"
MOST_NAME = 80


class Marks(Protocol):
    """The revision of a document, and its own words for original and controlled copy."""

    @property
    def revision(self) -> str: ...
    @property
    def statuses(self) -> tuple[str, ...]: ...


class Controlled(Protocol):
    """A document under control: a procedure, or a document of quality."""

    @property
    def id(self) -> str: ...
    @property
    def identity(self) -> Marks: ...
    @property
    def distribution(self) -> Sequence[CopyHolder]: ...


class CopyLine(NamedTuple):
    """A line of the distribution list: its holder, when his copy was printed, who received it, who may say so."""

    number: int
    holder: str
    printed_at: str
    received: DocumentCopy | None
    mine: bool


def stamp_words(definition: Controlled, copy: int | None, nth: int = 1) -> str:
    """What a print is stamped with: ASLI, `TERKENDALI 5` in the words of the document, or TIDAK TERKENDALI."""
    if copy is None:
        return UNCONTROLLED
    own = definition.identity.statuses
    original, controlled = (*own, *("ASLI", "TERKENDALI")[len(own) :])[:2]
    if copy:
        words = f"{controlled} {copy}"
    else:
        words = original
    if nth > 1:
        return f"{words}, cetakan ke-{nth}"
    return words


def record_document_print(
    journal: Journal, actor: Actor, *, service: str, form: str, copy: int | None, now: datetime, on: date
) -> str:
    """Write down a print and give its stamp. Raises Problem `forbidden`, `invalid`, `conflict`."""
    require(actor, "standard.view")
    definition, adopted = shown_standard(journal.db, service, on)
    return record_print(journal, actor, document=definition, in_force=bool(adopted), form=form, copy=copy, now=now)


def record_print(
    journal: Journal, actor: Actor, *, document: Controlled, in_force: bool, form: str, copy: int | None, now: datetime
) -> str:
    """Write down a print of any controlled document and give its stamp. Raises Problem."""
    require(actor, "standard.view")
    if copy is not None:
        require(actor, "standard.distribute")
        if not in_force:
            raise Problem.of("conflict", why="Naskah ini belum berlaku; cetakannya tidak terkendali.")
        if copy != ORIGINAL:
            find_holder(document, copy)
    with journal.transaction():
        revision = document.identity.revision
        nth = 1 + count_prints(journal.db, document.id, revision, form, copy)
        body = DocumentPrinted(journal.next_id("document_print"), document.id, revision, form, nth, copy)
        journal.record(body, subject=f"standard/{document.id}/{revision}", actor=actor.username, at=now)
    return stamp_words(document, copy, nth)


def count_prints(db: Database, service: str, revision: str, form: str, copy: int | None) -> int:
    query = "SELECT count(*) FROM document_print WHERE service = ? AND revision = ? AND form = ? AND copy IS ?"
    row = db.one(query, (service, revision, form, copy))
    return int(row[0]) if row else 0


def find_holder(definition: Controlled, number: int) -> CopyHolder:
    """Whose copy a number is. Raises Problem `not_found`."""
    return check_found(
        next((copy for copy in definition.distribution if copy.number == number), None), f"Salinan nomor {number}"
    )


@office_command("standard.view")
def receive_copy(
    journal: Journal,
    actor: Actor,
    *,
    service: str,
    number: int,
    received_by: Annotated[str, Text("Nama penerima", most=MOST_NAME)] = "",
    old_returned: Annotated[bool, Tick("Salinan revisi sebelumnya sudah ditarik")] = False,
    now: datetime,
) -> None:
    """The holder has the copy: says so himself, or whoever distributes writes the name down.

    Raises Problem `forbidden`, `not_found`, `invalid`, `conflict`.
    """
    definition, adopted = shown_standard(journal.db, service, office_date(now))
    record_copy_received(
        journal,
        actor,
        document=definition,
        in_force=adopted is not None,
        number=number,
        received_by=received_by,
        old_returned=old_returned,
        now=now,
    )


def record_copy_received(
    journal: Journal,
    actor: Actor,
    *,
    document: Controlled,
    in_force: bool,
    number: int,
    received_by: str,
    old_returned: bool,
    now: datetime,
) -> None:
    """A copy of a controlled document came to its holder, who signs with the own name; somebody who distributes copies
    gives the name of who took it. Raises Problem."""
    require(actor, "standard.view")
    holder = find_holder(document, number)
    name = received_by.strip()[:MOST_NAME]
    if is_holder(actor, holder):
        name = actor.name
    else:
        require(actor, "standard.distribute")
        if not name:
            raise Problem.of("invalid", {"received_by": "Tulis nama penerimanya."})
    with journal.transaction():
        line = next(copy for copy in copy_lines(journal.db, document, actor, in_force) if copy.number == number)
        if not line.printed_at:
            raise Problem.of("conflict", why=f"Salinan nomor {number} belum dicetak sebagai salinan terkendali.")
        if line.received:
            raise Problem.of(
                "conflict", why=end_sentence(f"Salinan nomor {number} sudah diterima {line.received.received_by}")
            )
        body = CopyReceived(document.id, document.identity.revision, number, holder.holder, name, old_returned)
        subject = f"standard/{document.id}/{body.revision}"
        journal.record(body, subject=subject, actor=actor.username, at=now)


def is_holder(actor: Actor, holder: CopyHolder) -> bool:
    """Whether somebody sits in the post for which a copy is meant."""
    return bool(actor.profile.fills(actor.roles) & set(holder.roles))


def copy_lines(db: Database, definition: Controlled, actor: Actor, in_force: bool = True) -> list[CopyLine]:
    """The distribution list of a revision in its order; of one that is not in force nothing was printed or received."""
    if in_force:
        place = (definition.id, definition.identity.revision)
    else:
        place = ("", "")
    query = "SELECT copy, max(at) FROM document_print WHERE service = ? AND revision = ? AND copy > 0 GROUP BY copy"
    printed = dict(db.run(query, place))
    received = {row.number: row for row in DocumentCopy.rows(db, service=place[0], revision=place[1])}
    able = may(actor, "standard.distribute")
    return [
        CopyLine(
            copy.number,
            copy.holder,
            printed.get(copy.number, ""),
            received.get(copy.number),
            copy.number in printed and copy.number not in received and (able or is_holder(actor, copy)),
        )
        for copy in definition.distribution
    ]


def list_prints(db: Database, document: Controlled, limit: int) -> list[DocumentPrint]:
    place = {"service": document.id, "revision": document.identity.revision}
    return DocumentPrint.rows(db, order="id DESC", limit=limit, **place)


def copies_for(db: Database, actor: Actor, on: date) -> list[tuple[Definition, int]]:
    """Copies that wait for this person to say that they came, as (definition, number)."""
    waiting = []
    for definition in services_in_force(db, on):
        if mine := {copy.number for copy in definition.distribution if is_holder(actor, copy)}:
            lines = copy_lines(db, definition, actor)
            waiting += [(definition, line.number) for line in lines if line.mine and line.number in mine]
    return waiting
