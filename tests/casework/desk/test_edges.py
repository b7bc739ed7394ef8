"""Edges of what a case shows: the form that is named on its papers, the marks of its checklist."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs

from app.casework.desk.checklist import CheckedLine, Observed, form_reasons_covered
from app.casework.desk.form_papers import form_label
from app.casework.desk.limits import office_moment
from app.casework.desk.oversight import Promises
from app.casework.desk.queries import Page
from schema.definitions import load_all

KTP = load_all()["ktp-el"]


def test_the_chosen_form_is_named_and_else_the_newest_in_force() -> None:
    old = next(code for code in KTP.form_codes if code.valid_until is not None)
    current = [code for code in KTP.form_codes if code.valid_until is None]
    assert form_label(KTP, ["x", old.id]) == old.label
    assert form_label(KTP, ["x"]) == current[-1].label
    assert form_label(KTP, ()) == current[-1].label
    assert form_label(structs.replace(KTP, form_codes=()), [old.id]) == KTP.name


NEED = next(requirement for requirement in KTP.requirements if requirement.mandatory)


@pytest.mark.parametrize(
    ("state", "mandatory", "mark", "settled"),
    [
        ("present", True, ("good", "Ada"), True),
        ("missing", True, ("warn", "Belum ada"), False),
        ("missing", False, ("idle", "Belum ada"), False),
        ("wrong", True, ("warn", "Tidak sesuai"), False),
        ("not_needed", False, ("idle", "Tidak perlu"), False),
    ],
)
def test_a_line_of_the_checklist_is_settled_when_it_is_there_and_as_it_should_be(
    state: str, mandatory: bool, mark: tuple[str, str], settled: bool
) -> None:
    line = CheckedLine(structs.replace(NEED, mandatory=mandatory), "2.1", state=state)
    assert (line.mark, line.settled) == (mark, settled)
    assert line.lacking is (mandatory and state in ("missing", "wrong"))


def test_what_was_found_differently_is_looked_at_again() -> None:
    line = CheckedLine(NEED, "2.1", state="present", look=Observed("Latar foto", "Biru", "Merah"))
    assert (line.mark, line.settled) == (("warn", "Ada"), False)


def test_a_reason_of_the_form_is_covered_by_a_line_that_was_seen_to_differ() -> None:
    photo = next(requirement for requirement in KTP.requirements if requirement.observed)
    assert photo.observed is not None
    differs, missing = photo.observed.differs_reason, photo.missing_reason
    assert differs != missing
    for state, covered in (("missing", {missing}), ("wrong", {missing, differs})):
        assert form_reasons_covered(CheckedLine(photo, "2.1", state=state)) == covered, state
    plain = structs.replace(photo, observed=None)
    assert form_reasons_covered(CheckedLine(plain, "2.1", state="wrong")) == {missing}


def test_a_tick_counts_for_whoever_found_it_since_the_file_came_back() -> None:
    def heard(actor: str, came_back: str) -> tuple[str, str]:
        line = CheckedLine(NEED, "2.1", state="present", by="sari", on="2026-03-12")
        line.hear(actor, came_back)
        return line.state, line.heard

    assert heard("sari", "2026-03-11") == ("present", "")
    assert heard("sari", "2026-03-12") == ("", "ada"), "on that day it had not come back yet"
    assert heard("oki", "") == ("", "ada")


@pytest.mark.parametrize(
    ("shown", "more", "before"), [((9, 7, 4), True, 4), ((9, 7, 4), False, None), ((), True, None), ((), False, None)]
)
def test_a_list_goes_on_before_its_last_case_only_where_more_follow(
    shown: tuple[int, ...], more: bool, before: int | None
) -> None:
    rows: list[Any] = [SimpleNamespace(id=id_) for id_ in shown]
    assert Page(rows, more).before == before


def test_what_happened_on_an_earlier_day_has_this_hour_or_noon() -> None:
    now = datetime(2026, 3, 12, 2, 42, tzinfo=UTC)  # 09.42 at the office
    assert office_moment(date(2026, 3, 12), now).isoformat(" ") == "2026-03-12 09:42:00"
    assert office_moment(date(2026, 3, 10), now).isoformat(" ") == "2026-03-10 09:42:00"
    assert office_moment(date(2026, 3, 10), None).isoformat(" ") == "2026-03-10 12:00:00"


@pytest.mark.parametrize(
    ("promises", "due", "share", "words"),
    [
        (
            Promises(3, 1, 2, 4),
            10,
            0.3,
            "3 dari 10 yang jatuh tempo; 1 terlambat, 2 belum selesai, 4 berakhir tanpa hasil",
        ),
        (Promises(5, 0, 0), 5, 1.0, "5 dari 5 yang jatuh tempo"),
        (Promises(0, 0, 1), 1, 0.0, "0 dari 1 yang jatuh tempo; 1 belum selesai"),
        (Promises(0, 0, 0), 0, None, "0 dari 0 yang jatuh tempo"),
    ],
)
def test_every_promise_whose_day_is_over_counts_once_whatever_became_of_it(
    promises: Promises, due: int, share: float | None, words: str
) -> None:
    assert (promises.due, promises.share, promises.words) == (due, share, words)
