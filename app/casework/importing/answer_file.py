"""Answers of a partner in a spreadsheet: who (by the key of the service) got which number, or why not; and lists that
it made for itself, of many people of whom some are ours."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from app.casework.importing.headings import to_letter_key
from app.casework.importing.spreadsheet import NUMBER, Book, Cell, ImportProblem, Row
from app.core.problems import SENTENCES, Problem

T = TypeVar("T")
MOST_BYTES = 5_000_000
SEARCHED_ROWS = 30
EXACT_DIGITS = 15
"""A spreadsheet keeps no more digits of a number; of a longer one the last are gone."""
DIGITS_LOST = "Angka terakhirnya hilang di Excel. Jadikan kolomnya teks, lalu ketik ulang."
NOBODY_LISTED = "Tidak ada orang di bawah judul kolom {key}. Periksa dokumennya, lalu unggah lagi."
NO_HEADINGS = "Dokumen ini tidak memuat kolom {key} dan kolom {value}. Beri judul kedua kolom itu, lalu unggah lagi."
NO_ANSWERS = "Tidak ada jawaban di bawah judul kolomnya. Isi kolom {value}, lalu unggah lagi."


class ListedPerson(msgspec.Struct, frozen=True):
    """One row of a partner's own list: the key as it is compared and as it was written, and the texts of its columns,
    empty where the list has no such column."""

    row: int
    key: str
    written: str
    name: str
    status: str = ""
    reason: str = ""
    serial: str = ""
    fault: str = ""

    @property
    def hint(self) -> str:
        return short_hint(self.written)


class FileAnswer(msgspec.Struct, frozen=True):
    """One row: the key as it is compared and as it was written, the digits or the words that stand in their place, and
    what is wrong."""

    row: int
    key: str
    value: str = ""
    reason: str = ""
    fault: str = ""
    written: str = ""

    @property
    def hint(self) -> str:
        return short_hint(self.written)


def short_hint(written: str) -> str:
    """`*********009`: enough of a key to find its row in the file, too little to know whose it is."""
    return "*" * (len(written) - 3) + written[-3:]


def plain_key(text: str) -> str:
    """A key as it is compared: a partner writes the same number with dots, without them, or with blanks."""
    return "".join(sign for sign in text if sign.isalnum()).upper()


def read_answers(book: Book, key: str, value: str) -> list[FileAnswer]:
    """The rows of the first sheet that has both columns. `key` and `value` are their headings; a heading may say more.

    Raises ImportProblem where no sheet has them or nothing stands below.
    """
    for sheet in book.sheets:
        for index, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
            key_at = find_column(row, key)
            value_at = find_column(row, value)
            if key_at is not None and value_at is not None and key_at != value_at:
                found = [read_row(cells, key_at, value_at) for cells in sheet.rows[index + 1 :]]
                answers = [answer for answer in found if answer.key and (answer.value or answer.reason or answer.fault)]
                if not answers:
                    raise ImportProblem(NO_ANSWERS.format(value=value))
                return mark_doubles(answers)
    raise ImportProblem(NO_HEADINGS.format(key=key, value=value))


def find_column(row: Row, heading: str) -> int | None:
    """`Nomor rekening / alasan` and `No. Rekening` are the column *Nomor rekening*."""
    wanted = to_letter_key(heading).replace("nomor", "no")
    cells = [to_letter_key(cell.text).replace("nomor", "no") for cell in row.cells]
    return next((at for at, text in enumerate(cells) if text == wanted), None) or next(
        (at for at, text in enumerate(cells) if text.startswith(wanted)), None
    )


def read_row(row: Row, key_at: int, value_at: int) -> FileAnswer:
    written = " ".join(row.at(key_at).text.split())[:60]
    cell = row.at(value_at)
    key = plain_key(written)
    if cell.kind == NUMBER and isinstance(cell.value, int | float):
        digits = str(int(cell.value))
        if len(digits) > EXACT_DIGITS:
            return FileAnswer(row.number, key, "", "", DIGITS_LOST, written)
        return FileAnswer(row.number, key, digits, "", "", written)
    text = " ".join(cell.text.split())[:300]
    if is_value(cell):
        return FileAnswer(row.number, key, text, "", written=written)
    return FileAnswer(row.number, key, "", text, written=written)


def is_value(cell: Cell) -> bool:
    """Whether digits stand there, and not words about why there are none."""
    return any(letter.isdigit() for letter in cell.text) and not any(letter.isalpha() for letter in cell.text)


def mark_doubles(answers: Sequence[FileAnswer]) -> list[FileAnswer]:
    """Of what stands twice in the file no row is taken: nobody knows which one is meant."""
    keys = [answer.key for answer in answers]
    values = [plain_digits(answer.value) for answer in answers if answer.value]
    marked = []
    for answer in answers:
        if keys.count(answer.key) > 1:
            why = "Baris ini ada dua kali."
        else:
            why = ""
        if answer.value and values.count(plain_digits(answer.value)) > 1:
            why = "Nomor ini tertulis pada dua baris."
        marked.append(msgspec.structs.replace(answer, fault=answer.fault or why))
    return marked


def plain_digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def read_list(book: Book, headings: Mapping[str, Sequence[str]]) -> list[ListedPerson]:
    """The rows of the first sheet whose columns are called by one of `headings`: `key` and `name` are needed, `status`,
    `reason` and `serial` may be missing.

    Raises ImportProblem where no sheet has them or nothing stands below.
    """
    for sheet in book.sheets:
        for index, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
            columns = find_columns(row, headings)
            if "key" in columns and "name" in columns:
                people = [read_person(cells, columns) for cells in sheet.rows[index + 1 :]]
                if not (named := [person for person in people if person.key]):
                    raise ImportProblem(NOBODY_LISTED.format(key=headings["key"][0]))
                return named
    raise ImportProblem(NO_HEADINGS.format(key=headings["key"][0], value=headings["name"][0]))


def find_columns(row: Row, headings: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Meaning → index of the column that bears one of its headings, letter for letter; the earlier heading first."""
    cells = {to_letter_key(cell.text): at for at, cell in reversed(list(enumerate(row.cells)))}
    columns = dict[str, int]()
    for meaning, words in headings.items():
        places = [cells[key] for key in map(to_letter_key, words) if key in cells]
        if places:
            columns[meaning] = places[0]
    return columns


