"""What became of each step between two revisions: the words that came and went, and the steps that moved."""

from msgspec.structs import replace

from app.core.procedure.differences import Piece, compare_revisions, compare_words
from schema.definitions import load_definition
from schema.service_procedure import Definition
from tests.core.procedure.services import changed, ktp_text, staff_card

TEXT = ktp_text()
OLD = load_definition(TEXT)
TWO_DAYS = '{ amount = 2, unit = "working_days" }'


def rows_text() -> list[str]:
    """The rows of the file, each as its own piece of text."""
    start = TEXT.index("[[rows]]")
    end = TEXT.index("# ----", start)
    return [f"[[rows]]{part}" for part in TEXT[start:end].split("[[rows]]")[1:]]


def with_rows(rows: list[str]) -> str:
    start = TEXT.index("[[rows]]")
    return TEXT[:start] + "".join(rows) + TEXT[TEXT.index("# ----", start) :]


def test_one_word_of_a_cell_is_told_and_nothing_else() -> None:
    new = load_definition(changed(TEXT, ('output = "Pemohon terekam"', 'output = "Data pemohon terekam"')))
    found = compare_revisions(OLD, new)
    assert [(row.new_no, row.kind) for row in found.rows if row.kind != "same"] == [(6, "changed")]
    assert found.rows[5].cells == (
        ("Output", (Piece("removed", "Pemohon"), Piece("added", "Data pemohon"), Piece("same", "terekam"))),
    )
    assert found.others == ()


def test_a_step_that_came_one_that_went_and_one_that_moved() -> None:
    rows = rows_text()
    last = rows[8].replace("no = 9", "no = 10")
    extra = '[[rows]]\nno = 9\nclause = "4.6"\ntitle = "Mencocokkan jumlah kartu yang tiba"\nactor = "counter"\n\n'
    came = compare_revisions(OLD, load_definition(with_rows([*rows[:8], extra, last]).replace("row = 9", "row = 10")))
    assert [(row.kind, row.old_no, row.new_no) for row in came.rows[7:]] == [
        ("same", 8, 8),
        ("added", None, 9),
        ("same", 9, 10),
    ]
    swapped = with_rows([rows[0], rows[2].replace("no = 3", "no = 2"), rows[1].replace("no = 2", "no = 3"), *rows[3:]])
    moved = compare_revisions(OLD, load_definition(swapped))
    assert [row.word for row in moved.rows if row.kind == "moved"] == ["Pindah dari nomor 2"]
    new = load_definition(with_rows([*rows[:8], extra, last]).replace("row = 9", "row = 10"))
    went = compare_revisions(new, OLD)
    assert [(row.kind, row.old_no) for row in went.rows][8] == ("removed", 9)


def test_a_step_under_a_new_wording_is_the_same_step() -> None:
    new = load_definition(changed(TEXT, ('title = "Mencetak KTP"', 'title = "Mencetak KTP-el pemohon"')))
    (row,) = [row for row in compare_revisions(OLD, new).rows if row.kind != "same"]
    assert (row.kind, row.old_no, row.new_no) == ("changed", 8, 8)


def test_symbol_clock_branches_performers_and_what_is_no_row_are_told_too() -> None:
    new = load_definition(
        changed(
            TEXT,
            ('{ label = "Tidak", to = 3 }', '{ label = "Tidak", to = 2 }'),
            ('also = ["village_head"]', 'also = ["counter"]'),
            (
                'title = "Mencetak KTP"\nactor = "centre"',
                'title = "Mencetak KTP"\nactor = "centre"\nsymbol = "terminal"\nstandard_time = ' + TWO_DAYS,
            ),
            ("quantity = 1", "quantity = 2"),
        )
    )
    found = compare_revisions(OLD, new)
    cells = {(row.new_no, word) for row in found.rows for word, _ in row.cells}
    assert cells == {(4, "Cabang"), (2, "Pelaksana"), (8, "Simbol"), (8, "Waktu hitungan")}
    assert [change.table for change in found.others] == ["facilities"]


def test_the_same_twice_is_no_difference_and_another_procedure_is_all_new() -> None:
    assert compare_revisions(OLD, OLD).is_empty
    kinds = [row.kind for row in compare_revisions(OLD, staff_card()).rows]
    assert kinds.count("removed") == 9
    assert kinds.count("added") == 3
    assert list(compare_words("", "baru")) == [Piece("added", "baru")]


def test_the_longest_table_of_a_hostile_file_is_compared_in_its_neighbourhood_only() -> None:
    """Reworded far away a step went and came; under its own wording it is found anywhere: the work stays small."""
    first = OLD.rows[0]

    def table(titles: list[str]) -> Definition:
        rows = tuple(replace(first, no=n, title=title) for n, title in enumerate(titles, 1))
        return replace(OLD, rows=rows, steps=())

    filler = [f"{chr(97 + n % 26)}{n * n}" for n in range(98)]
    found = compare_revisions(
        table(["Mengisi formulir", "Mencetak", *filler]), table([*filler, "Mencetak", "Mengisi form"])
    )
    ends = {row.title: row.kind for row in found.rows if row.title.startswith(("Mengisi", "Mencetak"))}
    assert ends == {"Mencetak": "moved", "Mengisi form": "added", "Mengisi formulir": "removed"}
