"""What the words in the columns JENIS and KET mean: kinds of the service and the step at which a file stands.

Kinds and steps are ids of schema/services/ktp-el.toml; a test holds them together.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from app.core.dates import age_on
from app.core.identity import Nik, NoKK, Sex
from app.core.problems import ValueProblem
from app.importing.cells import (
    TEXT_LIMIT,
    YOUNGEST,
    Address,
    Villages,
    Warn,
    clean_address,
    clean_birth,
    clean_kk,
    clean_nik,
    clean_person,
    clean_phone,
    clean_received,
    clean_rt_rw,
    clean_sex,
    is_ditto,
    nik_agrees,
    quote_cell,
    readable_text,
    split_birth,
)
from app.importing.headings import BY_KEY, Layout, to_letter_key
from app.importing.spreadsheet import EMPTY, Cell, Row
from app.ktp.names import AWAY

NEW_CARD = "baru"
LEGACY_RENEWAL = "perpanjangan_itap"

KINDS: dict[str, tuple[str, ...]] = {
    NEW_CARD: ("baru", "ktpbaru", "pemula", "rekambaru", "perekamanbaru", "permohonanbaru", "pembuatanbaru"),
    "pindah_datang": ("pindah", "pindahdatang", "datang", "pindahan", "pendatang", "pindahmasuk"),
    "perubahan_data": (
        "perubahan",
        "perubahandata",
        "ubahdata",
        "rubahdata",
        "ubah",
        "gantidata",
        "perubahanelemen",
        "updatedata",
        "perubahanbiodata",
        "perubahanstatus",
        "pembetulan",
        "perbaikandata",
    ),
    "hilang": ("hilang", "ktphilang", "kehilangan", "hlg"),
    "rusak": ("rusak", "ktprusak", "gantirusak", "patah", "rsk"),
    AWAY: ("luardomisili", "luardaerah", "luarkota"),
    LEGACY_RENEWAL: ("perpanjangan", "perpanjang", "perpanjanganitap", "itap", "perpjg", "habismasaberlaku"),
}
_KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}

# The first pattern that fits decides; "belum" comes before the words that it turns round.
_STATES: tuple[tuple[str, str], ...] = (
    (r"\b(?:meninggal|wafat|alm)\b", "died"),
    (r"\b(?:batal|dibatalkan|dicabut|cabut)\b", "withdrawn"),
    (r"\bpindah (?:ke|keluar)\b", "moved"),
    (r"\bditolak\b|\btolak\b", "refused"),
    (r"\b(?:dikembalikan|kurang|tidak lengkap|belum lengkap|blm lengkap|tdk lengkap)\b", "returned"),
    (r"\b(?:belum|blm|tidak|tdk) (?:di ?)?(?:ambil|diambil|serah)", "hand_over"),
    (r"\b(?:belum|blm|tdk|tidak|menunggu|tunggu|jadwal) (?:per|di)?(?:rekam|rekaman|perekaman)", "record"),
    (r"\b(?:di ?ambil|sudah ambil|sdh ambil|diserahkan|sdh serah|sudah serah|terima ktp|selesai)\b", "done"),
    (r"\b(?:siap (?:di)?ambil|sudah jadi|sdh jadi|jadi|ada di kec)", "hand_over"),
    (r"\b(?:sudah|sdh|telah) (?:di)?cetak|\btercetak\b|\bcetak\b", "arrive"),
    (r"\b(?:belum|blm) (?:di)?kirim", "dispatch"),
    (
        r"\b(?:di)?kirim\b|\bterkirim\b|\bdi (?:capil|dukcapil|dispenduk)|\bke (?:capil|dukcapil|dispenduk)",
        "print",
    ),
    (r"\b(?:sudah|sdh|telah|selesai) (?:di)?(?:rekam|perekaman)\b|\bterekam\b|\bprr\b|\brekam\b", "dispatch"),
)
_PATTERNS = tuple((re.compile(pattern), step) for pattern, step in _STATES)
CLOSED = frozenset({"done", "died", "withdrawn", "moved", "refused"})
STEPS = frozenset({step for _pattern, step in _STATES}) | {"validate"}
UNKNOWN = "validate"
"""Where a file stands about which the register says nothing: to be looked at and validated."""


@dataclass(frozen=True, slots=True)
class State:
    """Step (or exit) at which the register leaves the file, and the day of hand-over if told.

    `assumed` when the register says nothing and the officer answered for all such lines at once.
    """

    step: str
    note: str = ""
    on: date | None = None
    assumed: bool = False

    @property
    def closed(self) -> bool:
        return self.step in CLOSED


def clean_kind(cell: Cell, warn: Warn) -> str:
    """The kind of application. Raises ValueProblem for an empty or unknown word."""
    text = readable_text(cell, "Jenis permohonan")
    form = to_letter_key(text)
    if not form:
        raise ValueProblem("Jenis permohonan kosong.")
    kind = _KIND_OF.get(form) or _KIND_OF.get(form.removeprefix("ktpel").removeprefix("ektp").removeprefix("ktp"))
    if kind is None:
        raise ValueProblem(
            f"Jenis permohonan “{quote_cell(text)}” tidak dikenal. Pakai baru, hilang, rusak, dan sebagainya."
        )
    if kind == LEGACY_RENEWAL and "itap" not in form:
        warn.append("Perpanjangan kini hanya untuk pemegang ITAP; KTP-el WNI berlaku seumur hidup. Periksa jenisnya.")
    return kind


def clean_state(told: Cell, handed: Cell, received: date, on: date, warn: Warn, *, blank_done: bool = False) -> State:
    """Where the file stands, from the words of KET and a column with the day of hand-over.

    Words that are not understood stay as a note and leave the file open. `blank_done` says what an empty KET
    means in this office: the card was handed over long ago.
    """
    text = readable_text(told, "Keterangan")
    step, day = _step_of(text), _day_in(told, on)
    if not handed.empty and any(letter.isalnum() for letter in handed.text):
        try:
            step, day = "done", clean_received(handed, on, "Tanggal diambil")
        except ValueProblem as problem:
            step = "done"
            warn.append(f"{problem.sentence} Dicatat sudah diambil tanpa tanggal.")
    if step is None:
        if not to_letter_key(text) and blank_done:
            return State("done", assumed=True)
        if to_letter_key(text):
            warn.append("Keterangan tidak dikenal sebagai keadaan berkas; disimpan sebagai catatan.")
        return State(UNKNOWN, text)
    if step not in CLOSED:
        return State(step, text)
    if day is not None and day < received:
        warn.append("Tanggal diambil mendahului tanggal terima; tanggal diambil tidak dipakai.")
        day = None
    return State(step, text, day)


def _step_of(text: str) -> str | None:
    plain = " ".join(re.sub(r"[^\w/]+", " ", text.lower()).split())
    return next((step for pattern, step in _PATTERNS if pattern.search(plain)), None)


def _day_in(told: Cell, on: date) -> date | None:
    """A day written behind the word (`diambil 12/02/2025`), or a cell that holds nothing but the day."""
    if told.kind == "text" and not any(letter.isdigit() for letter in told.text):
        return None
    _words, day = split_birth(told)
    try:
        return None if day.empty else clean_received(day, on)
    except ValueProblem:
        return None


Value = TypeVar("Value")
GROWN = 17
_ROUNDED = "Hampir semua NIK berakhiran 0, tanda angka terakhirnya hilang di Excel. Ketik ulang NIK dari KK."
_COPIED_DOWN = ("received", "village", "kind", "kk", "address")


@dataclass(frozen=True, slots=True)
class Record:
    """A sound line. Dates are office dates; `number` is the line's own number in the old register."""

    number: str
    received: date
    nik: Nik
    kk: NoKK | None
    name: str
    birth_place: str
    birth_on: date
    sex: Sex | None
    address: Address
    village: str
    kind: str
    state: State
    phone: str
    mother: str
    receiver: str
    note: str
    fingerprint: str
    home_village: str = ""


