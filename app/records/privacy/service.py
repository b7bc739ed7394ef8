"""Requests of people about their own data, failures of data protection, own lines of the register of processing.

The law is UU 27/2022: what somebody asks is answered within 3 × 24 hours (art. 30, 32, 40, 41), a failure is told to
the people concerned and to the authority within 3 × 24 hours (art. 46). Both count every hour, not office hours.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from msgspec.structs import asdict

from app.core.asked import Amount, Choice, Moment, Seen, Text
from app.core.clock import office_date
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem, check_found, check_nothing_wrong
from app.core.procedure.limits import Deadline
from app.core.workdays import wall_time
from app.platform.office.numbers import yearly_number
from app.records.privacy.events import (
    IncidentClosed,
    IncidentDescribed,
    IncidentNoted,
    IncidentNotified,
    IncidentRead,
    LineEnded,
    LineWritten,
    RequestAnswered,
    RequestReceived,
)
from app.records.privacy.tables import DataIncident, DataRequest, IncidentNotice, ProcessingLine
from app.room import office_command
from schema.database import Database
from schema.structs import convert_values
from sync.entries import parse_utc_text, to_utc_text
from sync.journal import Journal

ANSWER_WITHIN = timedelta(hours=72)
"""3 × 24 hours."""
OLDEST = timedelta(days=366)
SHORT = 300
LONG = 3000


class RequestWords(msgspec.Struct, frozen=True):
    """What may be asked: its words, the articles on which it rests, and whether the law itself gives 3 × 24 hours."""

    label: str
    basis: str
    by_law: bool = True


REQUESTS: Mapping[str, RequestWords] = {
    "access": RequestWords("Melihat dan mendapat salinan datanya", "Pasal 7 dan 32"),
    "correction": RequestWords("Memperbaiki atau melengkapi data", "Pasal 6 dan 30"),
    "objection": RequestWords("Keberatan, penundaan, atau pembatasan", "Pasal 10, 11, dan 41"),
    "withdrawal": RequestWords("Menarik persetujuan", "Pasal 9 dan 40"),
    "erasure": RequestWords("Menghapus atau memusnahkan data", "Pasal 8, 43, dan 44", by_law=False),
}
DECISIONS = {"granted": "Dikabulkan", "partly": "Dikabulkan sebagian", "refused": "Tidak dikabulkan"}
AUDIENCES = {"people": "Orang yang datanya terungkap", "authority": "Lembaga", "public": "Masyarakat"}
CONCLUSION = "Simpulan, dan yang diubah supaya tidak terulang"
NO_CONCLUSION = "Tulis simpulan dan yang diubah supaya tidak terulang."
FROM_FUTURE = "Waktu itu belum terjadi. Tulis waktu yang sudah lewat."
TOO_OLD = "Waktu itu lebih dari setahun lalu. Periksa tanggalnya."


# -- limits -----------------------------------------------------------------------------------------------------


def limit_since(name: str, moment: str) -> Deadline:
    """The limit of 3 × 24 hours from a stored moment; it ends at a minute, and nights and holidays count."""
    since = parse_utc_text(moment)
    begin, end = (wall_time(at).isoformat(timespec="minutes") for at in (since, since + ANSWER_WITHIN))
    return Deadline(name, "calendar_days", begin, end)


def request_limit(request: DataRequest) -> Deadline:
    return limit_since("data_request", request.received_at)


def incident_limit(incident: DataIncident) -> Deadline:
    return limit_since("data_incident", incident.known_at)


def check_moment(wrong: dict[str, str], field: str, at: datetime, now: datetime) -> None:
    if at > now:
        wrong[field] = FROM_FUTURE
    elif now - at > OLDEST:
        wrong[field] = TOO_OLD


# -- requests ---------------------------------------------------------------------------------------------------


@office_command("privacy.answer")
def receive_request(
    journal: Journal,
    actor: Actor,
    *,
    kind: Annotated[
        str,
        Choice(
            "Yang diminta",
            SENTENCES["choose_one"],
            choices={key: request.label for key, request in REQUESTS.items()},
            radio=True,
        ),
    ],
    name: Annotated[str, Text("Nama pemilik data", "Tulis nama orang yang datanya diminta.", most=100)],
    asked_by: Annotated[str, Text("Yang mewakili (boleh kosong)", most=SHORT)],
    shown: Annotated[str, Text("Bukti diri yang diperlihatkan", "Tulis bukti diri yang diperlihatkan.", most=SHORT)],
    contact: Annotated[str, Text("Jawaban dikirim ke", most=SHORT)],
    wish: Annotated[str, Text("Isi permintaan", most=LONG, lines=True)],
    received_at: Annotated[datetime, Moment("Diterima tanggal", "Isi tanggal permintaan diterima.", "received")],
    now: datetime,
) -> int:
    """Note what somebody asks about the own data, and since when it waits. Returns its id; raises Problem `invalid`."""
    wrong: dict[str, str] = {}
    if kind != "access" and not wish:
        wrong["wish"] = "Tulis apa yang diminta diperbaiki, dibatasi, atau dihapus."
    check_moment(wrong, "received_on", received_at, now)
    check_nothing_wrong(wrong)
    texts = {"name": name, "asked_by": asked_by, "shown": shown, "contact": contact, "wish": wish}
    number = yearly_number(journal, "data_request", "PDP", office_date(now).year)
    values: dict[str, Any] = {"id": journal.next_id("data_request"), "number": number, "kind": kind, **texts}
    body = convert_values(values | {"received_at": to_utc_text(received_at)}, RequestReceived)
    journal.record(body, subject=f"data_request/{body.id}", actor=actor.username, at=now)
    return body.id


@office_command("privacy.answer")
def answer_request(
    journal: Journal,
    actor: Actor,
    *,
    request_id: int,
    decision: Annotated[str, Choice("Keputusan", SENTENCES["choose_one"], choices=DECISIONS, radio=True)],
    reason: Annotated[str, Text("Alasan dan yang sudah dilakukan", most=LONG, lines=True)],
    now: datetime,
) -> None:
    """Decide about a request, with the reason where it is not granted whole. Raises Problem."""
    check_open(load_request(journal.db, request_id))
    if decision != "granted" and not reason:
        raise Problem.of("invalid", {"reason": SENTENCES["reason"]})
    body = convert_values({"id": request_id, "decision": decision, "reason": reason}, RequestAnswered)
    journal.record(body, subject=f"data_request/{request_id}", actor=actor.username, at=now)


def load_request(db: Database, request_id: int) -> DataRequest:
    return check_found(DataRequest.first(db, id=request_id), "Permintaan itu")


def check_open(request: DataRequest) -> None:
    if request.decision:
        raise Problem.of("conflict", why="Permintaan ini sudah dijawab. Catat permintaan baru bila diminta lagi.")


def open_requests(db: Database) -> list[DataRequest]:
    return DataRequest.rows(db, decision="", order="received_at")


def newest_requests(db: Database) -> list[DataRequest]:
    return DataRequest.rows(db, order="id DESC")


# -- failures of protection ----------------------------------------------------------------------------------------


class Facts(msgspec.Struct, frozen=True):
    """What is known of a failure, as it is typed."""

    happened: Annotated[
        str, Text("Apa, kapan, dan bagaimana terjadi", "Tulis apa yang terjadi.", most=LONG, lines=True)
    ]
    exposed: Annotated[str, Text("Data yang terungkap", "Tulis data apa yang terungkap.", most=LONG, lines=True)]
    subjects: Annotated[str, Text("Data siapa", "Tulis data siapa.", most=SHORT)]
    people: Annotated[
        int | None,
        Amount(
            "Jumlah orang (kosongkan bila belum diketahui)",
            most=100_000_000,
            optional=True,
            outside="Isi dengan angka, atau kosongkan.",
        ),
    ]
    measures: Annotated[str, Text("Penanganan dan pemulihan", most=LONG, lines=True)]


@office_command("privacy.incident")
def note_incident(
    journal: Journal,
    actor: Actor,
    *,
    facts: Facts,
    known_at: Annotated[datetime, Moment("Diketahui tanggal", "Isi tanggal diketahui.", "known")],
    now: datetime,
) -> int:
    """Note a failure of data protection from the moment at which it was known. Returns its id."""
    wrong: dict[str, str] = {}
    check_moment(wrong, "known_on", known_at, now)
    check_nothing_wrong(wrong)
    number = yearly_number(journal, "data_incident", "KPDP", office_date(now).year)
    known = to_utc_text(known_at)
    body = IncidentNoted(**asdict(facts), id=journal.next_id("data_incident"), number=number, known_at=known)
    journal.record(body, subject=f"data_incident/{body.id}", actor=actor.username, at=now)
    return body.id


@office_command("privacy.incident")
def describe_incident(journal: Journal, actor: Actor, *, incident_id: int, facts: Facts, now: datetime) -> None:
    """Write what is known of it by now; what was written before stays in the journal."""
    check_running(load_incident(journal.db, incident_id))
    body = IncidentDescribed(**asdict(facts), id=incident_id)
    journal.record(body, subject=f"data_incident/{incident_id}", actor=actor.username, at=now)


@office_command("privacy.incident")
def note_notice(
    journal: Journal,
    actor: Actor,
    *,
    incident_id: int,
    audience: Annotated[str, Choice("Kepada", SENTENCES["choose_one"], choices=AUDIENCES, radio=True)],
    told_at: Annotated[datetime | None, Moment("Diberi tahu tanggal", name="told")],
    way: Annotated[str, Text("Caranya", most=SHORT)],
    why_not: Annotated[str, Text("Bila tidak diberi tahu, mengapa", most=LONG, lines=True)],
    now: datetime,
) -> None:
    """Write when and how somebody was told, or why not. Only the public may go untold without the law's word for it."""
    check_running(load_incident(journal.db, incident_id))
    wrong: dict[str, str] = {}
    if told_at is None and not why_not:
        wrong["why_not"] = "Tulis kapan dan bagaimana diberi tahu, atau mengapa tidak."
    if told_at is not None and why_not:
        wrong["why_not"] = "Kosongkan alasan ini bila sudah diberi tahu."
    if told_at is not None and not way:
        wrong["way"] = "Tulis caranya, misalnya surat atau telepon."
    if told_at is not None:
        check_moment(wrong, "told_on", told_at, now)
    check_nothing_wrong(wrong)
    if told_at:
        told = {"told_at": to_utc_text(told_at), "way": way}
    else:
        told = {"why_not": why_not}
    body = convert_values({"incident_id": incident_id, "audience": audience, **told}, IncidentNotified)
    journal.record(body, subject=f"data_incident/{incident_id}", actor=actor.username, at=now)


