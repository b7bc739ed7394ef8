"""Where two snapshots of a quarter differ, in words of the office: numbers are shown, other texts only named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from app.complaints.figures import CapaItem, Figures

PARTS = {
    "totals": "Jumlah", "before": "Jumlah triwulan lalu", "year_ago": "Jumlah tahun lalu", "months": "Bulan",
    "channels": "Sarana", "types": "Jenis", "weights": "Kadar", "categories": "Kategori", "elements": "Unsur kepuasan",
    "services": "Layanan", "villages": "Desa", "sections": "Seksi", "lines": "Baris", "carried": "Sisa",
    "causes": "Sebab berulang", "capas": "LTPP", "promises": "Janji KTP", "box": "Kotak saran",
    "pledges": "Janji perbaikan", "form": "Bentuk teks", "as_of": "Saat disusun", "hidden": "Kata yang dihapus",
    "masks": "Penyamaran", "quarter": "Triwulan", "aside": "Disisihkan",
}  # fmt: skip
FIELDS = {
    "received": "masuk", "settled": "selesai", "process": "berjalan", "late": "lewat batas",
    "settled_late": "selesai sesudah batas", "first_late": "jawaban pertama lewat batas", "median": "nilai tengah",
    "p90": "90 persen", "before": "triwulan lalu", "year_ago": "tahun lalu", "element": "unsur",
    "applications": "permohonan", "label": "nama", "gist": "pokok pengaduan", "follow_up": "tindak lanjut",
    "followed_on": "tanggal tindak lanjut", "due_on": "batas", "closed_on": "tanggal selesai", "state": "keadaan",
    "category": "kategori", "count": "kali", "capas": "LTPP", "problem": "masalah", "cause": "sebab",
    "action": "tindakan", "person": "penanggung jawab", "due": "jatuh tempo", "kept": "ditepati", "on": "tanggal",
    "working_days": "hari kerja", "opened": "dibuka", "empty": "nihil", "slips": "lembar", "what": "isi",
    "who": "oleh", "by_on": "batas", "kept_on": "ditepati tanggal", "withdrawn_on": "ditarik tanggal", "why": "alasan",
    "number": "nomor", "received_on": "tanggal terima", "opened_on": "tanggal dibuka", "source": "sumber",
}  # fmt: skip
NAMES = ("label", "gist", "follow_up", "problem", "cause", "action", "person", "what", "who", "why")
"""Texts that may change without anything being counted anew: a name corrected, a village renamed, a plan rewritten."""
KEYS = ("key", "number", "month")


class Difference(NamedTuple):
    """One difference; `counted` unless only the wording is another."""

    text: str
    counted: bool


def differences(one: Figures, other: Figures) -> list[Difference]:
    """All differences between a snapshot and its recount."""
    found: list[Difference] = []
    for name in Figures.__struct_fields__:
        if name == "sums":
            for part in one.sums.__struct_fields__:
                found += compare(PARTS[part], part, getattr(one.sums, part), getattr(other.sums, part))
        else:
            found += compare(PARTS[name], name, getattr(one, name), getattr(other, name))
    return found


def compare(place: str, name: str, one: object, other: object) -> Iterator[Difference]:
    """Differences of one part; rows are paired by key, number or month, else by their place."""
    if isinstance(one, msgspec.Struct) and isinstance(other, msgspec.Struct):
        for field in one.__struct_fields__:
            rewritten = isinstance(one, CapaItem) and field == "due_on"
            yield from compare(step(place, field), "action" if rewritten else field, getattr(one, field),
                               getattr(other, field))  # fmt: skip
    elif isinstance(one, list) and isinstance(other, list):
        yield from compare_rows(place, one, other)
    elif one != other:
        numbers = isinstance(one, int | None) and isinstance(other, int | None)
        told = numbers or name == "label"
        text = f"{place}: {shown(one)} menjadi {shown(other)}" if told else f"{place}: teks berbeda"
        yield Difference(text, name not in NAMES)


def step(place: str, field: str) -> str:
    """The place of a field: `Jumlah, masuk`; a whole part inside another keeps its own word."""
    return f"{place}, {FIELDS.get(field) or PARTS.get(field, field).lower()}"


def shown(value: object) -> str:
    """A number or a label, or that there is none."""
    return "kosong" if value is None else f'"{value}"' if isinstance(value, str) else str(value)


def compare_rows(place: str, one: Sequence[object], other: Sequence[object]) -> Iterator[Difference]:
    """Rows that are missing, new, or differ."""
    mine, theirs = keyed(one), keyed(other)
    for key, row in mine.items():
        if key not in theirs:
            yield Difference(f"{place} {named(row, key)}: kini tidak ada", True)
        else:
            yield from compare(f"{place} {named(row, key)}", "", row, theirs[key])
    for key in theirs.keys() - mine.keys():
        yield Difference(f"{place} {named(theirs[key], key)}: kini ada", True)


def keyed(rows: Sequence[object]) -> dict[str, object]:
    """Rows by what names them; by their place where nothing does."""
    found: dict[str, object] = {}
    for place, row in enumerate(rows, start=1):
        key = next((str(getattr(row, name)) for name in KEYS if hasattr(row, name)), str(place))
        found[key if key not in found else f"{key} ({place})"] = row
    return found


def named(row: object, key: str) -> str:
    """A row in words: its label in quotes (never a text of the book), its number, its month, its place."""
    label = getattr(row, "label", "")
    return f'"{label}"' if label else key or "(tanpa)"
