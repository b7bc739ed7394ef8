"""Commands on acting officials: who acts for a post or signs in its name, instead of whom, by which decree."""

from __future__ import annotations

from datetime import date, datetime

from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.people.events import ActingSet
from app.people.queries import KINDS_OF_ACTING, POSTS, acting_officials, person
from schema.database import Database
from sync.journal import Journal


def appoint_acting(journal: Journal, actor: Actor, *, post: str, kind: str, person_id: int, decree: str,
                   from_on: date | None, until_on: date | None, now: datetime,
                   instead_of: int | None = None) -> int:  # fmt: skip
    """Name who acts for a post (plt, plh) or signs in its name (an). Returns its id. Raises `invalid`.

    `instead_of` is the person whose post it is, None while the post is vacant. Where a post has several holders (a
    Kasi for each section) it tells whose section is meant.
    """
    require(actor, "people.manage")
    with journal.transaction():
        wrong = mistakes(journal.db, post, kind, person_id, decree, from_on, until_on, instead_of)
        if wrong or from_on is None:
            raise Problem.of("invalid", wrong)
        acting_id = journal.next_id("acting")
        body = ActingSet(
            acting_id, post, kind, person_id, decree.strip()[:200], from_on, until_on, instead_of
        )
        journal.record(body, subject=f"acting/{acting_id}", actor=actor.username, at=now)
    return acting_id


def mistakes(db: Database, post: str, kind: str, person_id: int, decree: str, from_on: date | None,
             until_on: date | None, instead_of: int | None) -> dict[str, str]:  # fmt: skip
    """What is wrong with an appointment: field → sentence."""
    wrong: dict[str, str] = {}
    if post not in POSTS:
        wrong["post"] = "Pilih jabatan dari daftar."
    if kind not in KINDS_OF_ACTING:
        wrong["kind"] = "Pilih Plt., Plh., atau a.n."
    if not decree.strip():
        wrong["decree"] = "Tulis nomor dan tanggal surat penunjukannya."
    if from_on is None:
        wrong["from_on"] = "Isi tanggal mulai."
    elif until_on and until_on < from_on:
        wrong["until_on"] = "Tanggal akhir lebih dulu daripada tanggal mulai."
    holder = person(db, person_id)
    if holder is None or not holder.active:
        wrong["person_id"] = "Pilih petugas yang masih aktif."
    replaced = None if instead_of is None else person(db, instead_of)
    if instead_of is not None and (replaced is None or post not in replaced.roles):
        wrong["instead_of"] = "Pilih pejabat yang memegang jabatan itu, atau jabatan yang kosong."
    elif instead_of == person_id:
        wrong["instead_of"] = "Orang tidak menggantikan dirinya sendiri. Pilih pejabat yang digantikan."
    return wrong


def end_acting(journal: Journal, actor: Actor, acting_id: int, *, until_on: date, now: datetime) -> None:
    """Give an acting official another last day (from its first day on). Raises `invalid`, `not_found`."""
    require(actor, "people.manage")
    line = next((one for one in acting_officials(journal.db) if one.id == acting_id), None)
    if line is None:
        raise Problem.of("not_found", what="Penunjukan")
    if until_on < line.from_on:
        raise Problem.of("invalid", {"until_on": "Tanggal akhir lebih dulu daripada tanggal mulai."})
    body = ActingSet(line.id, line.post, line.kind, line.person_id, line.decree, line.from_on, until_on,
                     line.instead_of)  # fmt: skip
    with journal.transaction():
        journal.record(body, subject=f"acting/{line.id}", actor=actor.username, at=now)
