"""Each procedure says what the table of its source says: cell by cell in the definition, and in its drawn flowchart."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from xml.etree import ElementTree

import pytest

from app.core.procedure.flowchart import flowchart_layout, flowchart_sheets
from app.core.procedure.limits import CaseMove, moved_deadlines, standard_time
from app.core.procedure.sop import sop_rows
from app.core.workdays import Calendar, Hours, WorkingTime, parse_spans
from schema.definitions import load_all
from schema.service_procedure import Definition
from tests.services.seed_tables import (
    KTP_COMPLAINTS,
    KTP_FACILITIES,
    KTP_PERFORMERS,
    KTP_STAFF,
    TABLES,
    TIMES,
    Standard,
)

SERVICES = load_all()
BEGUN = datetime.fromisoformat("2026-03-02T08:00")
USUAL = parse_spans("07.30-12.00, 13.00-16.00")
OFFICE = WorkingTime(Calendar({}), [Hours("Jam kantor", date(2020, 1, 1), (*(USUAL,) * 5, (), ()))])
SVG = "{http://www.w3.org/2000/svg}"
SHIPPED = [name for name in TABLES if name in SERVICES]
OF_AN_INTAKE = {("ktm", "6.1")}
"""The ten minutes of the socialisation run for an intake of students, before any case:
tests/services/ktm/test_cards.py.
"""


@pytest.mark.parametrize("service", SHIPPED)
def test_the_definition_is_the_printed_table_cell_by_cell(service: str) -> None:
    d, table = SERVICES[service], TABLES[service]
    said = [(str(row.no), row.title, row.papers, row.time, row.output, row.remark) for row in d.rows]
    assert [
        (no, title, "; ".join(papers), time.text if time else "", output, remark)
        for no, title, papers, time, output, remark in said
    ] == [(row.no.rstrip("."), row.activity, row.completeness, row.time, row.output, row.remark) for row in table.rows]
    performing = [one for row in d.rows for one in (row.actor, *row.also)]
    columns = [actor.label.casefold() for actor in d.actors if actor.id in performing]
    assert columns == [column.casefold() for column in table.columns]


@pytest.mark.parametrize("service", SHIPPED)
def test_every_performer_whose_mark_was_lost_is_inferred_with_a_reason(service: str) -> None:
    for row in SERVICES[service].rows:
        assert len(row.inferred_because) > 20, (service, row.no)
    assert all(row.inferred for row in sop_rows(SERVICES[service]))


@pytest.mark.parametrize("service", SHIPPED)
def test_the_drawn_flowchart_has_the_same_steps_performers_times_and_outputs(service: str) -> None:
    d, table = SERVICES[service], TABLES[service]
    drawn = [row for svg in flowchart_sheets(d, 0.53) for row in drawn_rows(svg)]
    actors = {actor.id: actor.label for actor in d.actors}
    assert len(drawn) == len(table.rows)
    for row, seed, cells in zip(d.rows, table.rows, drawn, strict=True):
        question = f". {row.question}" if row.question else ""
        assert cells == [
            f"{row.no}*",
            one_line(seed.activity + question),
            one_line(seed.completeness),
            one_line(seed.time),
            one_line(seed.output),
            one_line(seed.remark),
        ]
        columns = {table.columns[i] for i in columns_of(d, row.no)}
        assert {column.casefold() for column in columns} == {actors[one].casefold() for one in (row.actor, *row.also)}


def one_line(text: str) -> str:
    return " ".join(text.split())


def drawn_rows(svg: str) -> Iterator[list[str]]:
    """The texts of the cells of each row, as the drawing has them: a row begins with a number in the first column."""
    cells = []
    parts = iter(ElementTree.fromstring(svg))
    box = None
    for part in parts:
        if part.tag == f"{SVG}rect" and part.get("fill") == "none":
            box = (float(part.get("x", "0")), float(part.get("y", "0")))
            cells.append((box, ""))
        elif part.tag == f"{SVG}text" and box and part.get("font-size") is None and part.get("text-anchor") != "end":
            cells[-1] = (box, " ".join("".join(span.itertext()) for span in part))
            box = None
        else:
            box = None
    tops = [y for (x, y), text in cells if x == 0.5 and re.fullmatch(r"\d+\*?", text) and y > 70]
    edges = sorted({x for (x, y), _ in cells if y in tops})
    for top in tops:
        row = {x: text for (x, y), text in cells if y == top and text}
        quality = edges[-4:]
        yield [row.get(x, "") for x in (*edges[:2], *quality)]


def columns_of(d: Definition, no: int) -> list[int]:
    """The performer columns in which the symbols of a row stand."""
    for sheet in flowchart_layout(d, 0.53):
        if no in sheet.rows:
            numbers = [cell for cell in sheet.cells if cell.lines in ((str(no),), (f"{no}*",)) and cell.y > 70]
            own = next(cell for cell in numbers if cell.x == 0.5)
            heads = sorted(cell.x for cell in sheet.cells if cell.y == 20.5)[:-3]
            return [
                max(i for i, left in enumerate(heads) if left < shape.x)
                for shape in sheet.shapes
                if own.y < shape.y < own.y + own.h and shape.symbol != "pentagon"
            ]
    raise AssertionError(no)


def test_the_tables_and_performers_of_the_ktp_standard() -> None:
    d = SERVICES["ktp-el"]
    assert [
        (facility.clause, facility.name, f"{facility.quantity} {facility.unit}") for facility in d.facilities
    ] == list(KTP_FACILITIES)
    staff = [(one.post, one.education, one.experience, f"{one.staff} orang") for one in d.competence]
    assert [one[1:] for one in staff] == [one[1:] for one in KTP_STAFF]
    grid = next(table for section in d.sections for table in section.tables)
    assert (grid.title, grid.columns, grid.rows) == KTP_COMPLAINTS
    clauses = {clause.number: clause.printed for section in d.sections for clause in section.clauses}
    for row in sop_rows(d):
        stated = KTP_PERFORMERS.get(row.no)
        assert bool(stated) is not bool(row.inferred), row
        if stated:
            assert row.performers == stated[0]
            assert any(stated[1] in clauses[number] for number in (row.clause, "7.1"))


RUNNING = [one for one in TIMES if one.service in SERVICES and one[:2] not in OF_AN_INTAKE]


@pytest.mark.parametrize("one", RUNNING, ids=lambda one: f"{one}")
def test_every_time_of_a_source_drives_a_clock(one: Standard) -> None:
    d = SERVICES[one.service]
    printed = [row.time.text for row in d.rows if row.time and row.clause == one.clause]
    assert one.words in printed or any(one.words in text for text in clause_texts(d, one.clause)), printed
    assert one.due in set(dues(d, one.clause))


def clause_texts(d: Definition, number: str) -> list[str]:
    return [clause.text for section in d.sections for clause in section.clauses if clause.number == number]


def dues(d: Definition, clause: str) -> Iterator[str]:
    """When each clock of a clause that begins at BEGUN is over, as the engine reckons it."""
    for limit in d.limits:
        if limit.clause == clause:
            move = CaseMove(frozenset({limit.starts_on[0]}), "", "")
            yield from (now.due for now in moved_deadlines(d, {}, move, BEGUN, OFFICE) if now.limit == limit.id)
    for step in d.steps:
        row = next((row for row in d.rows if row.no == step.row), None)
        if clause in (step.clause, row.clause if row else "") and standard_time(d, step.id):
            move = CaseMove(frozenset({f"{step.id}.@entered"}), "", step.id)
            yield from (now.due for now in moved_deadlines(d, {}, move, BEGUN, OFFICE) if now.limit == "step")


def test_a_time_by_schedule_drives_none() -> None:
    for d in SERVICES.values():
        by_schedule = [row.no for row in d.rows if row.time and row.time.is_by_schedule]
        steps = [step for step in d.steps if step.row in by_schedule]
        assert [step.id for step in steps if standard_time(d, step.id)] == []
    if "kartu-pns" in SERVICES:
        rows = SERVICES["kartu-pns"].rows
        assert [row.no for row in rows if row.time and row.time.is_by_schedule] == [9, 10]
