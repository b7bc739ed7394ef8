"""The shape of a recap, declared once: which tables and columns it has and what they are called.

The page, the spreadsheet, the CSV, the papers, the annual report and the comparison of two counts read it. The numbers
themselves are the frozen structs of `figures.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from app.core.dates import stored_date
from app.quality.capa.service import STATES as CAPA_STATES
from app.quality.quarter.figures import Row
from app.services.complaints.words import TYPES

STATES = {"settled": "Selesai", "late": "Lewat batas", "process": "Berjalan"}
RESULTS = {
    "kept": "ditepati",
    "late": "terlambat",
    "broken": "belum ditepati",
    "running": "berjalan",
    "withdrawn": "ditarik",
}
ASIDE = "Disisihkan, di luar hitungan"
AS_STORED: Mapping[str, str] = MappingProxyType({})


class Column(NamedTuple):
    """A field of a row: its head in the spreadsheet (empty: it does not stand there), what its cells hold, its width,
    its word in a comparison (else the head in small letters), and the words of its stored values."""

    field: str
    head: str
    kind: Literal["text", "date", "number"] = "text"
    width: int = 14
    said: str = ""
    words: Mapping[str, str] = AS_STORED

    @property
    def word(self) -> str:
        return self.said or self.head.lower()

    def shown(self, row: Any) -> Any:
        """What a paper shows of it: a real date (None where there is none), a word, a number or text as it is."""
        value = getattr(row, self.field)
        if self.kind == "date":
            return stored_date(value)
        if isinstance(value, list):
            return ", ".join(value)
        return self.words.get(value, value)

    def cell(self, row: Any) -> Any:
        """The same for a spreadsheet, where `6,2` is a number."""
        value = self.shown(row)
        if self.kind == "number" and isinstance(value, str):
            if not value:
                return None
            return float(value.replace(",", "."))
        return value


TOTALS = (
    Column("received", "Masuk", "number"),
    Column("settled", "Selesai", "number"),
    Column("process", "Berjalan", "number"),
    Column("late", "Lewat batas", "number"),
    Column("settled_late", "Selesai sesudah batas", "number"),
    Column("first_late", "Jawaban pertama lewat batas", "number"),
    Column("median", "Nilai tengah (hari kerja)", "number", said="nilai tengah"),
    Column("p90", "90 dari 100 dalam (hari kerja)", "number", said="90 dari 100"),
)
COUNTS = (
    Column("label", "Uraian", width=28, said="nama"),
    *TOTALS[:4],
    Column("before", "Triwulan lalu", "number"),
    Column("year_ago", "Tahun lalu", "number"),
    Column("change", "Selisih", "number"),
)
PER_VILLAGE = (
    *COUNTS,
    Column("applications", "Permohonan", "number", width=28),
    Column("per_hundred", "Per 100", "number"),
)


class Table(NamedTuple):
    """A table of counts: its field in `Sums`, its title in spreadsheet, CSV and year, its heading on page and paper
    (empty: it stands on neither), whether the most frequent come first there, and a note below the heading."""

    field: str
    title: str
    heading: str = ""
    by_count: bool = False
    note: str = ""
    columns: Sequence[Column] = COUNTS


LINES = (
    Column("number", "Nomor", width=28),
    Column("type", "Jenis", width=20, words=TYPES),
    Column("received_on", "Diterima", "date", said="tanggal terima"),
    Column("category", "Kategori"),
    Column("gist", "Pokok pengaduan", width=50),
    Column("follow_up", "Tindak lanjut", width=50),
    Column("followed_on", "Tanggal", "date", said="tanggal tindak lanjut"),
    Column("due_on", "Batas", "date"),
    Column("closed_on", "Selesai", "date", said="tanggal selesai"),
    Column("state", "Keadaan", words=STATES),
)
CAUSES = (
    Column("label", "Kategori", width=28, said="nama"),
    Column("count", "Kali", "number"),
    Column("before", "Triwulan lalu", "number"),
    Column("capas", "LTPP", said="LTPP"),
)
CAPAS = (
    Column("number", "Nomor", width=28),
    Column("opened_on", "Dibuka", "date", said="tanggal dibuka"),
    Column("problem", "Masalah", width=50),
    Column("cause", "Sebab", width=50),
    Column("action", "Tindakan", width=50),
    Column("due_on", "Batas", "date"),
    Column("state", "Keadaan", words=CAPA_STATES),
    Column("on", "Tanggal", "date"),
    Column("source", "", said="sumber"),
    Column("person", "", said="penanggung jawab"),
)
PLEDGES = (
    Column("what", "Janji", width=28, said="isi"),
    Column("who", "Oleh"),
    Column("by_on", "Batas", "date"),
    Column("kept_on", "Ditepati", "date", said="ditepati tanggal"),
    Column("state", "Hasil", words=RESULTS, said="keadaan"),
    Column("withdrawn_on", "", "date", said="ditarik tanggal"),
    Column("why", "", said="alasan"),
)
GIVEN = (
    Column("what", "Janji", width=50),
    Column("who", "Oleh", width=28),
    Column("by_on", "Paling lambat", "date"),
)
"""Pledges of the recap itself, as the Camat approved them."""
TARGETS = (
    Column("what", "Ukuran", width=50),
    Column("target", "Sasaran", "number"),
    Column("reached", "Realisasi", "number"),
    Column("difference", "Selisih", "number"),
)
PROMISES = (
    Column("quarter_label", "Triwulan", width=28),
    Column("due", "Jatuh tempo", "number"),
    Column("kept", "Ditepati", "number"),
)
BY_CATEGORY = (*COUNTS, Column("element", "", "number", said="unsur"))
BOX = (
    Column("working_days", "", "number", said="hari kerja"),
    Column("opened", "", "number", said="dibuka"),
    Column("empty", "", "number", said="nihil"),
    Column("slips", "", "number", said="lembar"),
)
WORDS = {
    column.field: column.word
    for columns in (TOTALS, PER_VILLAGE, BY_CATEGORY, LINES, CAPAS, PROMISES, PLEDGES, CAUSES, BOX)
    for column in columns
}
"""Field → its word in a comparison; a word that two rows share means the same in both."""

CATEGORIES = Table(
    "categories",
    "Kategori",
    "Tentang apa",
    by_count=True,
    note="Pengaduan saja. Garis tegak: triwulan lalu. U: unsur kepuasan (KEP/25/M.PAN/2/2004).",
    columns=BY_CATEGORY,
)
VILLAGES = Table(
    "villages",
    "Desa",
    "Dari desa mana",
    by_count=True,
    note="Pengaduan saja; per 100 permohonan dari desa itu dalam triwulan ini.",
    columns=PER_VILLAGE,
)
TABLES = (
    CATEGORIES,
    Table("elements", "Unsur kepuasan"),
    Table("channels", "Sarana", "Sarana", by_count=True),
    Table("types", "Jenis", "Pengaduan, aspirasi, pertanyaan"),
    Table("weights", "Kadar", "Kadar"),
    Table("services", "Layanan", "Layanan", by_count=True),
    VILLAGES,
    Table("sections", "Seksi", "Seksi"),
)
ON_PAPER = (*(table for table in TABLES if table.heading and table is not VILLAGES), VILLAGES)
SHEETS = (
    ("lines", "Daftar", LINES),
    ("carried.lines", "Sisa", LINES),
    ("causes", "Sebab berulang", CAUSES),
    ("capas", "LTPP", CAPAS),
    ("pledges", "Janji lalu", PLEDGES),
    ("promises", "Janji KTP", PROMISES),
)
"""Lists beside the tables of counts: field of `Figures`, sheet, columns."""
PARTS = {table.field: table.title for table in TABLES} | {
    "totals": "Jumlah",
    "before": "Jumlah triwulan lalu",
    "year_ago": "Jumlah tahun lalu",
    "months": "Bulan",
    "lines": "Baris",
    "carried": "Sisa",
    "causes": "Sebab berulang",
    "capas": "LTPP",
    "promises": "Janji KTP",
    "box": "Kotak saran",
    "pledges": "Janji perbaikan",
    "form": "Bentuk teks",
    "as_of": "Saat disusun",
    "hidden": "Kata yang dihapus",
    "masks": "Penyamaran",
    "quarter": "Triwulan",
    "aside": "Disisihkan",
    "kinds": "Macam",
    "since": "Buku sejak",
}
"""Parts of the figures in a comparison."""


def sorted_rows(table: Table, rows: Sequence[Any]) -> list[Any]:
    if table.by_count:
        return sorted(rows, key=lambda row: -row.received)
    return list(rows)


def count_rows(
    table: Table, rows: Sequence[Any], unknown: AbstractSet[str] = frozenset()
) -> tuple[dict[str, Any], ...]:
    """Rows of counts for a paper in their order, the sum at the end; what nobody can know is None."""
    if rows:
        listed = [*sorted_rows(table, rows), sum_row(rows)]
    else:
        listed = []
    shown = shown_rows(table.columns, listed)
    for row in shown:
        for field in row.keys() & unknown:
            row[field] = None
    return shown


def sum_row(rows: Sequence[Row]) -> Row:
    sums = {}
    for name in ("received", "settled", "late", "before", "year_ago", "applications"):
        sums[name] = sum(getattr(row, name) for row in rows)
    return Row("", "Jumlah", **sums)


def shown_rows(columns: Sequence[Column], rows: Iterable[Any]) -> tuple[dict[str, Any], ...]:
    """Rows for a paper: field → what it shows."""
    return tuple(shown_row(columns, row) for row in rows)


def shown_row(columns: Sequence[Column], row: Any) -> dict[str, Any]:
    return {column.field: column.shown(row) for column in columns}
