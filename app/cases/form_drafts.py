"""Half-written complaints and slips of the box: each field kept when it is left, for whoever typed it and nobody else.

They lie in the table of unfinished applications: beside the journal, out of backups, swept after 30 days. The kiosk
keeps nothing. The second word of a confidential complaint is never kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from app.cases.drafts import FORM, typed_at
from app.cases.tables import Draft
from app.core.permissions import Actor, require
from app.core.problems import Problem
from schema.database import Database
from sync.line import stamp

LINE, BOX = FORM + "pengaduan", FORM + "kotak-saran"
ALLOWED = {LINE: "complaint.write", BOX: "box.open"}
LEFT_OUT = frozenset({"csrf_token", "second_word", "aksi"})
MOST = 400_000
"""Characters of one draft: forty slips as long as a slip may be."""


class Kept(NamedTuple):
    """What was typed, name to values, and when it was kept (UTC stamp)."""

    fields: dict[str, list[str]]
    updated_at: str


def keep(db: Database, actor: Actor, form: str, typed: Mapping[str, Sequence[str]], now: datetime) -> None:
    """Keep what stands in a form now. Raises Problem `too_large`."""
    require(actor, ALLOWED[form])
    held = {name: list(values) for name, values in typed.items() if name not in LEFT_OUT}
    text = json.dumps(held, ensure_ascii=False)
    if len(text) > MOST:
        raise Problem.of("too_large", limit=f"{MOST} huruf")
    with db.writing():
        at = stamp(typed_at(db, now))
        if Draft.first(db, draft_of(actor, form)) is None:
            Draft.insert(author=actor.username, area="", service=form, fields=text, created_at=at, updated_at=at
                         ).execute(db)  # fmt: skip
        else:
            Draft.update(fields=text, updated_at=at).where(draft_of(actor, form)).execute(db)


def kept(db: Database, actor: Actor, form: str) -> Kept | None:
    """What this person typed and did not send."""
    draft = Draft.first(db, draft_of(actor, form))
    return Kept(json.loads(draft.fields), draft.updated_at) if draft is not None else None


def forget(db: Database, actor: Actor, form: str) -> None:
    """Forget it: it was sent, or given up."""
    Draft.delete().where(draft_of(actor, form)).execute(db)


def draft_of(actor: Actor, form: str) -> object:
    """The one draft of a form that belongs to a person."""
    return (Draft.author == actor.username) & (Draft.service == form)
