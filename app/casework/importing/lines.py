"""One register line, cleaned: what can be loaded, what forbids it, and what a person should look at."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from app.casework.importing.cells import (
    OWN_REGISTER,
    TEXT_LIMIT,
    Villages,
    clean_address,
    clean_birth,
    clean_day,
    clean_key,
    clean_kk,
    clean_nik,
    clean_person,
    clean_phone,
    clean_rt_rw,
    clean_sex,
    is_ditto,
    is_masked,
    nik_agrees,
    quote_cell,
    readable_text,
    split_birth,
)
from app.casework.importing.headings import Layout, Vocabulary, to_letter_key
from app.casework.importing.spreadsheet import EMPTY, Cell, Row
from app.core.dates import age_on
from app.core.identity import Nik
from app.core.problems import ValueProblem
from schema.register import Elsewhere

Value = TypeVar("Value")
LETTERS_IN_NIK = "NIK memuat huruf di tempat angka dan tanggal lahirnya tidak menguatkan bacaannya."
PAPER = "{paper}"
"""Stands in sentences for the paper with which a doubtful line is to be compared."""


@dataclass(frozen=True, slots=True)
class State:
    """Step (or exit) at which the register leaves the file, and the day of hand-over if it says so.

    `assumed` when the register says nothing and the officer answered for all such lines at once.
    """

    step: str
    closed: bool = False
    note: str = ""
    on: date | None = None
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A sound line. `number` is the line's own number in the old register; `fields` are those of the service's form.

    `fingerprint` tells the same application again, however the rest is written: person, day and kind.
    """

    number: str
    received: date
    key: str
    name: str
    birth_on: date | None
    village: str
    kind: str
    state: State
    fields: dict[str, str]
    receiver: str
    note: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What reading a line depends on besides the line: words, villages, today's office date, the sheet's month.

    `month` is (year, month) when the sheet's title names it. `rounded` says that NIKs ending in 0 are not to be
    trusted in this file (see `judging.looks_rounded`). `blank_done` says that a line without a word on its state was
    handed over long ago.
    """

    words: Vocabulary
    villages: Villages
    on: date
    month: tuple[int, int] | None = None
    rounded: bool = False
    blank_done: bool = False


class LineReader:
    """Reads the lines of one layout in order; it remembers the line above for ditto marks."""

    def __init__(self, layout: Layout, rules: Rules) -> None:
        self.layout = layout
        self.rules = rules
        self._missing = layout.missing_labels
        self._above: dict[str, Cell] = {}
        self._unmatched = layout.unmatched_columns
        columns = rules.words.columns.values()
        self._copied = [column for column in columns if column.copies_down and column.id in layout.columns]

    def read_line(self, row: Row) -> LineCells:
        """Clean every cell, collecting all refusals at once so that a line is repaired in one go."""
        cells = {meaning: row.at(at) for meaning, at in self.layout.columns.items()}
        reading = LineCells(cells, self.rules)
        if self._missing:
            reason = f"Kolom {self._missing} tidak ditemukan di lembar ini. Cocokkan kolomnya dulu."
            if any(map(is_masked, cells.values())):
                reason = OWN_REGISTER
            reading.refusals.append(reason)
            return reading
        for column in self._copied:
            if is_ditto(cells[column.id]):
                cells[column.id] = self._above.get(column.id, EMPTY)
                reading.warnings.append(f"{column.label} bertanda sama dengan atas; diambil dari baris di atasnya.")
            self._above[column.id] = cells[column.id]
        reading.read_cells(self._unmatched_text(row))
        for reasons in (reading.refusals, reading.warnings):
            reasons[:] = [reason.replace(PAPER, self.rules.words.register.paper) for reason in reasons]
        return reading

    def _unmatched_text(self, row: Row) -> str:
        """What stands in columns without a meaning, so that nothing of the line is lost."""
        headings = self.layout.headings
        parts = [
            f"{' '.join(headings[at].split())}: {row.at(at).text.strip()}"
            for at in self._unmatched
            if not row.at(at).empty
        ]
        beyond = [cell.text.strip() for cell in row.cells[len(headings) :] if not cell.empty]
        return "; ".join(parts + beyond)[:500]


class LineCells:
    """The cells of a line by meaning, and what was made of them: a record, or what is to be refused."""

    def __init__(self, cells: dict[str, Cell], rules: Rules) -> None:
        self.cells = cells
        self.rules = rules
        self.words = rules.words
        self.register = rules.words.register
        self.record: Record | None = None
        self.refusals: list[str] = []
        self.warnings: list[str] = []
        self.notes: list[str] = []
        self.fields: dict[str, str] = {}

    def cell_of(self, meaning: str) -> Cell:
        return self.cells.get(meaning, EMPTY)

    def text_of(self, meaning: str) -> str:
        column = self.words.columns.get(meaning)
        if not column:
            return ""
        return self.clean_cell(readable_text, self.cell_of(meaning), column.label) or ""

    def clean_cell(self, clean: Callable[..., Value], *arguments: object) -> Value | None:
        try:
            return clean(*arguments)
        except ValueProblem as problem:
            self.refusals.append(problem.sentence)
            return None

    def read_cells(self, unmatched: str) -> None:
        place, birth_cell = self.birth_cells()
        received = self.day_received()
        day = received or self.rules.on
        key, nik, repaired = self.read_key()
        born = None
        if "birth" in self.words.columns:
            born = self.clean_cell(clean_birth, birth_cell, nik, day, self.register.youngest, self.warnings)
        name = self.clean_cell(clean_person, self.cell_of("name"), self.warnings)
        kind = self.clean_cell(clean_kind, self.cell_of("kind"), self.words, self.warnings)
        state = self.clean_cell(
            clean_state, self.cell_of("state"), self.cell_of("handed"), day, self.rules, self.warnings
        )
        if nik is not None:
            self.check_nik(nik, repaired, born)
        if received is not None:
            self.check_month(received)
        if born is not None and kind is not None:
            self.check_age(age_on(born, day), kind)
        elsewhere = self.elsewhere_of(kind)
        village = self.clean_cell(self.find_village, elsewhere) or ""
        born_on = born.isoformat() if born else ""
        values = {
            self.register.key: key,
            "name": name,
            "birth_place": place.upper(),
            "kind": kind,
            "birth_on": born_on,
            "village": village,
            "kk": self.clean_cell(self.family_card, nik),
            "sex": self.clean_cell(clean_sex, self.cell_of("sex"), nik, self.warnings),
        }
        if village:
            elsewhere = None
        self.read_address(elsewhere)
        if not self.cell_of("mother").empty:
            values["mother"] = self.clean_cell(clean_person, self.cell_of("mother"), self.warnings, "Nama ibu")
        phone = self.clean_cell(clean_phone, self.cell_of("phone"), self.warnings) or ""
        values["phone"] = self.keep_words("phone", phone)
        values |= self.plain_texts()
        receiver, number, note = self.text_of("receiver"), self.text_of("number"), self.text_of("note")
        if self.refusals or not (received and key and name and state) or kind is None:
            return
        columns = self.words.columns
        read = {column: text or "" for column, text in values.items() if column in columns}
        self.fields |= {columns[column].field or column: text for column, text in read.items()}
        self.record = Record(
            number,
            received,
            key,
            name,
            born,
            village,
            kind,
            state,
            {field: text for field, text in self.fields.items() if text},
            receiver,
            "; ".join(filter(None, (note, *self.notes, unmatched))),
            hashlib.sha256(f"{key}|{received.isoformat()}|{kind}".encode()).hexdigest()[:32],
        )

    def check_month(self, received: date) -> None:
        if self.rules.month not in (None, (received.year, received.month)):
            self.warnings.append(f"Tanggal terima {received:%d-%m-%Y} di luar bulan yang tertulis di lembar ini.")

    def plain_texts(self) -> dict[str, str]:
        known = (column for column in self.words.columns.values() if column.plain)
        return {column.id: self.text_of(column.id) or column.default for column in known}

    def day_received(self) -> date | None:
        """The day in the file; of a list that names none, the day on which it came."""
        if self.cell_of("received").empty and self.words.columns["received"].default == "today":
            return self.rules.on
        return self.clean_cell(clean_day, self.cell_of("received"), self.rules.on)

    def read_key(self) -> tuple[str, Nik | None, bool]:
        """The key, as NIK where it is one, and whether letters in it were read as digits."""
        meaning = self.register.key
        if meaning != "nik":
            label = self.words.columns[meaning].label
            return self.clean_cell(clean_key, self.cell_of(meaning), label) or "", None, False
        nik, repaired = self.clean_cell(clean_nik, self.cell_of("nik"), self.warnings) or (None, False)
        if nik is None:
            return "", None, repaired
        return nik.full, nik, repaired

    def birth_cells(self) -> tuple[str, Cell]:
        if not self.cell_of("birth_on").empty:
            return self.text_of("birth_place") or self.text_of("birth"), self.cell_of("birth_on")
        place, day = split_birth(self.cell_of("birth"))
        return place[:TEXT_LIMIT] or self.text_of("birth_place"), day

    def check_nik(self, nik: Nik, repaired: bool, born: date | None) -> None:
        """A NIK with letters read as digits is taken only when the birth date of the line says the same."""
        if repaired and born is not None and nik_agrees(nik, born):
            self.warnings.append("NIK memuat huruf di tempat angka (O dibaca 0, I dibaca 1); tanggal lahirnya cocok.")
        elif repaired:
            self.refusals.append(LETTERS_IN_NIK)
        if self.rules.rounded and nik.full.endswith("0"):
            self.refusals.append(
                "Hampir semua NIK berakhiran 0, tanda angka terakhirnya hilang di Excel. Ketik ulang NIK dari {paper}."
            )

    def check_age(self, age: int, kind: str) -> None:
        youngest = self.register.youngest
        of_age = self.register.of_age
        if age < youngest:
            self.warnings.append(
                f"Pemohon belum berumur {youngest} tahun waktu itu. Cocokkan tanggal lahirnya dengan {PAPER}."
            )
        elif of_age is not None and age < of_age.age and kind not in of_age.kinds_excepted:
            self.warnings.append(of_age.warning)

    def find_village(self, elsewhere: Elsewhere | None) -> str:
        """The code of the village; somebody from elsewhere keeps its name as that of his home."""
        if "village" not in self.words.columns:
            return ""
        if elsewhere is None:
            return self.rules.villages.find_village(self.cell_of("village"), self.warnings)
        try:
            code = self.rules.villages.find_village(self.cell_of("village"), [])
        except ValueProblem:
            self.fields[elsewhere.village] = self.text_of("village")
            self.warnings.append(elsewhere.outside)
            return ""
        self.warnings.append(elsewhere.inside)
        return code

    def family_card(self, nik: Nik | None) -> str:
        if self.cell_of("kk").text.strip(" -"):
            return clean_kk(self.cell_of("kk"), nik, self.warnings)
        if "kk" in self.cells:
            self.warnings.append("No. KK kosong.")
        return ""

    def elsewhere_of(self, kind: str | None) -> Elsewhere | None:
        """How the register says that somebody lives in no village of this kecamatan, for a kind that takes such."""
        elsewhere = self.register.elsewhere
        if elsewhere is None or kind not in elsewhere.kinds:
            return None
        return elsewhere

    def read_address(self, elsewhere: Elsewhere | None) -> None:
        """RT and RW stand in columns of their own, in one for both, or in the address."""
        street, *inside = self.clean_cell(clean_address, self.cell_of("address"), self.warnings) or ("", "", "")
        _, *beside = self.clean_cell(clean_address, self.cell_of("rt_rw"), self.warnings) or ("", "", "")
        own = (
            self.clean_cell(clean_rt_rw, self.cell_of(column), column.upper(), self.warnings) or ""
            for column in ("rt", "rw")
        )
        rt, rw = (
            self.keep_words(name, number) or both or address
            for name, number, both, address in zip(("rt", "rw"), own, beside, inside, strict=True)
        )
        if elsewhere is None:
            self.fields |= {"street": street, "rt": rt, "rw": rw}
            return
        block = " ".join(f"{word} {number}" for word, number in (("RT", rt), ("RW", rw)) if number)
        self.fields[elsewhere.address] = ", ".join(filter(None, (street, block)))

    def keep_words(self, meaning: str, value: str) -> str:
        """The value itself; where a cell gave none, its words are kept as a note."""
        text = self.cell_of(meaning).text.strip(" -")
        if text and not value:
            self.notes.append(f"{self.words.columns[meaning].label}: {text[:TEXT_LIMIT]}")
        return value


def clean_kind(cell: Cell, words: Vocabulary, warn: list[str]) -> str:
    kinds = words.register.kinds
    if kinds is None:
        return ""
    text = readable_text(cell, words.columns["kind"].label)
    bare = key = to_letter_key(text)
    if not key:
        raise ValueProblem(f"{words.columns['kind'].label} kosong.")
    for prefix in kinds.prefixes:
        bare = bare.removeprefix(prefix)
    known = words.kinds.get(key) or words.kinds.get(bare)
    if known is None:
        raise ValueProblem(f"{words.columns['kind'].label} “{quote_cell(text)}” tidak dikenal. Pakai {kinds.example}.")
    if known.warning and known.unless not in key:
        warn.append(known.warning)
    return known.kind


def clean_state(written: Cell, handed: Cell, received: date, rules: Rules, warn: list[str]) -> State:
    """Where the file stands, from the words of one column and from another with the day of hand-over.

    Words that are not understood stay as a note and leave the file open.
    """
    states = rules.words.register.states
    text = readable_text(written, "Keterangan")
    day = None
    step = rules.words.find_state(text)
    if written.kind != "text" or any(letter.isdigit() for letter in written.text):
        with suppress(ValueProblem):  # a day behind the word (`diambil 12/02/2025`), or nothing but the day
            day = clean_day(split_birth(written)[1], rules.on)
    if not handed.empty and any(letter.isalnum() for letter in handed.text):
        step = states.handed_over
        try:
            day = clean_day(handed, rules.on, "Tanggal diambil")
        except ValueProblem as problem:
            warn.append(f"{problem.sentence} Dicatat sudah diambil tanpa tanggal.")
    if step is None:
        says_something = bool(to_letter_key(text))
        if rules.blank_done and not says_something:
            return State(states.handed_over, closed=True, assumed=True)
        if says_something:
            warn.append("Keterangan tidak dikenal sebagai keadaan berkas; disimpan sebagai catatan.")
        return State(states.unknown, note=text)
    if not rules.words.states[step].closed:
        return State(step, note=text)
    if day is not None and day < received:
        warn.append("Tanggal diambil mendahului tanggal terima; tanggal diambil tidak dipakai.")
        day = None
    return State(step, True, text, day)
