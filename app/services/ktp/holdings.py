"""When and where a person was recorded; his biometrics never enter this program."""

from datetime import date

from app.casework.desk.holdings import held_of_cases
from app.core.dates import plain_date
from app.core.holdings import Holding, Processing, Sought, filled_pairs
from app.core.permissions import Actor
from app.room import Kept
from app.services.ktp.tables import SERVICE, Recording, RecordingSlot
from schema.database import Database


def find_holdings(db: Database, _actor: Actor, sought: Sought) -> list[Holding]:
    sure_of = {case.id: sure for case, sure in held_of_cases(db, sought)}
    rows = {row.id: row for row in Recording.rows(db, nik=sought.number)}
    slots = []
    if sure_of:
        rows |= {row.id: row for row in Recording.rows(db, case_id=tuple(sure_of))}
        slots = RecordingSlot.rows(db, case_id=tuple(sure_of))
    found = [hold_recording(row, row.nik == sought.number or sure_of.get(row.case_id, False)) for row in rows.values()]
    return found + [hold_slot(row, sure_of[row.case_id]) for row in slots]


def hold_recording(row: Recording, sure: bool) -> Holding:
    nik = row.nik if sure else ""
    values = filled_pairs((("NIK", nik), ("Keadaan", row.status), ("Tempat", row.place), ("Catatan", row.note)))
    subject = f"case/{row.case_id}" if row.case_id else ""
    return Holding("Perekaman", f"Perekaman {day_words(row.on_date)}", values, sure, subject)


def hold_slot(row: RecordingSlot, sure: bool) -> Holding:
    values = (("Urutan", str(row.slot)),)
    return Holding("Perekaman", f"Jadwal {day_words(row.on_date)}", values, sure, f"case/{row.case_id}")


def day_words(on: str) -> str:
    return plain_date(date.fromisoformat(on))


PROCESSING = (
    Processing(
        activity="Catatan perekaman KTP-el",
        subjects="Penduduk yang direkam",
        data="NIK, keadaan perekaman, tanggal, tempat; sidik jari, iris, dan foto rekaman tidak disimpan di Loket",
        purpose="Tahu siapa sudah direkam sebelum berkas dikirim",
        basis="Pasal 20 ayat (2) huruf c dan e",
        service=SERVICE,
    ),
)


KEPT = Kept(find=find_holdings, processing=PROCESSING)