@office_command("privacy.read")
def read_incident(journal: Journal, actor: Actor, *, incident_id: int, now: datetime) -> None:
    """The head of the office has read of a failure."""
    if load_incident(journal.db, incident_id).read_at:
        raise Problem.of("conflict", why="Lembar ini sudah dinyatakan dibaca.")
    journal.record(IncidentRead(incident_id), subject=f"data_incident/{incident_id}", actor=actor.username, at=now)


@office_command("privacy.lead")
def close_incident(
    journal: Journal,
    actor: Actor,
    *,
    incident_id: int,
    conclusion: Annotated[str, Text(CONCLUSION, NO_CONCLUSION, most=LONG, lines=True)],
    now: datetime,
) -> None:
    """End the work on a failure: everybody was told or it says why not, the head knows, measures are written."""
    incident = load_incident(journal.db, incident_id)
    check_running(incident)
    if missing := missing_for_close(journal.db, incident):
        raise Problem.of("conflict", why=f"Belum dapat ditutup: {', '.join(missing)}.")
    body = IncidentClosed(incident_id, conclusion)
    journal.record(body, subject=f"data_incident/{incident_id}", actor=actor.username, at=now)


def missing_for_close(db: Database, incident: DataIncident) -> list[str]:
    """What is still to be done before a failure can be closed, in words."""
    told = notices_of(db, incident.id)
    missing = [f"pemberitahuan kepada {words.lower()}" for key, words in AUDIENCES.items() if key not in told]
    if not incident.measures:
        missing.append("penanganan dan pemulihan")
    if not incident.read_at:
        missing.append("dibaca pimpinan")
    return missing


