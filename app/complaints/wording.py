"""Texts that leave the office about a line: the text message, and what is read out at the desk. Never a name."""

from __future__ import annotations

from app.complaints.tables import Complaint
from app.office import settings
from schema.database import Database

SMS_LIMIT = 320
"""Two messages of 160 letters: more is neither read nor cheap."""


def office_name(db: Database) -> str:
    """`Kec. Yosowilangun`."""
    return f"Kec. {settings.get(db, 'office.place')}".strip()


def sms(db: Database, line: Complaint, answer: str) -> str:
    """The answer as a text message of at most two messages: who writes, which number, the answer, where to ask."""
    head = f"{office_name(db)}: pengaduan Anda no. {line.number}. "
    phone = settings.get(db, "office.phone")
    tail = f" Tanya: {phone}" if phone else " Keterangan: meja informasi."
    room = SMS_LIMIT - len(head) - len(tail)
    text = " ".join(answer.split())
    return head + (text if len(text) <= room else text[: room - 1].rsplit(" ", 1)[0] + "…") + tail
