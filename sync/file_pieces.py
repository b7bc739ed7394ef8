"""Bytes of files beside the journal, and their way to a partner in pieces."""

from schema.database import Database


def put_content(db: Database, digest: str, content: bytes) -> None:
    """In the open transaction: keep bytes under their digest, once however often they come."""
    db.run(
        "INSERT INTO file_content (digest, content) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING", (digest, content)
    )
