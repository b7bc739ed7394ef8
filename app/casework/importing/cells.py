"""Cleans single cells: each function gives a value or raises ValueProblem; doubts become sentences in `warn`.

No sentence repeats a NIK, a No. KK or a name: reports are printed and passed around. `{paper}` in a sentence stands
for the paper with which doubtful lines of this register are compared.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from difflib import SequenceMatcher
from typing import Literal

import msgspec

from app.casework.importing.headings import to_letter_key
from app.casework.importing.spreadsheet import DATE, ERROR, FORMULA, NUMBER, Cell
from app.core.dates import age_on, parse_date
from app.core.identity import Nik, NoKK, Sex, kk_warnings
from app.core.problems import ValueProblem
from app.core.text import clean_name, limit_text, parse_phone
from schema.register import REGISTERS

Warn = list[str]
SPELLINGS = msgspec.toml.decode((REGISTERS.parent / "spellings.toml").read_bytes(), type=dict[str, frozenset[str]])
TEXT_LIMIT = 200
LONGEST_NO_NAME = 16
_MASKED = re.compile(r"\d{6}\*{6}\d{4}")
"""A number as lists and registers of this program show it."""
OWN_REGISTER = "Nomornya disamarkan, seperti di register yang diunduh dari Loket: berkas ini sudah tercatat di sini."
_WRAPPER = re.compile(r"""^[\s'"`´\u2018\u2019\u201c\u201d=]+|[\s'"`´\u2018\u2019\u201c\u201d;,]+$""")
_NOISE = re.compile(r"[\s.\-\u2010-\u2015\u200b-\u200f\ufeff\u00ad]+")
_LONG_NUMBER = re.compile(r"[0-9](?:[\s.'\-]*[0-9]){8,}")
_EXPONENT = re.compile(r"[0-9]+(?:[.,][0-9]+)?e\+?[0-9]+", re.IGNORECASE)
_DECIMAL_TAIL = re.compile(r"[0-9]{15,}[.,]0+")
_LOOK_ALIKES = str.maketrans("OoIl|", "00111")
_DEGREE = re.compile(
    r",\s*\S|\b(?:S\.?\s?(?:PD|SOS|H|E|KOM|AG|T|IP|AP|KM|ST|FARM|HUT|PT|P)|A\.?\s?M\.?\s?D|M\.?\s?(?:PD|SI|M|H|AG)"
    r"|DRS|DRA|IR|DR|H|HJ|KH|R|RR)\.",
    re.IGNORECASE,
)
OLDEST_REGISTER = date(1990, 1, 1)
OLDEST_AGE = 120
EASY_AGE = 100
_EXCEL_ZERO = date(1899, 12, 30)
_SERIAL_MAX = 80_000
_TAIL = re.compile(
    r"(?<![0-9])(?<![0-9][-/.])(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"
    r"|[0-9]{1,2}(?:\s*+[-/.]\s*+|\s++)[0-9]{1,2}(?:\s*+[-/.]\s*+|\s++)[0-9]{2,4}"
    r"|[0-9]{1,2}[-/.\s]*[A-Za-z]{3,12}\.?[-/.,\s]*[0-9]{2,4}"
    r"|[0-9]{8}|[0-9]{6})\s*+(?:\.\s*+)?$"
)
_FRONT = re.compile(r"([0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4})[\s,/;]++([^0-9]++)$")
_TIME = re.compile(
    r"(?<=[0-9])(?:T|\s+)[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:\.[0-9]+)?)?(?:\s*WIB)?$", re.IGNORECASE
)
_BRIDGE = re.compile(r"(?<![\s,./;:\-])(?:[\s,./;:\-]|\btgl\b|\btanggal\b)++$", re.IGNORECASE)
_SPACED_MARK = re.compile(r"(?:(?<!\s)\s++)?([-/.])\s*+")

