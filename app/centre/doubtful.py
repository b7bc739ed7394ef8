"""What contradicts itself in a line: the office's sentences with its reason, else what the snapshot itself shows."""

from __future__ import annotations

import json
from datetime import date

from app.centre.tables import IncomingLine
from app.core.identity import Nik
from app.core.identity_warnings import nik_disagreements
from app.core.messages import PRINT_READY
from app.core.value_problem import ValueProblem

NO_REASON = "Kecamatan tidak menulis alasannya."


def doubtful(row: IncomingLine) -> list[str]:
    """Sentences to read before a card of this line is printed; empty when nothing contradicts itself.

    A line of an office whose program asks for no reason is compared here, so that it is never silent either.
    """
    said: list[str] = json.loads(row.explained)
    if said:
        return said
    found = list(against_nik(row))
    if row.recording and row.recording not in PRINT_READY:
        found.append("Perekaman belum siap cetak menurut kecamatan.")
    return [f"{one} {NO_REASON}" for one in found]


def against_nik(row: IncomingLine) -> list[str]:
    """What birth date and sex of the snapshot say against its NIK. An office's text may be anything."""
    fields = json.loads(row.fields)
    try:
        born = date.fromisoformat(fields["birth_on"]) if fields.get("birth_on") else None
        return list(nik_disagreements(Nik(row.main_key), born, fields.get("sex") or None).values())
    except (ValueError, ValueProblem):
        return ["Tanggal lahir di baris ini tidak dapat dibaca."]
