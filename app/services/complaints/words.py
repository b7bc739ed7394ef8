"""Words and lists of the complaint book: channels, types, categories of the 14 satisfaction elements, limits."""

from typing import NamedTuple

from schema.service_standard import Notice, Unit

CHANNELS: dict[str, str] = {
    "desk": "Meja informasi",
    "box": "Kotak saran",
    "telephone": "Telepon",
    "sms": "SMS",
    "hotline": "Hotline",
    "letter": "Surat",
    "lapor": "SP4N-LAPOR!",
    "online": "Daring",
}
TYPES = {"complaint": "Pengaduan", "aspiration": "Aspirasi", "information": "Permintaan informasi"}
WEIGHTS = {"light": "Ringan", "medium": "Sedang", "heavy": "Berat"}
HANDLINGS = {
    "information": "Informasi",
    "desk": "Tanpa pemeriksaan lapangan",
    "field": "Dengan pemeriksaan lapangan",
}
STATES = {
    "open": "Diproses",
    "followed": "Sudah ditindaklanjuti",
    "answered": "Sudah dijawab",
    "closed": "Selesai",
}
COLUMNS = {
    "note": "Catatan",
    "first_answer": "Jawaban pertama",
    "follow_up": "Tindak lanjut",
    "answer": "Jawaban",
    "satisfaction": "Kepuasan atas jawaban",
}
PAUSES = {
    "complainant": "Menunggu kelengkapan dari pengadu",
    "other_body": "Menunggu jawaban instansi lain",
    "field": "Pemeriksaan lapangan tertunda",
}


class Category(NamedTuple):
    """A category, the satisfaction element it belongs to (KEP/25/M.PAN/2/2004; 0 for the office's own), its section."""

    label: str
    element: int
    section: str


CATEGORIES: dict[str, Category] = {
    "procedure": Category("Prosedur pelayanan", 1, "pelayanan"),
    "requirements": Category("Persyaratan pelayanan", 2, "pelayanan"),
    "clarity": Category("Kejelasan petugas", 3, "pelayanan"),
    "discipline": Category("Kedisiplinan petugas", 4, "pelayanan"),
    "responsibility": Category("Tanggung jawab petugas", 5, "pelayanan"),
    "skill": Category("Kemampuan petugas", 6, "pelayanan"),
    "speed": Category("Kecepatan pelayanan", 7, "pelayanan"),
    "fairness": Category("Keadilan mendapatkan pelayanan", 8, "pelayanan"),
    "courtesy": Category("Kesopanan dan keramahan", 9, "pelayanan"),
    "fee_fairness": Category("Kewajaran biaya", 10, "pelayanan"),
    "fee_certainty": Category("Kepastian biaya", 11, "pelayanan"),
    "schedule": Category("Kepastian jadwal", 12, "pelayanan"),
    "comfort": Category("Kenyamanan lingkungan", 13, "umum"),
    "safety": Category("Keamanan pelayanan", 14, "umum"),
    "levy": Category("Pungutan liar", 10, "pelayanan"),
    "wrong_data": Category("Data salah", 0, "pelayanan"),
    "no_blanks": Category("Blangko habis", 0, "pelayanan"),
    "devices": Category("Alat atau jaringan", 0, "pelayanan"),
    "other": Category("Lain-lain", 0, "umum"),
}


def real_weight(category: str, weight: str) -> str:
    """A levy is always heavy."""
    if category == "levy":
        return "heavy"
    return weight


class Limit(NamedTuple):
    """A limit with which an office begins; `tells`: which posts of the profile are told when it is over, in order."""

    label: str
    days: int
    unit: Unit
    source: str
    tells: tuple[Notice, ...]


DEFAULT = "bawaan (LAPOR!, 2018)"
FIELD = "bawaan (Perpres 76/2013; LAPOR!, 2018)"
OF_OLD = ", tetapkan oleh Camat"
"""What a source said behind it before its page told whose task that is; rows of then have it still."""
CHIEF_NEXT = Notice(roles=("chief",), after=1, unit="working_days")
UNANSWERED = (Notice(roles=("overseer",)), CHIEF_NEXT)
UNDONE = (Notice(roles=("overseer",)), CHIEF_NEXT)
UNSETTLED = (Notice(roles=("section_head", "overseer")), CHIEF_NEXT)
LIMITS: dict[str, Limit] = {
    "first_answer": Limit("Jawaban pertama", 3, "working_days", DEFAULT, UNANSWERED),
    "information": Limit("Penyelesaian permintaan informasi", 5, "working_days", DEFAULT, UNSETTLED),
    "desk": Limit("Penyelesaian tanpa pemeriksaan lapangan", 14, "working_days", DEFAULT, UNSETTLED),
    "field": Limit("Penyelesaian dengan pemeriksaan lapangan", 60, "working_days", FIELD, UNSETTLED),
}
DUTIES: dict[str, Limit] = {
    "recap": Limit(
        "Rekap triwulan diumumkan, sesudah triwulan berakhir",
        10,
        "working_days",
        "bawaan (setiap tiga bulan)",
        UNDONE,
    ),
    "capa_plan": Limit("Sebab dan tindakan LTPP ditulis", 5, "working_days", "bawaan", UNDONE),
    "capa_check": Limit("Hasil LTPP diverifikasi, sesudah selesai", 10, "working_days", "bawaan", UNDONE),
}
"""Limits of what the office owes without being asked. They need no row in an older office: these days then hold."""

ELEMENTS: dict[int, str] = {
    **{category.element: category.label for key, category in CATEGORIES.items() if category.element and key != "levy"},
    0: "Urusan kantor sendiri",
}
"""The 14 elements of satisfaction (KEP/25/M.PAN/2/2004); recap and survey share them. 0: the office's own."""
