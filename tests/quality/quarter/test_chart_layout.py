"""How the charts of quarter, survey and indicators are laid out: order of sizes, equal steps, words where they belong.

A number is bold and larger than the name under its bar, the name larger than what stands under it or at an axis;
a number stands clear above its bar or point, a name in the middle under it; the ground line keeps equal margins.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from app.core.periods import Period
from app.quality.indicators import charts as indicators
from app.quality.indicators.outlook import Outlook
from app.quality.indicators.queries import Achievement, Target
from app.quality.quarter.charts import (
    ACCENT,
    BAD,
    HIGH,
    INK,
    LARGE,
    MIDDLE,
    PAPER,
    QUIET,
    SMALL,
    SOFT,
    WIDE,
    months_chart,
    squares_chart,
    trend_chart,
    year_chart,
)
from app.quality.quarter.figures import Kept, Month, Totals
from app.quality.surveys import charts as surveys
from schema.indicator_values import Value, number
from schema.indicators import load_indicators
from tests.quality.quarter.test_charts import SVG, Drawn


class Laid(Drawn):
    """The same drawing with how its words are set, and its hatches."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.words = [
            {
                "x": float(one.get("x", "")),
                "y": float(one.get("y", "")),
                "text": one.text,
                "size": float(one.get("font-size", "")),
                "anchor": one.get("text-anchor"),
                "bold": one.get("font-weight") == "700",
                "fill": one.get("fill"),
            }
            for one in self.tree.iter(f"{SVG}text")
        ]
        self.strokes = [
            (float(one.get("stroke-width", "0")), one.get("stroke")) for one in self.tree.iter(f"{SVG}polyline")
        ]

    def at(self, y: float) -> list[dict[str, Any]]:
        return [word for word in self.words if word["y"] == y]

    def sizes(self, rows: Sequence[dict[str, Any]]) -> float:
        """The one size of some words, which are all centred."""
        [size] = {row["size"] for row in rows}
        assert {row["anchor"] for row in rows} == {"middle"}
        return float(size)


def centres(rects: Sequence[dict[str, Any]]) -> list[float]:
    return [rect["x"] + rect["width"] / 2 for rect in rects]


def steps(places: Sequence[float]) -> set[float]:
    return {round(after - before, 3) for before, after in pairwise(places)}


def has_equal_margins(drawn: Laid, line: Sequence[Any]) -> bool:
    (left, _), (right, _) = line
    return bool(left == drawn.wide - right > 0)


def test_bars_of_months_stand_at_equal_steps_under_their_number_and_over_their_name() -> None:
    drawn = Laid(months_chart([Month(f"2026-{n:02d}", 10 * n, 5 * n) for n in range(1, 7)]))
    assert (drawn.wide, drawn.high) == (WIDE, HIGH)
    bars = [rect for rect in drawn.rects if rect["fill"] in (SOFT, ACCENT)]
    open_bars = [rect for rect in drawn.rects if "url" in rect["fill"]]
    assert {one["width"] for one in (*bars, *open_bars)} == {54}
    assert {one["stroke"] for one in open_bars} == {BAD}
    assert steps(centres(bars[:3])) == steps(centres(bars[3:])) == {84}
    numbers = [known_word for known_word in drawn.words if known_word["bold"]]
    names, quarters = drawn.at(222), drawn.at(246)
    assert [one["x"] for one in numbers] == [name["x"] for name in names] == centres(bars)
    assert [quarter["x"] for quarter in quarters] == [sum(centres(half)) / 3 for half in (bars[:3], bars[3:])]
    assert [round(bar["y"] - word["y"], 6) for bar, word in zip(open_bars, numbers, strict=True)] == [7] * 6
    assert drawn.sizes(numbers) > drawn.sizes(names) > drawn.sizes(quarters) >= 22
    assert [name["fill"] for name in (*names, *quarters)] == [QUIET] * 8
    [ground], [(width, colour)] = drawn.lines, drawn.strokes
    assert {y for _, y in ground} == {bars[0]["y"] + bars[0]["height"]} == {200}
    assert has_equal_margins(drawn, ground)
    assert (width, colour) == (1.5, INK)
    assert drawn.title == (
        "Pengaduan per bulan: Januari 10, 5 belum selesai; Februari 20, 10 belum selesai; Maret 30, 15 belum selesai; "
        "April 40, 20 belum selesai; Mei 50, 25 belum selesai; Juni 60, 30 belum selesai"
    )
    tree = ElementTree.fromstring(months_chart([Month(f"2026-{n:02d}", 0, 0) for n in range(1, 7)], "x"))
    assert [one.get("id") for one in tree.iter(f"{SVG}pattern")] == ["x-open"]


