"""Dispatch to the centre: collect, order, confirm, close (SP 4.6). One entry per line, then one that closes."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime

import msgspec

from app.batches.events import DispatchDrafted, DispatchDropped, NumbersTaken
from app.batches.steps import case_at
from app.batches.tables import Dispatch, DispatchLineRow, DispatchPick
from app.core.clock import office_date
from app.core.messages import DispatchLine, DispatchSent, RecallAsked, dispatch_digest
from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.desk.checklist import case_requirements, missing_items
from app.desk.findings import unexplained_findings
from app.desk.moving import case_definition, plan_move
from app.desk.tables import CaseFile, CaseItem
from app.ktp.recording import STATUSES, UNUSABLE, latest_recording
from app.ktp.rules import explained_notices, notices_to_explain
from app.office import queries
from app.office.events import Number
from app.office.numbers import next_number, typed_number
from app.procedure import engine
from app.procedure.engine import promise_start
from schema.database import Database
from sync.authority import held_line_hash
from sync.journal import Journal

STREAM = "dukcapil"
SPECIAL = "batches.dispatch"
MOST_LINES = 400
BY_TELEPHONE = "Pengiriman ini dijawab di atas kertas. Telepon Dukcapil untuk menarik baris, lalu ketik jawabannya."


class ReadyCase(msgspec.Struct, frozen=True):
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


def ready_cases(db: Database, today: date) -> list[ReadyCase]:
    """Cases in step `dispatch` that no draft holds, the nearest promise first."""
    rows = CaseFile.rows(
        db, CaseFile.closed == 0, CaseFile.step == "dispatch", order=(CaseFile.due_on, CaseFile.id), limit=MOST_LINES
    )
    picked = {row[0] for row in db.run("SELECT case_id FROM dispatch_pick")}
    return [
        ReadyCase(
            case.id,
            case.number,
            case.name,
            case.area,
            case.kind,
            case.due_on or "",
            reason_sent_again(db, case.id),
            reason_against_sending(db, case, today),
            case.main_key,
            lacks_recording(db, case),
        )
        for case in rows
        if case.id not in picked
    ]


def lacks_recording(db: Database, case: CaseFile) -> bool:
    """Whether the recording is what a case lacks: none is noted, or no card can be printed of it."""
    recorded = latest_recording(db, case.main_key)
    return recorded is None or recorded.status in UNUSABLE


def reason_against_sending(db: Database, case: CaseFile, today: date) -> str:
    """Empty when the case may be dispatched; else the sentence that says what is missing."""
    recorded = latest_recording(db, case.main_key)
    if recorded is None:
        return f"Berkas {case.number} belum mencatat perekaman. Catat dulu sebelum dikirim."
    if recorded.status in UNUSABLE:
        return f"Status perekaman berkas {case.number}: {STATUSES[recorded.status][0]}. {STATUSES[recorded.status][1]}"
    if other := case_held_elsewhere(db, case):
        return f"NIK ini sudah diurus dengan berkas {other}, yang sudah ada di pusat cetak. Tutup salah satunya."
    definition = case_definition(db, case)
    if promise_start(definition, json.loads(case.fields), today) > today:
        return f"Pemohon berkas {case.number} belum berumur 17 tahun; kartu dicetak setelah itu."
    if lacking := missing_items(db, definition, case):
        return f"Berkas {case.number} belum lengkap: {', '.join(lacking)}. Lengkapi di halaman berkasnya."
    for sentence in unexplained_findings(db, case.id, notices_to_explain(db, definition, case)).values():
        return f"Berkas {case.number}: {sentence} Tulis alasannya di halaman berkasnya sebelum dikirim."
    return ""


def case_held_elsewhere(db: Database, case: CaseFile) -> str:
    """Number of an open case of the same person that was taken over with a line that the centre has; mostly none."""
    row = db.one(
        "SELECT c.number FROM twin_line t JOIN case_file c ON c.number = t.became"
        " WHERE t.state = 'taken' AND t.held = 1 AND c.main_key = ? AND c.id <> ? AND c.closed = 0"
        " AND c.step <> 'dispatch'",
        (case.main_key, case.id),
    )
    return str(row[0]) if row else ""


def reasons_against_sending(db: Database, case_ids: Sequence[int], today: date) -> dict[int, str]:
    """Case → why it may not go, for the cases of a draft that have become unfit since they were chosen."""
    cases = CaseFile.rows(db, CaseFile.id.in_(list(case_ids)))
    return {case.id: reason for case in cases if (reason := reason_against_sending(db, case, today))}


def explained_cases(db: Database, case_ids: Sequence[int]) -> dict[int, list[str]]:
    cases = CaseFile.rows(db, CaseFile.id.in_(list(case_ids)))
    return {case.id: sentences for case in cases if (sentences := explained_notices(db, case))}


def newest_dispatch_of(db: Database, case_id: int) -> int | None:
    """The draft that holds a case, else the newest dispatch that carried it."""
    row = db.one("SELECT dispatch_id FROM dispatch_pick WHERE case_id = ?", (case_id,))
    row = row or db.one("SELECT max(dispatch_id) FROM dispatch_line WHERE case_id = ?", (case_id,))
    return row[0] if row else None


def reason_sent_again(db: Database, case_id: int) -> str:
    """Why a case is sent again: the last refusal or misprint, or an empty text."""
    row = db.one(
        "SELECT reason, misprint FROM dispatch_line WHERE case_id = ? ORDER BY dispatch_id DESC LIMIT 1", (case_id,)
    )
    if row is None:
        return ""
    why = f"salah cetak, {row[1]}" if row[1] else row[0]
    return f"Ulang: {why}"[:200] if why else "Ulang"


def draft_dispatch(
    journal: Journal, actor: Actor, *, case_ids: Sequence[int], now: datetime, dispatch_id: int | None = None
) -> int:
    """Start a dispatch with its ordered cases, or put another order into a draft; returns the dispatch id."""
    require(actor, "dispatch.prepare")
    today = office_date(now)
    if not case_ids:
        raise Problem.of("empty_dispatch")
    if len(case_ids) > MOST_LINES or len(set(case_ids)) != len(case_ids):
        raise Problem.of("invalid", {"case_ids": f"Paling banyak {MOST_LINES} berkas, masing-masing satu kali."})
    with journal.transaction():
        db = journal.db
        for case_id in case_ids:
            case = case_at(db, case_id, "dispatch")
            held = DispatchPick.first(db, DispatchPick.case_id == case_id)
            if held is not None and held.dispatch_id != dispatch_id:
                raise Problem.of("conflict", why=f"Berkas {case.number} sudah ada di pengiriman lain.")
            if reason := reason_against_sending(db, case, today):
                raise Problem.of("conflict", why=reason)
        if dispatch_id is None:
            number = next_number(db, "dispatch", today, journal.epoch)
            new_id = journal.next_id("dispatch")
        else:
            number = Number("dispatch", today.year, 0, find_open_draft(db, dispatch_id).number)
            new_id = dispatch_id
        journal.record(
            DispatchDrafted(new_id, number, today.isoformat(), list(case_ids)),
            subject=f"dispatch/{new_id}",
            actor=actor.username,
            at=now,
        )
    return new_id


def find_open_draft(db: Database, dispatch_id: int) -> Dispatch:
    found = Dispatch.first(db, Dispatch.id == dispatch_id)
    if found is None:
        raise Problem.of("not_found", what="Pengiriman itu")
    if found.state != "draft":
        raise Problem.of("state", what=f"Pengiriman {found.number}", state="sudah ditutup")
    return found


def drop_draft(journal: Journal, actor: Actor, *, dispatch_id: int, reason: str, now: datetime) -> None:
    require(actor, "dispatch.prepare")
    if not reason.strip():
        raise Problem.of("reason_needed")
    with journal.transaction():
        find_open_draft(journal.db, dispatch_id)
        journal.record(
            DispatchDropped(dispatch_id, reason.strip()[:300]),
            subject=f"dispatch/{dispatch_id}",
            actor=actor.username,
            at=now,
        )


def send_dispatch(
    journal: Journal,
    actor: Actor,
    *,
    dispatch_id: int,
    now: datetime,
    letter: str = "",
    minutes: str = "",
    seen: Collection[int] = (),
) -> DispatchSent:
    """Confirm and close a dispatch: one entry per line for the centre, then `dispatch.sent` with count and digest.

    The caller has confirmed the PIN. `seen`: cases with something explained that the confirming person has read.
    `letter` and `minutes` are numbers typed from the paper agenda; empty takes
    them from the office's series. Everything or nothing is written.
    """
    require(actor, "dispatch.confirm")
    today = office_date(now)
    with journal.transaction():
        db = journal.db
        found = find_open_draft(db, dispatch_id)
        picks = DispatchPick.rows(db, DispatchPick.dispatch_id == dispatch_id, order=DispatchPick.ordinal)
        if not picks:
            raise Problem.of("empty_dispatch")
        check_seen(db, [pick.case_id for pick in picks], seen)
        numbers = take_letter_numbers(journal, letter, minutes, today)
        journal.record(
            NumbersTaken(dispatch_id, *numbers), subject=f"dispatch/{dispatch_id}", actor=actor.username, at=now
        )
        lines = [make_line(db, actor, found, pick, today) for pick in picks]
        entries = journal.record_many(
            [(line, f"case/{line.case_id}") for line in lines], actor=actor.username, at=now, stream=STREAM
        )
        digest = dispatch_digest(lines, [entry.line_id for entry in entries])
        road = "loket" if queries.runs_loket(db) else "paper"
        body = DispatchSent(
            dispatch_id,
            found.number,
            numbers[0].text,
            numbers[1].text,
            today.isoformat(),
            len(lines),
            digest,
            actor.username,
            road,
        )
        journal.record(body, subject=f"dispatch/{dispatch_id}", actor=actor.username, at=now, stream=STREAM)
    return body


def check_seen(db: Database, case_ids: Sequence[int], seen: Collection[int]) -> None:
    """Raise Problem `invalid` while a case that contradicts itself was not read by who confirms."""
    if any(case_id not in seen for case_id in explained_cases(db, case_ids)):
        raise Problem.of("invalid", {"seen": "Baca perbedaan pada setiap baris, lalu centang barisnya."})


def take_letter_numbers(journal: Journal, letter: str, minutes: str, today: date) -> tuple[Number, Number]:
    """Numbers of covering letter and berita acara: typed from the paper agenda, else the next of the series."""

    def one(series: str, typed: str) -> Number:
        if not typed.strip():
            return next_number(journal.db, series, today, journal.epoch)
        try:
            return typed_number(journal.db, series, typed, today)
        except Problem as problem:
            raise Problem.of("invalid", {series: problem.fields.get("number") or problem.sentence}) from problem

    return one("letter", letter), one("minutes", minutes)


def make_line(db: Database, actor: Actor, found: Dispatch, pick: DispatchPick, today: date) -> DispatchLine:
    case = case_at(db, pick.case_id, "dispatch")
    if reason := reason_against_sending(db, case, today):
        raise Problem.of("conflict", why=reason)
    move = plan_move(db, case, "sent", today, today, actor=actor, special=SPECIAL)
    definition, recorded = case_definition(db, case), latest_recording(db, case.main_key)
    present = {row.item for row in CaseItem.rows(db, CaseItem.case_id == case.id, CaseItem.state == "present")}
    return DispatchLine(
        dispatch_id=found.id,
        dispatch=found.number,
        ordinal=pick.ordinal,
        case_id=case.id,
        number=case.number,
        code=case.code,
        service=case.service,
        revision=case.revision,
        kind=case.kind,
        kind_label=engine.kind_named(definition, case.kind).label,
        name=case.name,
        area=case.area,
        area_name=queries.area_names(db).get(case.area, ""),
        main_key=case.main_key,
        fields=json.loads(case.fields),
        received_on=case.received_on,
        completed_on=case.completed_on or "",
        due_on=case.due_on or "",
        sent_on=today.isoformat(),
        step=move.step_to,
        place=move.place,
        recording=recorded.status if recorded else "",
        recorded_on=recorded.on_date if recorded else "",
        items=[need.id for need in case_requirements(definition, case) if need.id in present],
        again=reason_sent_again(db, case.id),
        explained=explained_notices(db, case),
    )


def is_read_by_centre(db: Database, dispatch_id: int) -> bool:
    """Whether a centre's Loket reads what is asked about a dispatch: it left by Loket, and the office still does."""
    found = Dispatch.first(db, Dispatch.id == dispatch_id)
    return found is not None and found.road == "loket" and queries.runs_loket(db)