def load_incident(db: Database, incident_id: int) -> DataIncident:
    return check_found(DataIncident.first(db, id=incident_id), "Lembar kegagalan itu")


def check_running(incident: DataIncident) -> None:
    if incident.closed_at:
        raise Problem.of("conflict", why="Lembar ini sudah ditutup. Catat kegagalan baru bila terjadi lagi.")


def notices_of(db: Database, incident_id: int) -> dict[str, IncidentNotice]:
    """Audience → when and how it was told, or why not."""
    return {row.audience: row for row in IncidentNotice.rows(db, incident_id=incident_id)}


def is_told(db: Database, incident: DataIncident) -> bool:
    """Whether the two whom the law names were told, or it says why not: then its limit runs no more."""
    return {"people", "authority"} <= set(notices_of(db, incident.id))


def open_incidents(db: Database) -> list[DataIncident]:
    return DataIncident.rows(db, closed_at="", order="known_at")


def newest_incidents(db: Database) -> list[DataIncident]:
    return DataIncident.rows(db, order="id DESC")


# -- own lines of the register -----------------------------------------------------------------------------------------


LINE_LABELS = {
    "activity": "Kegiatan",
    "subjects": "Data siapa",
    "data": "Data apa",
    "purpose": "Tujuan",
    "basis": "Dasar",
    "receivers": "Penerima",
    "kept": "Masa simpan",
    "protection": "Pelindungan",
}


