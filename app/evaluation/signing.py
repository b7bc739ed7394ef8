"""Signatures of reports and documents of quality, as those of a standard: in their order, each person once, by PIN."""

from datetime import date
from typing import Any

from app.core.permissions import Actor
from app.core.problems import Problem
from app.evaluation.events import QualitySigned
from app.evaluation.queries import next_signature, signatures_of
from app.evaluation.tables import QualitySignature
from app.office.events import SignatureDue
from app.office.moves import Act
from app.office.standards import TWICE, check_turn, signers_of
from app.people.queries import profile_of
from schema.database import Database

CHANGED = "Isinya sudah diganti. Muat ulang halaman dan baca lagi."


def signature_due(db: Database, label: str, role: str, section: str = "") -> SignatureDue:
    profile = profile_of(db)
    post = profile.head_of(section) if role == profile.section_head else profile.label(role)
    return SignatureDue(role, label, post, [role], section)


def sign_next(act: Act[Any], subject: str, digest: str, read: str) -> bool:
    """Give the signature that is due; True when it was the last. The PIN was asked before.

    `read` is the digest of what the person read. Raises Problem `conflict`.
    """
    db, actor = act.journal.db, act.actor
    due = next_signature(db, subject)
    if due is None or digest != read:
        raise Problem.of("conflict", why=CHANGED)
    signer = check_turn(db, due, actor, act.today)
    rows = signatures_of(db, subject)
    if any(one.username == actor.username for one in rows):
        raise Problem.of("conflict", why=TWICE)
    act.record(QualitySigned(subject, due.ordinal, digest, actor.name, f"{signer.prefix}{due.post}"))
    return due.ordinal == len(rows)


def signs_now(db: Database, subject: str, actor: Actor, on: date) -> QualitySignature | None:
    """The signature that is due, if this person gives it."""
    due = next_signature(db, subject)
    mine = due is not None and any(one.person_id == actor.person_id for one in signers_of(db, due, on))
    return due if mine else None
