"""The figures of density are counted by hand on a line and on two templates."""

from pathlib import Path

from tests.rules.reading import Reading, long_share, read_program, read_source


def test_a_line_is_counted_as_by_hand() -> None:
    """Names x, a, a, b, c, d, the list and the choice; tokens are every word, sign and the end of the line."""
    assert read_source("x = [a for a in b] if c else d  # why\n") == Reading(1, 8, 2, 14)


def test_a_checkout_is_the_sum_of_its_files(tmp_path: Path) -> None:
    for folder, source in (("app", "a = 1\n"), ("sync/deep", "b = c\n"), ("tests", "d = e\n"), ("schema", "")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "x.py").write_text(source)
    found = read_program(tmp_path)
    assert found == Reading(2, 4, 0, 8)
    assert (found.expressions_a_statement, found.dense_a_thousand) == (2.0, 0.0)


def test_the_share_of_long_lines_counts_characters(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text("x" * 30 + "\n" + "y" * 10 + "\n")
    assert long_share(tmp_path, 29) == 0.75
    assert long_share(tmp_path, 30) == 0
