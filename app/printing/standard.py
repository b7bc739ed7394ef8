"""From a service definition to the data of its paper: the clauses of the standard as printed. Knows structs only."""

from app.printing.data.books import Clause, ClauseItem, ClauseTable, LegalEntry
from schema.service_procedure import Definition
from schema.service_standard import Clause as Sentence
from schema.service_standard import Competence, Section


def standard_clauses(d: Definition) -> tuple[Clause, ...]:
    """All clauses of the standard in printed order, with what the file keeps as structured data in its place."""
    return tuple(_to_clause(d, section) for section in d.sections)


def _to_clause(d: Definition, section: Section) -> Clause:
    legal: tuple[LegalEntry, ...] = ()
    tables: list[ClauseTable] = []
    if section.shows == "legal_basis":
        legal = tuple(
            LegalEntry(
                number=each.number,
                printed=each.printed,
                reading=each.reading,
                superseded=each.superseded_by,
                note=each.note,
            )
            for each in d.legal_basis
        )
    if section.shows == "facilities":
        rows = tuple((each.clause, each.name, f"{each.quantity} {each.unit}") for each in d.facilities)
        tables.append(ClauseTable(headers=("Butir", "Nama", "Banyaknya"), rows=rows))
    if section.shows == "competence":
        tables += [ClauseTable(rows=_competence_rows(each)) for each in d.competence]
    tables += [ClauseTable(headers=grid.columns, rows=grid.rows) for grid in section.tables]
    items = tuple(_to_item(each) for each in section.clauses)
    number = int(section.number.split(".")[0])
    return Clause(number=number, title=section.title, items=items, tables=tuple(tables), legal=legal)


def _to_item(clause: Sentence) -> ClauseItem:
    reading = "" if clause.reading == clause.printed else clause.reading
    return ClauseItem(number=clause.number, text=clause.printed, reading=reading, note=clause.note)


def _competence_rows(post: Competence) -> tuple[tuple[str, str], ...]:
    return (
        ("Jabatan", post.post),
        ("Pendidikan", post.education or "-"),
        ("Pelatihan", "; ".join(post.training) or "-"),
        ("Keterampilan/pengetahuan", "; ".join(post.skills) or "-"),
        ("Pengalaman kerja", post.experience or "-"),
        ("Jumlah personil", f"{post.staff} orang"),
    )
