"""Recording (perekaman) once in a lifetime, SP 4.5: schedule, attendance, status. Biometrics never enter here."""

from datetime import date, datetime
from typing import Annotated

from app.casework.batches.partners import CaseReader, advance_case, role_of
from app.casework.desk.moving import state_problem
from app.casework.desk.tables import CaseFile
from app.core.asked import Choice, Day, Text, YesNo
from app.core.central_status import STATUSES, status_words
from app.core.clock import office_date
from app.core.dates import long_date
from app.core.permissions import Actor, require
from app.core.problems import SENTENCES, Problem
from app.platform.office import queries as office
from app.platform.office import settings
from app.room import office_command
from app.services.ktp.events import RecordingAttended, RecordingNoted, RecordingScheduled
from app.services.ktp.queries import broken_devices, failure_reasons
from app.services.ktp.rules import UNUSABLE, latest_recording, place_and_day
from app.services.ktp.tables import SERVICE, Recording, RecordingSlot
from schema.database import Database
from schema.service_procedure import Definition
from sync.journal import Journal

SPECIAL = "ktp.recording"
DAY = "Isi harinya."

GROUNDS = {
    "efac": "Rekaman gagal di pusat (EFAC, EFAR, atau SEARCH_FAILURE)",
    "deletion_granted": "Penghapusan rekaman dikabulkan",
    "centre_refusal": "Dispenduk Capil menolak karena biometrik",
}
"""What allows a second recording (SP 4.5: once only), each with person and reason."""

FAILED = frozenset({"efac", "efar", "search_failure"})
HOW = {"here": "Direkam di sini", "already": "Sudah pernah direkam"}
ELSEWHERE = {"on": "Tulis tanggalnya seperti di sistem pusat.", "place": "Tulis tempatnya seperti di sistem pusat."}
"""What a recording found in the central system needs besides its status."""
STATUS_WORDS = {key: status_words(key) for key in STATUSES}
ON = Day("Tanggal perekaman", ahead="Tanggal perekaman tidak boleh di masa depan.")
PLACE = Text("Tempat perekaman", most=100)
NOTE = Text("Catatan", most=500)


def reasons_to_choose(db: Database, today: date) -> dict[str, str]:
    """The reasons that the standard names for a recording that has not happened."""
    return {reason: reason for reason in failure_reasons(db, today)}


def find_unrecorded(db: Database, case_id: int) -> tuple[CaseFile, Definition]:
    """A case that waits for the recording. Raises Problem `not_found` or `state`."""
    case, definition = find_case(db, case_id)
    if case.closed or case.step != "record":
        raise state_problem(definition, case)
    return case, definition


def find_case(db: Database, case_id: int) -> tuple[CaseFile, Definition]:
    case, definition = CaseReader(db).find(case_id)
    if case.service != SERVICE:
        raise Problem.of("not_found", what="Berkas itu")
    return case, definition


@office_command("recording.do")
def schedule_recording(
    journal: Journal, actor: Actor, *, case_id: int, on: Annotated[date, Day("Hari", DAY, future=True)], now: datetime
) -> int:
    """Give a case the next free slot of a working day; returns its place in that day's queue."""
    db = journal.db
    case, _ = find_unrecorded(db, case_id)
    if on < office_date(now) or not office.office_calendar(db).is_workday(on):
        raise Problem.of("invalid", {"on": "Pilih hari kerja, hari ini atau sesudahnya."})
    slots = settings.get_setting(db, "recording.slots_per_day")
    planned = RecordingSlot.rows(db, on_date=on.isoformat())
    taken = {row.slot for row in planned if row.case_id != case_id}
    free = next((slot for slot in range(1, slots + 1) if slot not in taken), None)
    if free is None:
        raise Problem.of("conflict", why=f"Jadwal {long_date(on)} sudah penuh ({slots} orang). Pilih hari lain.")
    body = RecordingScheduled(case_id, on.isoformat(), free)
    journal.record(body, subject=f"case/{case.id}", actor=actor.username, at=now)
    return free