LIKE_ENOUGH = 0.86
SHORTEST = 4
SHORTEST_BONES = 3
_PREFIX = re.compile(r"^\s*(?:desa|ds|dsa|kelurahan|kel)\b[\s.:]*", re.IGNORECASE)
_VOWELS = str.maketrans("", "", "aeiou")
_RT_RW_WORDS = re.compile(r"\bRT[\s.:]*([0-9]{1,3})[\s,/\-]*RW[\s.:]*([0-9]{1,3})\b", re.IGNORECASE)
_RT_RW_PAIR = re.compile(r"(?:\bRT\s*+(?:/\s*+)?RW[\s.:]*+)?\b([0-9]{1,3})\s*+/\s*+([0-9]{1,3})\b", re.IGNORECASE)


# -- any cell --------------------------------------------------------------------------------------------------


def readable_text(cell: Cell, label: str) -> str:
    """The text of a cell, trimmed. Raises ValueProblem for spreadsheet errors and for what is too long."""
    if cell.kind == ERROR:
        raise ValueProblem(f"Sel {label} berisi galat Excel. Isi ulang sel itu.")
    if cell.kind == FORMULA:
        raise ValueProblem(f"Sel {label} berisi rumus tanpa hasil. Buka di Excel, simpan, lalu impor lagi.")
    text = cell.text
    if len(text) <= TEXT_LIMIT and text.isascii() and text.isprintable():  # nearly every cell
        return " ".join(text.split())
    return limit_text(text, limit=TEXT_LIMIT, label=label)


def quote_cell(text: str, limit: int = 30) -> str:
    """What stands in a cell, short enough for a sentence; a long number in it is not repeated."""
    shown = _LONG_NUMBER.sub("…", text)
    if len(shown) <= limit:
        return shown
    return shown[: limit - 1] + "…"


def is_ditto(cell: Cell) -> bool:
    return cell.text.strip().lower() in SPELLINGS["ditto"]


def clean_key(cell: Cell, label: str) -> str:
    text = _WRAPPER.sub("", readable_text(cell, label)).upper()
    if not text:
        raise ValueProblem(f"{label} kosong.")
    if cell.kind == NUMBER and len(text) > 15:
        raise ValueProblem(f"{label} tersimpan sebagai angka. Ubah selnya menjadi Teks, lalu ketik ulang.")
    return text


# -- a person --------------------------------------------------------------------------------------------------


def clean_nik(cell: Cell, warn: Warn) -> tuple[Nik, bool]:
    """The NIK, and whether letters were read as digits (then something else must confirm it)."""
    digits, repaired = _sixteen_digits(cell, "NIK")
    nik = Nik.parse(digits)
    if nik.serial == "0000":
        warn.append(
            "Empat angka terakhir NIK adalah 0000, padahal nomor urut mulai dari 0001. Cocokkan dengan {paper}."
        )
    return nik, repaired


def clean_kk(cell: Cell, nik: Nik | None, warn: Warn) -> str:
    """The No. KK; the caller leaves an empty cell alone. `nik` is compared with it when known."""
    digits, repaired = _sixteen_digits(cell, "No. KK")
    kk = NoKK.parse(digits)
    if repaired:
        warn.append("No. KK memuat huruf di tempat angka (O dibaca 0, I dibaca 1). Cocokkan dengan {paper}.")
    warn += kk_warnings(kk, nik, office_region=kk.region6)
    return kk.full


def is_masked(cell: Cell) -> bool:
    return _MASKED.fullmatch(cell.text.strip()) is not None


def _sixteen_digits(cell: Cell, label: str) -> tuple[str, bool]:
    """Digits of a long number. What went through a number cell is refused: Excel keeps 15 digits and makes
    the last one 0, so the number looks sound and belongs to somebody else."""
    text = readable_text(cell, label)
    if cell.kind == DATE:
        raise ValueProblem(f"{label} tersimpan sebagai tanggal. Ubah selnya menjadi Teks, ketik ulang 16 angkanya.")
    plain = _WRAPPER.sub("", unicodedata.normalize("NFKC", text))
    if cell.kind == NUMBER and len(plain) < 16 and plain.isdecimal():
        count = f"{label} hanya {len(plain)} angka dan tersimpan sebagai angka"
        raise ValueProblem(f"{count}; seharusnya 16 angka sebagai teks.")
    if cell.kind == NUMBER or _EXPONENT.fullmatch(plain) or _DECIMAL_TAIL.fullmatch(plain):
        raise ValueProblem(
            f"{label} tersimpan sebagai angka. Excel hanya menyimpan 15 angka, jadi angka terakhirnya tidak "
            "dapat dipercaya. Ubah selnya menjadi Teks, lalu ketik ulang dari {paper}."
        )
    if is_masked(cell):
        raise ValueProblem(OWN_REGISTER)
    digits = _NOISE.sub("", plain)
    if not digits:
        raise ValueProblem(f"{label} kosong.")
    repaired = digits.translate(_LOOK_ALIKES)
    if repaired.isdecimal() and len(repaired) != 16:
        raise ValueProblem(f"{label} {len(repaired)} angka; seharusnya 16 angka. Cocokkan dengan {{paper}}.")
    return repaired, repaired != digits