def line_fingerprint(nik: Nik, received: date, kind: str) -> str:
    """Tells the same application again, however the rest is written: person, day and kind."""
    return hashlib.sha256(f"{nik.full}|{received.isoformat()}|{kind}".encode()).hexdigest()[:32]


@dataclass(slots=True)
class Reading:
    """What came out of one line; `record` is there only when nothing refuses it."""

    record: Record | None = None
    refusals: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rules:
    """What reading a line depends on besides the line: villages, today's office date, the sheet's month.

    `month` is (year, month) when the sheet's title names it. `rounded` says that NIKs ending in 0 are not
    to be trusted in this file (see :func:`app.importing.judging.looks_rounded`). `blank_done` says that a
    line without a word on its state was handed over long ago.
    """

    villages: Villages
    on: date
    month: tuple[int, int] | None = None
    rounded: bool = False
    blank_done: bool = False


class LineReader:
    """Reads the lines of one layout in order; it remembers the line above for ditto marks."""

    def __init__(self, layout: Layout, rules: Rules) -> None:
        self.layout, self.rules = layout, rules
        self._above: dict[str, Cell] = {}
        self._missing = ", ".join(BY_KEY[key].label for key in layout.missing)
        self._places = tuple(layout.columns.items())
        self._spare = layout.unmatched

    def read(self, row: Row) -> Reading:
        """Clean every cell, collecting all refusals at once so that a line is repaired in one go."""
        reading = Reading()
        if self._missing:
            reading.refusals.append(f"Kolom {self._missing} tidak ditemukan di lembar ini. Cocokkan kolomnya dulu.")
            return reading
        cells = {key: row.at(at) for key, at in self._places}
        self._copy_down(cells, reading)
        LineCells(cells, self.rules, reading).fill(self._rest(row))
        return reading

    def _copy_down(self, cells: dict[str, Cell], reading: Reading) -> None:
        for key in _COPIED_DOWN:
            if key in cells and is_ditto(cells[key]):
                cells[key] = self._above.get(key, EMPTY)
                reading.warnings.append(
                    f"{BY_KEY[key].label} bertanda sama dengan atas; diambil dari baris di atasnya."
                )
        self._above = {key: cells[key] for key in _COPIED_DOWN if key in cells}

    def _rest(self, row: Row) -> str:
        """What stands in columns without a meaning, so that nothing of the line is lost."""
        parts = [
            f"{' '.join(self.layout.headings[at].split())}: {row.at(at).text.strip()}"
            for at in self._spare
            if not row.at(at).empty
        ]
        beyond = [cell.text.strip() for cell in row.cells[len(self.layout.headings) :] if not cell.empty]
        return "; ".join(parts + beyond)[:500]


