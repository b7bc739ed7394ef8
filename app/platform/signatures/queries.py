"""Trusted roots as others read them."""

import base64

from app.core.problems import check_found
from app.platform.signatures.tables import TrustedRoot
from schema.database import Database


def list_roots(db: Database) -> list[TrustedRoot]:
    """All that were ever added, those that still stand first, the newest first."""
    return sorted(TrustedRoot.rows(db, order="id DESC"), key=lambda row: row.withdrawn_at != "")


def find_root(db: Database, root_id: int) -> TrustedRoot:
    """A root that was not withdrawn. Raises Problem `not_found`."""
    return check_found(TrustedRoot.first(db, id=root_id, withdrawn_at=""), "Sertifikat akar itu")


def trusted_roots(db: Database) -> list[bytes]:
    """The certificates (DER) that two people put in force."""
    rows = TrustedRoot.rows(db, TrustedRoot.confirmed_at != "", withdrawn_at="", order="id")
    return [base64.b64decode(row.certificate) for row in rows]


def root_named(db: Database, digest: str) -> str:
    """What the root with this digest is called; empty where nobody added it."""
    row = TrustedRoot.first(db, digest=digest, order="id DESC")
    return row.subject if row else ""
