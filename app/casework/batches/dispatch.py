"""Dispatch to a partner: collect, order, confirm, close (SP 4.6). One entry per line, then one that closes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec

from app.casework.batches.answers import get_line
from app.casework.batches.events import DispatchDrafted, DispatchDropped, NumbersTaken
from app.casework.batches.papers import present_officials
from app.casework.batches.partners import (
    PAGES,
    CaseReader,
    answer_value,
    answers_due,
    cases_by_id,
    cell_text,
    column_cells,
    column_heads,
    condition_to_send,
    explained_notices,
    key_field,
    partner_of,
    result_labels,
    rules_for,
    runs_loket,
    step_at,
)
from app.casework.batches.queries import find_dispatch, newest_line_of, sent_dispatches
from app.casework.batches.tables import DISPATCH_MOVES, Dispatch, DispatchPick
from app.casework.desk.checklist import case_requirements, missing_items
from app.casework.desk.findings import unexplained_findings
from app.casework.desk.moving import form_values, plan_move
from app.casework.desk.tables import CaseFile, CaseItem
from app.core.asked import Text, Ticked
from app.core.clock import office_date
from app.core.messages import (
    FIRST_SERVICE,
    DispatchLine,
    DispatchSent,
    LineClock,
    OriginalForwarded,
    PartnerWords,
    RecallAsked,
    ValueWords,
    dispatch_digest,
)
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem
from app.core.procedure import engine
from app.core.procedure.limits import Deadline
from app.platform.files.queries import files_of
from app.platform.files.service import send_file
from app.platform.office import queries as office
from app.platform.office.events import Number
from app.platform.office.numbers import next_number, typed_number
from app.platform.office.papers import to_kept
from app.room import office_command
from schema.database import Database, first_value
from schema.service_procedure import Definition
from sync.entries import Entry, held_line_hash
from sync.journal import Journal

MOST_LINES = 400
"""Cases of one page of what is ready to be sent."""
Reason = Annotated[str, Text("Alasan", SENTENCES["reason"], most=300)]


def ready_cases(db: Database, service: str, today: date, most: int = MOST_LINES, skip: int = 0) -> list[CaseFile]:
    """Cases of a service that may be sent and that no draft holds, the nearest promise first.

    Each says `why_not` (empty when it may go), `link` (endpoint, words) where that is mended, and why it goes `again`.
    """
    where, values = condition_to_send(db, service)
    rest = f"WHERE {where} ORDER BY c.due_on, c.id LIMIT ? OFFSET ?"
    cases = CaseFile.joined(db, "c", rest, [*values, most, skip])
    reader = CaseReader(db)
    rules = rules_for(db, service)
    for case in cases:
        case.again = reason_sent_again(db, case.id)
        case.why_not = reason_against_sending(db, reader.definition_of(case), case, today)
        case.link = rules.repair_link(db, case)
    return cases


def reason_against_sending(db: Database, definition: Definition, case: CaseFile, today: date) -> str:
    """Empty when the case may be dispatched; else the sentence that says what is missing."""
    rules = rules_for(db, case.service)
    partner = partner_of(definition)
    if reason := rules.reason_against(db, case):
        return reason
    if other := open_case_taken_from_line(db, definition, case):
        key = key_field(definition).heading
        return f"{key} ini sudah diurus dengan berkas {other}, yang sudah ada di {partner.short}. Tutup salah satunya."
    if definition.promise and engine.promise_start(definition, form_values(case), today) > today:
        age = definition.promise.from_age
        return f"Pemohon berkas {case.number} belum berumur {age} tahun; {partner.made} dicetak setelah itu."
    if lacking := missing_items(db, definition, case):
        return f"Berkas {case.number} belum lengkap: {', '.join(lacking)}. Lengkapi di halaman berkasnya."
    for sentence in unexplained_findings(db, case.id, rules.notices(db, definition, case)).values():
        return f"Berkas {case.number}: {sentence} Tulis alasannya di halaman berkasnya sebelum dikirim."
    return ""


def open_case_taken_from_line(db: Database, definition: Definition, case: CaseFile) -> str:
    """Number of an open case of the same key that was taken over with a line that the centre has; mostly none."""
    sql = (
        "SELECT c.number FROM twin_line t JOIN case_file c ON c.number = t.became"
        " WHERE t.state = 'taken' AND t.held = 1 AND c.main_key = ? AND c.id <> ? AND c.closed = 0"
        " AND c.service = ? AND c.step <> ?"
    )
    return first_value(db, sql, (case.main_key, case.id, case.service, step_at(definition, "send"))) or ""


def reasons_against_sending(db: Database, case_ids: Sequence[int], today: date) -> dict[int, str]:
    reader = CaseReader(db)
    cases = cases_by_id(db, case_ids)
    reasons = {case.id: reason_against_sending(db, reader.definition_of(case), case, today) for case in cases}
    return {case_id: reason for case_id, reason in reasons.items() if reason}


def explained_cases(db: Database, case_ids: Sequence[int], reader: CaseReader | None = None) -> dict[int, list[str]]:
    reader = reader or CaseReader(db)
    cases = cases_by_id(db, case_ids)
    said = {case.id: explained_notices(db, reader.definition_of(case), case) for case in cases}
    return {case_id: sentences for case_id, sentences in said.items() if sentences}


def newest_dispatch_of(db: Database, case_id: int) -> int | None:
    held = DispatchPick.first(db, case_id=case_id) or newest_line_of(db, case_id)
    return held.dispatch_id if held else None


def reason_sent_again(db: Database, case_id: int) -> str:
    """Why a case is sent again: the last refusal or misprint, or an empty text."""
    line = newest_line_of(db, case_id)
    if line is None:
        return ""
    if line.misprint:
        why = f"salah cetak, {line.misprint}"
    else:
        why = line.reason
    if not why:
        return "Ulang"
    return f"Ulang: {why}"[:200]


@office_command("dispatch.prepare")
def draft_dispatch(
    journal: Journal,
    actor: Actor,
    *,
    case_ids: Annotated[Sequence[int], Ticked("Berkas", SENTENCES["one_case"], name="berkas")],
    now: datetime,
    dispatch_id: int | None = None,
) -> int:
    """Start a dispatch with its ordered cases, or put another order into a draft; returns the dispatch id.

    All cases are of one service: a dispatch goes to one partner. Raises Problem.
    """
    today = office_date(now)
    if len(case_ids) > MOST_LINES:
        raise Problem.of("invalid", {"berkas": f"Paling banyak {MOST_LINES} berkas."})
    db = journal.db
    reader = CaseReader(journal.db)
    draft = None
    if dispatch_id is not None:
        draft = find_for_move(db, dispatch_id, "arrange")
    service = draft.service if draft else ""
    for case_id in case_ids:
        case, definition = reader.find_at(case_id, "send")
        service = service or case.service
        if case.service != service:
            raise Problem.of("conflict", why=f"Berkas {case.number} berkas layanan lain. Susun pengirimannya sendiri.")
        held = DispatchPick.first(db, case_id=case_id)
        if held is not None and held.dispatch_id != dispatch_id:
            raise Problem.of("conflict", why=f"Berkas {case.number} sudah ada di pengiriman lain.")
        if reason := reason_against_sending(db, definition, case, today):
            raise Problem.of("conflict", why=reason)
    if draft is None:
        number = next_number(db, "dispatch", today, journal.epoch)
        new_id = journal.next_id("dispatch")
    else:
        number = Number("dispatch", today.year, 0, draft.number)
        new_id = draft.id
    journal.record(
        DispatchDrafted(new_id, number, today.isoformat(), list(case_ids), service),
        subject=f"dispatch/{new_id}",
        actor=actor.username,
        at=now,
    )
    return new_id


def find_for_move(db: Database, dispatch_id: int, move: str) -> Dispatch:
    """A dispatch that allows this move. Raises Problem `not_found` or `state`."""
    dispatch = find_dispatch(db, dispatch_id)
    if (dispatch.state, move) not in DISPATCH_MOVES:
        raise Problem.of("state", what=f"Pengiriman {dispatch.number}", state="sudah ditutup")
    return dispatch


@office_command("dispatch.prepare")
def drop_draft(journal: Journal, actor: Actor, *, dispatch_id: int, reason: Reason, now: datetime) -> str:
    """Give a draft up; returns the service whose cases wait again. Raises Problem."""
    draft = find_for_move(journal.db, dispatch_id, "drop")
    body = DispatchDropped(dispatch_id, reason)
    journal.record(body, subject=f"dispatch/{dispatch_id}", actor=actor.username, at=now)
    return str(draft.service)


@office_command("dispatch.confirm")
def send_dispatch(
    journal: Journal,
    actor: Actor,
    *,
    dispatch_id: int,
    now: datetime,
    letter: Annotated[str, Text("Nomor surat pengantar", most=60)] = "",
    minutes: Annotated[str, Text("Nomor berita acara", most=60)] = "",
    seen: Annotated[Sequence[int], Ticked("Baris dengan perbedaan")] = (),
) -> DispatchSent:
    """Confirm and close a dispatch: one entry per line for the partner, then `dispatch.sent` with count and digest.

    The caller has confirmed the PIN. `seen`: cases with something explained that the confirming person has read.
    `letter` and `minutes` are numbers typed from the paper agenda; empty takes
    them from the office's series. Everything or nothing is written.
    """
    today = office_date(now)
    db = journal.db
    reader = CaseReader(journal.db)
    draft = find_for_move(db, dispatch_id, "send")
    picks = DispatchPick.rows(db, dispatch_id=dispatch_id, order="ordinal")
    if not picks:
        raise Problem.of("empty_dispatch")
    if any(case_id not in seen for case_id in explained_cases(db, [pick.case_id for pick in picks], reader)):
        raise Problem.of("invalid", {"seen": "Baca perbedaan pada setiap baris, lalu centang barisnya."})
    definition = reader.find(picks[0].case_id)[1]
    stream = partner_of(definition).stream
    numbers = take_letter_numbers(journal, letter, minutes, today)
    present = present_officials(db, draft.drafted_by, actor.username, today)
    officials = {place: to_kept(official) for place, official in present.items()}
    taken = NumbersTaken(dispatch_id, *numbers, officials)
    journal.record(taken, subject=f"dispatch/{dispatch_id}", actor=actor.username, at=now)
    lines = [make_line(db, actor, draft, pick, now, reader) for pick in picks]
    entries = journal.record_many(
        [(line, f"case/{line.case_id}") for line in lines], actor=actor.username, at=now, stream=stream
    )
    road = "paper"
    if runs_loket(db, definition):
        road = "loket"
    body = DispatchSent(
        dispatch_id,
        draft.number,
        numbers[0].text,
        numbers[1].text,
        today.isoformat(),
        len(lines),
        dispatch_digest(lines, [entry.line_id for entry in entries]),
        actor.username,
        road,
    )
    journal.record(body, subject=f"dispatch/{dispatch_id}", actor=actor.username, at=now, stream=stream)
    if body.road == "loket":
        forward_originals(journal, actor.username, stream, entries, now)
        send_case_files(journal, actor, definition, [line.case_id for line in lines], now)
    return body


SEALED_IN_VILLAGE = (
    "SELECT o.original, o.original_key, c.brought, coalesce(v.name, ''), coalesce(b.series, 0), coalesce(b.n, 0)"
    " FROM case_original o JOIN case_file c ON c.id = o.case_id"
    " LEFT JOIN village v ON v.code = substr(c.brought, 1, 10)"
    " LEFT JOIN brought_draft b ON b.village = substr(c.brought, 1, 10) AND b.code = substr(c.brought, 12)"
    " WHERE o.case_id = ? AND c.brought <> ''"
)


def forward_originals(journal: Journal, username: str, stream: str, lines: Sequence[Entry], now: datetime) -> None:
    """Behind the lines goes what villages sealed of their forms for this partner, as it came."""
    bodies: list[tuple[msgspec.Struct, str]] = []
    for entry in lines:
        case_id = entry.body.case_id
        line = entry.line_id
        for sealed, key, brought, name, *given in journal.db.run(SEALED_IN_VILLAGE, (case_id,)):
            village, _, code = brought.partition("/")
            own = held_line_hash(journal.db, journal.source, line)
            body = OriginalForwarded(case_id, line, own, village, name, code, key, sealed, *given)
            bodies.append((body, entry.subject))
    if bodies:
        journal.record_many(bodies, actor=username, at=now, stream=stream)


def send_case_files(
    journal: Journal, actor: Actor, definition: Definition, case_ids: Sequence[int], now: datetime
) -> None:
    """What goes along with each case, by the definition: its newest photo or scan, behind the lines and in pieces."""
    partner = partner_of(definition)
    for case_id in case_ids:
        for purpose in partner.files:
            for held in files_of(journal.db, f"case/{case_id}", purpose)[-1:]:
                about = f"case/{case_id}"
                send_file(journal, actor, file_id=held.id, stream=partner.stream, about=about, now=now)


def take_letter_numbers(journal: Journal, letter: str, minutes: str, today: date) -> tuple[Number, Number]:
    """Numbers of covering letter and berita acara: typed from the paper agenda, else the next of the series."""

    def number_in(series: str, typed: str) -> Number:
        if not typed:
            return next_number(journal.db, series, today, journal.epoch)
        try:
            return typed_number(journal.db, series, typed, today)
        except Problem as problem:
            raise Problem.of("invalid", {series: problem.fields.get("number") or problem.sentence}) from problem

    return number_in("letter", letter), number_in("minutes", minutes)


def make_line(
    db: Database, actor: Actor, draft: Dispatch, pick: DispatchPick, now: datetime, reader: CaseReader
) -> DispatchLine:
    today = office_date(now)
    case, definition = reader.find_at(pick.case_id, "send")
    if reason := reason_against_sending(db, definition, case, today):
        raise Problem.of("conflict", why=reason)
    page = PAGES["send"]
    move = plan_move(db, case, "sent", today, today, actor=actor, special=page, definition=definition, now=now)
    status, _, recorded_on = rules_for(db, case.service).recording(db, case.main_key)
    present = {row.item for row in CaseItem.rows(db, case_id=case.id, state="present")}
    kind_label = engine.kind_named(definition, case.kind).label
    if definition.id != FIRST_SERVICE:
        kind_label = f"{definition.short_name}, {kind_label}"
    return DispatchLine(
        dispatch_id=draft.id,
        dispatch=draft.number,
        ordinal=pick.ordinal,
        case_id=case.id,
        number=case.number,
        code=case.code,
        service=case.service,
        revision=case.revision,
        kind=case.kind,
        kind_label=kind_label,
        name=case.name,
        area=case.area,
        area_name=office.area_names(db).get(case.area, ""),
        main_key=case.main_key,
        fields=form_values(case),
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
        deadlines=travelling_clocks(move.deadlines),
    )


def travelling_words(db: Database, definition: Definition, case: CaseFile) -> PartnerWords | None:
    """What the partner reads of a service whose file it does not have; every side knows the first one."""
    if definition.id == FIRST_SERVICE:
        return None
    partner = partner_of(definition)
    value = answer_value(definition)
    texts = [cell_text(cell) for cell in column_cells(db, definition, case, partner.columns)]
    heads = column_heads(definition, partner.columns)
    value_words = None
    if value:
        value_words = ValueWords(value.label, value.least, value.most)
    return PartnerWords(
        definition.short_name,
        key_field(definition).heading,
        partner.made,
        result_labels(definition)["printed"],
        list(zip(heads, texts, strict=True)),
        [reason for answer in partner.answers if answer.id == "refused" for reason in answer.reasons],
        value_words,
    )


def travelling_clocks(deadlines: Sequence[Deadline]) -> list[LineClock]:
    """Limits as a line carries them."""
    return [msgspec.convert(deadline, LineClock, from_attributes=True) for deadline in deadlines]


def is_read_by_partner(db: Database, definition: Definition, dispatch_id: int) -> bool:
    """Whether a Loket reads what is asked about a dispatch: it left by Loket, and the partner still has one."""
    return find_dispatch(db, dispatch_id).road == "loket" and runs_loket(db, definition)


def words_by_telephone(definition: Definition) -> str:
    short = partner_of(definition).short
    return f"Pengiriman ini dijawab di atas kertas. Telepon {short} untuk menarik baris, lalu ketik jawabannya."


@office_command("dispatch.confirm")
def ask_line_back(
    journal: Journal, actor: Actor, *, dispatch_id: int, ordinal: int, reason: Reason, now: datetime
) -> None:
    """Ask the partner to give a line back (death, duplicate); the print room answers. Raises Problem."""
    db = journal.db
    line = get_line(journal.db, dispatch_id, ordinal)
    case, definition = CaseReader(db).find(line.case_id)
    if not is_read_by_partner(db, definition, dispatch_id):
        raise Problem.of("conflict", why=words_by_telephone(definition))
    if not line.open:
        raise Problem.of("conflict", why="Baris ini sudah dijawab, jadi tidak bisa diminta kembali.")
    if line.recall:
        raise Problem.of(
            "conflict", why=f"Baris ini sudah diminta kembali. Tunggu jawaban {partner_of(definition).short}."
        )
    if case.closed:
        raise Problem.of("conflict", why="Berkas baris ini sudah ditutup, jadi tidak ada yang diminta kembali.")
    body = RecallAsked(line.line, reason, held_line_hash(db, journal.source, line.line))
    stream = partner_of(definition).stream
    journal.record(body, subject=f"case/{case.id}", actor=actor.username, at=now, stream=stream)


def late_dispatches(db: Database, definition: Definition, today: date) -> list[tuple[Dispatch, date]]:
    """Dispatches with lines that the partner has had for longer than it promised, each with the promised day."""
    sent = sent_dispatches(db, 100, service=definition.id, only_open=True)
    waiting = [dispatch for dispatch in sent if dispatch.waiting]
    dues = [(dispatch, answers_due(db, definition, date.fromisoformat(dispatch.sent_on))) for dispatch in waiting]
    return [(dispatch, due) for dispatch, due in dues if due and due < today]