def line_text(name: str) -> Text:
    return Text(LINE_LABELS[name], f"{LINE_LABELS[name]} belum diisi.", most=SHORT)


class Line(msgspec.Struct, frozen=True):
    """What a line of the register of processing says, as it is typed."""

    activity: Annotated[str, line_text("activity")]
    subjects: Annotated[str, line_text("subjects")]
    data: Annotated[str, line_text("data")]
    purpose: Annotated[str, line_text("purpose")]
    basis: Annotated[str, line_text("basis")]
    receivers: Annotated[str, line_text("receivers")]
    kept: Annotated[str, line_text("kept")]
    protection: Annotated[str, line_text("protection")]


@office_command("privacy.lead")
def write_line(
    journal: Journal,
    actor: Actor,
    *,
    line: Line,
    now: datetime,
    line_id: Annotated[int | None, Seen("Baris", name="ubah")] = None,
) -> int:
    """Add a line to the register of processing, or change an own one. Returns its id."""
    if line_id is not None:
        load_line(journal.db, line_id)
    body = LineWritten(id=line_id or journal.next_id("processing_line"), **asdict(line))
    journal.record(body, subject=f"processing_line/{body.id}", actor=actor.username, at=now)
    return body.id


@office_command("privacy.lead")
def end_line(journal: Journal, actor: Actor, *, line_id: int, now: datetime) -> None:
    """The office does this no longer: the line leaves the register and stays in the journal."""
    load_line(journal.db, line_id)
    journal.record(LineEnded(line_id), subject=f"processing_line/{line_id}", actor=actor.username, at=now)


def load_line(db: Database, line_id: int) -> ProcessingLine:
    return check_found(ProcessingLine.first(db, id=line_id, ended_at=""), "Baris itu")


def own_lines(db: Database) -> list[ProcessingLine]:
    return ProcessingLine.rows(db, ended_at="", order="id")