class LineCells:
    """The cells of one line by their meaning, and the questions that go across cells."""

    def __init__(self, cells: dict[str, Cell], rules: Rules, reading: Reading) -> None:
        self.cells, self.rules, self.reading = cells, rules, reading
        self.warn = reading.warnings
        self.notes: list[str] = []
        self.home = ""

    def cell(self, key: str) -> Cell:
        return self.cells.get(key, EMPTY)

    def take(self, clean: Callable[[], Value]) -> Value | None:
        """A cleaned value, or None with its refusal noted."""
        try:
            return clean()
        except ValueProblem as problem:
            self.reading.refusals.append(problem.sentence)
            return None

    def fill(self, rest: str) -> None:
        place, birth_cell = self._birth_cells()
        received = self.take(lambda: clean_received(self.cell("received"), self.rules.on))
        identity = self.take(lambda: clean_nik(self.cell("nik"), self.warn))
        nik, repaired = identity or (None, False)
        day = received or self.rules.on
        born = self.take(lambda: clean_birth(birth_cell, nik, day, self.warn))
        name = self.take(lambda: clean_person(self.cell("name"), self.warn))
        kind = self.take(lambda: clean_kind(self.cell("kind"), self.warn))
        state = self.take(
            lambda: clean_state(
                self.cell("state"),
                self.cell("handed"),
                day,
                self.rules.on,
                self.warn,
                blank_done=self.rules.blank_done,
            )
        )
        if nik is not None and repaired:
            self._confirm(nik, born)
        if nik is not None and self.rules.rounded and nik.full.endswith("0"):
            self.reading.refusals.append(_ROUNDED)
        if received is not None:
            self._month(received)
        if born is not None and kind is not None:
            self._age(born, day, kind)
        beside = self._beside(nik, kind)
        if self.reading.refusals or not (received and nik and name and born and kind and state):
            return
        note = "; ".join(part for part in (self._text("note"), *self.notes, rest) if part)
        self.reading.record = Record(
            number=self._text("number"),
            received=received,
            nik=nik,
            name=name,
            birth_place=place.upper(),
            birth_on=born,
            kind=kind,
            state=state,
            note=note,
            fingerprint=line_fingerprint(nik, received, kind),
            home_village=self.home,
            **beside,
        )

    def _beside(self, nik: Nik | None, kind: str | None) -> dict[str, Any]:
        return {
            "village": self.take(lambda: self._village(kind)) or "",
            "kk": self.take(lambda: self._kk(nik)),
            "sex": self.take(lambda: clean_sex(self.cell("sex"), nik, self.warn)),
            "address": self._address(),
            "mother": (self.take(self._mother) or "") if "mother" in self.cells else "",
            "phone": (self.take(self._phone) or "") if "phone" in self.cells else "",
            "receiver": self._text("receiver"),
        }

    def _birth_cells(self) -> tuple[str, Cell]:
        if not self.cell("birth_on").empty:
            return self._text("birth_place") or self._text("birth"), self.cell("birth_on")
        place, day = split_birth(self.cell("birth"))
        return place[:TEXT_LIMIT] or self._text("birth_place"), day

    def _village(self, kind: str | None) -> str:
        if kind != AWAY:
            return self.rules.villages.find(self.cell("village"), self.warn)
        try:
            found = self.rules.villages.find(self.cell("village"), [])
        except ValueProblem:
            self.home = self._text("village")
            self.warn.append("Pemohon luar domisili; desanya di luar kecamatan ini disimpan sebagai alamat asal.")
            return ""
        self.warn.append("Jenisnya luar domisili, tetapi desanya ada di kecamatan ini. Cocokkan dengan KK.")
        return found

    def _kk(self, nik: Nik | None) -> NoKK | None:
        if not self.cell("kk").text.strip(" -"):
            if "kk" in self.cells:
                self.warn.append("No. KK kosong.")
            return None
        return clean_kk(self.cell("kk"), nik, self.warn)

    def _confirm(self, nik: Nik, born: date | None) -> None:
        """A NIK with letters read as digits is taken only when the birth date of the line says the same."""
        if born is None or not nik_agrees(nik, born):
            self.reading.refusals.append(
                "NIK memuat huruf di tempat angka dan tanggal lahirnya tidak menguatkan bacaannya."
            )
        else:
            self.warn.append("NIK memuat huruf di tempat angka (O dibaca 0, I dibaca 1); tanggal lahirnya cocok.")

    def _month(self, received: date) -> None:
        if self.rules.month and self.rules.month != (received.year, received.month):
            self.warn.append(f"Tanggal terima {received:%d-%m-%Y} di luar bulan yang tertulis di lembar ini.")

    def _age(self, born: date, day: date, kind: str) -> None:
        age = age_on(born, day)
        if age < YOUNGEST:
            self.warn.append(f"Pemohon belum berumur {YOUNGEST} tahun waktu itu. Cocokkan tanggal lahirnya dengan KK.")
        elif age < GROWN and kind != NEW_CARD:
            self.warn.append(
                f"Pemohon belum berumur {GROWN} tahun, tetapi jenisnya bukan baru. Periksa status kawinnya."
            )

    def _address(self) -> Address:
        found = self.take(lambda: clean_address(self.cell("address"), self.warn)) or Address()
        if not self.cells.keys() & {"rt_rw", "rt", "rw"}:
            return found
        pair = self.take(lambda: clean_address(self.cell("rt_rw"), self.warn)) or Address()
        rt, rw = self._block("rt"), self._block("rw")
        return Address(found.street, rt or pair.rt or found.rt, rw or pair.rw or found.rw)

    def _block(self, key: str) -> str:
        digits = self.take(lambda: clean_rt_rw(self.cell(key), key.upper(), self.warn)) or ""
        if not digits:
            self._keep(key)
        return digits

    def _phone(self) -> str:
        phone = clean_phone(self.cell("phone"), self.warn)
        if not phone:
            self._keep("phone")
        return phone

    def _keep(self, key: str) -> None:
        text = self.cell(key).text.strip(" -")
        if text:
            self.notes.append(f"{BY_KEY[key].label}: {text[:TEXT_LIMIT]}")

    def _mother(self) -> str:
        return "" if self.cell("mother").empty else clean_person(self.cell("mother"), self.warn, "Nama ibu")

    def _text(self, key: str) -> str:
        if key not in self.cells:
            return ""
        return self.take(lambda: readable_text(self.cell(key), BY_KEY[key].label)) or ""
