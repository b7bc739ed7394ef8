"""Tables of files."""

from schema.tables import Table


class StoredFile(Table):
    """A file as somebody put it in, for one purpose and about one subject; `gone_at`: its bytes were destroyed."""


class OutgoingFile(Table):
    """A file that was announced to a partner, with the digests of its pieces."""


class IncomingFile(Table):
    """A file that an office announced; its bytes are here once all pieces came."""
