"""Dispatch to a partner: collect, order, confirm, close (SP 4.6). One entry per line, then one that closes."""

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime

import msgspec

from app.batches.columns import cell_text, column_cells, column_heads
from app.batches.events import DispatchDrafted, DispatchDropped, NumbersTaken
from app.batches.partners import (
    CaseReader,
    cases_by_id,
    explained_notices,
    key_field,
    partner_of,
    result_labels,
    rules_for,
    runs_loket,
    standing,
    step_at,
)
from app.batches.states import OPEN, check_move
from app.batches.tables import Dispatch, DispatchLineRow, DispatchPick
from app.core.clock import office_date
from app.core.messages import FIRST_SERVICE, DispatchLine, DispatchSent, PartnerWords, RecallAsked, dispatch_digest
from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.desk.checklist import case_requirements, missing_items
from app.desk.findings import unexplained_findings
from app.desk.moving import case_definition, plan_move
from app.desk.tables import CaseFile, CaseItem
from app.office import queries
from app.office.events import Number
from app.office.numbers import next_number, typed_number
from app.procedure import engine
from app.procedure.engine import promise_start
from schema.database import Database
from schema.service_procedure import Definition
from sync.entries import held_line_hash
from sync.journal import Journal

MOST_LINES = 400


class ReadyCase(msgspec.Struct, frozen=True):
    """A case that waits for dispatch; `why_not` says why it may not go yet, `link` (endpoint, words) where to mend."""

    id: int
    number: str
    name: str
    area: str
    kind: str
    due_on: str
    again: str
    why_not: str
    key: str
    link: tuple[str, str]


def ready_cases(db: Database, service: str, today: date) -> list[ReadyCase]:
    """Cases of a service that wait to be sent and that no draft holds, the nearest promise first."""
    where, values = standing(db, "send", service)
    rows = db.run(
        f"SELECT c.id FROM case_file c WHERE {where} AND c.id NOT IN (SELECT case_id FROM dispatch_pick)"
        " ORDER BY c.due_on, c.id LIMIT ?",
        [*values, MOST_LINES],
    )
    cases = cases_by_id(db, [row[0] for row in rows])
    reader, rules = CaseReader(db), rules_for(db, service)
    return [
        ReadyCase(
            case.id,
            case.number,
            case.name,
            case.area,
            case.kind,
            case.due_on or "",
            reason_sent_again(db, case.id),
            reason_against_sending(db, reader.definition_of(case), case, today),
            case.main_key,
            rules.repair_link(db, case),
        )
        for case in cases
    ]


def reason_against_sending(db: Database, definition: Definition, case: CaseFile, today: date) -> str:
    """Empty when the case may be dispatched; else the sentence that says what is missing."""
    rules, partner = rules_for(db, case.service), partner_of(definition)
    if reason := rules.reason_against(db, case):
        return reason
    if other := case_held_elsewhere(db, definition, case):
        key = key_field(definition).heading
        return f"{key} ini sudah diurus dengan berkas {other}, yang sudah ada di pusat cetak. Tutup salah satunya."
    if definition.promise and promise_start(definition, json.loads(case.fields), today) > today:
        age = definition.promise.from_age
        return f"Pemohon berkas {case.number} belum berumur {age} tahun; {partner.product} dicetak setelah itu."
    if lacking := missing_items(db, definition, case):
        return f"Berkas {case.number} belum lengkap: {', '.join(lacking)}. Lengkapi di halaman berkasnya."
    for sentence in unexplained_findings(db, case.id, rules.notices(db, definition, case)).values():
        return f"Berkas {case.number}: {sentence} Tulis alasannya di halaman berkasnya sebelum dikirim."
    return ""


def case_held_elsewhere(db: Database, definition: Definition, case: CaseFile) -> str:
    """Number of an open case of the same key that was taken over with a line that the centre has; mostly none."""
    row = db.one(
        "SELECT c.number FROM twin_line t JOIN case_file c ON c.number = t.became"
        " WHERE t.state = 'taken' AND t.held = 1 AND c.main_key = ? AND c.id <> ? AND c.closed = 0"
        " AND c.service = ? AND c.step <> ?",
        (case.main_key, case.id, case.service, step_at(definition, "send")),
    )
    return str(row[0]) if row else ""


def reasons_against_sending(db: Database, case_ids: Sequence[int], today: date) -> dict[int, str]:
    """Case → why it may not go, for the cases of a draft that have become unfit since they were chosen."""
    reader, cases = CaseReader(db), cases_by_id(db, case_ids)
    reasons = {case.id: reason_against_sending(db, reader.definition_of(case), case, today) for case in cases}
    return {case_id: reason for case_id, reason in reasons.items() if reason}


