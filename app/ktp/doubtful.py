"""What a person must explain before a card is printed: NIK against the form, and a record that is not ready."""

from __future__ import annotations

import json

from app.cases.disagreements import disagreements
from app.cases.explaining import explanations
from app.cases.moving import definition_of
from app.cases.notices import Notice
from app.cases.tables import CaseFile
from app.core.messages import PRINT_READY
from app.ktp.recording import STATUSES, UNUSABLE, latest
from schema.database import Database
from schema.service_flow import Definition


def doubtful(db: Database, definition: Definition, case: CaseFile) -> list[Notice]:
    """Findings on a case that want a reason: contradictions at any step, its record while it waits to be sent."""
    return disagreements(definition, json.loads(case.fields)) + unready(db, case)


def unready(db: Database, case: CaseFile) -> list[Notice]:
    """A record of which the central system does not yet say that a card may be printed."""
    recorded = latest(db, case.main_key) if case.step == "dispatch" else None
    if recorded is None or recorded.status in PRINT_READY | UNUSABLE:
        return []
    sentence = f"Perekaman belum siap cetak: {STATUSES[recorded.status][0]}, bukan PRINT_READY_RECORD (PRR)."
    return [Notice(f"record-{recorded.id}", "explain", sentence)]


def explained(db: Database, case: CaseFile) -> list[str]:
    """What contradicts itself in a case and the reason given for it, as sentences for whoever decides next."""
    notices = doubtful(db, definition_of(db, case), case)
    said = explanations(db, case.id) if notices else {}
    return [f"{one.sentence} Alasan: {said[one.id].reason}" for one in notices if one.id in said]
