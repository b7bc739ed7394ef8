"""A partner that answers with numbers: sealed, never twice, the same on both engines."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from app.centre import service as floor
from app.centre.offices import CentreExchange, Row
from app.core.messages import PartnerWords, ValueWords
from app.core.problems import Problem
from schema.structs import decode_json
from sync.keys import load_or_make_keys
from sync.verification import verify_side
from tests.centre.print_centre import NOW, OFFICE, YUNI, PrintCentre, a_line

ACCOUNT = "990000000001"


def test_the_books_of_a_bank_hold_on_both_engines(print_centre: PrintCentre, tmp_path: Path) -> None:
    """Answers with numbers replay to the same tables on SQLite and on PostgreSQL."""
    words = PartnerWords("KTM", "NIM", "KTM", "Rekening dibuka", value=ValueWords("Nomor rekening", 8, 20))
    lines = [replace(a_line(1, n, n), words=words, service="ktm", main_key=f"P99.00.26.{n:03}") for n in (1, 2)]
    first, second = print_centre.office.dispatch(lines)
    load_or_make_keys(tmp_path / "keys", print_centre.journal.source)
    exchange = CentreExchange(print_centre.journal, tmp_path / "keys")
    said = {"office": OFFICE, "now": NOW, "exchange": exchange}
    floor.answer_with_value(print_centre.journal, YUNI, line=first, value=ACCOUNT, **said)
    floor.answer_with_value(print_centre.journal, YUNI, line=first, value=ACCOUNT, **said)
    with pytest.raises(Problem):
        floor.answer_with_value(print_centre.journal, YUNI, line=second, value=ACCOUNT, **said)
    with pytest.raises(Problem):
        floor.print_line(print_centre.journal, YUNI, office=OFFICE, line=second, serial="K0001", now=NOW)
    assert print_centre.state(first) == "printed"
    assert verify_side(print_centre.journal, "centre", tmp_path / "scratch.sqlite3").faults == []


def test_a_line_of_a_service_without_numbers_is_not_answered_with_one(
    print_centre: PrintCentre, tmp_path: Path
) -> None:
    [line] = print_centre.office.dispatch([a_line(1, 1, 1)])
    load_or_make_keys(tmp_path / "keys", print_centre.journal.source)
    exchange = CentreExchange(print_centre.journal, tmp_path / "keys")
    with pytest.raises(Problem, match="tidak dijawab dengan nomor"):
        floor.answer_with_value(
            print_centre.journal, YUNI, line=line, value=ACCOUNT, office=OFFICE, now=NOW, exchange=exchange
        )
    assert print_centre.state(line) == "waiting"


def test_a_row_of_a_published_recap_counts_nothing_that_it_does_not_name() -> None:
    assert decode_json('{"label": "Pelayanan"}', Row) == Row("Pelayanan", received=0, settled=0, late=0, before=0)
