"""Drafts: every field saved when it is left, so that a power cut costs at most one field. Beside the journal."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from app.casework.desk.tables import Draft
from app.core.permissions import Actor, may, require
from app.core.problems import Problem
from app.core.text import FIELD_LIMIT
from schema.database import Database, first_value
from sync.entries import to_utc_text
from sync.journal import Trusted, last_trusted

KEPT = timedelta(days=30)
MOST_FIELDS = 80
FORM = "formulir:"
"""Begins the `service` of drafts that are no application, such as a complaint; those belong to another room."""

BROUGHT = "Draf ini datang dari desa. Kembalikan di halaman Desa dengan alasannya, supaya desa membacanya."


def start_draft(
    db: Database,
    actor: Actor,
    *,
    service: str,
    now: datetime,
    fields: Mapping[str, str] | None = None,
    form_code: str = "",
) -> int:
    require(actor, "case.open")
    with db.writing():
        at = typed_at(now, last_trusted(db))
        Draft.add(
            db,
            author=actor.username,
            area=actor.area or "",
            service=service,
            form_code=form_code,
            fields=json.dumps(dict(fields or {})),
            created_at=at,
            updated_at=at,
        )
        return int(first_value(db, "SELECT max(id) FROM draft"))


def resume_draft(
    db: Database, actor: Actor, *, service: str, now: datetime, fields: Mapping[str, str], form_code: str = ""
) -> int:
    """The id of my own open draft that already holds these fields (or this form), else of a new one."""
    own = {"author": actor.username, "service": service, "case_id": None, "form_code": form_code}
    for row in Draft.rows(db, order="updated_at DESC", limit=50, **own):
        held = {key: value for key, value in draft_fields(row).items() if value}
        if any(fields.values()):
            same = all(held.get(key, "") == value for key, value in fields.items())
        else:
            same = not held
        if form_code or same:
            return int(row.id)
    return start_draft(db, actor, service=service, now=now, fields=fields, form_code=form_code)


def get_draft(db: Database, actor: Actor, draft_id: int) -> Draft:
    """A draft of one's own, of the own village, or one that a village brought. Raises Problem `not_found`."""
    return check_own(Draft.first(db, id=draft_id), actor)


def check_own(draft: Draft | None, actor: Actor) -> Draft:
    """The draft itself. Raises Problem `not_found` where there is none or it is none of this person."""
    if draft is None or not is_draft_of(draft, actor):
        raise Problem.of("not_found", what="Draf itu")
    return draft


def is_draft_of(draft: Draft, actor: Actor) -> bool:
    if draft.brought and not actor.village_only:
        return may(actor, "village.exchange")
    return bool(draft.author == actor.username or (actor.area and draft.area == actor.area))


def draft_fields(draft: Draft) -> dict[str, str]:
    return dict(json.loads(draft.fields))


def save_draft(db: Database, actor: Actor, draft_id: int, typed: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Put typed fields into the draft, one or all; returns everything it holds. An empty text clears a field."""
    with db.writing():
        last = last_trusted(db)
        draft = check_own(Draft.first(db, id=draft_id), actor)
        if draft.case_id is not None:
            raise Problem.of("conflict", why="Draf ini sudah didaftarkan menjadi berkas. Buka berkasnya.")
        fields = draft_fields(draft)
        for key, text in typed.items():
            if len(text) > FIELD_LIMIT:
                limit = f"{FIELD_LIMIT} huruf"
                raise Problem.of("too_large", {key: f"Isian terlalu panjang. Batasnya {limit}."}, limit=limit)
            fields[key[:60]] = text
        if len(fields) > MOST_FIELDS:
            raise Problem.of("too_large", limit=f"{MOST_FIELDS} isian")
        Draft.alter(db, {"id": draft.id}, fields=json.dumps(fields), updated_at=typed_at(now, last))
    return fields


def typed_at(now: datetime, last: Trusted) -> str:
    """When something was typed: under a clock that fell back to 1970 not before the last trusted entry, or the draft
    would be swept as old on the day on which the clock is put right."""
    return to_utc_text(max(now, last.at or now))


def drop_draft(db: Database, actor: Actor, draft_id: int) -> None:
    with db.writing():
        draft = get_draft(db, actor, draft_id)
        if draft.brought:
            raise Problem.of("conflict", why=BROUGHT)
        Draft.remove(db, id=draft.id)


def own_drafts(db: Database, actor: Actor) -> list[Draft]:
    whose = "d.author = ?"
    names = [actor.username]
    if actor.area:
        whose = "(d.author = ? OR d.area = ?)"
        names = [actor.username, actor.area]
    rest = f"WHERE {whose} AND d.case_id IS NULL AND instr(d.service, ?) <> 1 ORDER BY d.updated_at DESC LIMIT 50"
    return Draft.joined(db, "d", rest, [*names, FORM])


def sweep_drafts(db: Database, now: datetime) -> int:
    """Delete drafts older than 30 days; returns how many. Those of a clock that was ahead count as typed today.

    Only for a moment that is trusted (`Journal.clock_at`): a year ahead, every draft would be old.
    """
    with db.writing():
        at = to_utc_text(now)
        db.run("UPDATE draft SET updated_at = ? WHERE updated_at > ?", (at, at))
        return len(list(db.run("DELETE FROM draft WHERE updated_at < ? RETURNING id", (to_utc_text(now - KEPT),))))


LINE = FORM + "pengaduan"
BOX = FORM + "kotak-saran"
ALLOWED = {LINE: "complaint.write", BOX: "box.open"}
LEFT_OUT = frozenset({"csrf_token", "second_word", "aksi"})
LONGEST_FORM = 400_000
"""Characters of one draft: forty slips as long as a slip may be."""


class KeptForm(NamedTuple):
    """What was typed, name to values, and when it was kept (UTC stamp)."""

    fields: dict[str, list[str]]
    updated_at: str


def keep_form(db: Database, actor: Actor, form: str, typed: Mapping[str, Sequence[str]], now: datetime) -> None:
    require(actor, ALLOWED[form])
    held = {name: list(values) for name, values in typed.items() if name not in LEFT_OUT}
    text = json.dumps(held, ensure_ascii=False)
    if len(text) > LONGEST_FORM:
        raise Problem.of("too_large", limit=f"{LONGEST_FORM} huruf")
    with db.writing():
        own = own_form(actor, form)
        at = typed_at(now, last_trusted(db))
        if Draft.first(db, **own) is None:
            Draft.add(db, area="", fields=text, created_at=at, updated_at=at, **own)
        else:
            Draft.alter(db, own, fields=text, updated_at=at)


def kept_form(db: Database, actor: Actor, form: str) -> KeptForm | None:
    draft = Draft.first(db, **own_form(actor, form))
    if draft is None:
        return None
    return KeptForm(json.loads(draft.fields), draft.updated_at)


def forget_form(db: Database, actor: Actor, form: str) -> None:
    Draft.remove(db, **own_form(actor, form))


def own_form(actor: Actor, form: str) -> dict[str, str]:
    return {"author": actor.username, "service": form}
