"""Tables that only this room writes."""

from schema.database import Table


class SectionRow(Table, table="section"):
    """A section of the office and the user name of its head; `services` is a JSON list of service ids."""


class ComplaintLimit(Table):
    """A time limit with its unit and where it comes from."""


class Complaint(Table):
    """One line of the book. `words` and `hope` are the visitor's own and never change. Without `first_due_on` nobody
    can be answered (a box slip without name and contact). `code` is filled in lines of before step 0014 only; `unit`
    is what the due date was counted in, empty in those; `aside` says that the line is no complaint."""


class Complainant(Table):
    """Who complained. Read only through `identity.py`, which logs every view."""


class ComplaintCode(Table):
    """A slip code by its digest; the last one of a line opens it. `reason` is empty for the first code."""


class ComplaintAside(Table):
    """A line set aside: why, who looked again, what the complainant objected, and why it was taken back."""


class ComplaintColumn(Table):
    """What the staff wrote beside a line: note, first answer, follow-up, answer, satisfaction. Never erased."""


class AnswerLetter(Table):
    """The number and day under which an answer (`id` of its column) goes out as a letter."""


class ComplaintRoute(Table):
    """Which section a line was given to, and why."""


class ComplaintPause(Table):
    """A time in which the settlement clock stood still."""


class ComplaintLink(Table):
    """Two lines about the same thing."""


class ComplaintScan(Table):
    """A picture of the handwritten page."""


class BoxOpening(Table):
    """An opening of the suggestion box, the n-th of its day; `counts` when it was at the end of a service day."""


class BoxMissed(Table):
    """Why the box was not opened at the end of a service day."""