def clean_person(cell: Cell, warn: Warn, label: str = "Nama") -> str:
    """A person's name in block letters; a degree stays, with a warning."""
    text = readable_text(cell, label)
    if len(text) < LONGEST_NO_NAME and to_letter_key(text) in SPELLINGS["no_name"]:
        raise ValueProblem(f"{label} kosong.")
    name = clean_name(text, label=label)
    if sum(letter.isalpha() for letter in name) < 2:
        raise ValueProblem(f"{label} hanya satu huruf. Tulis nama lengkap seperti di {{paper}}.")
    if any(letter.isdecimal() for letter in name):
        warn.append(f"{label} memuat angka. Cocokkan dengan {{paper}}.")
    elif _DEGREE.search(name):
        warn.append(f"{label} memuat gelar. Cocokkan penulisannya dengan {{paper}}.")
    return name


def clean_sex(cell: Cell, nik: Nik | None, warn: Warn) -> Sex | Literal[""]:
    """L/P in many spellings; an unreadable cell falls back on the NIK with a warning."""
    word = to_letter_key(readable_text(cell, "L/P"))
    sex: Sex | Literal[""] = ""
    if word in SPELLINGS["female"]:
        sex = "female"
    elif word in SPELLINGS["male"]:
        sex = "male"
    if nik is None:
        return sex
    if not sex:
        if word:
            warn.append("Kolom L/P tidak terbaca; diisi menurut NIK.")
        return nik.sex
    if sex != nik.sex:
        warn.append("Jenis kelamin di kolom L/P berbeda dengan NIK. Cocokkan dengan {paper}.")
    return sex


def clean_phone(cell: Cell, warn: Warn) -> str:
    """A telephone number, or empty with a warning: a wrong one must not cost the line."""
    text = readable_text(cell, "Telepon")
    if not any(character.isdecimal() for character in text):
        return ""
    try:
        return parse_phone(text)
    except ValueProblem:
        warn.append("Nomor telepon tidak terbaca; disimpan sebagai catatan.")
        return ""


# -- dates: many spellings, place and date in one cell, and what Excel does to dates ---------------------------------


def clean_day(cell: Cell, on: date, label: str = "Tanggal terima") -> date:
    if cell.empty:
        raise ValueProblem(f"{label} kosong.")
    day = _date_of(cell, on, label)
    if day > on:
        raise ValueProblem(f"{label} {day:%d-%m-%Y} ada di masa depan.")
    if day < OLDEST_REGISTER:
        raise ValueProblem(f"{label} {day:%d-%m-%Y} terlalu lama. Periksa tahunnya.")
    return day


def split_birth(cell: Cell) -> tuple[str, Cell]:
    """`LUMAJANG, 27-1-1989` as its place and a cell with the date alone; a pure date has no place."""
    if cell.kind != "text":
        return "", cell
    text = _TIME.sub("", cell.text.strip())
    if match := _TAIL.search(text):
        return _BRIDGE.sub("", text[: match.start()]).strip(), Cell(match[0])
    if match := _FRONT.match(text):
        return match[2].strip(), Cell(match[1])
    if any(letter.isdecimal() for letter in text):
        return "", Cell(text)
    return text.rstrip(" ,./;:-"), Cell("")