@office_command("recording.do")
def note_attendance(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    attended: Annotated[bool, YesNo("Kehadiran", name="hadir", words=("Hadir", "Tidak datang"))],
    now: datetime,
) -> None:
    find_unrecorded(journal.db, case_id)
    if find_slot(journal.db, case_id) is None:
        raise Problem.of("conflict", why="Berkas ini belum dijadwalkan.")
    journal.record(RecordingAttended(case_id, attended), subject=f"case/{case_id}", actor=actor.username, at=now)


@office_command("recording.do")
def note_recording(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    how: Annotated[str, Choice("Perekaman", SENTENCES["choose_one"], choices=HOW, radio=True)] = "here",
    status: Annotated[
        str, Choice("Status di sistem pusat", SENTENCES["status"], choices=STATUS_WORDS, none="Pilih status")
    ],
    on: Annotated[date | None, ON] = None,
    place: Annotated[str, PLACE] = "",
    ground: Annotated[str, Choice("Dasar perekaman ulang", choices=GROUNDS, none="Bukan perekaman ulang")] = "",
    note: Annotated[str, NOTE] = "",
    now: datetime,
) -> None:
    """Note a recording made here or found in the central system (:data:`HOW`), and move the case on.

    Empty day and place mean today and here; a recording found elsewhere has its own. A second recording of the same
    NIK needs a ground of :data:`GROUNDS`, permission `recording.ground` and a reason. Status `efac` or `duplicate`
    keeps the case waiting. Raises Problem.
    """
    db = journal.db
    made_here = how == "here"
    if not made_here:
        check_said_elsewhere(on, place)
    on = on or office_date(now)
    place = place or settings.get_setting(db, "office.name")
    case, definition = find_unrecorded(db, case_id)
    if made_here:
        check_second_recording(db, actor, case.main_key, ground, note)
    body = RecordingNoted(
        journal.next_id("recording"),
        case.main_key,
        status,
        on.isoformat(),
        place,
        case.id,
        ground,  # type: ignore[arg-type]  # one of GROUNDS
        note,
    )
    journal.record(body, subject=f"case/{case.id}", actor=actor.username, at=now)
    note_attendance_today(journal, actor, case.id, on, now)
    outcome = "recorded" if made_here else "already_recorded"
    if status in UNUSABLE:
        outcome = "not_recorded"
        note = note or STATUSES[status][1]
    advance_case(journal, definition, case, outcome, now, special=SPECIAL, actor=actor, note=note)


def check_said_elsewhere(on: date | None, place: str) -> None:
    """Day and place of a recording that was made elsewhere. Raises Problem `invalid` with what is missing."""
    given = {"on": on, "place": place}
    if missing := {name: sentence for name, sentence in ELSEWHERE.items() if not given[name]}:
        raise Problem.of("invalid", missing)


def check_recorder(db: Database, on: date, today: date) -> None:
    """Raise Problem `invalid` for a recording typed as made here on a day on which the equipment is noted as broken.

    Pages ask; what was recorded before a note of that day came late is noted after the equipment works again.
    """
    for device in broken_devices(db, today):
        if device.since and on >= device.since:
            told = f"{device.name} dicatat rusak sejak {long_date(device.since)}."
            mend = "Catat hasil dari sistem pusat, atau catat dulu bahwa alatnya berfungsi lagi."
            raise Problem.of("invalid", {"how": f"{told} {mend}"})


def note_attendance_today(journal: Journal, actor: Actor, case_id: int, on: date, now: datetime) -> None:
    """Whoever was recorded on the day of the appointment has come; nobody need tick it twice."""
    slot = find_slot(journal.db, case_id)
    if slot is not None and slot.attended is None and slot.on_date == on.isoformat():
        journal.record(RecordingAttended(case_id, True), subject=f"case/{case_id}", actor=actor.username, at=now)


