"""Tables of the recording, and how the definition of this service calls itself."""

from schema.database import Table

SERVICE = "ktp-el"
AWAY = "luar_domisili"
"""The kind of people whose home is in another regency (Perpres 96/2018 art. 22)."""


class Recording(Table):
    """One noted recording (perekaman) of a person; biometrics never enter this system."""


class RecordingSlot(Table):
    """The appointment of a case: day and place in the queue of that day."""
