"""What the charts draw is what the figures say: lengths by their ratio, colours by their meaning, all on the sheet."""

from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.quality.indicators.charts import states_chart
from app.quality.quarter.charts import (
    ACCENT,
    BAD,
    PAPER,
    QUIET,
    SOFT,
    month_words,
    months_chart,
    squares_chart,
    trend_chart,
    year_chart,
)
from app.quality.quarter.figures import Kept, Month, Totals
from app.quality.surveys import charts as surveys

SVG = "{http://www.w3.org/2000/svg}"
NAMES = [f"2026-{month:02d}" for month in range(1, 7)]
FEW = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=6, max_size=6)


class Drawn:
    """A drawing as its rectangles, texts, points and lines."""

    def __init__(self, text: str) -> None:
        self.tree = ElementTree.fromstring(text)
        self.wide, self.high = (float(part) for part in self.tree.get("viewBox", "").split()[2:])
        for pattern in list(self.tree.iter(f"{SVG}defs")):
            self.tree.remove(pattern)
        self.title = self.tree.findtext(f"{SVG}title")
        self.rects = [
            {name: self.number(one, name) for name in ("x", "y", "width", "height")}
            | {"fill": one.get("fill"), "stroke": one.get("stroke")}
            for one in self.tree.iter(f"{SVG}rect")
        ]
        self.texts = [
            (float(one.get("x", "")), float(one.get("y", "")), one.text or "") for one in self.tree.iter(f"{SVG}text")
        ]
        self.points = [(float(one.get("cx", "")), float(one.get("cy", ""))) for one in self.tree.iter(f"{SVG}circle")]
        self.lines = [
            [tuple(float(n) for n in pair.split(",")) for pair in one.get("points", "").split()]
            for one in self.tree.iter(f"{SVG}polyline")
        ]

    @staticmethod
    def number(one: Any, name: str) -> float:
        return float(one.get(name, "0"))

    def all_on_the_sheet(self) -> bool:
        corners = [(rect["x"], rect["y"]) for rect in self.rects]
        corners += [(rect["x"] + rect["width"], rect["y"] + rect["height"]) for rect in self.rects]
        corners += [(x, y) for x, y, _ in self.texts] + self.points + [pair for line in self.lines for pair in line]  # type: ignore[misc]
        return all(0 <= x <= self.wide and 0 <= y <= self.high for x, y in corners)

    def words_over(self, one: dict[str, Any]) -> list[str]:
        """Texts in the middle of a bar, above it."""
        middle = one["x"] + one["width"] / 2
        return [words for x, y, words in self.texts if abs(x - middle) < 0.01 and y < one["y"]]


@given(FEW)
def test_months_stand_on_one_line_as_high_as_their_complaints(pairs: list[tuple[int, int]]) -> None:
    months = [Month(name, max(pair), min(pair)) for name, pair in zip(NAMES, pairs, strict=True)]
    drawn = Drawn(months_chart(months))
    assert drawn.all_on_the_sheet()
    solid = [one for one in drawn.rects if "url" not in one["fill"]]
    hatched = {one["x"]: one for one in drawn.rects if "url" in one["fill"]}
    assert [(one["fill"], one["stroke"]) for one in solid] == [(SOFT, QUIET)] * 3 + [(ACCENT, ACCENT)] * 3
    assert all(before["x"] + before["width"] < after["x"] for before, after in pairwise(solid))
    assert solid[3]["x"] - solid[2]["x"] > solid[2]["x"] - solid[1]["x"], "the quarters stand apart"
    ground = {round(one["y"] + one["height"], 1) for one in solid}
    unit = 150 / max(4, *(one.received for one in months))
    assert len(ground) == 1
    for month, bar in zip(months, solid, strict=True):
        assert bar["height"] == pytest.approx(month.settled * unit, abs=0.01)
        top, still = bar, month.received - month.settled
        if still:
            top = hatched[bar["x"]]
            assert top["height"] == pytest.approx(still * unit, abs=0.01)
            assert top["y"] + top["height"] == pytest.approx(bar["y"], abs=0.01)
        assert drawn.words_over(top) == [str(month.received)]
    assert len(hatched) == sum(one.received > one.settled for one in months)


def test_months_and_quarters_are_named() -> None:
    drawn = Drawn(months_chart([Month(name, 3, 1) for name in ("2025-10", "2025-11", "2025-12", *NAMES[:3])]))
    below = [words for _, _, words in drawn.texts if not words.isdigit()]
    assert below == ["Okt", "Nov", "Des", "Jan", "Feb", "Mar", "triwulan IV 2025", "triwulan I 2026"]
    assert month_words(Month("2026-01", 3, 1)) == "Januari 3, 2 belum selesai"
    assert month_words(Month("2026-12", 3, 3)) == "Desember 3"


