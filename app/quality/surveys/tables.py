"""Tables that only this room writes."""

from schema.database import Table


class SurveyAnswer(Table):
    """One respondent: a mark for each element in its order (`-` where it was left out), groups, an open comment."""


class SurveyCode(Table):
    """The code on the slip of a finished case, as a digest; none once it was used. Beside the journal."""


class SurveyBox(Table):
    """Votes of the kiosk until they are counted. Beside the journal."""


class SurveyForm(Table):
    """A numbered paper form."""


class SurveyTyping(Table):
    """What one person typed from a paper form."""


class SurveyImport(Table):
    """A file whose lines became answers; the same file is never taken twice."""


class SurveyReport(Table):
    """A report of a period, with its figures as they were when it was drafted."""


class SurveyCapa(Table):
    """The LTPP that was opened because an index stayed below its target."""
