"""The minutes of a destruction. No person stands on it but the officials who decided."""

from datetime import date

from app.platform.printing.data.common import NumberedPaper, Official, Part


class DestroyedGroup(Part):
    label: str
    year: str
    count: int


class DestroyedLine(Part):
    label: str
    number: str
    closed_on: date


class OldBackup(Part):
    """A backup from before: its file, where it lies, when it was made."""

    name: str
    place: str
    made_on: date


class DestructionMinutes(NumberedPaper):
    """`bodies` of the journal and `files` that went; `kept` are sentences for records that stayed after all."""

    on: date
    reason: str
    groups: tuple[DestroyedGroup, ...]
    bodies: int
    files: int
    kept: tuple[str, ...]
    records: tuple[DestroyedLine, ...]
    backups: tuple[OldBackup, ...]
    proposed: Official
    confirmed: Official