def explained_cases(db: Database, case_ids: Sequence[int], reader: CaseReader | None = None) -> dict[int, list[str]]:
    reader = reader or CaseReader(db)
    cases = cases_by_id(db, case_ids)
    said = {case.id: explained_notices(db, reader.definition_of(case), case) for case in cases}
    return {case_id: sentences for case_id, sentences in said.items() if sentences}


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
    """Start a dispatch with its ordered cases, or put another order into a draft; returns the dispatch id.

    All cases are of one service: a dispatch goes to one partner. Raises Problem.
    """
    require(actor, "dispatch.prepare")
    today = office_date(now)
    if not case_ids:
        raise Problem.of("empty_dispatch")
    if len(case_ids) > MOST_LINES or len(set(case_ids)) != len(case_ids):
        raise Problem.of("invalid", {"case_ids": f"Paling banyak {MOST_LINES} berkas, masing-masing satu kali."})
    with journal.transaction():
        db, reader = journal.db, CaseReader(journal.db)
        draft = find_open_draft(db, dispatch_id, "arrange") if dispatch_id is not None else None
        service = draft.service if draft else ""
        for case_id in case_ids:
            case, definition = reader.find_at(case_id, "send")
            service = service or case.service
            if case.service != service:
                raise Problem.of(
                    "conflict", why=f"Berkas {case.number} berkas layanan lain. Susun pengirimannya sendiri."
                )
            held = DispatchPick.first(db, DispatchPick.case_id == case_id)
            if held is not None and held.dispatch_id != dispatch_id:
                raise Problem.of("conflict", why=f"Berkas {case.number} sudah ada di pengiriman lain.")
            if reason := reason_against_sending(db, definition, case, today):
                raise Problem.of("conflict", why=reason)
        if draft is None:
            number = next_number(db, "dispatch", today, journal.epoch)
            new_id = journal.next_id("dispatch")
        else:
            number, new_id = Number("dispatch", today.year, 0, draft.number), draft.id
        journal.record(
            DispatchDrafted(new_id, number, today.isoformat(), list(case_ids), service),
            subject=f"dispatch/{new_id}",
            actor=actor.username,
            at=now,
        )
    return new_id


def find_open_draft(db: Database, dispatch_id: int, move: str = "arrange") -> Dispatch:
    """A dispatch that allows this move. Raises Problem `not_found` or `state`."""
    found = Dispatch.first(db, Dispatch.id == dispatch_id)
    if found is None:
        raise Problem.of("not_found", what="Pengiriman itu")
    check_move(found, move)
    return found


def drop_draft(journal: Journal, actor: Actor, *, dispatch_id: int, reason: str, now: datetime) -> None:
    require(actor, "dispatch.prepare")
    if not reason.strip():
        raise Problem.of("reason_needed")
    with journal.transaction():
        find_open_draft(journal.db, dispatch_id, "drop")
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
    """Confirm and close a dispatch: one entry per line for the partner, then `dispatch.sent` with count and digest.

    The caller has confirmed the PIN. `seen`: cases with something explained that the confirming person has read.
    `letter` and `minutes` are numbers typed from the paper agenda; empty takes
    them from the office's series. Everything or nothing is written.
    """
    require(actor, "dispatch.confirm")
    today = office_date(now)
    with journal.transaction():
        db, reader = journal.db, CaseReader(journal.db)
        found = find_open_draft(db, dispatch_id, "send")
        picks = DispatchPick.rows(db, DispatchPick.dispatch_id == dispatch_id, order=DispatchPick.ordinal)
        if not picks:
            raise Problem.of("empty_dispatch")
        check_seen(db, [pick.case_id for pick in picks], seen, reader)
        definition = reader.find(picks[0].case_id)[1]
        stream = partner_of(definition).stream
        numbers = take_letter_numbers(journal, letter, minutes, today)
        journal.record(
            NumbersTaken(dispatch_id, *numbers), subject=f"dispatch/{dispatch_id}", actor=actor.username, at=now
        )
        lines = [make_line(db, actor, found, pick, today, reader) for pick in picks]
        entries = journal.record_many(
            [(line, f"case/{line.case_id}") for line in lines], actor=actor.username, at=now, stream=stream
        )
        body = DispatchSent(
            dispatch_id,
            found.number,
            numbers[0].text,
            numbers[1].text,
            today.isoformat(),
            len(lines),
            dispatch_digest(lines, [entry.line_id for entry in entries]),
            actor.username,
            "loket" if runs_loket(db, definition) else "paper",
        )
        journal.record(body, subject=f"dispatch/{dispatch_id}", actor=actor.username, at=now, stream=stream)
    return body


