"""One row of a list of residents, cleaned: a resident, or why it cannot be taken; what cannot be read stays empty.

No sentence repeats a number or a name: they are shown on the page of the import.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import TypeVar

import msgspec

from app.casework.importing.cells import (
    Villages,
    clean_address,
    clean_birth,
    clean_kk,
    clean_nik,
    clean_person,
    clean_rt_rw,
    clean_sex,
    is_ditto,
    nik_agrees,
    readable_text,
    split_birth,
)
from app.casework.importing.headings import Layout, Vocabulary
from app.casework.importing.lines import LETTERS_IN_NIK, PAPER
from app.casework.importing.spreadsheet import EMPTY, Cell, Row
from app.core.identity import Nik
from app.core.problems import ValueProblem
from schema.register import Register
from schema.residents import load_residents_list

Value = TypeVar("Value")
STREET_LIMIT = 160
PLACE_LIMIT = 60
REPEATED = "NIK ini sudah ada di baris lain dokumen ini; baris yang pertama dipakai."


class Resident(msgspec.Struct, frozen=True):
    """What is kept of a person, in the columns of `schema/residents.sql`. `village` is a code, `birth_on` ISO."""

    nik: str
    kk: str
    name: str
    birth_place: str
    birth_on: str
    sex: str
    street: str
    rt: str
    rw: str
    village: str


class Reading(msgspec.Struct):
    """What a row gave: a resident or the reasons against it, and which cells could not be read."""

    resident: Resident | None
    refusals: list[str]
    unread: list[str]


@lru_cache
def residents_words() -> Vocabulary:
    """The headings of lists of residents, as those of registers are read."""
    known = load_residents_list()
    return Vocabulary(Register(known.format, "", "nik", known.paper, known.columns))


class ResidentReader:
    """Reads the rows under one heading line, in order. `village` is the code for rows that name none, or empty."""

    def __init__(self, layout: Layout, villages: Villages, village: str, on: date) -> None:
        self.layout = layout
        self.villages = villages
        self.village = village
        self.on = on
        self._above: dict[str, Cell] = {}
        self._copied = [
            column for column in layout.words.columns.values() if column.copies_down and column.id in layout.columns
        ]

    def read_row(self, row: Row) -> Reading:
        cells = {meaning: row.at(at) for meaning, at in self.layout.columns.items()}
        for column in self._copied:
            if is_ditto(cells[column.id]):
                cells[column.id] = self._above.get(column.id, EMPTY)
            self._above[column.id] = cells[column.id]
        return CellsOfRow(cells, self).read()


def said(sentences: list[str]) -> list[str]:
    """What a reader of a register says, in the words of this list: its paper, and its day in the place of a receipt."""
    paper = load_residents_list().paper
    return [sentence.replace(PAPER, paper).replace("tanggal terima", "tanggal unggahan") for sentence in sentences]


class CellsOfRow:
    def __init__(self, cells: dict[str, Cell], reader: ResidentReader) -> None:
        self.cells = cells
        self.reader = reader
        self.refusals: list[str] = []
        self.unread: list[str] = []

    def read(self) -> Reading:
        nik, repaired = self.needed(clean_nik, self.cell("nik"), []) or (None, False)
        name = self.needed(clean_person, self.cell("name"), []) or ""
        village = self.needed(self.find_village) or ""
        place, born = self.read_birth()
        if nik and repaired and not (born and nik_agrees(nik, born)):
            self.refusals.append(LETTERS_IN_NIK)
        sex = self.wished(clean_sex, self.cell("sex"), None, []) or ""
        street, rt, rw = self.read_address()
        if nik is None or self.refusals:
            return Reading(None, said(self.refusals), [])
        born_on = born.isoformat() if born else ""
        kk = self.family_card(nik)
        found = Resident(nik.full, kk, name, place.upper(), born_on, sex, street, rt, rw, village)
        return Reading(found, [], said(self.unread))

    def cell(self, meaning: str) -> Cell:
        return self.cells.get(meaning, EMPTY)

    def text(self, meaning: str, limit: int) -> str:
        label = self.reader.layout.words.columns[meaning].label
        return (self.wished(readable_text, self.cell(meaning), label) or "")[:limit]

    def needed(self, clean: Callable[..., Value], *arguments: object) -> Value | None:
        return self.tried(self.refusals, clean, *arguments)

    def wished(self, clean: Callable[..., Value], *arguments: object) -> Value | None:
        """What is only compared: a cell that cannot be read costs the comparison, not the row."""
        return self.tried(self.unread, clean, *arguments)

    def tried(self, told: list[str], clean: Callable[..., Value], *arguments: object) -> Value | None:
        try:
            return clean(*arguments)
        except ValueProblem as problem:
            told.append(problem.sentence)
            return None

    def read_birth(self) -> tuple[str, date | None]:
        """Place and day of birth, from columns of their own or from one for both."""
        inside, day = split_birth(self.cell("birth"))
        place = self.text("birth_place", PLACE_LIMIT) or inside[:PLACE_LIMIT]
        if self.cell("birth_on").empty:
            written = day
        else:
            written = self.cell("birth_on")
        if written.empty:
            return place, None
        return place, self.wished(clean_birth, written, None, self.reader.on, 0, [])

    def find_village(self) -> str:
        if self.cell("village").empty and self.reader.village:
            return self.reader.village
        return self.reader.villages.find_village(self.cell("village"), [])

    def family_card(self, nik: Nik) -> str:
        if not self.cell("kk").text.strip(" -"):
            return ""
        return self.wished(clean_kk, self.cell("kk"), nik, []) or ""

    def read_address(self) -> tuple[str, str, str]:
        """Street with hamlet, RT and RW, each from its own column, else from that of both, else from the address."""
        street, rt_of_street, rw_of_street = self.wished(clean_address, self.cell("street"), []) or ("", "", "")
        _, rt_of_both, rw_of_both = self.wished(clean_address, self.cell("rt_rw"), []) or ("", "", "")
        rt = self.wished(clean_rt_rw, self.cell("rt"), "RT", []) or rt_of_both or rt_of_street
        rw = self.wished(clean_rt_rw, self.cell("rw"), "RW", []) or rw_of_both or rw_of_street
        hamlet = self.text("hamlet", STREET_LIMIT)
        both = ", ".join(part.strip(" -") for part in (hamlet, street) if part.strip(" -"))
        return both[:STREET_LIMIT], rt, rw
