"""Dispatch to the centre: collect, order, confirm, close (SP 4.6). One entry per line, then one that closes."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime

import msgspec

from app.cases.explaining import unexplained
from app.cases.moving import definition_of, missing_items, plan_move
from app.cases.queries import requirements
from app.cases.tables import CaseFile, CaseItem
from app.core.clock import office_date
from app.core.messages import DispatchLine, DispatchSent, RecallAsked, dispatch_digest
from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.ktp.doubtful import doubtful, explained
from app.ktp.events import DispatchDrafted, DispatchDropped, NumbersTaken
from app.ktp.moves import case_at
from app.ktp.recording import STATUSES, UNUSABLE, latest
from app.ktp.tables import Dispatch, DispatchLineRow, DispatchPick
from app.office import service as office
from app.office import ways
from app.office.events import Number
from app.office.numbers import next_number, typed_number
from app.sop import engine
from app.sop.promise import promise_start
from schema.database import Database
from sync.authority import line_hash
from sync.journal import Journal

STREAM = "dukcapil"
SPECIAL = "ktp.dispatch"
MOST_LINES = 400
BY_TELEPHONE = (
    "Pengiriman ini dijawab di atas kertas. Telepon Dukcapil untuk menarik baris, lalu ketik jawabannya."
)


class Ready(msgspec.Struct, frozen=True):
    """A case that waits for dispatch; `why_not` says why it may not go yet, `unrecorded` that a recording helps."""

    id: int
    number: str
    name: str
    area: str
    kind: str
    due_on: str
    again: str
    why_not: str
    key: str
    unrecorded: bool


def ready(db: Database, today: date) -> list[Ready]:
    """Cases in step `dispatch` that no draft holds, the nearest promise first."""
    rows = CaseFile.rows(db, CaseFile.closed == 0, CaseFile.step == "dispatch",
                         order=(CaseFile.due_on, CaseFile.id), limit=MOST_LINES)  # fmt: skip
    picked = {row[0] for row in db.run("SELECT case_id FROM dispatch_pick")}
    return [Ready(case.id, case.number, case.name, case.area, case.kind, case.due_on or "", again(db, case.id),
                  why_not(db, case, today), case.main_key, unrecorded(db, case))
            for case in rows if case.id not in picked]  # fmt: skip


def unrecorded(db: Database, case: CaseFile) -> bool:
    """Whether the recording is what a case lacks: none is noted, or no card can be printed of it."""
    recorded = latest(db, case.main_key)
    return recorded is None or recorded.status in UNUSABLE


def why_not(db: Database, case: CaseFile, today: date) -> str:
    """Empty when the case may be dispatched; else the sentence that says what is missing."""
    recorded = latest(db, case.main_key)
    if recorded is None:
        return f"Berkas {case.number} belum mencatat perekaman. Catat dulu sebelum dikirim."
    if recorded.status in UNUSABLE:
        return f"Status perekaman berkas {case.number}: {STATUSES[recorded.status][0]}. {STATUSES[recorded.status][1]}"
    if other := held_elsewhere(db, case):
        return (
            f"NIK ini sudah diurus dengan berkas {other}, yang sudah ada di pusat cetak. Tutup salah satunya."
        )
    definition = definition_of(db, case)
    if promise_start(definition, json.loads(case.fields), today) > today:
        return f"Pemohon berkas {case.number} belum berumur 17 tahun; kartu dicetak setelah itu."
    if lacking := missing_items(db, definition, case):
        return f"Berkas {case.number} belum lengkap: {', '.join(lacking)}. Lengkapi di halaman berkasnya."
    for sentence in unexplained(db, case.id, doubtful(db, definition, case)).values():
        return f"Berkas {case.number}: {sentence} Tulis alasannya di halaman berkasnya sebelum dikirim."
    return ""


def held_elsewhere(db: Database, case: CaseFile) -> str:
    """Number of an open case of the same person that was taken over with a line that the centre has; mostly none."""
    row = db.one(
        "SELECT c.number FROM twin_line t JOIN case_file c ON c.number = t.became"
        " WHERE t.state = 'taken' AND t.held = 1 AND c.main_key = ? AND c.id <> ? AND c.closed = 0"
        " AND c.step <> 'dispatch'",
        (case.main_key, case.id),
    )
    return str(row[0]) if row else ""


def why_not_now(db: Database, case_ids: Sequence[int], today: date) -> dict[int, str]:
    """Case → why it may not go, for the cases of a draft that have become unfit since they were chosen."""
    cases = CaseFile.rows(db, CaseFile.id.in_(list(case_ids)))
    return {case.id: reason for case in cases if (reason := why_not(db, case, today))}


def explained_now(db: Database, case_ids: Sequence[int]) -> dict[int, list[str]]:
    """Case → what contradicts itself and why, for the cases of a draft in which something does."""
    cases = CaseFile.rows(db, CaseFile.id.in_(list(case_ids)))
    return {case.id: sentences for case in cases if (sentences := explained(db, case))}


def newest_of(db: Database, case_id: int) -> int | None:
    """The draft that holds a case, else the newest dispatch that carried it."""
    row = db.one("SELECT dispatch_id FROM dispatch_pick WHERE case_id = ?", (case_id,))
    row = row or db.one("SELECT max(dispatch_id) FROM dispatch_line WHERE case_id = ?", (case_id,))
    return row[0] if row else None


def again(db: Database, case_id: int) -> str:
    """Why a case is sent again: the last refusal or misprint, or an empty text."""
    row = db.one("SELECT reason, misprint FROM dispatch_line WHERE case_id = ? ORDER BY dispatch_id DESC LIMIT 1",
                 (case_id,))  # fmt: skip
    if row is None:
        return ""
    why = f"salah cetak, {row[1]}" if row[1] else row[0]
    return f"Ulang: {why}"[:200] if why else "Ulang"


def draft(journal: Journal, actor: Actor, *, case_ids: Sequence[int], now: datetime,
          dispatch_id: int | None = None) -> int:  # fmt: skip
    """Start a dispatch with its ordered cases, or put another order into a draft; returns the dispatch id."""
    require(actor, "dispatch.prepare")
    today = office_date(now)
    if not case_ids:
        raise Problem.of("empty_dispatch")
    if len(case_ids) > MOST_LINES or len(set(case_ids)) != len(case_ids):
        raise Problem.of(
            "invalid", {"case_ids": f"Paling banyak {MOST_LINES} berkas, masing-masing satu kali."}
        )
    with journal.transaction():
        db = journal.db
        for case_id in case_ids:
            case = case_at(db, case_id, "dispatch")
            held = DispatchPick.first(db, DispatchPick.case_id == case_id)
            if held is not None and held.dispatch_id != dispatch_id:
                raise Problem.of("conflict", why=f"Berkas {case.number} sudah ada di pengiriman lain.")
            if reason := why_not(db, case, today):
                raise Problem.of("conflict", why=reason)
        if dispatch_id is None:
            number = next_number(db, "dispatch", today, journal.epoch)
            new_id = journal.next_id("dispatch")
        else:
            number = Number("dispatch", today.year, 0, open_draft(db, dispatch_id).number)
            new_id = dispatch_id
        journal.record(DispatchDrafted(new_id, number, today.isoformat(), list(case_ids)),
                       subject=f"dispatch/{new_id}", actor=actor.username, at=now)  # fmt: skip
    return new_id


def open_draft(db: Database, dispatch_id: int) -> Dispatch:
    """A dispatch that is not closed yet. Raises Problem."""
    found = Dispatch.first(db, Dispatch.id == dispatch_id)
    if found is None:
        raise Problem.of("not_found", what="Pengiriman itu")
    if found.state != "draft":
        raise Problem.of("state", what=f"Pengiriman {found.number}", state="sudah ditutup")
    return found


def drop(journal: Journal, actor: Actor, *, dispatch_id: int, reason: str, now: datetime) -> None:
    """Give up a draft; its cases wait again."""
    require(actor, "dispatch.prepare")
    if not reason.strip():
        raise Problem.of("reason_needed")
    with journal.transaction():
        open_draft(journal.db, dispatch_id)
        journal.record(DispatchDropped(dispatch_id, reason.strip()[:300]), subject=f"dispatch/{dispatch_id}",
                       actor=actor.username, at=now)  # fmt: skip


def send(journal: Journal, actor: Actor, *, dispatch_id: int, now: datetime, letter: str = "",
         minutes: str = "", seen: Collection[int] = ()) -> DispatchSent:  # fmt: skip
    """Confirm and close a dispatch: one entry per line for the centre, then `dispatch.sent` with count and digest.

    The caller has confirmed the PIN. `seen`: cases with something explained that the confirming person has read.
    `letter` and `minutes` are numbers typed from the paper agenda; empty takes
    them from the office's series. Everything or nothing is written.
    """
    require(actor, "dispatch.confirm")
    today = office_date(now)
    with journal.transaction():
        db = journal.db
        found = open_draft(db, dispatch_id)
        picks = DispatchPick.rows(db, DispatchPick.dispatch_id == dispatch_id, order=DispatchPick.ordinal)
        if not picks:
            raise Problem.of("empty_dispatch")
        check_seen(db, [pick.case_id for pick in picks], seen)
        numbers = letter_numbers(journal, letter, minutes, today)
        journal.record(NumbersTaken(dispatch_id, *numbers), subject=f"dispatch/{dispatch_id}",
                       actor=actor.username, at=now)  # fmt: skip
        lines = [line_body(db, actor, found, pick, today) for pick in picks]
        entries = journal.record_many([(line, f"case/{line.case_id}") for line in lines], actor=actor.username, at=now,
                                      stream=STREAM)  # fmt: skip
        digest = dispatch_digest(lines, [entry.line_id for entry in entries])
        road = "loket" if ways.runs_loket(db) else "paper"
        body = DispatchSent(dispatch_id, found.number, numbers[0].text, numbers[1].text, today.isoformat(), len(lines),
                            digest, actor.username, road)  # fmt: skip
        journal.record(body, subject=f"dispatch/{dispatch_id}", actor=actor.username, at=now, stream=STREAM)
    return body


def check_seen(db: Database, case_ids: Sequence[int], seen: Collection[int]) -> None:
    """Raise Problem `invalid` while a case that contradicts itself was not read by who confirms."""
    if any(case_id not in seen for case_id in explained_now(db, case_ids)):
        raise Problem.of("invalid", {"seen": "Baca perbedaan pada setiap baris, lalu centang barisnya."})


def letter_numbers(journal: Journal, letter: str, minutes: str, today: date) -> tuple[Number, Number]:
    """Numbers of covering letter and berita acara: typed from the paper agenda, else the next of the series."""

    def one(series: str, typed: str) -> Number:
        if not typed.strip():
            return next_number(journal.db, series, today, journal.epoch)
        try:
            return typed_number(journal.db, series, typed, today)
        except Problem as problem:
            raise Problem.of(
                "invalid", {series: problem.fields.get("number") or problem.sentence}
            ) from problem

    return one("letter", letter), one("minutes", minutes)


def line_body(db: Database, actor: Actor, found: Dispatch, pick: DispatchPick, today: date) -> DispatchLine:
    """The snapshot of one case that travels to the centre."""
    case = case_at(db, pick.case_id, "dispatch")
    if reason := why_not(db, case, today):
        raise Problem.of("conflict", why=reason)
    move = plan_move(db, case, "sent", today, today, actor=actor, special=SPECIAL)
    definition, recorded = definition_of(db, case), latest(db, case.main_key)
    present = {
        row.item for row in CaseItem.rows(db, CaseItem.case_id == case.id, CaseItem.state == "present")
    }
    return DispatchLine(
        dispatch_id=found.id, dispatch=found.number, ordinal=pick.ordinal, case_id=case.id, number=case.number,
        code=case.code, service=case.service, revision=case.revision, kind=case.kind,
        kind_label=engine.kind(definition, case.kind).label, name=case.name, area=case.area,
        area_name=office.area_names(db).get(case.area, ""), main_key=case.main_key, fields=json.loads(case.fields),
        received_on=case.received_on, completed_on=case.completed_on or "", due_on=case.due_on or "",
        sent_on=today.isoformat(), step=move.step_to, place=move.place, recording=recorded.status if recorded else "",
        recorded_on=recorded.on_date if recorded else "",
        items=[need.id for need in requirements(definition, case) if need.id in present], again=again(db, case.id),
        explained=explained(db, case),
    )  # fmt: skip


def is_heard(db: Database, dispatch_id: int) -> bool:
    """Whether a centre's Loket reads what is asked about a dispatch: it left by Loket, and the office still does."""
    found = Dispatch.first(db, Dispatch.id == dispatch_id)
    return found is not None and found.road == "loket" and ways.runs_loket(db)


