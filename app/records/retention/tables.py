"""Tables of this room. No person stands in them."""

from schema.database import Table


class RetentionPeriod(Table):
    """How many years after its end a kind of record is kept, as the office decided."""


class RecordHold(Table):
    """A record that stays for a reason of law until somebody lifts it."""


class Destruction(Table):
    """A list of records: proposed by one, confirmed by another, destroyed by the program; its minutes bear `number`."""


class DestroyedRecord(Table):
    """A record of a list; `kept_why` where it was open again when the list was carried out."""
