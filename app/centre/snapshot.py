"""What the print room shows of the snapshot that came with a line: known fields in the order of the card."""

import json
from datetime import date

from app.centre.tables import IncomingLine
from app.core.central_status import STATUSES, status_words
from app.core.dates import plain_date
from app.core.identity import Nik, nik_disagreements
from app.core.messages import PRINT_READY
from app.core.problems import ValueProblem

FIELD_LABELS: dict[str, str] = {
    "nik": "NIK",
    "kk": "Nomor KK",
    "full_name": "Nama lengkap",
    "birth_place": "Tempat lahir",
    "birth_on": "Tanggal lahir",
    "sex": "Jenis kelamin",
    "marital_status": "Status kawin",
    "street": "Dusun atau jalan",
    "rt": "RT",
    "rw": "RW",
    "village": "Desa",
    "home_address": "Alamat asal",
    "home_village": "Desa/kelurahan asal",
    "home_kecamatan": "Kecamatan asal",
    "home_regency": "Kabupaten/kota asal",
    "home_province": "Provinsi asal",
    "changes": "Data yang berubah",
    "itap_until": "ITAP berlaku sampai",
}
SECRET_FIELDS = ("nik", "kk")
LEFT_OUT_FIELDS = ("kind", "form_code", "phone", "mother_name", "postcode", "blood_type", "")
"""Fields that the print room has no use for: not shown, though they travel with the snapshot."""


VALUE_WORDS = {
    "male": "Laki-laki",
    "female": "Perempuan",
    "belum_kawin": "Belum kawin",
    "kawin": "Kawin",
    "pernah_kawin": "Pernah kawin",
}
ITEM_WORDS = {
    "village_letter": "surat pengantar desa",
    "signature_applicant": "tanda tangan pemohon",
    "signature_village_head": "tanda tangan kepala desa",
    "photo": "pas foto",
    "kk_copy": "fotokopi KK",
    "marriage_proof": "bukti kawin",
    "moving_letter": "surat pindah",
    "old_card_or_police_letter": "KTP-el lama atau surat kepolisian",
    "old_card": "KTP-el lama",
    "event_proof": "bukti peristiwa",
    "data_change_form": "formulir perubahan data",
    "police_letter": "surat kepolisian",
    "damaged_card": "KTP-el yang rusak",
    "travel_document": "paspor",
    "itap_card": "kartu ITAP",
}
"""Papers of the checklist; what an office asks beyond these keeps its own name."""


def recording_words(status: str) -> str:
    """The state with its meaning; one of a newer program keeps its own name."""
    if status in STATUSES:
        return status_words(status)
    return status or "tidak ditulis"


def item_words(stored: str) -> list[str]:
    names: list[str] = json.loads(stored)
    return [ITEM_WORDS.get(name, name.replace("_", " ")) for name in names]


def snapshot_fields(fields: str, area_name: str) -> list[tuple[str, str, str]]:
    """(key, label, value) of the fields of a line; an unknown field keeps its own name as label."""
    given: dict[str, str] = json.loads(fields)
    known = [(key, label, given[key]) for key, label in FIELD_LABELS.items() if given.get(key)]
    other = [
        (key, key.replace("_", " ").capitalize(), value)
        for key, value in given.items()
        if value and key not in FIELD_LABELS and key not in LEFT_OUT_FIELDS
    ]
    return [(key, label, value_words(key, value, area_name)) for key, label, value in known + other]


def value_words(key: str, value: str, area_name: str) -> str:
    if key == "village" and area_name:
        return area_name
    return VALUE_WORDS.get(value, spell_value(value))


def spell_value(value: str) -> str:
    try:
        if len(value) == 10:
            return plain_date(date.fromisoformat(value))
        return value
    except ValueError:
        return value


NO_REASON = "Kantor pengirim tidak menulis alasannya."


def line_fields(row: IncomingLine) -> list[tuple[str, str, str]]:
    """(key, label, value) of what a line says: the columns of its service, or the fields of a card."""
    if not row.words:
        return snapshot_fields(row.fields, row.area_name)
    words = row.terms
    fields = []
    for head, value in words.columns:
        key = "nik" if head == words.key else ""
        fields.append((key, head, value))
    return fields


def find_contradictions(row: IncomingLine) -> list[str]:
    """Sentences to read before a card of this line is printed; empty when nothing contradicts itself.

    A line of an office whose program asks for no reason is compared here, so that it is never silent either.
    """
    said: list[str] = json.loads(row.explained)
    if said:
        return said
    if row.words:
        return []
    found = list(find_nik_contradictions(row))
    if row.recording and row.recording not in PRINT_READY:
        found.append("Perekaman belum siap cetak menurut kecamatan.")
    return [f"{contradiction} {NO_REASON}" for contradiction in found]


def find_nik_contradictions(row: IncomingLine) -> list[str]:
    fields = json.loads(row.fields)
    try:
        born = None
        if fields.get("birth_on"):
            born = date.fromisoformat(fields["birth_on"])
        return list(nik_disagreements(Nik(row.main_key), born, fields.get("sex") or None).values())
    except (ValueError, ValueProblem):
        return ["Tanggal lahir di baris ini tidak dapat dibaca."]
