"""Finds lines that say the same thing twice, and the same person in different lines."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.values import fold
from app.ktp.importing.book import Row
from app.ktp.importing.columns import Layout
from app.ktp.importing.fields import BY_KEY
from app.ktp.importing.record import Reading, Record

Raw = dict[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """Where something was seen first, with the words that stood there."""

    where: str
    raw: Raw
    refused: bool
    record: Record | None


class Repeats:
    """Remembers all lines of a file."""

    def __init__(self) -> None:
        self._by_words: dict[str, Seen] = {}
        self._by_fingerprint: dict[str, Seen] = {}
        self._by_nik: dict[str, Seen] = {}

    def of(self, sheet: str, row: Row, layout: Layout, reading: Reading) -> str:
        """The sentence about an earlier line that this one repeats, else empty.

        Warnings about the same person in other lines are added to `reading`.
        """
        raw = _words(row, layout)
        seen = Seen(f"lembar {sheet} baris {row.number}", raw, bool(reading.refusals), reading.record)
        first = self._by_words.setdefault("\x1f".join(sorted(f"{k}={v}" for k, v in raw.items())), seen)
        if first is not seen and raw.get("nik"):
            return f"Sama dengan {first.where}{' yang ditolak' if first.refused else ''}."
        record = reading.record
        if record is None:
            return ""
        first = self._by_fingerprint.setdefault(record.fingerprint, seen)
        if first is not seen:
            return _same_application(first, raw)
        self._same_person(seen, record, reading)
        return ""

    def _same_person(self, seen: Seen, record: Record, reading: Reading) -> None:
        earlier = self._by_nik.get(record.nik.full)
        self._by_nik[record.nik.full] = seen
        if earlier is None or earlier.record is None:
            return
        if fold(earlier.record.name) != fold(record.name):
            reading.warnings.append(
                f"NIK ini dipakai dengan nama lain di {earlier.where}. Cocokkan dengan KK."
            )
        if earlier.record.birth_on != record.birth_on:
            reading.warnings.append(f"Tanggal lahir pemilik NIK ini lain di {earlier.where}.")
        if not earlier.record.state.closed and not record.state.closed:
            reading.warnings.append(f"Pemohon ini masih punya permohonan terbuka di {earlier.where}.")


def _words(row: Row, layout: Layout) -> Raw:
    """The words of a line by meaning, without its number: a copied line is recognised in any sheet."""
    found = {}
    for key, at in layout.columns.items():
        text = " ".join(row.at(at).text.lower().split())
        if text and key != "number":
            found[key] = text
    return found


def _same_application(first: Seen, raw: Raw) -> str:
    other = [
        BY_KEY[key].label
        for key in BY_KEY
        if first.raw.get(key, "") != raw.get(key, "") and key not in ("nik", "received")
    ]
    sentence = f"NIK, tanggal terima, dan jenisnya sama dengan {first.where}."
    return f"{sentence} Yang ditulis lain: {', '.join(other)}." if other else sentence
