"""Tables of files."""

from schema.database import Table


class StoredFile(Table):
    """A file as somebody put it in, for one purpose and about one subject; `gone_at`: its bytes were destroyed."""


class OutgoingFile(Table):
    """A file that was announced in the stream of a partner; `gone_at`: it was withdrawn."""


class OutgoingPiece(Table):
    """Which piece of an announced file has which digest."""


class IncomingFile(Table):
    """A file that an office announced; its bytes are here once all pieces came."""
