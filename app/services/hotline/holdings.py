"""Messages of a person: SMS by telephone number or by the contact that they belong to."""

from app.casework.desk.holdings import held_of_cases
from app.core.holdings import Holding, Processing, Sought
from app.core.permissions import Actor
from app.core.text import mask_phone
from app.room import Kept
from app.services.hotline import SERVICE
from app.services.hotline.records import rules
from app.services.hotline.tables import Sms
from schema.database import Database

WAYS = {"incoming": "SMS masuk", "outgoing": "SMS keluar"}


def find_holdings(db: Database, _actor: Actor, sought: Sought) -> list[Holding]:
    sure_of = {case.id: sure for case, sure in held_of_cases(db, sought)}
    rows = [row for row in Sms.rows(db, Sms.text**sought.like, gone_at="") if sought.is_named_in(row.text)]
    if sought.phone:
        rows += Sms.rows(db, number=sought.phone, gone_at="")
    if sure_of:
        rows += Sms.rows(db, case_id=tuple(sure_of), gone_at="")
    held = []
    for _, row in sorted({row.id: row for row in rows}.items()):
        is_caller = sought.phone != "" and row.number == sought.phone
        held.append(hold_message(row, is_caller or sure_of.get(row.case_id, False)))
    return held


def hold_message(row: Sms, sure: bool) -> Holding:
    number = row.number if sure else mask_phone(row.number)
    values = (("Nomor", number), ("Isi", row.text))
    title = f"{WAYS[row.direction]} {row.stamp[:10] or row.changed_at[:10]}"
    if row.complaint_id:
        about = f"complaint/{row.complaint_id}"
    else:
        about = f"sms/{row.id}"
    if row.case_id:
        subject = f"case/{row.case_id}"
    else:
        subject = about
    return Holding("SMS", title, values, sure, subject)


PROCESSING = (
    Processing(
        activity="Hotline dan SMS",
        subjects="Orang yang menghubungi kantor",
        data="Nomor telepon, nama bila disebut, pertanyaan, jawaban",
        purpose="Menjawab pertanyaan dan memberi tahu keadaan permohonan",
        basis="Pasal 20 ayat (2) huruf e",
        receivers="Penyedia jaringan telepon, untuk mengantar SMS",
        records=("sms",),
        service=SERVICE,
    ),
    Processing(
        activity="SMS kepada pemohon dan pengadu",
        subjects="Pemohon dan pengadu yang mengizinkannya",
        data="Nomor telepon, kode slip atau nomor pengaduan",
        purpose="Mengabari bahwa kartu siap, berkas kembali, janji hampir lewat, atau jawaban siap",
        basis="Pasal 20 ayat (2) huruf a",
        receivers="Penyedia jaringan telepon, untuk mengantar SMS",
        setting="sms.notices",
    ),
)


KEPT = Kept(rules=rules, find=find_holdings, processing=PROCESSING)