def test_bars_of_a_year_stand_at_equal_steps_on_one_ground() -> None:
    drawn = Laid(year_chart([(f"M{n}", n if n else None) for n in range(12)]))
    assert (drawn.wide, drawn.high) == (WIDE, 140)
    numbers = [known_word for known_word in drawn.words if known_word["bold"]]
    names = drawn.at(134)
    assert steps(centres(drawn.rects)) == {44}
    assert {rect["width"] for rect in drawn.rects} == {30}
    assert centres(drawn.rects) == [one["x"] for one in numbers] == [name["x"] for name in names]
    assert [round(bar["y"] - word["y"], 6) for bar, word in zip(drawn.rects, numbers, strict=True)] == [5] * 12
    assert drawn.sizes(numbers) == drawn.sizes(names) == 12, "twelve bars have less room"
    first, last = drawn.rects[0], drawn.rects[-1]
    assert first["x"] - 14 == 10
    assert last["x"] + last["width"] <= drawn.wide - 14
    assert has_equal_margins(drawn, drawn.lines[0])
    assert {y for _, y in drawn.lines[0]} == {116.0} == {rect["y"] + rect["height"] for rect in drawn.rects}
    assert drawn.strokes == [(1.5, INK)]
    assert drawn.title == "Pengaduan per bulan: M0 belum ada; " + "; ".join(f"M{n} {n}" for n in range(1, 12))


