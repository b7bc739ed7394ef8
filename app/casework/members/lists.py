"""A list of people as the agency sends it, a spreadsheet or CSV: read by the importer, judged row by row."""

from collections.abc import Iterator
from datetime import date

from app.casework.importing.cells import clean_key, readable_text
from app.casework.importing.headings import Layout, Vocabulary
from app.casework.importing.isolated_reading import read_limited
from app.casework.importing.judging import classify_row, is_certain
from app.casework.importing.spreadsheet import DATE, Book, Cell, ImportProblem, Row
from app.casework.members.judging import Judged, judge_people, people_in
from app.casework.members.uploads import MAX_BYTES, ListRow, ReadList
from app.core.problems import ValueProblem
from app.platform.printing.spreadsheet import SheetColumn, write_sheet
from schema.database import Database
from schema.register import Column, Register, load_register
from schema.service_procedure import Definition

MOST_ROWS = 2000


def list_words(definition: Definition) -> Vocabulary:
    """Headings of the list: those of its register file, else the labels of its fields."""
    people = people_in(definition)
    try:
        return Vocabulary(load_register(definition.id))
    except LookupError:
        named = {people.name: "name"}
        columns = [
            Column(
                named.get(field.id, field.id),
                field.label,
                (field.label, field.heading, field.id),
                field.id,
                field.required,
            )
            for field in people.fields
        ]
        key = named.get(people.key, people.key)
        return Vocabulary(Register(1, definition.id, key, "surat permohonan", tuple(columns), people=True))


def read_list(definition: Definition, content: bytes, name: str) -> list[ListRow]:
    """The rows of a file under its headings. Raises ImportProblem with what to do."""
    if len(content) > MAX_BYTES:
        raise ImportProblem(f"Daftar lebih dari {MAX_BYTES // 1024 // 1024} MB. Kirim daftar tanpa gambar.")
    rows = list(rows_of_book(read_limited(content, name.rsplit(".", 1)[0]), list_words(definition)))
    if not rows:
        labels = ", ".join(field.label for field in people_in(definition).fields if field.required)
        raise ImportProblem(f"Tidak ada baris orang di bawah judul kolom. Judul yang dicari: {labels}.")
    if len(rows) > MOST_ROWS:
        raise ImportProblem(f"Daftar lebih dari {MOST_ROWS} baris. Bagi menjadi beberapa surat permohonan.")
    return rows


def rows_of_book(book: Book, words: Vocabulary) -> Iterator[ListRow]:
    """The people of all sheets. Headings may stand again further down; a sheet without any goes on with the last."""
    layout: Layout | None = None
    for sheet in book.sheets:
        header = words.find_header(sheet)
        if header is None and (layout is None or not any(is_certain(row, layout) for row in sheet.rows)):
            continue
        index, layout = header or (-1, layout)
        for row in sheet.rows[index + 1 :]:
            assert layout is not None
            if layout.missing_columns:
                raise ImportProblem(f"Kolom {layout.missing_labels} tidak ditemukan di lembar {sheet.name}.")
            if is_certain(row, layout):
                again = None
            else:
                again = words.header_again(row)
            layout = again or layout
            if not again and is_person(row, layout):
                yield read_row(sheet.name, row, layout)


def is_person(row: Row, layout: Layout) -> bool:
    """Whether a row names somebody: sums and what stands below the list do not."""
    named = [not row.at(layout.columns.get(column, -1)).empty for column in (layout.words.register.key, "name")]
    kind = classify_row(row, layout)
    return kind == "line" or (kind == "note" and all(named))


def read_row(sheet: str, row: Row, layout: Layout) -> ListRow:
    raw = {}
    unreadable = {}
    for meaning, at in layout.columns.items():
        column = layout.words.columns[meaning]
        if not column.field:
            continue
        try:
            raw[column.field] = cell_text(row.at(at), column, layout.words.register)
        except ValueProblem as problem:
            unreadable[column.field] = problem.sentence
    return ListRow(sheet, row.number, raw, unreadable)


def cell_text(cell: Cell, column: Column, register: Register) -> str:
    """The words of a cell; a long number that went through a number cell has lost its last digits."""
    if column.id == register.key and not cell.empty:
        return clean_key(cell, column.label)
    if cell.kind == DATE and isinstance(cell.value, date):
        return cell.value.isoformat()
    return readable_text(cell, column.label)


def judge_list(db: Database, definition: Definition, read: ReadList, today: date) -> list[Judged]:
    """Every row of a file as it was judged, cells that cannot be read included."""
    places = [f"{row.sheet}, baris {row.number}" for row in read.rows]
    judged = judge_people(db, definition, read.case_id, [row.raw for row in read.rows], today, places)
    for row, person in zip(read.rows, judged, strict=True):
        person.errors.update(row.unreadable)
    return judged


def faulty_workbook(definition: Definition, read: ReadList, judged: list[Judged], office: str) -> bytes:
    """The rows that were not taken, with what is wrong, to go back to the agency."""
    fields = people_in(definition).fields
    columns = [
        SheetColumn("BARIS", 8),
        *(SheetColumn(field.heading, 24) for field in fields),
        SheetColumn("YANG SALAH", 80),
    ]
    rows = [
        [str(row.number), *(row.raw.get(field.id, "") for field in fields), " ".join(found.errors.values())]
        for row, found in zip(read.rows, judged, strict=True)
        if found.errors
    ]
    return write_sheet("Baris yang perlu diperbaiki", columns, rows, office=office, restricted=True)