def clean_birth(cell: Cell, nik: Nik | None, received: date, youngest: int, warn: Warn) -> date:
    """The birth date. A difference from the NIK only warns: a NIK stays when a birth date is corrected.

    A two-digit year means the latest year at which the person was `youngest` when the file came in.
    """
    if cell.empty:
        raise ValueProblem("Tanggal lahir kosong.")
    born = _date_of(cell, _years_before(received, youngest), "Tanggal lahir", warn)
    if born > received and cell.kind == DATE and born.year >= 2000:
        warn.append("Tahun lahir terbaca Excel seratus tahun terlalu muda; dibaca dalam abad ke-20.")
        born = _years_before(born, 100)
    if born > received:
        raise ValueProblem(f"Tanggal lahir {born:%d-%m-%Y} sesudah tanggal terima.")
    if age_on(born, received) > OLDEST_AGE:
        raise ValueProblem(f"Tanggal lahir {born:%d-%m-%Y} lebih dari {OLDEST_AGE} tahun lalu. Periksa tahunnya.")
    if age_on(born, received) > EASY_AGE:
        warn.append(f"Umur pemohon lebih dari {EASY_AGE} tahun. Cocokkan tahun lahirnya dengan {{paper}}.")
    if nik is not None and not nik_agrees(nik, born):
        warn.append(_birth_difference(nik, born, cell))
    return born


def nik_agrees(nik: Nik, born: date) -> bool:
    # the century is not in the number
    return nik.birth_day_month_year2 == (born.day, born.month, born.year % 100)


def _birth_difference(nik: Nik, born: date, cell: Cell) -> str:
    day, month, year2 = nik.birth_day_month_year2
    sentence = f"Tanggal lahir {born:%d-%m-%Y} berbeda dengan yang di dalam NIK ({day:02d}-{month:02d}-{year2:02d})."
    if cell.kind == DATE and (born.month, born.day) == (day, month) and born.year % 100 == year2:
        return f"{sentence} Hari dan bulan mungkin tertukar oleh Excel."
    return sentence + " Cocokkan dengan {paper}."


def _date_of(cell: Cell, latest: date, label: str, warn: Warn | None = None) -> date:
    if isinstance(cell.value, date) and cell.kind == DATE:
        return cell.value
    if cell.kind != NUMBER:
        return _parse_cell_date(
            _SPACED_MARK.sub(r"\1", _TIME.sub("", readable_text(cell, label))).rstrip(" ."), latest, label
        )
    if not isinstance(cell.value, int):
        raise ValueProblem(f"{label} tersimpan sebagai bilangan pecahan. Ketik ulang tanggalnya.")
    if not 1 <= cell.value <= _SERIAL_MAX:  # digits such as 17081990 stored as a number
        digits = 6
        if len(cell.text) in (7, 8):
            digits = 8
        return _parse_cell_date(cell.text.zfill(digits), latest, label, cell.text)
    day = _EXCEL_ZERO + timedelta(days=cell.value)  # a day number that lost its date format
    if warn is not None:
        warn.append(f"{label} tersimpan sebagai nomor hari Excel; dibaca {day:%d-%m-%Y}.")
    return day


def _parse_cell_date(text: str, latest: date, label: str, shown: str = "") -> date:
    """The date reader's date; its problem also says which cell is meant and what stands in it."""
    try:
        return parse_date(text, latest)
    except ValueProblem as problem:
        first = problem.sentence.split(". ")[0].rstrip(".")
        raise ValueProblem(f"{label} “{quote_cell(shown or text)}”: {first[0].lower()}{first[1:]}.") from problem


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


# -- villages and addresses: abbreviations, slips of the pen, RT/RW, and what Excel makes of `5/4` --------------------


