"""Tables of the recording."""

from schema.tables import Table


class Recording(Table):
    """One noted recording (perekaman) of a person; biometrics never enter this system."""


class RecordingSlot(Table):
    """The appointment of a case: day and place in the queue of that day."""
