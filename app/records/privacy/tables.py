"""Tables that only this room writes. Moments are UTC."""

from schema.database import Table


class DataRequest(Table):
    """What somebody asked about the own data; `asked_by` names who came in his place, `shown` is how either proved who
    he is. The number of the person (NIK) is not kept."""


class DataIncident(Table):
    """A failure of data protection; `people` is None while nobody knows how many, `read_*`: the head of the office."""


class IncidentNotice(Table):
    """To whom a failure was told, when and how, or why not."""


class ProcessingLine(Table):
    """A line of the register of processing that the office wrote itself; it stands there until `ended_at`."""