@given(st.lists(st.one_of(st.none(), st.integers(0, 90)), min_size=12, max_size=12))
def test_a_year_has_a_bar_for_each_month_and_a_dash_where_nobody_knows(counts: list[int | None]) -> None:
    drawn = Drawn(year_chart([(f"M{n}", count) for n, count in enumerate(counts)]))
    assert drawn.all_on_the_sheet()
    most = max(4, *(count or 0 for count in counts))
    for count, bar in zip(counts, drawn.rects, strict=True):
        assert bar["height"] == pytest.approx((count or 0) * 88 / most, abs=0.01)
        assert drawn.words_over(bar) == ["–" if count is None else str(count)]
    assert len({round(one["y"] + one["height"], 1) for one in drawn.rects}) == 1


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=8, max_size=8))
def test_the_promise_over_eight_quarters_is_a_point_for_each_that_had_one(pairs: list[tuple[int, int]]) -> None:
    quarters = [Kept(f"{2025 + n // 4}-Q{n % 4 + 1}", max(pair), min(pair)) for n, pair in enumerate(pairs)]
    drawn = Drawn(trend_chart(quarters))
    assert drawn.all_on_the_sheet()
    shares = [one.kept * 100 / one.due for one in quarters if one.due]
    assert len(drawn.points) == len(shares)
    marks = sorted((int(words), y - 8) for x, y, words in drawn.texts if x == 46)
    (low, foot), (high, head) = marks[0], marks[-1]
    assert (high, low % 25) == (100, 0)
    assert low <= min(75, *shares, 75)
    for share, (_, y) in zip(shares, drawn.points, strict=True):
        assert y == pytest.approx(foot + (head - foot) * (share - low) / (high - low), abs=0.01)
    named = [words for _, y, words in drawn.texts if y == 246]
    assert named == ["2025", "2026"]
    assert [words for _, y, words in drawn.texts if y == 222] == ["I", "II", "III", "IV"] * 2


@given(st.integers(0, 90), st.integers(0, 40), st.integers(0, 40))
def test_every_complaint_is_a_box_of_its_state(settled: int, process: int, late: int) -> None:
    count = settled + process + late
    drawn = Drawn(squares_chart(Totals(count, settled, process, late)))
    fills = [one["fill"] for one in drawn.rects]
    assert fills == [ACCENT] * settled + [PAPER] * process + ["url(#petak-late)"] * late
    assert drawn.all_on_the_sheet()
    boxes = [(one["x"], one["y"], one["x"] + one["width"]) for one in drawn.rects]
    assert all(end < x or y < below for (_, y, end), (x, below, _) in pairwise(boxes)), "none lies on another"
    assert drawn.title == f"{count} masuk: {settled} selesai, {process} berjalan, {late} lewat batas"


@pytest.mark.parametrize("target", ["", "76.61"])
def test_elements_are_as_long_as_they_lie_above_25_and_hatched_below_the_target(target: str) -> None:
    values = ["25", "62.5", "76.61", "100", None]
    elements = [{"id": f"U{n}", "name": "Unsur", "value": value} for n, value in enumerate(values, 1)]
    drawn = Drawn(surveys.elements_chart(elements, target))
    assert drawn.all_on_the_sheet()
    whole = drawn.rects[3]["width"]
    assert [rect["width"] / whole for rect in drawn.rects] == pytest.approx([0, 0.5, 51.61 / 75, 1], abs=0.001)
    assert ["url" in rect["fill"] for rect in drawn.rects] == [bool(target), bool(target), False, False]
    assert len(drawn.lines) == bool(target)
    if target:
        assert drawn.lines[0][0][0] == pytest.approx(drawn.rects[2]["x"] + drawn.rects[2]["width"], abs=0.01)
    assert [words for _, _, words in drawn.texts if words in ("25", "62,5", "76,61", "100", "tidak ada data")] == [
        "25",
        "62,5",
        "76,61",
        "100",
        "tidak ada data",
    ]
    assert drawn.title == "Nilai tiap unsur: U1 25; U2 62,5; U3 76,61; U4 100; U5 tidak ada data"


def test_an_index_over_periods_leaves_a_gap_where_there_is_none() -> None:
    drawn = Drawn(
        surveys.trend_chart([("2025-S1", "25"), ("2025-S2", None), ("2026", "100"), ("2027", "62.5")], "62.5")
    )
    assert drawn.all_on_the_sheet()
    marks = {int(words): y - 4 for x, y, words in drawn.texts if x == 34}
    assert sorted(marks) == [25, 50, 75, 100]
    (first, third, last), step = drawn.points, (drawn.points[1][0] - drawn.points[0][0]) / 2
    assert (first[1], third[1], last[1]) == pytest.approx((marks[25], marks[100], (marks[25] + marks[100]) / 2))
    assert last[0] - third[0] == pytest.approx(step, abs=0.01)
    assert any({y for _, y in line} == {last[1]} for line in drawn.lines), "the target is a level line"
    assert [words for _, y, words in drawn.texts if y == 222] == ["25-S1", "25-S2", "2026", "2027"]


def test_states_are_parts_of_one_strip() -> None:
    drawn = Drawn(states_chart([("Tercapai", 3, ACCENT), ("Belum", 1, BAD), ("Tanpa data", 0, "")]))
    strip = [rect for rect in drawn.rects if rect["y"] == 4]
    assert [round(rect["width"] + 2) for rect in strip] == [750, 250, 2]
    assert [rect["x"] for rect in strip] == [1, 751, 1001]
    assert [rect["fill"] for rect in strip] == [ACCENT, BAD, PAPER]
    assert [words for _, _, words in drawn.texts] == ["Tercapai 3", "Belum 1", "Tanpa data 0"]