@pytest.mark.parametrize(("least", "marks"), [(80, 5), (75, 5), (60, 10), (50, 10), (40, 25), (10, 25)])
def test_the_axis_of_the_promise_begins_at_a_quarter_below_and_has_round_marks(least: int, marks: int) -> None:
    kept = [Kept(f"{2025 + n // 4}-Q{n % 4 + 1}", 100, 100 if n % 2 else least) for n in range(8)]
    drawn = Laid(trend_chart(kept))
    axis = [word for word in drawn.words if word["anchor"] == "end"]
    floor = min(75, least // 25 * 25)
    assert [int(str(word["text"])) for word in axis] == list(range(floor, 101, marks))
    assert {(word["x"], word["size"], word["fill"]) for word in axis} == {(46.0, 22.0, QUIET)}
    grid = drawn.lines[: len(axis)]
    assert [(round(line[0][1], 2), line[0][0], line[1][0]) for line in grid] == [
        (round(word["y"] - 8, 2), 52.0, 480) for word in axis
    ]
    assert axis[0]["y"] - 8 == 200
    assert axis[-1]["y"] - 8 == 28, "a hundred stands 172 above the ground"
    points = drawn.points
    assert steps([x for x, _ in points]) == {56}
    names, years = drawn.at(222), drawn.at(246)
    assert [name["x"] for name in names] == [x for x, _ in points]
    assert [(year["text"], year["x"]) for year in years] == [("2025", points[0][0]), ("2026", points[4][0])]
    [last] = [word for word in drawn.words if word["bold"]]
    assert (last["x"], last["text"], last["anchor"]) == (points[-1][0] + 14, kept[-1].percent, "start")
    assert last["y"] == pytest.approx(points[-1][1] + 9), "beside the point, where no line comes"
    assert last["size"] > drawn.sizes(names) > drawn.sizes(years) >= 22
    assert drawn.lines[-2] == points
    assert drawn.strokes[-2:] == [(3, ACCENT), (1.5, INK)]
    assert drawn.lines[-1] == [(52.0, 200.0), (480, 200.0)]
    assert [one.get("r") for one in drawn.tree.iter(f"{SVG}circle")] == ["5"] * 8


def test_the_last_promise_is_told_only_where_the_last_quarter_had_one() -> None:
    kept = [Kept(f"2025-Q{n}", 10, 9) for n in (1, 2, 3)]
    assert [word["text"] for word in Laid(trend_chart(kept)).words if word["bold"]] == [kept[-1].percent]
    silent = Laid(trend_chart([*kept, Kept("2025-Q4", 0, 0)]))
    assert [word for word in silent.words if word["bold"]] == []
    assert silent.title is not None
    assert silent.title.endswith("Triwulan IV 2025 tidak ada")
    later = Laid(trend_chart([Kept(f"2025-Q{n}", 10, 9) for n in (3, 4)]))
    assert [word["text"] for word in later.at(246)] == ["2025"], "the first year stands, whichever quarter it is"


@pytest.mark.parametrize("count", [0, 1, 59, 60, 61, 120, 121])
def test_boxes_stand_in_rows_of_sixty(count: int) -> None:
    drawn = Laid(squares_chart(Totals(count, count, 0, 0)))
    columns = min(max(count, 1), 60)
    assert (drawn.wide, drawn.high) == (1000, max(1, -(-count // columns)) * 42)
    wide = 1000 / columns - 4
    for place, box in enumerate(drawn.rects):
        assert box["x"] == pytest.approx(place % columns * 1000 / columns + 1, abs=0.01)
        assert (box["y"], box["height"]) == (place // columns * 42 + 1, 36)
        assert box["width"] == pytest.approx(wide, abs=0.01)
    states = Laid(squares_chart(Totals(3, 1, 1, 1)))
    assert [rect["stroke"] for rect in states.rects] == [ACCENT, INK, BAD]


def test_a_row_of_the_survey_has_its_name_above_its_bar_and_its_value_at_the_edge() -> None:
    elements = [{"id": f"U{n}", "name": "Unsur", "value": v} for n, v in enumerate(["62.5", None, "80"], 1)]
    drawn = Laid(surveys.elements_chart(elements, "70"))
    assert (drawn.wide, drawn.high) == (560, 3 * 54 + 6)
    names = [word for word in drawn.words if str(word["text"]).startswith("U")]
    assert steps([one["y"] for one in names]) == {54}
    assert {(one["x"], one["size"], one["anchor"]) for one in names} == {(12.0, 13.0, "start")}
    nothing = next(word for word in drawn.words if word["text"] == "tidak ada data")
    values = [word for word in drawn.words if word["bold"]]
    assert nothing["size"] < names[0]["size"] < values[0]["size"] == 14
    assert nothing["fill"] == QUIET
    assert [(one["x"], one["anchor"]) for one in values] == [(558.0, "end")] * 2
    for bar, name, value in zip(drawn.rects, (names[0], names[2]), values, strict=True):
        assert (bar["x"], bar["height"]) == (12, 16)
        assert name["y"] < bar["y"] < value["y"] < bar["y"] + bar["height"]
        assert (bar["y"] - name["y"], value["y"] - name["y"]) == (8, 22)
    assert [rect["stroke"] for rect in drawn.rects] == [BAD, ACCENT]
    [goal] = drawn.lines
    assert [y for _, y in goal] == [2, drawn.high - 4]
    assert {round(x, 2) for x, _ in goal} == {round(12 + (70 - 25) / 75 * 488, 2)}
    assert drawn.strokes == [(1.5, INK)]
    equal = Laid(surveys.elements_chart([{"id": "U1", "name": "A", "value": "70"}], "70"))
    assert equal.rects[0]["fill"] == ACCENT, "the target is reached by its own value"
    assert Laid(surveys.elements_chart(elements)).lines == []


def test_the_index_stands_over_its_periods_from_edge_to_edge() -> None:
    found = [("2025-S1", "50"), ("2025", None), ("2026-S1", "100")]
    drawn = Laid(surveys.trend_chart(found, "75"))
    assert (drawn.wide, drawn.high) == (560, 234)
    axis = [word for word in drawn.words if word["anchor"] == "end"]
    assert [(word["text"], word["y"] - 4) for word in axis] == [("25", 200), ("50", 140), ("75", 80), ("100", 20)]
    assert {(word["x"], word["size"]) for word in axis} == {(34.0, 12.0)}
    assert [(line[0], line[1]) for line in drawn.lines[:4]] == [
        ((40.0, word["y"] - 4), (550.0, word["y"] - 4)) for word in axis
    ]
    names, values = drawn.at(222), [word for word in drawn.words if word["bold"]]
    assert [name["x"] for name in names] == [65, 65 + 470 / 2, 535]
    assert [name["text"] for name in names] == ["25-S1", "2025", "26-S1"]
    assert [(value["x"], value["y"]) for value in values] == [(x, y - 12) for x, y in drawn.points]
    assert drawn.sizes(values) > drawn.sizes(names) == 12
    assert drawn.lines[4] == [(40.0, 80.0), (550.0, 80.0)]
    assert drawn.lines[5] == drawn.points == [(65.0, 140.0), (535.0, 20.0)]
    assert drawn.strokes[4:] == [(1.5, INK), (3, ACCENT)]
    assert [one.get("r") for one in drawn.tree.iter(f"{SVG}circle")] == ["5"] * 2
    assert Laid(surveys.trend_chart([("2026", "50")])).points == [(65.0, 140.0)]


# -- indicators --------------------------------------------------------------------------------------------------------

SHARE = next(measured for measured in load_indicators("kecamatan").indicators if measured.id == "ktp_on_time")
DAYS = next(one for one in load_indicators("kecamatan").indicators if one.unit == "days")


def point(n: int, value: Value | None, indicator: Any = SHARE, aim: int | None = 80, **said: Any) -> Achievement:
    target = Target("k/x", 2026, number(aim), in_force=True) if aim is not None else None
    reached = bool(value and aim is not None and value.high >= aim)
    state: Any = "no_data" if value is None else "reached" if reached else "missed"
    period = Period("quarter", 2026, n)
    return Achievement("k/x", indicator, period, said.pop("state", state), target, value, **said)


def test_quarters_of_a_year_are_points_with_their_figure_above_and_the_target_as_a_broken_line() -> None:
    drawn = Laid(
        indicators.trend_chart(
            "Janji", Outlook([point(1, number(60)), point(2, None), point(3, number(90))], estimate=number(95))
        )
    )
    assert (drawn.wide, drawn.high) == (WIDE, HIGH - 20)
    step = (WIDE - 40 - 20) / 4
    high = {amount: 200 - (amount - 50) / 50 * 160 for amount in (60, 80, 90, 95)}
    assert [(x, round(y, 3)) for x, y in drawn.points] == [
        (40 + 0.5 * step, high[60]),
        (40 + 2.5 * step, high[90]),
        (40 + 3.5 * step, high[95]),
    ]
    circles = [(one.get("fill"), one.get("stroke"), one.get("r")) for one in drawn.tree.iter(f"{SVG}circle")]
    assert circles == [(BAD, BAD, "5"), (ACCENT, ACCENT, "5"), (PAPER, QUIET, "5")]
    figures = [known_word for known_word in drawn.words if known_word["size"] == 14 and known_word["y"] != 222]
    assert [(figure["text"], figure["bold"]) for figure in figures] == [("60%", True), ("90%", True), ("± 95%", False)]
    assert [round(y - figure["y"], 3) for (_, y), figure in zip(drawn.points, figures, strict=True)] == [11, 11, 11]
    names = drawn.at(222)
    assert [(name["text"], name["x"]) for name in names] == [
        (word, 40 + (n + 0.5) * step) for n, word in enumerate(("I", "II", "III"))
    ]
    assert drawn.sizes(names) == 14
    axis = [(one["text"], one["x"], one["y"], one["size"]) for one in drawn.words if one["anchor"] == "end"]
    assert axis == [("50", 34.0, 204.0, 12.0), ("100", 34.0, 44.0, 12.0)]
    dashes = drawn.rects
    assert {(dash["y"], dash["width"], dash["height"], dash["fill"]) for dash in dashes} == {(high[80], 8, 1.6, QUIET)}
    assert [dash["x"] for dash in dashes] == list(range(40, WIDE - 20, 14))
    ground, between = drawn.lines
    assert ground == [(40.0, 200.0), (WIDE - 20, 200.0)]
    assert [x for x, _ in between] == [x for x, _ in drawn.points[:2]]
    assert drawn.strokes == [(1.5, INK), (3, SOFT)]
    assert drawn.title == "Janji: Triwulan I 2026 60%; Triwulan II 2026 belum ada data; Triwulan III 2026 90%"


def test_a_running_period_is_an_empty_point_and_its_figure_gives_way_to_the_estimate() -> None:
    def figures(*points: Achievement, estimate: int | None = None) -> list[tuple[str, bool, str]]:
        guess = number(estimate) if estimate is not None else None
        drawn = Laid(indicators.trend_chart("Janji", Outlook(points, estimate=guess)))
        words = [word for word in drawn.words if word["size"] == 14 and word["y"] != 222]
        places = {round(x, 2): [y for at, y in drawn.points if round(at, 2) == round(x, 2)] for x, _ in drawn.points}
        return [
            (
                str(word["text"]),
                word["bold"],
                "above" if any(word["y"] == pytest.approx(y - 11) for y in places[round(word["x"], 2)]) else "below",
            )
            for word in words
        ]

    four = [point(n, number(90)) for n in (1, 2, 3)]
    last = point(4, number(60), running=True)
    assert figures(*four, last)[-1] == ("60%", False, "above")
    assert figures(*four, last, estimate=95)[-2:] == [("60%", False, "below"), ("± 95%", False, "above")]
    assert figures(*four, point(4, number(99), running=True), estimate=95)[-2:] == [
        ("99%", False, "above"),
        ("± 95%", False, "below"),
    ]
    early = point(2, number(60), running=True)
    assert figures(four[0], early, estimate=95)[-2:] == [("60%", False, "above"), ("± 95%", False, "below")]
    assert figures(*four, estimate=95)[-1] == ("± 95%", False, "above")


@pytest.mark.parametrize(
    ("unit", "least", "floor"),
    [("percent", 24, 0), ("percent", 25, 25), ("percent", 99, 75), ("number", 3, 0), ("number", -2, -2)],
)
def test_a_scale_of_shares_begins_at_a_quarter_and_any_other_at_nought(unit: str, least: int, floor: int) -> None:
    assert indicators.scale_floor(unit, [number(200), number(least)]) == floor
    assert indicators.scale_floor(unit, []) == 0


def test_a_trend_without_figures_or_target_draws_no_more_than_it_knows() -> None:
    assert indicators.trend_chart("Janji", Outlook([])) == ""
    assert indicators.trend_chart("Janji", Outlook([point(1, None)])) == ""
    drawn = Laid(indicators.trend_chart("Janji", Outlook([point(1, number(60), aim=None)])))
    assert drawn.rects == []
    days = Laid(indicators.trend_chart("Hari", Outlook([point(1, number(10), DAYS, 5)])))
    marks = [word["text"] for word in days.words if word["anchor"] == "end"]
    assert marks == ["0", "11"], "an amount begins at nought and has a tenth of room"


def test_the_bar_of_a_figure_is_as_long_as_its_share_and_the_mark_as_its_target() -> None:
    assert indicators.target_bar(point(1, number(60))) == (60.0, 80.0)
    assert indicators.target_bar(point(1, None)) == (0.0, 80.0)
    assert indicators.target_bar(point(1, number(60), aim=None)) == (60.0, None)
    assert indicators.target_bar(point(1, number(60), aim=100)) == (60.0, 99), "the mark stays in sight"
    assert indicators.target_bar(point(1, number(10), DAYS, 5)) == (90.9, 45.5)
    assert indicators.target_bar(point(1, number(Fraction(1, 2)), DAYS, 0)) == (50.0, 0.0)


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("2026-07", "Jul"),
        ("2026-07-K02", "Jul"),
        ("2026-A1", "Ganjil"),
        ("2026-A2", "Genap"),
        ("2026-Q3", "III"),
        ("2026", "2026"),
    ],
)
def test_a_period_is_named_shortly_under_its_point(code: str, label: str) -> None:
    assert indicators.short_label(Period.parse(code)) == label


def test_the_legend_of_a_strip_stands_under_it_in_equal_steps() -> None:
    drawn = Laid(indicators.states_chart([("Tercapai", 3, ACCENT), ("Belum", 1, BAD), ("Tanpa data", 0, "")]))
    assert (drawn.wide, drawn.high) == (1000, 80)
    keys = [rect for rect in drawn.rects if rect["y"] == 54]
    assert [(key["x"], key["width"], key["height"], key["fill"]) for key in keys] == [
        (1, 16, 16, ACCENT),
        (251, 16, 16, BAD),
        (501, 16, 16, PAPER),
    ]
    assert [key["stroke"] for key in keys] == [ACCENT, BAD, QUIET]
    assert [(word["x"], word["y"], word["size"]) for word in drawn.words] == [
        (24, 68, 16),
        (274, 68, 16),
        (524, 68, 16),
    ]
    assert {rect["height"] for rect in drawn.rects if rect["y"] == 4} == {34}
    assert drawn.title == "Tercapai 3; Belum 1; Tanpa data 0"
    assert Laid(indicators.states_chart([("Tercapai", 0, ACCENT)])).rects[0]["width"] == 0


def test_the_letters_of_a_chart_can_be_read_on_paper_and_the_figure_is_no_smaller_than_its_words() -> None:
    """A chart of 254 parts stands 33 mm high, and capitals have 0.714 of the size of their letters: 2 mm at least."""
    assert 2 <= SMALL * 0.714 * 33 / 254 < MIDDLE * 0.714 * 33 / 254 < LARGE * 0.714 * 33 / 254
