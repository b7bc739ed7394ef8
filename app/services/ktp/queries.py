"""Who waits for the recording (and what of it on Meja kerja), who comes when, and whether the equipment works."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from app.casework.desk.parts import MOST_TASKS, NO_BUTTON, DeskParts, Same, Task
from app.casework.desk.queries import in_area, seen_area
from app.casework.desk.tables import CaseFile
from app.casework.desk.waiting import StepWait, wait_of
from app.casework.resources.queries import FacilityLine, lines_needed_for
from app.core.central_status import STATUSES, status_words
from app.core.clock import office_date
from app.core.dates import short_day, stored_date
from app.core.messages import PRINT_READY
from app.core.permissions import Actor, may
from app.core.procedure import engine
from app.platform.office import queries as office
from app.platform.office import settings
from app.services.ktp.tables import SERVICE, Recording
from schema.database import Database, cached_until_next_entry, first_column, first_value


def next_free_day(db: Database, today: date) -> date:
    """The first working day from today on that has a free slot, from tomorrow on while the equipment is broken."""
    calendar = office.office_calendar(db)
    slots = settings.get_setting(db, "recording.slots_per_day")
    day = today
    asked = "SELECT on_date FROM recording_slot WHERE on_date >= ? GROUP BY on_date HAVING count(*) >= ?"
    full = set(first_column(db, asked, (today.isoformat(), slots)))
    first_ahead = 1 if broken_devices(db, today) else 0
    for ahead in range(first_ahead, 90):
        day = today + timedelta(days=ahead)
        if calendar.is_workday(day) and day.isoformat() not in full:
            break
    return day


def failure_reasons(db: Database, today: date) -> list[str]:
    outcomes = engine.step_named(office.current_definition(db, SERVICE, today), "record").outcomes
    return [reason for outcome in outcomes if outcome.id == "not_recorded" for reason in outcome.reasons]


def recorders(db: Database, on: date) -> list[FacilityLine]:
    """Equipment without any one of which nobody can be recorded, as the standard says (SP 8.1 to 8.5)."""
    return lines_needed_for(db, SERVICE, "record", on)


def broken_devices(db: Database, on: date) -> list[FacilityLine]:
    """Recording equipment that does not work; who waits then waits for the device."""
    return [line for line in recorders(db, on) if line.silent]


def words_while_broken(db: Database, on: date) -> str:
    """What to tell an applicant while nobody can be recorded here; empty while the equipment works."""
    if not broken_devices(db, on):
        return ""
    return (
        "Alat perekaman di kantor ini sedang rusak, jadi belum dapat direkam hari ini. Tunggu kabar jadwalnya, "
        "atau rekam di Dispenduk Capil atau kecamatan lain lalu bawa buktinya ke loket."
    )


def words_to_wait(db: Database, case: CaseFile, on: date) -> str:
    """What to tell of a case that waits for the recording while nobody can be recorded here, or for the status of its
    record; else empty."""
    if (case.service, case.step) == (SERVICE, "record"):
        return words_while_broken(db, on)
    if case.service != SERVICE or wait_of(db, case) is None:
        return ""
    noted = Recording.first(db, nik=case.main_key, order="id DESC")
    if not noted:
        return "Perekaman Anda sedang dicek di sistem pusat. Mohon menunggu."
    return STATUSES[noted.status][1]


# -- recorded, and the central system does not say yet that a card may be printed ----------------------------------

NEWEST_RECORD = "(SELECT max(n.id) FROM recording n WHERE n.nik = c.main_key)"
READY_STATUSES = ", ".join(f"'{ready}'" for ready in sorted(PRINT_READY))
NO_STATUS_YET = (
    f"NOT EXISTS (SELECT 1 FROM recording r WHERE r.id = {NEWEST_RECORD} AND (r.status IN ({READY_STATUSES})"
    " OR EXISTS (SELECT 1 FROM case_explanation e WHERE e.case_id = c.id AND e.finding = 'record-' || r.id)))"
)
"""A case of which the newest record is not ready to be printed, and nobody wrote why it is sent all the same."""


def status_wait() -> StepWait:
    """Complete, recorded, and not to be sent before the status says that a card may be printed (domain.md 3.1)."""
    return StepWait(
        step="dispatch",
        where=NO_STATUS_YET,
        label="Direkam, menunggu status",
        title="Menunggu status siap cetak",
        meaning="Berkas lengkap; status perekamannya di sistem pusat belum siap cetak (PRR).",
        next_sentence="Petugas operator mengecek NIK di sistem pusat dan mencatat statusnya; sesudah siap cetak berkas "
        "dapat dikirim.",
        endpoint="recording.show_recording",
        permission="recording.do",
        verb="Perbarui status",
        listed="recording.show_recordings",
    )


class StatusRow(NamedTuple):
    """Somebody who was recorded and whose status is not ready. `key` is whole: mask it before it is shown. `status` and
    `noted_at` are of the newest note, None where nothing was noted."""

    id: int
    number: str
    name: str
    area: str
    due_on: str | None
    key: str
    status: str | None
    noted_at: str | None

    @property
    def words(self) -> str:
        if not self.status:
            return "Belum dicatat"
        return status_words(self.status)


def status_condition(area: str | None) -> tuple[str, list[str]]:
    own, values = in_area(area)
    where = f"c.closed = 0 AND c.service = ? AND c.step = 'dispatch' AND {NO_STATUS_YET} {own}"
    return where, [SERVICE, *values]


def status_rows(db: Database, area: str | None, most: int = -1, skip: int = 0) -> list[StatusRow]:
    """Whose status is to be looked up, whoever was looked up longest ago first; of one area, or of all (None)."""
    where, values = status_condition(area)
    rows = db.run(
        "SELECT c.id, c.number, c.name, c.area, c.due_on, c.main_key, r.status, r.at FROM case_file c"
        f" LEFT JOIN recording r ON r.id = {NEWEST_RECORD} WHERE {where} ORDER BY r.at IS NOT NULL, r.at, c.id"
        " LIMIT ? OFFSET ?",
        [*values, most, skip],
    )
    return [StatusRow(*row) for row in rows]


@cached_until_next_entry
def count_without_status(db: Database, area: str | None) -> int:
    where, values = status_condition(area)
    return int(first_value(db, f"SELECT count(*) FROM case_file c WHERE {where}", values))


def recording_history(db: Database, nik: str) -> list[Recording]:
    return Recording.rows(db, nik=nik, order="id")


@cached_until_next_entry
def unrecorded_by_area(db: Database, area: str | None) -> dict[str, int]:
    """Area → how many wait for the recording; of one area, or of all (None)."""
    if area is not None:
        own = "AND area = ?"
        values = [area]
    else:
        own = ""
        values = []
    sql = (
        f"SELECT area, count(*) FROM case_file WHERE closed = 0 AND service = ? AND step = 'record' {own} GROUP BY area"
    )
    return dict(db.run(sql, [SERVICE, *values]))


def count_unrecorded(db: Database, area: str | None) -> int:
    return sum(unrecorded_by_area(db, area).values())


class WaitingRow(NamedTuple):
    """Somebody who waits for the recording. `key` is whole: mask it before it is shown."""

    id: int
    number: str
    name: str
    area: str
    due_on: str | None
    slot_on: str | None
    phone: str
    key: str
    birth_on: str | None
    slot: int | None
    attended: int | None
    again: int
    """1 when the person was noted as recorded before: a second recording needs a ground."""


def waiting_rows(db: Database, actor: Actor, most: int = -1, skip: int = 0) -> list[WaitingRow]:
    """Who waits, by village and promise; -1 for all of them."""
    own, values = seen_area(actor)
    rows = db.run(
        "SELECT c.id, c.number, c.name, c.area, c.due_on, s.on_date, c.phone, c.main_key, c.birth_on, s.slot,"
        " s.attended, EXISTS (SELECT 1 FROM recording r WHERE r.nik = c.main_key AND r.status <> 'unregistered')"
        " FROM case_file c LEFT JOIN recording_slot s ON s.case_id = c.id"
        f" WHERE c.closed = 0 AND c.service = ? AND c.step = 'record' {own} ORDER BY c.area, c.due_on, c.id"
        " LIMIT ? OFFSET ?",
        [SERVICE, *values, most, skip],
    )
    return [WaitingRow(*row) for row in rows]


def scheduled_on_day(db: Database, actor: Actor, on: date) -> list[tuple[int, str, str, str, int, int | None, int]]:
    """(case id, number, name, area, slot, attended, whether it still waits for the recording) of one day, by slot."""
    own, values = seen_area(actor)
    return list(
        db.run(
            "SELECT c.id, c.number, c.name, c.area, s.slot, s.attended, c.closed = 0 AND c.step = 'record'"
            f" FROM recording_slot s JOIN case_file c ON c.id = s.case_id WHERE s.on_date = ? {own} ORDER BY s.slot",
            [on.isoformat(), *values],
        )
    )


# -- rows of Meja kerja ------------------------------------------------------------------------------------------


def recording_words(does: bool, broken: bool) -> str:
    if broken:
        if does:
            return "Alat rusak: dijadwalkan hari lain atau diarahkan ke tempat lain"
        return "Alat rusak, pemohon jangan datang dulu. Tunggu jadwal, atau rekam di tempat lain"
    if does:
        return "Direkam atau dijadwalkan"
    return "Belum dijadwalkan. Beri tahu pemohon untuk datang merekam"


REST = Same("{} orang lagi", "Menunggu perekaman.", "recording.show_recordings", NO_BUTTON, whole=False)


def recording_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Who waits for the recording: to be done by the operator, to be told by the own village."""
    does = may(actor, "recording.do")
    today = office_date(now).isoformat()
    if not does and not actor.village_only:
        return []
    broken = bool(broken_devices(db, office_date(now)))
    verb = NO_BUTTON
    act = "tell"
    if does:
        verb = "Catat"
        act = "record"
    found = []
    for row in waiting_rows(db, actor, MOST_TASKS):
        state = word = ""
        if row.again:
            state = "warn"
            word = "Pernah direkam"
        elif broken:
            state = "warn"
            word = "Menunggu alat"
        if row.slot_on:
            if row.slot_on == today:
                when = "hari ini"
            else:
                when = short_day(date.fromisoformat(row.slot_on))
            what = f"Jadwal perekaman {when}, nomor urut {row.slot}"
        else:
            what = recording_words(does, broken)
        found.append(
            Task(
                "Perekaman",
                row.name,
                what,
                "recording.show_recording",
                verb,
                {"case_id": row.id},
                stored_date(row.due_on),
                row.id,
                row.area,
                row.key,
                state,
                word,
                act=act,
                same=REST,
            )
        )
    rest = 0
    if len(found) == MOST_TASKS:
        rest = count_unrecorded(db, actor.own_area) - len(found)
    if rest:
        return [*found, REST.row(found[0], rest)]
    return found


STATUS_REST = Same("{} orang lagi", "Direkam, menunggu status.", "recording.show_recordings", NO_BUTTON, whole=False)


def status_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Who was recorded and whose status is still to be looked up in the central system."""
    if not may(actor, "recording.do"):
        return []
    wait = status_wait()
    area = actor.own_area
    found = [
        Task(
            wait.label,
            row.name,
            f"{row.words}. Cek lagi di sistem pusat",
            wait.endpoint,
            wait.verb,
            {"case_id": row.id},
            stored_date(row.due_on),
            row.id,
            row.area,
            row.key,
            "wait",
            "Menunggu status",
            act="look",
            same=STATUS_REST,
        )
        for row in status_rows(db, area, MOST_TASKS)
    ]
    rest = 0
    if len(found) == MOST_TASKS:
        rest = count_without_status(db, area) - len(found)
    if rest:
        return [*found, STATUS_REST.row(found[0], rest)]
    return found


DESK = DeskParts(
    tasks=[recording_tasks, status_tasks],
)
