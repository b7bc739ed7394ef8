"""Dates in register cells: many spellings, birth place and date in one cell, and what Excel does to dates."""

from __future__ import annotations

import re
from datetime import date, timedelta

from app.core.values import Nik, ValueProblem, age_on, parse_date
from app.ktp.importing.book import DATE, ERROR, FORMULA, NUMBER, Cell
from app.ktp.importing.cells import Warn, quote, readable

OLDEST_REGISTER = date(1990, 1, 1)
OLDEST_AGE = 120
EASY_AGE = 100
YOUNGEST = 16
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


def clean_received(cell: Cell, on: date, label: str = "Tanggal terima") -> date:
    """The day on which a file came in. Raises ValueProblem for impossible, future and very old dates."""
    if cell.empty:
        raise ValueProblem(f"{label} kosong.")
    found = _date_of(cell, on, label)
    if found > on:
        raise ValueProblem(f"{label} {found:%d-%m-%Y} ada di masa depan.")
    if found < OLDEST_REGISTER:
        raise ValueProblem(f"{label} {found:%d-%m-%Y} terlalu lama. Periksa tahunnya.")
    return found


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


def clean_birth(cell: Cell, nik: Nik | None, received: date, warn: Warn) -> date:
    """The birth date. A difference from the NIK only warns: a NIK stays when a birth date is corrected.

    A two-digit year means the latest year at which the person was 16 when the file came in.
    """
    if cell.empty:
        raise ValueProblem("Tanggal lahir kosong.")
    born = _date_of(cell, _years_before(received, YOUNGEST), "Tanggal lahir", warn)
    if born > received and cell.kind == DATE and born.year >= 2000:
        warn.append("Tahun lahir terbaca Excel seratus tahun terlalu muda; dibaca dalam abad ke-20.")
        born = _years_before(born, 100)
    if born > received:
        raise ValueProblem(f"Tanggal lahir {born:%d-%m-%Y} sesudah tanggal terima.")
    if age_on(born, received) > OLDEST_AGE:
        raise ValueProblem(
            f"Tanggal lahir {born:%d-%m-%Y} lebih dari {OLDEST_AGE} tahun lalu. Periksa tahunnya."
        )
    if age_on(born, received) > EASY_AGE:
        warn.append(f"Umur pemohon lebih dari {EASY_AGE} tahun. Cocokkan tahun lahirnya dengan KK.")
    if nik is not None and not agrees(nik, born):
        warn.append(_difference(nik, born, cell))
    return born


def agrees(nik: Nik, born: date) -> bool:
    """Whether the date inside the NIK is the birth date; the century is not in the number."""
    return nik.birth_day_month_year2 == (born.day, born.month, born.year % 100)


def _difference(nik: Nik, born: date, cell: Cell) -> str:
    day, month, year2 = nik.birth_day_month_year2
    sentence = (
        f"Tanggal lahir {born:%d-%m-%Y} berbeda dengan yang di dalam NIK ({day:02d}-{month:02d}-{year2:02d})."
    )
    if cell.kind == DATE and (born.month, born.day) == (day, month) and born.year % 100 == year2:
        return f"{sentence} Hari dan bulan mungkin tertukar oleh Excel."
    return f"{sentence} Cocokkan dengan KK."


def _date_of(cell: Cell, latest: date, label: str, warn: Warn | None = None) -> date:
    """The date in a cell, whichever way it was stored; `latest` decides two-digit years."""
    if cell.kind in (ERROR, FORMULA):
        readable(cell, label)
    if isinstance(cell.value, date):
        return cell.value
    if cell.kind == NUMBER:
        return _date_of_number(cell, latest, label, warn)
    text = _SPACED_MARK.sub(r"\1", _TIME.sub("", readable(cell, label))).rstrip(" .")
    try:
        return parse_date(text, latest)
    except ValueProblem as problem:
        raise ValueProblem(_named(label, text, problem)) from problem


def _named(label: str, text: str, problem: ValueProblem) -> str:
    """Say which cell is meant and what stands in it; the rest comes from the date reader."""
    first = problem.sentence.split(". ")[0].rstrip(".")
    return f"{label} “{quote(text)}”: {first[0].lower()}{first[1:]}."


def _date_of_number(cell: Cell, latest: date, label: str, warn: Warn | None) -> date:
    """A day number of Excel that lost its date format, or digits such as 17081990 stored as a number."""
    if not isinstance(cell.value, int):
        raise ValueProblem(f"{label} tersimpan sebagai bilangan pecahan. Ketik ulang tanggalnya.")
    if 1 <= cell.value <= _SERIAL_MAX:
        found = _EXCEL_ZERO + timedelta(days=cell.value)
        if warn is not None:
            warn.append(f"{label} tersimpan sebagai nomor hari Excel; dibaca {found:%d-%m-%Y}.")
        return found
    digits = cell.text.zfill(8 if len(cell.text) in (7, 8) else 6)
    try:
        return parse_date(digits, latest)
    except ValueProblem as problem:
        raise ValueProblem(_named(label, cell.text, problem)) from problem


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
