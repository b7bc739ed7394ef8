"""Tables that only this room writes."""

from schema.database import Table


class CaseFile(Table):
    """One application of one service. Dates are ISO text in office time, `*_at` moments in UTC."""


class CaseItem(Table):
    """One line of a case's checklist, what was seen of the paper, and the rule that asks for it."""


class CaseEvent(Table):
    """One step of a case's way, in the order in which it was written."""


class CaseKey(Table):
    """What a case is found by: name and value of its searchable fields."""


class CaseLikeness(Table):
    """Blocks of cases whose applicants may be the same person."""


class ImportLine(Table):
    """A line of an old register that became a case; the same line is never taken twice."""


class CasePause(Table):
    """A time in which the clock stood still, with its listed reason; `to_on` is empty while it lasts."""


class CaseTaken(Table):
    """Who took a step that several may do, or to whom it was handed by word of mouth (`handed_by`)."""


class PaperPrint(Table):
    """The newest print of a paper: which one it was of its content, and whether it came out right."""


class PaperContent(Table):
    """One content of a paper that was printed: the same content once more is a copy."""


class ReservedForm(Table):
    """A blank form printed with its number, to be typed in later."""


class CaseExplanation(Table):
    """The reason given for a finding of a case that contradicts itself."""


class Draft(Table):
    """A form that is still being typed; no record, seen by its author or village only, kept out of backups.

    When the case stands, what was typed is gone and only `case_id` is left, so that a second click finds the case.
    """


class CaseOriginal(Table):
    """What a village sealed of the form of a case for the partner, and the key that it signed with (hex); nobody here
    opens it."""


class OversightNote(Table):
    """A note of internal supervision and what was done about it."""


class StepStay(Table):
    """How long a case stood in a step that it left, by the days of its events, and the outcome; a trigger writes it."""
