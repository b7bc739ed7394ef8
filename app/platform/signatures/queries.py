"""Trusted roots and papers with electronic signatures, as others read them."""

import base64

from app.core.problems import check_found
from app.platform.signatures.tables import PaperSigning, TrustedRoot
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


def find_root_named(db: Database, digest: str) -> TrustedRoot | None:
    """The root with this digest: one that still stands before one that was withdrawn, the newest first."""
    return next((row for row in list_roots(db) if row.digest == digest), None)


def signing_of(db: Database, subject: str) -> PaperSigning | None:
    """The electronic signature of a paper (`outgoing/3`), where its PDF was handed out."""
    return PaperSigning.first(db, subject=subject)
