"""Tables that only this room writes."""

from schema.database import Table


class Setting(Table):
    """One setting; `value` is JSON text."""


class Village(Table):
    """A desa of the kecamatan with its head, who signs applications (SP 4.2)."""


class HolidayRow(Table, table="holiday"):
    """A day nobody works: national holiday, cuti bersama or a local one."""


class OfficeHours(Table):
    """Hours of the week from a day on; `week` is a JSON list of seven texts, Monday first."""


class OfficeShift(Table):
    """The hours of a single day in place of the usual ones."""


class RunningDeadline(Table, table="deadline"):
    """A limit of a case, a line or an LTPP at work; texts of the office's wall clock (`app.core.procedure.limits`)."""


class NumberSeries(Table):
    """Pattern and start value of one series of numbers."""


class NumberUsed(Table):
    """Every number given, so that none is given twice."""


class Standard(Table):
    """A revision of a service standard that the office adopted, with its full text."""


class StandardProposal(Table):
    """A revision that waits for its signatures; one for each service."""


class StandardSignature(Table):
    """A signature of a revision: due (no name), given (with user name and moment), or a name entered before.

    `roles` are separated by blanks.
    """


class DocumentPrint(Table):
    """A print of a procedure; `copy` is 0 for the original, the number of a controlled copy, or None."""


class DocumentCopy(Table):
    """Who received which numbered copy of a revision, and whether the one of the revision before came back."""


class RedactionDue(Table):
    """The last entry that may hold what is not to be kept (`redactions.py`). Beside the journal."""