def ask_back(
    journal: Journal, actor: Actor, *, dispatch_id: int, ordinal: int, reason: str, now: datetime
) -> None:
    """Ask the centre to give a line back (death, duplicate); the print floor answers. Raises Problem."""
    require(actor, "dispatch.confirm")
    if not reason.strip():
        raise Problem.of("reason_needed")
    with journal.transaction():
        if not is_heard(journal.db, dispatch_id):
            raise Problem.of("conflict", why=BY_TELEPHONE)
        row = DispatchLineRow.first(journal.db, DispatchLineRow.dispatch_id == dispatch_id,
                                    DispatchLineRow.ordinal == ordinal)  # fmt: skip
        if row is None or row.result in ("printed", "refused"):
            raise Problem.of("conflict", why="Baris ini sudah dijawab, jadi tidak bisa diminta kembali.")
        if row.recall:
            raise Problem.of("conflict", why="Baris ini sudah diminta kembali. Tunggu jawaban pusat cetak.")
        case = CaseFile.first(journal.db, CaseFile.id == row.case_id)
        if case is None or case.closed:
            raise Problem.of(
                "conflict", why="Berkas baris ini sudah ditutup, jadi tidak ada yang diminta kembali."
            )
        body = RecallAsked(row.line, reason.strip()[:300], line_hash(journal.db, journal.source, row.line))
        journal.record(body, subject=f"case/{row.case_id}", actor=actor.username, at=now, stream=STREAM)
