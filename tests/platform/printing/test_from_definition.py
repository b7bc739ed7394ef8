"""The shipped KTP definition becomes its paper: nothing of the standard is lost."""

from app.platform.printing.data.books import standard_clauses
from tests.platform.printing.sheets_standard import KTP


def test_standard_keeps_every_clause_in_order() -> None:
    clauses = standard_clauses(KTP)
    assert [clause.number for clause in clauses] == [str(n) for n in range(1, 15)]
    assert [entry.number for entry in clauses[0].legal] == [f"1.{n}" for n in range(1, 13)]
    assert clauses[0].legal[2].reading.count("63/KEP") == 1
    assert "631KEP" in clauses[0].legal[2].text
    assert [item.number for item in clauses[3].items] == [f"4.{n}" for n in range(1, 8)]
    assert len(clauses[7].tables[0].rows) == 8
    printed = [post.post for post in KTP.competence]
    assert [table.rows[0][1].partition(" (dibaca ")[0] for table in clauses[8].tables] == printed
    clean = standard_clauses(KTP, clean=True)[8]
    assert [table.rows[0][1] for table in clean.tables] == [post.reading or post.post for post in KTP.competence]
    assert all(clause.items or clause.tables or clause.legal for clause in clauses)
