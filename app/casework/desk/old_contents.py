"""Digests of papers that a secret code went into: an unkeyed digest over 35 unknown bits gives them away.

Papers keep such a code beside their content (`app.platform.printing.data.common.SecretCode`). What earlier releases
wrote loses its digest here; nothing asks for it, because each of these prints had a code of its own.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from app.casework.desk.print_events import CONTENT_CLEARED, ContentsCleared, without_content
from app.core.permissions import SYSTEM
from app.platform.office.redactions import held_entries, was_cleared
from sync.chains import Place
from sync.journal import Journal

PAPERS = ("survey_slip", "complaint_receipt")
"""The papers whose content held a secret code until November 2026."""


def redact_contents(journal: Journal, now: datetime) -> Mapping[Place, bytes]:
    """Clear the tables once, and give the bodies without their digest."""
    found = {
        place: msgspec.json.encode(without_content(entry.body))
        for place, entry in held_entries(journal, "paper.printed")
        if entry.body.paper in PAPERS and entry.body.content not in ("", CONTENT_CLEARED)
    }
    if found and not was_cleared(journal, "paper.contents_cleared"):
        with journal.transaction():
            body = ContentsCleared(list(PAPERS), CONTENT_CLEARED)
            journal.record(body, subject="paper", actor=SYSTEM.username, at=now)
    return found
