"""Lists of the centre: a page holds its declared number of lines, the next one the rest; what an office is asked by."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.centre import queries, service
from app.platform.web.forms import PER_PAGE
from schema.seed_data import seed_kecamatan
from sync.enrolment import OWN_STREAM
from sync.entries import keep_fact
from tests.centre.desk import Desk
from tests.centre.print_centre import OFFICE, YUNI, PrintCentre
from tests.platform.people import Clock


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    return Desk(tmp_path, clock)


def refuse_some(print_centre: PrintCentre, count: int) -> list[str]:
    """The lines that were refused, the last one first; two at a time share a moment."""
    lines = print_centre.comes(count)
    for n, line in enumerate(lines):
        at = print_centre.now + timedelta(minutes=n)
        service.refuse_line(print_centre.journal, YUNI, office=OFFICE, line=line, reason="photo", now=at)
    return lines[::-1]


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
def test_pages_of_every_list_join_to_the_whole_in_its_order(print_centre: PrintCentre) -> None:
    refused = refuse_some(print_centre, 5)
    queued = print_centre.queued(7)
    for _ in range(3):
        print_centre.queued(1)
    db = print_centre.db
    lists: list[tuple[Callable[..., Sequence[Any]], str, int]] = [
        (queries.list_queue, "line", 10),
        (queries.list_refused_lines, "line", 5),
        (partial(queries.list_dispatches, db, OFFICE), "dispatch_id", 5),
    ]
    for read, name, count in lists:
        one = read if isinstance(read, partial) else partial(read, db)
        whole = [getattr(row, name) for row in one(limit=100, offset=0)]
        parts = [getattr(row, name) for skip in range(0, count, 3) for row in one(limit=3, offset=skip)]
        assert len(set(whole)) == count
        assert parts == whole
        assert list(one(limit=3, offset=count)) == []
    assert [line.line for line in queries.list_refused_lines(db)] == refused
    assert [line.line for line in queries.list_queue(db)][:7] == queued
    assert [row.dispatch_id for row in queries.list_dispatches(db, OFFICE)] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("count", [PER_PAGE, PER_PAGE + 1])
def test_the_refused_lines_stand_on_pages_of_the_declared_length(desk: Desk, count: int) -> None:
    refuse_some(desk.print_centre, count)
    first, second = (desk.yuni.get(f"/ditolak?hal={n}").get_data(as_text=True) for n in (1, 2))
    assert first.count("/baris/") == PER_PAGE
    assert second.count("/baris/") == count - PER_PAGE
    assert ("hal=2" in first) is (count > PER_PAGE)


def test_a_print_centre_offers_the_kecamatan_of_its_regency_and_another_partner_types_its_offices(desk: Desk) -> None:
    page = desk.eko.get("/kantor/").get_data(as_text=True)
    offered = re.findall(r'<option value="(\d{6})">', page)
    assert offered == [area.code for area in seed_kecamatan()]
    with desk.centre.journal.transaction():
        keep_fact(desk.centre.journal.db, OWN_STREAM, "bank")
    page = desk.eko.get("/kantor/").get_data(as_text=True)
    assert '<option value="' not in page
    assert re.search(r'<input[^>]+name="office"', page)