def ask_line_back(
    journal: Journal, actor: Actor, *, dispatch_id: int, ordinal: int, reason: str, now: datetime
) -> None:
    """Ask the centre to give a line back (death, duplicate); the print floor answers. Raises Problem."""
    require(actor, "dispatch.confirm")
    if not reason.strip():
        raise Problem.of("reason_needed")
    with journal.transaction():
        if not is_read_by_centre(journal.db, dispatch_id):
            raise Problem.of("conflict", why=BY_TELEPHONE)
        row = DispatchLineRow.first(
            journal.db, DispatchLineRow.dispatch_id == dispatch_id, DispatchLineRow.ordinal == ordinal
        )
        if row is None or row.result in ("printed", "refused"):
            raise Problem.of("conflict", why="Baris ini sudah dijawab, jadi tidak bisa diminta kembali.")
        if row.recall:
            raise Problem.of("conflict", why="Baris ini sudah diminta kembali. Tunggu jawaban pusat cetak.")
        case = CaseFile.first(journal.db, CaseFile.id == row.case_id)
        if case is None or case.closed:
            raise Problem.of("conflict", why="Berkas baris ini sudah ditutup, jadi tidak ada yang diminta kembali.")
        body = RecallAsked(row.line, reason.strip()[:300], held_line_hash(journal.db, journal.source, row.line))
        journal.record(body, subject=f"case/{row.case_id}", actor=actor.username, at=now, stream=STREAM)
