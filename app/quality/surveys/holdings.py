"""Answers of a survey belong to nobody: whoever asks for the data of a person finds none here."""

from app.core.holdings import Processing
from app.quality.surveys.records import rules
from app.room import Kept

PROCESSING = (
    Processing(
        activity="Survei kepuasan",
        subjects="Pengunjung yang mengisi survei",
        data="Nilai, umur, jenis kelamin, pendidikan, pekerjaan, dan komentar, tanpa nama dan tanpa nomor",
        purpose="Menghitung indeks kepuasan dan memperbaiki pelayanan",
        basis="Pasal 20 ayat (2) huruf c; jawaban tidak dapat dikaitkan dengan orangnya",
        records=("survey",),
        receivers="Laporan tanpa jawaban perorangan",
    ),
)


KEPT = Kept(rules=rules, processing=PROCESSING)
