"""What of the recording waits for the person who asks."""

from datetime import date, datetime

from app.batches.tasks import MOST, to_day
from app.core.clock import office_date
from app.core.dates import short_day
from app.core.permissions import Actor, may
from app.desk.tasks import Provider, Task
from app.ktp import queries
from schema.database import Database


def recording_words(does: bool, broken: bool) -> str:
    if broken:
        return (
            "Alat rusak: dijadwalkan hari lain atau diarahkan ke tempat lain"
            if does
            else ("Alat rusak, pemohon jangan datang dulu. Tunggu jadwal, atau rekam di tempat lain")
        )
    return "Direkam atau dijadwalkan" if does else "Belum dijadwalkan. Beri tahu pemohon untuk datang merekam"


def recording_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Who waits for the recording: to be done by the operator, to be told by the own village."""
    does, today = may(actor, "recording.do"), office_date(now).isoformat()
    if not does and not actor.village_only:
        return []
    broken = bool(queries.broken_devices(db))
    found = []
    for row in queries.waiting_rows(db, actor)[:MOST]:
        word = "Pernah direkam" if row.again else "Menunggu alat" if broken else ""
        if row.slot_on:
            when = "hari ini" if row.slot_on == today else short_day(date.fromisoformat(row.slot_on))
            what = f"Jadwal perekaman {when}, nomor urut {row.slot}"
        else:
            what = recording_words(does, broken)
        found.append(
            Task(
                "Perekaman",
                row.name,
                what,
                "recording.show_recording",
                "Catat" if does else "Lihat",
                {"case_id": row.id},
                to_day(row.due_on),
                row.id,
                row.area,
                row.key,
                "warn" if word else "",
                word,
            )
        )
    return found


TASKS: list[Provider] = [recording_tasks]
