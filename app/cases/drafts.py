"""Drafts: every field saved when it is left, so that a power cut costs at most one field. Beside the journal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from app.cases.fields import FIELD_LIMIT
from app.cases.tables import Draft
from app.core.permissions import Actor, require
from app.core.problems import Problem
from schema.database import Database
from sync.clock import trusted
from sync.line import stamp

KEPT = timedelta(days=30)
MOST_FIELDS = 80
FORM = "formulir:"
"""Begins the `service` of drafts that are no application, such as a complaint; those belong to another room."""


def start(db: Database, actor: Actor, *, service: str, now: datetime, fields: Mapping[str, str] | None = None,
          form_code: str = "") -> int:  # fmt: skip
    """A new draft; returns its id."""
    require(actor, "case.open")
    with db.writing():
        at = stamp(typed_at(db, now))
        return int(
            Draft.insert(
                author=actor.username, area=actor.area or "", service=service, form_code=form_code,
                fields=json.dumps(dict(fields or {})), created_at=at, updated_at=at,
            ).execute(db)
        )  # fmt: skip


def resume(db: Database, actor: Actor, *, service: str, now: datetime, fields: Mapping[str, str],
           form_code: str = "") -> int:  # fmt: skip
    """The id of my own open draft that already holds these fields (or this form), else of a new one."""
    for one in Draft.rows(db, Draft.author == actor.username, Draft.service == service, Draft.case_id.is_null(),
                          order=Draft.updated_at.desc(), limit=50):  # fmt: skip
        held = {key: value for key, value in fields_of(one).items() if value}
        same = (
            all(held.get(key, "") == value for key, value in fields.items())
            if any(fields.values())
            else not held
        )
        if one.form_code == form_code and (bool(form_code) or same):
            return int(one.id)
    return start(db, actor, service=service, now=now, fields=fields, form_code=form_code)


def get(db: Database, actor: Actor, draft_id: int) -> Draft:
    """A draft of one's own, or of the own village. Raises Problem `not_found`."""
    draft = Draft.first(db, Draft.id == draft_id)
    mine = draft is not None and (
        draft.author == actor.username or (bool(actor.area) and draft.area == actor.area)
    )
    if draft is None or not mine:
        raise Problem.of("not_found", what="Draf itu")
    return draft


def fields_of(draft: Draft) -> dict[str, str]:
    """What was typed so far, as it was typed."""
    return dict(json.loads(draft.fields))


def save(
    db: Database, actor: Actor, draft_id: int, typed: Mapping[str, str], now: datetime
) -> dict[str, str]:
    """Put typed fields into the draft, one or all; returns everything it holds. An empty text clears a field."""
    with db.writing():
        draft = get(db, actor, draft_id)
        if draft.case_id is not None:
            raise Problem.of("conflict", why="Draf ini sudah didaftarkan menjadi berkas. Buka berkasnya.")
        fields = fields_of(draft)
        for key, text in typed.items():
            if len(text) > FIELD_LIMIT:
                limit = f"{FIELD_LIMIT} huruf"
                raise Problem.of("too_large", {key: f"Isian terlalu panjang. Batasnya {limit}."}, limit=limit)
            fields[key[:60]] = text
        if len(fields) > MOST_FIELDS:
            raise Problem.of("too_large", limit=f"{MOST_FIELDS} isian")
        Draft.update(fields=json.dumps(fields), updated_at=stamp(typed_at(db, now))).where(
            Draft.id == draft.id
        ).execute(db)
    return fields


def typed_at(db: Database, now: datetime) -> datetime:
    """When something was typed: under a clock that fell back to 1970 not before the last trusted entry, or the draft
    would be swept as old on the day on which the clock is put right."""
    return max(now, trusted(db).at or now)


def drop(db: Database, actor: Actor, draft_id: int) -> None:
    """Throw a draft away."""
    with db.writing():
        Draft.delete().where(Draft.id == get(db, actor, draft_id).id).execute(db)


def mine(db: Database, actor: Actor) -> list[Draft]:
    """Drafts that this person may go on with, the latest first."""
    scope = Draft.author == actor.username
    if actor.area:
        scope = scope | (Draft.area == actor.area)
    scope = scope & Draft.case_id.is_null() & ~Draft.service.startswith(FORM)
    return Draft.rows(db, scope, order=Draft.updated_at.desc(), limit=50)


def sweep(db: Database, now: datetime) -> int:
    """Delete drafts older than 30 days; returns how many. Those of a clock that was ahead count as typed today.

    Only for a moment that is trusted (`Journal.clock_at`): a year ahead, every draft would be old.
    """
    with db.writing():
        Draft.update(updated_at=stamp(now)).where(Draft.updated_at > stamp(now)).execute(db)
        return int(Draft.delete().where(Draft.updated_at < stamp(now - KEPT)).execute(db))