def check_second_recording(db: Database, actor: Actor, nik: str, ground: str, note: str) -> None:
    """Refuse a second recording without a ground, a reason, and what the ground claims."""
    last = recorded_before(db, nik)
    if last is None:
        return
    if not ground:
        raise Problem.of("recorded_before", when=place_and_day(last))
    require(actor, "recording.ground")
    if not note:
        raise Problem.of("invalid", {"note": "Tulis alasan perekaman ulang, misalnya nomor surat penghapusan."})
    newest = latest_recording(db, nik) or last
    if ground == "efac" and newest.status not in FAILED:
        raise Problem.of(
            "invalid",
            {
                "ground": f"Status terakhir orang ini {status_words(newest.status)}, bukan rekaman yang gagal (EFAC). "
                "Catat dulu status barunya."
            },
        )
    if ground == "centre_refusal" and not refused_for_biometrics(db, nik):
        raise Problem.of("invalid", {"ground": "Belum ada penolakan Dispenduk Capil karena biometrik untuk NIK ini."})


def refused_for_biometrics(db: Database, nik: str) -> bool:
    return (
        db.one(
            "SELECT 1 FROM dispatch_line l JOIN case_file c ON c.id = l.case_id WHERE c.main_key = ?"
            " AND l.result = 'refused' AND l.biometric = 1 LIMIT 1",
            (nik,),
        )
        is not None
    )


@office_command("recording.do")
def update_status(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    status: Annotated[str, Choice("Status sekarang", SENTENCES["status"], choices=STATUS_WORDS, none="Pilih status")],
    now: datetime,
    on: Annotated[date | None, ON] = None,
    place: Annotated[str, PLACE] = "",
    note: Annotated[str, NOTE] = "",
) -> None:
    """Note what the central system says now of a person recorded before, here or elsewhere.

    Without an earlier note (an imported register) `on` and `place` are needed. A case that is ready to be sent goes
    back to the recording when its status has become unusable; else no case moves. Raises Problem.
    """
    db = journal.db
    case, definition = find_case(db, case_id)
    last = latest_recording(db, case.main_key)
    if last is None:
        check_said_elsewhere(on, place)
    if last:
        when = last.on_date
        where = last.place or place
    else:
        when = str(on)
        where = place
    body = RecordingNoted(journal.next_id("recording"), case.main_key, status, when, where, case_id, "", note)
    journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
    if status in UNUSABLE and not case.closed and role_of(definition, case.step) == "send":
        picked = db.one("SELECT 1 FROM dispatch_pick WHERE case_id = ?", (case_id,))
        if picked:
            raise Problem.of(
                "conflict",
                why="Berkas ini sudah dipilih untuk pengiriman. Keluarkan dulu dari daftarnya.",
            )
        reason = note or STATUSES[status][1]
        advance_case(journal, definition, case, "record_again", now, actor=actor, note=reason)


def recorded_before(db: Database, nik: str) -> Recording | None:
    """The newest note that says a person was recorded; a later *not registered* (a granted deletion) keeps it known."""
    return Recording.first(db, Recording.nik == nik, Recording.status != "unregistered", order="id DESC")


def find_slot(db: Database, case_id: int) -> RecordingSlot | None:
    return RecordingSlot.first(db, case_id=case_id)


@office_command("recording.do")
def note_failed_recording(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    reason: Annotated[str, Choice("Sebabnya", "Pilih sebabnya.", choices=reasons_to_choose, none="Pilih sebabnya")],
    more: Annotated[str, Text("Keterangan", most=300)] = "",
    now: datetime,
) -> None:
    """Write down why a recording has not happened (nobody came, device broken, power cut); the case goes on waiting."""
    case, definition = find_unrecorded(journal.db, case_id)
    if more:
        note = f"{reason}. {more}"
    else:
        note = reason
    advance_case(journal, definition, case, "not_recorded", now, special=SPECIAL, actor=actor, note=note)
