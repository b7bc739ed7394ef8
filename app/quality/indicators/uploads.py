"""Figures out of a spreadsheet or CSV with the heads of our own export: every row judged before one is kept."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime

import msgspec

from app.casework.importing.headings import to_letter_key
from app.casework.importing.spreadsheet import DATE, NUMBER, Book, Cell, ImportProblem, Row, Sheet
from app.casework.members.uploads import ListRow
from app.core.clock import office_date
from app.core.periods import Period
from app.core.permissions import Actor
from app.core.problems import Problem, ValueProblem
from app.core.text import field_text
from app.quality.indicators.queries import find_figure, indicators_of, typing_kind
from app.quality.indicators.service import Typed, check_typing, read_figure, type_figure
from app.room import office_command
from schema.database import Database
from schema.indicators import Indicator
from sync.journal import Journal

HEADS = ("Sasaran", "Periode", "Pembilang", "Penyebut", "Angka", "Keterangan")
NAME, PERIOD, NUMERATOR, DENOMINATOR, VALUE, NOTE = HEADS
SEARCHED_ROWS = 30
MOST_ROWS = 500
NO_HEADS = "Tidak ada lembar dengan kolom Sasaran dan Periode. Pakai lembar “Angka yang diketik” dari unduhan Excel."
NO_ROWS = "Tidak ada angka di bawah judul kolomnya. Isi satu baris untuk setiap angka, lalu unggah lagi."
TOO_MANY = f"Dokumen berisi lebih dari {MOST_ROWS} angka. Bagi menjadi beberapa dokumen."
UNKNOWN = "Sasaran “{name}” tidak dikenal. Salin namanya dari lembar pertama unduhan Excel."
TWICE = "Sasaran dan periode ini ada lebih dari sekali dalam dokumen. Sisakan satu baris."
OTHER_KIND = "Sasaran ini diukur untuk masa yang lain. Tulis periodenya seperti {code}."
KNOWN = "Sudah ada; dokumen tidak mengubahnya."
DATE_CELL = "{head} menjadi tanggal di Excel. Jadikan kolomnya teks, lalu ketik ulang."
TIME_CELL = "{head} menjadi jam di Excel. Jadikan kolomnya teks, lalu ketik ulang, misalnya 1:30."

_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")


class JudgedFigure(msgspec.Struct, frozen=True):
    """A row, what it means, and what is wrong with it; one that is `known` was typed before and stays as it is."""

    number: int
    name: str
    key: str = ""
    period: Period | None = None
    typed: Typed = Typed()
    problem: str = ""
    known: bool = False

    @property
    def sound(self) -> bool:
        return not self.problem and not self.known


def read_rows(book: Book) -> list[ListRow]:
    """The rows of the first sheet that has the heads. Raises ImportProblem."""
    headed = next(filter(None, map(find_heads, book.sheets)), None)
    if headed is None:
        raise ImportProblem(NO_HEADS)
    sheet, below, places = headed
    read = [read_row(sheet.name, row, places) for row in below]
    rows = [row for row in read if any(row.raw.values())]
    if not rows:
        raise ImportProblem(NO_ROWS)
    if len(rows) > MOST_ROWS:
        raise ImportProblem(TOO_MANY)
    return rows


def find_heads(sheet: Sheet) -> tuple[Sheet, Sequence[Row], dict[str, int]] | None:
    wanted = {to_letter_key(head): head for head in HEADS}
    for index, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        cells = [to_letter_key(cell.text[:60]) for cell in row.cells]
        places = {head: cells.index(letters) for letters, head in wanted.items() if letters in cells}
        if {NAME, PERIOD} <= set(places):
            return sheet, sheet.rows[index + 1 :], places
    return None


def read_row(sheet: str, row: Row, places: dict[str, int]) -> ListRow:
    """The cells of a row by their heads; of those that Excel has made something else of, why."""
    raw = {}
    unreadable = {}
    for head, place in places.items():
        cell = row.at(place)
        raw[head] = cell_words(cell)
        if head in (NUMERATOR, DENOMINATOR, VALUE):
            if cell.kind == DATE:
                unreadable[head] = DATE_CELL.format(head=head)
            elif _TIME.fullmatch(raw[head]):
                unreadable[head] = TIME_CELL.format(head=head)
    return ListRow(sheet, row.number, raw, unreadable)


def cell_words(cell: Cell) -> str:
    """What a person sees; a number with a decimal comma, and a month that Excel made a day of as it was typed."""
    if cell.kind == NUMBER:
        return str(cell.value).replace(".", ",")
    if cell.kind == DATE and isinstance(cell.value, date) and cell.value.day == 1:
        return f"{cell.value.year}-{cell.value.month:02d}"
    return " ".join(cell.text.split())[:600]


def judge_rows(db: Database, actor: Actor, rows: Sequence[ListRow], today: date) -> list[JudgedFigure]:
    """Every row of a file as it was judged; of what stands there twice none is taken."""
    judged = [judge_row(db, actor, row, today) for row in rows]
    times = Counter((figure.key, figure.period) for figure in judged)
    for place, figure in enumerate(judged):
        if figure.sound and times[figure.key, figure.period] > 1:
            judged[place] = msgspec.structs.replace(figure, problem=TWICE)
    return judged


def judge_row(db: Database, actor: Actor, row: ListRow, today: date) -> JudgedFigure:
    """One row as `type_figure` would take it."""
    name = row.raw[NAME]
    named = {to_letter_key(indicator.name): (key, indicator) for key, indicator in indicators_of(db).items()}
    found = named.get(to_letter_key(name))
    if found is None:
        return JudgedFigure(row.number, name[:80], problem=UNKNOWN.format(name=name[:80]))
    key, indicator = found
    try:
        period = Period.parse(row.raw[PERIOD])
        kind = typing_kind(indicator)
        if period.kind != kind:
            raise ValueProblem(OTHER_KIND.format(code=Period.of(kind, today).code))
        if find_figure(db, key, period):
            return JudgedFigure(row.number, indicator.name, key, period, known=True)
        check_typing(db, actor, key, period, today)
    except ValueProblem as problem:
        return JudgedFigure(row.number, indicator.name, key, problem=problem.sentence)
    except Problem as problem:
        return JudgedFigure(row.number, indicator.name, key, period, problem=problem_words(problem))
    typed = typed_of(indicator, row)
    wrong = dict(row.unreadable)
    if not wrong:
        read_figure(indicator, typed, wrong)
        field_text(wrong, "note", typed.note, 500, NOTE)
    return JudgedFigure(row.number, indicator.name, key, period, typed, " ".join(wrong.values()))


def problem_words(problem: Problem) -> str:
    return " ".join(problem.fields.values()) or problem.sentence


def typed_of(indicator: Indicator, row: ListRow) -> Typed:
    """The cells that the formula asks for; a figure that is no share may stand under either head."""
    raw = row.raw
    value = without_unit(raw.get(VALUE, ""), indicator)
    numerator = raw.get(NUMERATOR, "")
    denominator = raw.get(DENOMINATOR, "")
    if indicator.formula and not indicator.formula.denominator:
        numerator = numerator or value
        denominator = ""
    return Typed(numerator, denominator, value or numerator, raw.get(NOTE, ""))


def without_unit(text: str, indicator: Indicator) -> str:
    """`30 judul` and `85%` as our own export writes them."""
    return text.removesuffix(indicator.noun or "%").removesuffix("hari").strip()


@office_command("indicator.type")
def take_rows(journal: Journal, actor: Actor, rows: Sequence[ListRow], now: datetime) -> int:
    """Type every sound row, all in one; how many these were. A second time they are known. Raises Problem."""
    sound = [row for row in judge_rows(journal.db, actor, rows, office_date(now)) if row.sound]
    for key, period, typed in taken_figures(sound):
        type_figure(journal, actor, key=key, period=period, typed=typed, now=now)
    return len(sound)


def taken_figures(sound: Sequence[JudgedFigure]) -> Iterator[tuple[str, Period, Typed]]:
    for figure in sound:
        assert figure.period is not None, "a sound row has its period"
        yield figure.key, figure.period, figure.typed
