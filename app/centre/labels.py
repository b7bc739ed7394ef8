"""What the print floor shows of the snapshot that came with a line: known fields in the order of the card."""

from __future__ import annotations

import json
from datetime import date

from app.core.dates import plain_date

FIELDS: dict[str, str] = {
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
SECRET = ("nik", "kk")
LEFT_OUT = ("kind", "form_code", "phone", "mother_name", "postcode", "blood_type", "")
"""Fields that the print floor has no use for: not shown, though they travel with the snapshot."""


WORDS = {
    "male": "Laki-laki", "female": "Perempuan", "belum_kawin": "Belum kawin", "kawin": "Kawin",
    "pernah_kawin": "Pernah kawin",
}  # fmt: skip
RECORDED = {
    "unregistered": "UNREGISTERED", "bio_captured": "BIO_CAPTURED (BC)", "processing": "PROCESSING (PRO)",
    "sfe": "SENT_FOR_ENROLLMENT (SFE)", "received_central": "RECEIVED_AT_CENTRAL",
    "efac": "ENROLL_FAILURE_AT_CENTRAL (EFAC)", "search_failure": "SEARCH_FAILURE_AT_CENTRAL",
    "duplicate": "DUPLICATE_RECORD (DUP)", "adjudicate": "ADJUDICATE", "print_ready": "PRINT_READY_RECORD (PRR)",
    "card_printed": "CARD_PRINTED",
}  # fmt: skip
"""States of the central system as Dukcapil itself writes them."""
ITEMS = {
    "village_letter": "surat pengantar desa", "signature_applicant": "tanda tangan pemohon",
    "signature_village_head": "tanda tangan kepala desa", "photo": "pas foto", "kk_copy": "fotokopi KK",
    "marriage_proof": "bukti kawin", "moving_letter": "surat pindah",
    "old_card_or_police_letter": "KTP-el lama atau surat kepolisian", "old_card": "KTP-el lama",
    "event_proof": "bukti peristiwa", "data_change_form": "formulir perubahan data",
    "police_letter": "surat kepolisian", "damaged_card": "KTP-el yang rusak", "travel_document": "paspor",
    "itap_card": "kartu ITAP",
}  # fmt: skip
"""Papers of the checklist; what an office asks beyond these keeps its own name."""


def recorded(status: str) -> str:
    """The recording's state in Dukcapil's words."""
    return RECORDED.get(status, status) or "tidak ditulis"


def items(stored: str) -> list[str]:
    """The papers of the checklist that came with a line, in words."""
    names: list[str] = json.loads(stored)
    return [ITEMS.get(name, name.replace("_", " ")) for name in names]


def snapshot(fields: str, area_name: str) -> list[tuple[str, str, str]]:
    """(key, label, value) of the fields of a line; an unknown field keeps its own name as label."""
    given: dict[str, str] = json.loads(fields)
    known = [(key, label, given[key]) for key, label in FIELDS.items() if given.get(key)]
    other = [(key, key.replace("_", " ").capitalize(), value) for key, value in given.items()
             if value and key not in FIELDS and key not in LEFT_OUT]  # fmt: skip
    return [(key, label, area_name if key == "village" and area_name else WORDS.get(value, spelled(value)))
            for key, label, value in known + other]  # fmt: skip


def spelled(value: str) -> str:
    """A date in words, anything else as it is."""
    try:
        return plain_date(date.fromisoformat(value)) if len(value) == 10 else value
    except ValueError:
        return value