def read_person(row: Row, columns: Mapping[str, int]) -> ListedPerson:
    cell = row.at(columns["key"])
    written = " ".join(cell.text.split())[:60]
    texts = {meaning: " ".join(row.at(at).text.split())[:300] for meaning, at in columns.items() if meaning != "key"}
    lost = cell.kind == NUMBER and isinstance(cell.value, int | float) and len(str(int(cell.value))) > EXACT_DIGITS
    fault = DIGITS_LOST if lost else ""
    return ListedPerson(row.number, plain_key(written), written, **texts, fault=fault)


def read_uploaded_answers(sent: Any, key: str, label: str) -> list[FileAnswer]:
    """What an uploaded file answers under these heads. Without `label` nothing can be answered by a file.

    Raises Problem `invalid`.
    """
    if not label:
        raise Problem.of("invalid", {"file": SENTENCES["answer_file"]})
    return read_uploaded(sent, lambda book: read_answers(book, key, label))


def read_uploaded_list(sent: Any, headings: Mapping[str, Sequence[str]]) -> list[ListedPerson]:
    """The people of an uploaded list of a partner. Raises Problem `invalid`."""
    return read_uploaded(sent, lambda book: read_list(book, headings))


def read_uploaded(sent: Any, read: Callable[[Book], T]) -> T:
    """What is read of an uploaded spreadsheet; it is opened in a process of its own and never kept.

    Raises Problem `invalid` at the field `file`.
    """
    from app.casework.importing.isolated_reading import (
        read_limited,  # reads spreadsheets: a few times in an office's life
    )

    content = b""
    if sent and sent.filename:
        content = sent.stream.read(MOST_BYTES + 1)
    if not content or len(content) > MOST_BYTES:
        raise Problem.of("invalid", {"file": SENTENCES["answer_file"]})
    try:
        return read(read_limited(content))
    except Problem as problem:
        raise Problem.of("invalid", {"file": problem.sentence}) from problem
