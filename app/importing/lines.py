"""One register line, cleaned: what can be loaded, what forbids it, and what a person should look at."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from app.core.dates import age_on
from app.core.identity import Nik
from app.core.problems import ValueProblem
from app.importing.cells import (
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
    nik_agrees,
    quote_cell,
    readable_text,
    split_birth,
)
from app.importing.headings import Layout, Vocabulary, to_letter_key
from app.importing.spreadsheet import EMPTY, Cell, Row

Value = TypeVar("Value")
_ROUNDED = "Hampir semua NIK berakhiran 0, tanda angka terakhirnya hilang di Excel. Ketik ulang NIK dari {paper}."
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


@dataclass(slots=True)
class Reading:
    record: Record | None = None
    refusals: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


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
        self.layout, self.rules = layout, rules
        columns = rules.words.columns
        self._above: dict[str, Cell] = {}
        self._copied = [one.id for one in columns.values() if one.copies_down and one.id in layout.columns]
        self._missing = layout.missing_labels
        self._spare = layout.unmatched_columns

    def read_line(self, row: Row) -> Reading:
        """Clean every cell, collecting all refusals at once so that a line is repaired in one go."""
        reading = Reading()
        if self._missing:
            reading.refusals.append(f"Kolom {self._missing} tidak ditemukan di lembar ini. Cocokkan kolomnya dulu.")
            return reading
        cells = {meaning: row.at(at) for meaning, at in self.layout.columns.items()}
        for meaning in self._copied:
            if is_ditto(cells[meaning]):
                cells[meaning] = self._above.get(meaning, EMPTY)
                label = self.rules.words.columns[meaning].label
                reading.warnings.append(f"{label} bertanda sama dengan atas; diambil dari baris di atasnya.")
            self._above[meaning] = cells[meaning]
        LineCells(cells, self.rules, reading).read_cells(self._leftover_text(row))
        for said in (reading.refusals, reading.warnings):
            said[:] = [one.replace(PAPER, self.rules.words.register.paper) for one in said]
        return reading

    def _leftover_text(self, row: Row) -> str:
        """What stands in columns without a meaning, so that nothing of the line is lost."""
        headings = self.layout.headings
        parts = [
            f"{' '.join(headings[at].split())}: {row.at(at).text.strip()}" for at in self._spare if not row.at(at).empty
        ]
        beyond = [cell.text.strip() for cell in row.cells[len(headings) :] if not cell.empty]
        return "; ".join(parts + beyond)[:500]


class LineCells:
    def __init__(self, cells: dict[str, Cell], rules: Rules, reading: Reading) -> None:
        self.cells, self.rules, self.reading = cells, rules, reading
        self.words, self.warn = rules.words, reading.warnings
        self.notes: list[str] = []
        self.fields: dict[str, str] = {}

    def cell_of(self, meaning: str) -> Cell:
        return self.cells.get(meaning, EMPTY)

    def clean_cell(self, clean: Callable[..., Value], *arguments: object) -> Value | None:
        try:
            return clean(*arguments)
        except ValueProblem as problem:
            self.reading.refusals.append(problem.sentence)
            return None

    def read_cells(self, rest: str) -> None:
        place, birth_cell = self._birth_cells()
        received = self.clean_cell(clean_day, self.cell_of("received"), self.rules.on)
        day = received or self.rules.on
        key, nik, repaired = self._read_key()
        born = self._birth_date(birth_cell, nik, day)
        name = self.clean_cell(clean_person, self.cell_of("name"), self.warn)
        kind = self.clean_cell(clean_kind, self.cell_of("kind"), self.words, self.warn)
        state = self.clean_cell(clean_state, self.cell_of("state"), self.cell_of("handed"), day, self.rules, self.warn)
        if nik is not None:
            self._check_nik(nik, repaired, born)
        if received is not None:
            self._check_month(received)
        if born is not None and kind is not None:
            self._check_age(born, day, kind)
        village = self.clean_cell(self._village_code, kind) or ""
        self._set_field("kk", self.clean_cell(self._family_card, nik) or "")
        self._set_field("sex", self.clean_cell(clean_sex, self.cell_of("sex"), nik, self.warn) or "")
        self._fill_address(kind, village)
        self._set_field("mother", (self.clean_cell(self._mother_name) or "") if "mother" in self.cells else "")
        phone = (self.clean_cell(clean_phone, self.cell_of("phone"), self.warn) or "") if "phone" in self.cells else ""
        self._set_field("phone", self._keep_words("phone", phone))
        for column in self.words.columns.values():
            if column.plain:
                self._set_field(column.id, self._cell_text(column.id))
        receiver, number, note = self._cell_text("receiver"), self._cell_text("number"), self._cell_text("note")
        if self.reading.refusals or not (received and key and name and state) or kind is None:
            return
        for meaning, text in (
            (self.words.register.key, key),
            ("name", name),
            ("birth_place", place.upper()),
            ("kind", kind),
            ("birth_on", born.isoformat() if born else ""),
            ("village", village),
        ):
            self._set_field(meaning, text)
        fields = {name: text for name, text in self.fields.items() if text}
        self.reading.record = Record(
            number,
            received,
            key,
            name,
            born,
            village,
            kind,
            state,
            fields,
            receiver,
            "; ".join(part for part in (note, *self.notes, rest) if part),
            hashlib.sha256(f"{key}|{received.isoformat()}|{kind}".encode()).hexdigest()[:32],
        )

    def _set_field(self, meaning: str, text: str) -> None:
        column = self.words.columns.get(meaning)
        if column is not None:
            self.fields[column.field or meaning] = text

    def _read_key(self) -> tuple[str, Nik | None, bool]:
        meaning = self.words.register.key
        if meaning != "nik":
            return (
                self.clean_cell(clean_key, self.cell_of(meaning), self.words.columns[meaning].label) or "",
                None,
                False,
            )
        nik, repaired = self.clean_cell(clean_nik, self.cell_of("nik"), self.warn) or (None, False)
        return nik.full if nik else "", nik, repaired

    def _birth_cells(self) -> tuple[str, Cell]:
        if not self.cell_of("birth_on").empty:
            return self._cell_text("birth_place") or self._cell_text("birth"), self.cell_of("birth_on")
        place, day = split_birth(self.cell_of("birth"))
        return place[:TEXT_LIMIT] or self._cell_text("birth_place"), day

    def _birth_date(self, cell: Cell, nik: Nik | None, day: date) -> date | None:
        if "birth" not in self.words.columns:
            return None
        return self.clean_cell(clean_birth, cell, nik, day, self.words.register.youngest, self.warn)

    def _check_nik(self, nik: Nik, repaired: bool, born: date | None) -> None:
        """A NIK with letters read as digits is taken only when the birth date of the line says the same."""
        if repaired and born is not None and nik_agrees(nik, born):
            self.warn.append("NIK memuat huruf di tempat angka (O dibaca 0, I dibaca 1); tanggal lahirnya cocok.")
        elif repaired:
            said = "NIK memuat huruf di tempat angka dan tanggal lahirnya tidak menguatkan bacaannya."
            self.reading.refusals.append(said)
        if self.rules.rounded and nik.full.endswith("0"):
            self.reading.refusals.append(_ROUNDED)

    def _check_month(self, received: date) -> None:
        if self.rules.month and self.rules.month != (received.year, received.month):
            self.warn.append(f"Tanggal terima {received:%d-%m-%Y} di luar bulan yang tertulis di lembar ini.")

    def _check_age(self, born: date, day: date, kind: str) -> None:
        age, youngest, of_age = age_on(born, day), self.words.register.youngest, self.words.register.of_age
        if age < youngest:
            self.warn.append(
                f"Pemohon belum berumur {youngest} tahun waktu itu. Cocokkan tanggal lahirnya dengan {PAPER}."
            )
        elif of_age is not None and age < of_age.age and kind not in of_age.kinds_excepted:
            self.warn.append(of_age.warning)

    def _village_code(self, kind: str | None) -> str:
        """The code of the village; somebody from elsewhere keeps its name as that of his home."""
        elsewhere = self.words.register.elsewhere
        if "village" not in self.words.columns:
            return ""
        if elsewhere is None or kind not in elsewhere.kinds:
            return self.rules.villages.find_village(self.cell_of("village"), self.warn)
        try:
            code = self.rules.villages.find_village(self.cell_of("village"), [])
        except ValueProblem:
            self.fields[elsewhere.village] = self._cell_text("village")
            self.warn.append(elsewhere.outside)
            return ""
        self.warn.append(elsewhere.inside)
        return code

    def _family_card(self, nik: Nik | None) -> str:
        if self.cell_of("kk").text.strip(" -"):
            return clean_kk(self.cell_of("kk"), nik, self.warn)
        if "kk" in self.cells:
            self.warn.append("No. KK kosong.")
        return ""

    def _mother_name(self) -> str:
        return "" if self.cell_of("mother").empty else clean_person(self.cell_of("mother"), self.warn, "Nama ibu")

    def _fill_address(self, kind: str | None, village: str) -> None:
        street, rt, rw = self.clean_cell(clean_address, self.cell_of("address"), self.warn) or ("", "", "")
        if self.cells.keys() & {"rt_rw", "rt", "rw"}:
            _, *pair = self.clean_cell(clean_address, self.cell_of("rt_rw"), self.warn) or ("", "", "")
            rt, rw = (
                self._keep_words(one, self.clean_cell(clean_rt_rw, self.cell_of(one), one.upper(), self.warn) or "")
                or beside
                or before
                for one, beside, before in zip(("rt", "rw"), pair, (rt, rw), strict=True)
            )
        elsewhere = self.words.register.elsewhere
        if elsewhere is not None and kind in elsewhere.kinds and not village:
            block = " ".join(f"{word} {number}" for word, number in (("RT", rt), ("RW", rw)) if number)
            self.fields[elsewhere.address] = ", ".join(part for part in (street, block) if part)
            return
        self.fields |= {"street": street, "rt": rt, "rw": rw}

    def _keep_words(self, meaning: str, value: str) -> str:
        """The value itself; where a cell gave none, its words are kept as a note."""
        text = self.cell_of(meaning).text.strip(" -")
        if text and not value:
            self.notes.append(f"{self.words.columns[meaning].label}: {text[:TEXT_LIMIT]}")
        return value

    def _cell_text(self, meaning: str) -> str:
        if meaning not in self.cells:
            return ""
        return self.clean_cell(readable_text, self.cells[meaning], self.words.columns[meaning].label) or ""


def clean_kind(cell: Cell, words: Vocabulary, warn: list[str]) -> str:
    kinds = words.register.kinds
    if kinds is None:
        return ""
    text = readable_text(cell, words.columns["kind"].label)
    key = to_letter_key(text)
    if not key:
        raise ValueProblem(f"{words.columns['kind'].label} kosong.")
    bare = key
    for prefix in kinds.prefixes:
        bare = bare.removeprefix(prefix)
    known = words.kinds.get(key) or words.kinds.get(bare)
    if known is None:
        raise ValueProblem(f"{words.columns['kind'].label} “{quote_cell(text)}” tidak dikenal. Pakai {kinds.example}.")
    if known.warning and known.unless not in key:
        warn.append(known.warning)
    return known.kind


def clean_state(told: Cell, handed: Cell, received: date, rules: Rules, warn: list[str]) -> State:
    """Where the file stands, from the words of one column and from another with the day of hand-over.

    Words that are not understood stay as a note and leave the file open.
    """
    states, text = rules.words.register.states, readable_text(told, "Keterangan")
    step, day = _step_of(text, rules.words), _day_in(told, rules.on)
    if not handed.empty and any(letter.isalnum() for letter in handed.text):
        step = states.handed_over
        try:
            day = clean_day(handed, rules.on, "Tanggal diambil")
        except ValueProblem as problem:
            warn.append(f"{problem.sentence} Dicatat sudah diambil tanpa tanggal.")
    said = bool(to_letter_key(text))
    if step is None and not said and rules.blank_done:
        return State(states.handed_over, closed=True, assumed=True)
    if step is None:
        if said:
            warn.append("Keterangan tidak dikenal sebagai keadaan berkas; disimpan sebagai catatan.")
        return State(states.unknown, note=text)
    if not rules.words.states[step].closed:
        return State(step, note=text)
    if day is not None and day < received:
        warn.append("Tanggal diambil mendahului tanggal terima; tanggal diambil tidak dipakai.")
        day = None
    return State(step, True, text, day)


def _step_of(text: str, words: Vocabulary) -> str | None:
    plain = " ".join(re.sub(r"[^\w/]+", " ", text.lower()).split())
    return next((step for pattern, step in words.patterns if pattern.search(plain)), None)


def _day_in(told: Cell, on: date) -> date | None:
    """A day written behind the word (`diambil 12/02/2025`), or a cell that holds nothing but the day."""
    if told.kind == "text" and not any(letter.isdigit() for letter in told.text):
        return None
    _words, day = split_birth(told)
    try:
        return None if day.empty else clean_day(day, on)
    except ValueProblem:
        return None
