"""The door of the import: tells by its content, never by its name, what a file is, and reads it.

Programs come through `limited.read_limited`, which does this in a process of its own.
"""

from __future__ import annotations

from pathlib import Path

from app.ktp.importing.book import MAX_BYTES, Book, ImportProblem
from app.ktp.importing.delimited import read_csv
from app.ktp.importing.workbook import read_xlsx

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRANGERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "Ini berkas PDF. Minta berkas Excel (.xlsx) atau CSV aslinya, bukan cetakannya."),
    (b"\x89PNG", "Ini gambar. Yang dapat diimpor hanya berkas Excel (.xlsx) atau CSV."),
    (b"\xff\xd8\xff", "Ini gambar. Yang dapat diimpor hanya berkas Excel (.xlsx) atau CSV."),
    (b"GIF8", "Ini gambar. Yang dapat diimpor hanya berkas Excel (.xlsx) atau CSV."),
    (b"Rar!", "Ini arsip RAR. Buka arsipnya dulu, lalu impor berkas Excel (.xlsx) di dalamnya."),
    (b"7z\xbc\xaf", "Ini arsip 7-Zip. Buka arsipnya dulu, lalu impor berkas Excel (.xlsx) di dalamnya."),
    (b"{\\rtf", "Ini dokumen pengolah kata. Salin tabelnya ke Excel, lalu simpan sebagai .xlsx."),
    (b"SQLite format 3", "Ini basis data, bukan register. Yang dapat diimpor hanya Excel (.xlsx) atau CSV."),
)


def file_bytes(place: Path) -> bytes:
    """The bytes of a file of reasonable size. Raises ImportProblem for what is missing, a folder or unreadable."""
    try:
        size = place.stat().st_size
        refuse_size(size)
        return place.read_bytes()
    except FileNotFoundError as error:
        raise ImportProblem(f"Berkas {place.name} tidak ditemukan. Periksa nama dan foldernya.") from error
    except IsADirectoryError as error:
        raise ImportProblem(
            f"{place.name} adalah folder. Pilih satu berkas Excel (.xlsx) atau CSV."
        ) from error
    except OSError as error:
        raise ImportProblem(
            f"Berkas {place.name} tidak dapat dibaca. Periksa izin dan flashdisknya."
        ) from error


def read_bytes(content: bytes, name: str = "CSV") -> Book:
    """Read a register in this process; `name` becomes the sheet name of a CSV file. Raises ImportProblem."""
    refuse_size(len(content))
    refuse_strangers(content)
    if content[:2] == b"PK":
        return read_xlsx(content)
    return read_csv(content, name)


def refuse_strangers(content: bytes) -> None:
    """Raise ImportProblem for well-known files of another kind, with what to do instead."""
    if content.startswith(_OLE):
        raise ImportProblem(_ole_sentence(content))
    for magic, sentence in _STRANGERS:
        if content.startswith(magic):
            raise ImportProblem(sentence)
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        raise ImportProblem(
            "Ini halaman web atau XML, bukan buku kerja. Buka di Excel, lalu simpan sebagai .xlsx."
        )


def _ole_sentence(content: bytes) -> str:
    """Old Excel and password-protected workbooks share one container; the stream names tell them apart."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "Berkas ini dikunci kata sandi. Buka di Excel, hapus kata sandinya, simpan, lalu impor lagi."
    if "WordDocument".encode("utf-16-le") in content:
        return "Ini dokumen Word. Salin tabelnya ke Excel, lalu simpan sebagai .xlsx."
    return "Ini format Excel lama (.xls). Buka di Excel, pilih Simpan Sebagai, lalu pilih .xlsx."


def refuse_size(size: int) -> None:
    """Raise ImportProblem for a file of no bytes or of too many."""
    if not size:
        raise ImportProblem("Berkas ini kosong (0 bita). Salin ulang dari asalnya, lalu coba lagi.")
    if size > MAX_BYTES:
        shown = f"{size / 1_048_576:.1f}".replace(".", ",")
        raise ImportProblem(
            f"Berkas terlalu besar ({shown} MB; batasnya {MAX_BYTES // 1_048_576} MB). Bagi menjadi satu berkas per "
            "tahun."
        )
