"""No published table, alone or less its other rows, says what fewer than five respondents answered."""

from collections import Counter

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.core.problems import Problem
from app.quality.surveys import papers, queries, reports
from app.quality.surveys.queries import TOGETHER, merge_small_groups
from app.quality.surveys.small_groups import FEWEST, coarsen, merged_keys
from schema.surveys import load_survey
from sync.journal import Journal
from tests.platform.people import Browser, Clock
from tests.quality.surveys.test_pages import QUARTER, fill, who

ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from("123456")), max_size=60)


@given(ROWS)
def test_no_beginning_of_a_row_is_shared_by_fewer_than_five(rows: list[tuple[str, ...]]) -> None:
    known = coarsen(rows)
    assert len(known) == (len(rows) if len(rows) >= FEWEST else 0)
    for level in (1, 2, 3):
        assert all(count >= FEWEST for count in Counter(row[:level] for row in known).values())
    for row, kept in zip(rows, known, strict=False):
        assert all(new in ("", old) for old, new in zip(row, kept, strict=True))


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 30)))
def test_what_a_table_leaves_out_is_five_at_least(counts: dict[str, int]) -> None:
    """The total less the rows that are shown is nothing or five; where it is less, nothing at all is shown."""
    merged = merged_keys(counts)
    left = sum(counts.values()) - sum(count for key, count in counts.items() if key not in merged)
    assert left == 0 or left >= FEWEST or merged == set(counts)
    assert all(counts[key] >= FEWEST for key in counts if key not in merged)


@given(st.dictionaries(st.sampled_from(["A", "B", "C", "D"]), st.integers(0, 12)))
def test_a_table_of_groups_loses_nobody_and_shows_no_few(counts: dict[str, int]) -> None:
    found = merge_small_groups(load_survey("kep25"), {label: ["33333333333333"] * n for label, n in counts.items()})
    total = sum(counts.values())
    assert all(one.result.respondents >= FEWEST for one in found)
    assert sum(one.result.respondents for one in found) == (total if total >= FEWEST else 0)
    assert [one.label for one in found].count(TOGETHER) <= 1


def test_a_service_that_few_judged_is_not_told_alone_nor_by_the_rest(
    web: Flask, journal: Journal, clock: Clock
) -> None:
    """Four and six of two services: neither stands alone, and no report is drafted of one."""
    ida = Browser(web, "ida")
    fill(journal, clock, count=6)
    fill(journal, clock, count=4, marks="111111111", service="ktm")
    [together] = queries.results_by_service(journal.db, queries.office_survey(journal.db), QUARTER)
    assert (together.label, together.result.respondents) == (TOGETHER, 10)
    page = ida.get("/kepuasan?masa=2026-Q1&layanan=ktp-el").text
    assert reports.WITHHELD in page
    assert "72,22" not in page
    with pytest.raises(Problem, match="terlalu sedikit"):
        reports.draft_report(
            journal, who(journal, "ida", clock), service="ktp-el", period=QUARTER, plan="Kursi.", now=clock()
        )


def test_the_smallest_further_group_goes_along() -> None:
    assert merged_keys({"a": 3, "b": 6, "c": 9}) == {"a", "b"}
    assert merged_keys({"a": 3, "b": 2, "c": 9}) == {"a", "b"}
    assert merged_keys({"a": 5, "b": 6}) == frozenset()


def test_a_file_of_one_service_holds_its_answers_alone(journal: Journal, clock: Clock) -> None:
    fill(journal, clock, count=6)
    fill(journal, clock, count=7, marks="111111111", service="ktm")
    for service, count in (("ktp-el", 6), ("ktm", 7), ("", 13)):
        file = papers.answers_csv(journal.db, service, QUARTER)
        assert len(file.splitlines()) == 1 + count, service
