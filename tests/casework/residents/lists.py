"""Lists of invented residents as villages write them. Every NIK begins with 350899."""

import csv
import io
import threading
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from app.casework.residents.reference import FILE
from app.casework.residents.service import Job, Lists
from sync.journal import Journal
from tests.platform.people import START, actor_of

OPENSID = (
    "No", "No. KK", "NIK", "Tag Id Card", "Nama", "Alamat", "Dusun", "RW", "RT", "Jenis Kelamin", "Tempat Lahir",
    "Tanggal Lahir", "Umur", "Agama", "Hub. Keluarga", "Nama Ibu",
)  # fmt: skip
"""The headings of OpenSID's list *Data Penduduk*; below a title, without a column of the village."""
KK = "3508991203000077"
AS_OF = date(2026, 2, 20)


def resident(nik: str, name: str, **more: str) -> dict[str, str]:
    """A row by OpenSID's headings."""
    usual = {
        "No. KK": KK,
        "NIK": nik,
        "Nama": name,
        "Alamat": "Jl. Seruni No. 5",
        "Dusun": "KRAJAN",
        "RW": "001",
        "RT": "003",
        "Jenis Kelamin": "LAKI-LAKI",
        "Tempat Lahir": "LUMAJANG",
        "Tanggal Lahir": "17 Agustus 1980",
        "Hub. Keluarga": "KEPALA KELUARGA",
        "Nama Ibu": "SUMIATI",
    }
    return usual | more


def to_csv(people: Sequence[Mapping[str, str]], headings: Sequence[str] = OPENSID) -> bytes:
    """Under OpenSID's title, with semicolons as Indonesian Excel writes them."""
    text = io.StringIO()
    text.write("DATA PENDUDUK\r\n\r\n")
    writer = csv.DictWriter(text, headings, delimiter=";", restval="", extrasaction="ignore")
    writer.writeheader()
    for number, person in enumerate(people, 1):
        writer.writerow({"No": str(number), **person})
    return text.getvalue().encode()


def to_xlsx(people: Sequence[Mapping[str, str]], headings: Sequence[str] = OPENSID) -> bytes:
    """The same as a workbook."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Penduduk")
        sheet.write_row(0, 0, headings)
        for number, person in enumerate(people, 1):
            sheet.write_row(number, 0, [person.get(heading, "") for heading in headings])
    return target.getvalue()


def finished() -> None:
    """Wait for the reading beside the requests."""
    for thread in threading.enumerate():
        if thread.name.startswith("residents-"):
            thread.join()


def read(lists: Lists, journal: Journal, content: bytes, *, village: str = "", **more: Any) -> Job:
    """A list read to its end by the administrator."""
    ratna, now = actor_of(journal.db, "ratna", START.date()), more.pop("now", START)
    lists.begin(journal, ratna, content, "penduduk.csv", as_of=more.pop("as_of", AS_OF), village=village, now=now)
    finished()
    job = lists.current(ratna, now)
    assert job is not None
    return job


def take_in(journal: Journal, content: bytes, *, village: str = "", **more: Any) -> Job:
    """A list read and used."""
    lists, now = Lists(), more.get("now", START)
    job = read(lists, journal, content, village=village, **more)
    assert job.state == "ready", job.problem
    return lists.use(journal, actor_of(journal.db, "ratna", START.date()), now)


def bytes_of(folder: Path) -> bytes:
    """All bytes of all files below a folder but the reference itself."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.name != FILE)
