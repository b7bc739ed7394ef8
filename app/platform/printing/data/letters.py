"""Papers of letters: the official letter, the disposition sheet."""

from datetime import date, datetime
from typing import ClassVar

from app.platform.printing.data.common import Letter, NumberedPaper, Official, Part, SecretCode


class Block(Part):
    """A paragraph, the rows of a table whose first is its head, or a list of labels with their words."""

    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


class Annex(Part):
    """What goes with a letter on sheets of its own, under the letter's number and day."""

    title: str
    blocks: tuple[Block, ...]


class OfficialLetter(Letter):
    """A letter of the office; `stamp` says on every page that it was cancelled. `to` are the lines of the address.

    Of a decree `enacts` is the post that enacts it, with its office. Annexes are counted in sheets where `attachment`
    says nothing. `form` and `title` are those of a letter with a head of its own, `maker` wrote minutes or a report.
    `central`: drawn by the rules of a ministry.
    `electronic` leaves a marked place for the visible block of an electronic signature,
    `check` is the code by which anybody asks whether the letter is genuine.
    """

    beside_content: ClassVar[frozenset[str]] = Letter.beside_content | {"enacts", "form", "title", "maker", "central"}

    urgency: str
    attachment: str
    subject: str
    to: tuple[str, ...]
    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...] = ()
    copies: tuple[str, ...] = ()
    stamp: str = ""
    enacts: str = ""
    form: str = "letter"
    title: str = ""
    maker: Official | None = None
    central: bool = False
    electronic: bool = False
    check: SecretCode | None = None


class AttendanceList(Letter):
    """Rows to be signed by whoever came to what the letter with this number invites to; `facts` say when and where."""

    subject: str
    facts: tuple[tuple[str, str], ...]


class DispositionLine(Part):
    """Somebody who is to do something; `state` is what he did so far."""

    label: str
    due_on: date | None = None
    state: str = ""


class DispositionStep(Part):
    """One disposition of the chain."""

    by: str
    post: str
    at: datetime
    instructions: tuple[str, ...]
    note: str
    lines: tuple[DispositionLine, ...]


class DispositionSheet(NumberedPaper):
    """The sheet that goes with a letter from desk to desk; without a disposition its rooms stay open to be written."""

    letter_number: str
    letter_date: date
    received_on: date
    sender: str
    subject: str
    urgency: str
    code: str
    attachments: int
    to: str
    instructions: tuple[str, ...]
    steps: tuple[DispositionStep, ...]