def check_seen(db: Database, case_ids: Sequence[int], seen: Collection[int], reader: CaseReader) -> None:
    """Raise Problem `invalid` while a case that contradicts itself was not read by who confirms."""
    if any(case_id not in seen for case_id in explained_cases(db, case_ids, reader)):
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


def make_line(
    db: Database, actor: Actor, found: Dispatch, pick: DispatchPick, today: date, reader: CaseReader
) -> DispatchLine:
    case, definition = reader.find_at(pick.case_id, "send")
    if reason := reason_against_sending(db, definition, case, today):
        raise Problem.of("conflict", why=reason)
    move = plan_move(db, case, "sent", today, today, actor=actor, special="batches.dispatch", definition=definition)
    status, _, recorded_on = rules_for(db, case.service).recording(db, case.main_key)
    present = {row.item for row in CaseItem.rows(db, CaseItem.case_id == case.id, CaseItem.state == "present")}
    label = engine.kind_named(definition, case.kind).label
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
        kind_label=label if definition.id == FIRST_SERVICE else f"{definition.short_name}, {label}",
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
        recording=status,
        recorded_on=recorded_on,
        items=[need.id for need in case_requirements(definition, case) if need.id in present],
        again=reason_sent_again(db, case.id),
        explained=explained_notices(db, definition, case),
        words=travelling_words(db, definition, case),
    )


def travelling_words(db: Database, definition: Definition, case: CaseFile) -> PartnerWords | None:
    """What the partner reads of a service whose file it does not have; every side knows the first one."""
    if definition.id == FIRST_SERVICE:
        return None
    partner = partner_of(definition)
    texts = [cell_text(cell) for cell in column_cells(db, definition, case, partner.columns)]
    heads = column_heads(definition, partner.columns)
    return PartnerWords(
        definition.short_name,
        key_field(definition).heading,
        partner.product,
        result_labels(definition)["printed"],
        list(zip(heads, texts, strict=True)),
        [reason for answer in partner.answers if answer.id == "refused" for reason in answer.reasons],
    )


def is_read_by_centre(db: Database, dispatch_id: int) -> bool:
    """Whether a centre's Loket reads what is asked about a dispatch: it left by Loket, and the office still does."""
    found = Dispatch.first(db, Dispatch.id == dispatch_id)
    return found is not None and found.road == "loket" and queries.runs_loket(db)


def words_by_telephone(definition: Definition) -> str:
    short = partner_of(definition).short
    return f"Pengiriman ini dijawab di atas kertas. Telepon {short} untuk menarik baris, lalu ketik jawabannya."


def ask_line_back(
    journal: Journal, actor: Actor, *, dispatch_id: int, ordinal: int, reason: str, now: datetime
) -> None:
    """Ask the partner to give a line back (death, duplicate); the print floor answers. Raises Problem."""
    require(actor, "dispatch.confirm")
    if not reason.strip():
        raise Problem.of("reason_needed")
    with journal.transaction():
        row = DispatchLineRow.first(
            journal.db, DispatchLineRow.dispatch_id == dispatch_id, DispatchLineRow.ordinal == ordinal
        )
        case = CaseFile.first(journal.db, CaseFile.id == row.case_id) if row else None
        definition = case_definition(journal.db, case) if case else None
        if definition and not is_read_by_centre(journal.db, dispatch_id):
            raise Problem.of("conflict", why=words_by_telephone(definition))
        if row is None or row.result not in OPEN:
            raise Problem.of("conflict", why="Baris ini sudah dijawab, jadi tidak bisa diminta kembali.")
        if row.recall:
            raise Problem.of("conflict", why="Baris ini sudah diminta kembali. Tunggu jawaban pusat cetak.")
        if case is None or definition is None or case.closed:
            raise Problem.of("conflict", why="Berkas baris ini sudah ditutup, jadi tidak ada yang diminta kembali.")
        body = RecallAsked(row.line, reason.strip()[:300], held_line_hash(journal.db, journal.source, row.line))
        stream = partner_of(definition).stream
        journal.record(body, subject=f"case/{row.case_id}", actor=actor.username, at=now, stream=stream)