class Villages:
    """Finds the village code that a register cell means.

    `own` maps codes of this kecamatan to names; `elsewhere` maps names of villages outside to kecamatan.
    """

    def __init__(self, own: Mapping[str, str], elsewhere: Mapping[str, str] | None = None, kecamatan: str = "") -> None:
        self.names = dict(own)
        self.kecamatan = kecamatan or "ini"
        self._codes = {to_letter_key(name): code for code, name in own.items()}
        self._bones = {without_vowels(name): code for code, name in own.items()}
        self._elsewhere = {to_letter_key(name): place for name, place in (elsewhere or {}).items()}
        self._known: dict[str, tuple[str, str]] = {}

    def find_village(self, cell: Cell, warn: Warn) -> str:
        text = readable_text(cell, "Desa")
        if text not in self._known:
            self._known[text] = self._search_village(text)
        code, warning = self._known[text]
        if warning:
            warn.append(warning)
        return code

    def _search_village(self, text: str) -> tuple[str, str]:
        bare = _PREFIX.sub("", text)
        key = to_letter_key(bare)
        shown = quote_cell(bare, 40)
        if not key:
            raise ValueProblem("Desa kosong.")
        if code := self._codes.get(key):
            return code, ""
        if place := self._elsewhere.get(key):
            where = f"Desa {shown} ada di Kecamatan {place}, bukan Kecamatan {self.kecamatan}"
            raise ValueProblem(f"{where}. Cocokkan dengan {{paper}}.")
        if code := self._short_name(bare):
            return code, ""
        near = self._near_names(key)
        if len(near) == 1:
            return near[0], f"Desa “{shown}” dibaca {self.names[near[0]]}. Periksa ejaannya."
        if near:
            choice = " atau ".join(self.names[code] for code in near)
            raise ValueProblem(f"Desa {shown} tidak jelas: {choice}? Tulis nama desanya lengkap.")
        raise ValueProblem(f"Desa {shown} tidak ada di Kecamatan {self.kecamatan}. Cocokkan dengan {{paper}}.")

    def _short_name(self, bare: str) -> str:
        """The village whose words stand there in full or without their vowels (`KDL`), else empty."""
        key = to_letter_key(bare)
        if len(key) < SHORTEST_BONES:
            return ""
        words = [to_letter_key(word) for word in bare.split()]
        for code, name in self.names.items():
            full = name.split()
            if len(full) == len(words) and all(
                word in (to_letter_key(part), without_vowels(part)) for word, part in zip(words, full, strict=True)
            ):
                return code
        return self._bones.get(key, "")

    def _near_names(self, key: str) -> list[str]:
        shortened = [code for name, code in self._codes.items() if len(key) >= SHORTEST and _is_abbreviation(key, name)]
        if shortened:
            return shortened
        graded = [
            (SequenceMatcher(None, key, name, autojunk=False).ratio(), code) for name, code in self._codes.items()
        ]
        best = max((ratio for ratio, _code in graded), default=0.0)
        return [code for ratio, code in graded if ratio >= LIKE_ENOUGH and ratio > best - 0.03]


def without_vowels(name: str) -> str:
    return to_letter_key(name).translate(_VOWELS)


def _is_abbreviation(key: str, name: str) -> bool:
    """Whether all letters of the key stand in the name in this order, beginning with its first."""
    rest = iter(name)
    return key[0] == name[0] and all(letter in rest for letter in key)


def clean_address(cell: Cell, warn: Warn) -> tuple[str, str, str]:
    """Street or hamlet, and RT and RW as three digits each (empty when not told), out of one cell."""
    if cell.kind == DATE and isinstance(cell.value, date):
        warn.append("RT/RW diubah Excel menjadi tanggal; dibaca kembali sebagai RT/RW. Cocokkan dengan {paper}.")
        return "", f"{cell.value.day:03d}", f"{cell.value.month:03d}"
    text = readable_text(cell, "Alamat")
    match = _RT_RW_WORDS.search(text) or _RT_RW_PAIR.search(text)
    if match is None:
        return text, "", ""
    street = f"{text[: match.start()]} {text[match.end() :]}"
    return " ".join(street.split()).strip(" ,./-"), match[1].zfill(3), match[2].zfill(3)


def clean_rt_rw(cell: Cell, label: str, warn: Warn) -> str:
    """RT or RW from a column of its own, as three digits; what is no number is left to the note."""
    digits = re.sub(r"^(?:RT|RW)[\s.:]*", "", readable_text(cell, label), flags=re.IGNORECASE)
    if re.fullmatch(r"[0-9]{1,3}", digits):
        return digits.zfill(3)
    if digits.strip(" -"):
        warn.append(f"{label} tidak terbaca; disimpan sebagai catatan.")
    return ""
