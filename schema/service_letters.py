"""Structs of a service definition file: the letters that a procedure receives and sends."""

from typing import Annotated, Literal

from msgspec import Meta

from schema.service_standard import Labelled, Line, Slug

Urgency = Literal["ordinary", "important", "urgent", "at_once", "secret"]
NeededLetter = Literal["", "registered", "disposed", "drafted", "returned", "initialled", "signed", "numbered", "sent"]
"""Where a letter must stand before an outcome. `disposed` and `initialled` ask it of the roles that take the outcome:
their disposition, their initial."""
INCOMING = frozenset({"registered", "disposed"})
"""What an incoming letter can be; everything else is of outgoing ones."""
LETTER_FACTS = frozenset(
    {"office", "place", "today", "case_number", "applicant"}
    | {"request_number", "request_date", "request_sender", "request_subject"}
    | {"schedule", "clothing", "people_count", "people_names"}
    | {"members", "until", "answerers"}
)
"""Facts beside those of the form that a letter may name: of the office, the case, the letter that asked for it, and
what rooms know of the case (`app.room.Room.letter_facts`)."""


class Letter(Labelled, frozen=True, kw_only=True):
    """A letter of the procedure. Its texts may hold {facts} of the case.

    An outgoing one (`out`) has a text with `subject` and `addressed_to` (a line each), is initialled by one of each
    role of `initials` in this order and signed by one of `signatories`; blank lines part paragraphs, a line with `|`
    is a row of a table. `number` is the pattern of its numbers, where the office's own does not fit: {n} counts all
    letters of a year, {code} is `classification`. Of an incoming one (`in`) the texts are what the agenda begins
    with; `sender`, `letter_number` and `letter_date` are its own. A decree (`form`) prints a title in place of address.
    """

    direction: Literal["in", "out"] = "out"
    form: Literal["letter", "decree"] = "letter"
    subject: Line
    addressed_to: Annotated[str, Meta(max_length=1000)] = ""
    text: Annotated[str, Meta(max_length=8000)] = ""
    attachment: Annotated[str, Meta(max_length=200)] = ""
    copies: tuple[Line, ...] = ()
    initials: tuple[Slug, ...] = ()
    signatories: tuple[Slug, ...] = ()
    classification: Annotated[str, Meta(pattern=r"^[0-9A-Za-z.]{0,20}$")] = ""
    number: Annotated[str, Meta(max_length=60)] = ""
    urgency: Urgency = "ordinary"
    sender: Annotated[str, Meta(max_length=300)] = ""
    letter_number: Annotated[str, Meta(max_length=100)] = ""
    letter_date: Annotated[str, Meta(max_length=40)] = ""
