"""The official layout: five symbols in the actor's column, every arrow accounted for, pentagons between sheets."""

from itertools import pairwise
from xml.etree import ElementTree

import msgspec
import pytest

from app.core.procedure.flowchart import (
    FONT,
    LEADING,
    PAD,
    SHAPE_H,
    SHAPE_W,
    Arrow,
    Shape,
    Sheet,
    _label_svg,
    flowchart_layout,
    flowchart_sheets,
    wrap_text,
)
from schema.definitions import load_all
from schema.service_procedure import StandardTime
from tests.core.procedure.services import ktp, staff_card

SVG = "{http://www.w3.org/2000/svg}"


def symbols(sheets: list[Sheet]) -> list[str]:
    return [shape.symbol for sheet in sheets for shape in sheet.shapes]


def texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return [" ".join(part.itertext()) for part in root.iter(f"{SVG}text")]


def test_the_columns_of_the_official_form() -> None:
    said, timed = (texts(flowchart_sheets(one)[0]) for one in (ktp(), staff_card()))
    for heading in ("No", "Kegiatan", "Pelaksana", "Mutu Baku", "Kelengkapan", "Output", "Ket."):
        assert heading in said
    assert ("Waktu" in said, "Waktu" in timed) == (False, True), "no row of the standard says how long it takes"
    assert said[said.index("1") : said.index("1") + 12] == [*(str(n) for n in range(1, 12)), "1"]
    assert "Petugas Operator" in said  # two lines of one cell


def test_each_row_has_its_symbol_and_joint_work_has_two() -> None:
    assert symbols(flowchart_layout(ktp())) == [
        "capsule",
        "box",
        "box",
        "box",
        "diamond",
        "diamond",
        "box",
        "box",
        "box",
        "capsule",
    ]
    assert symbols(flowchart_layout(staff_card())) == ["capsule", "diamond", "capsule"]


def test_arrows_run_level_or_upright_and_carry_the_answers() -> None:
    arrows = [arrow for arrow in flowchart_layout(ktp())[0].arrows if arrow.pointed]
    assert len(arrows) == 10  # eight to the next row, two from the decisions to another row
    assert {arrow.label for arrow in arrows} == {"", "Ya", "Tidak", "Sudah", "Belum"}
    for arrow in arrows:
        for (x, y), (nx, ny) in pairwise(arrow.points):
            assert (x == nx) != (y == ny)


@pytest.mark.parametrize(
    ("ratio", "rows"), [(0.1, [1] * 9), (0.25, [2, 2, 2, 2, 1]), (0.36, [4, 4, 1]), (0.49, [6, 3])]
)
def test_every_cut_arrow_has_a_pentagon_with_the_same_letter_on_both_sheets(ratio: float, rows: list[int]) -> None:
    sheets = flowchart_layout(ktp(), ratio)
    assert [len(sheet.rows) for sheet in sheets] == rows
    assert all(sheet.height <= ratio * sheet.width or len(sheet.rows) == 1 for sheet in sheets)
    below = [sheet.height - max(cell.y + cell.h for cell in sheet.cells) for sheet in sheets]
    assert len({round(room, 3) for room in below[:-1]}) == 1, "as much room for pentagons under each but the last"
    assert below[0] > below[-1] + 30
    letters = [
        (shape.text, i) for i, sheet in enumerate(sheets) for shape in sheet.shapes if shape.symbol == "pentagon"
    ]
    assert len(letters) >= 2
    for letter in {text for text, _ in letters}:
        on = [i for text, i in letters if text == letter]
        assert len(on) == len(set(on)) == 2
    for sheet in sheets:
        assert all(0 < shape.y < sheet.height for shape in sheet.shapes)
        ends = [end for arrow in sheet.arrows for end in (arrow.points[0], arrow.points[-1])]
        for pentagon in (shape for shape in sheet.shapes if shape.symbol == "pentagon"):
            touched = [(x, y) for x, y in ends if x == pentagon.x and abs(y - pentagon.y) <= SHAPE_H]
            assert touched, f"no arrow ends at {pentagon.text}"


def test_an_answer_stands_as_far_from_a_falling_arrow_on_either_side() -> None:
    right, left = (
        label_place(_label_svg(Arrow(((100, 20), (100, 60)), label="Ya", label_left=on_left)))
        for on_left in (False, True)
    )
    assert (right[1], left[1]) == ("start", "end"), "it begins or ends beside the line and never crosses it"
    assert (right[0], left[0]) == (104, 96), "four beside the line"


@pytest.mark.parametrize(
    ("label", "ends", "place"),
    [
        ("Dikembalikan", 160, (163, "start")),
        ("Dikembalikan", 40, (37, "end")),
        ("Lengkap", 160, (157, "end")),
        ("Ya", 160, (157, "end")),
        ("Ya", 40, (43, "start")),
    ],
)
def test_a_short_answer_stands_inside_the_lane_of_a_turning_arrow_and_a_long_one_beside_it(
    label: str, ends: float, place: tuple[float, str]
) -> None:
    assert label_place(_label_svg(Arrow(((100, 20), (ends, 20), (ends, 60)), label=label))) == place


def label_place(svg: str) -> tuple[float, str]:
    text = ElementTree.fromstring(svg)
    return float(text[0].attrib["x"]), text.attrib["text-anchor"]


def test_the_head_stands_on_every_sheet() -> None:
    sheets = flowchart_sheets(ktp(), 0.36)
    assert len(sheets) == 3
    for i, svg in enumerate(sheets, start=1):
        assert "Kelengkapan" in texts(svg)
        assert f"lembar {i} dari 3" in svg


def test_what_the_source_leaves_open_stays_a_dash() -> None:
    first, *others = ktp().rows
    timed = msgspec.structs.replace(
        ktp(), rows=(msgspec.structs.replace(first, time=StandardTime(text="5 menit")), *others)
    )
    assert (texts(flowchart_sheets(timed)[0]).count("–"), len(others)) == (8, 8)
    assert "Disesuaikan" in texts(flowchart_sheets(staff_card())[0])


def test_the_drawing_needs_neither_style_nor_script_and_never_changes() -> None:
    svg = flowchart_sheets(ktp())[0]
    assert "style" not in svg
    assert "script" not in svg
    assert svg == flowchart_sheets(ktp())[0]


def test_text_is_broken_to_fit_and_escaped() -> None:
    assert wrap_text("Mengajukan berkas ke kantor kecamatan", 120) == (
        "Mengajukan berkas",
        "ke kantor",
        "kecamatan",
    )
    assert wrap_text("", 50) == ()
    title = "Memeriksa <berkas> & KK"
    odd = msgspec.structs.replace(staff_card(), rows=(msgspec.structs.replace(staff_card().rows[0], title=title),))
    assert title in texts(flowchart_sheets(odd)[0])


Box = tuple[float, float, float, float]


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def shape_box(shape: Shape, spare: float) -> Box:
    wide, high = (10.0, 11.0) if shape.symbol == "pentagon" else (SHAPE_W / 2, SHAPE_H / 2)
    return (shape.x - wide + spare, shape.y - high + spare, shape.x + wide - spare, shape.y + high - spare)


def label_boxes(svg: str) -> list[Box]:
    """Where the answers stand: the texts of no cell, which alone are anchored at their start or end."""
    boxes = []
    for text in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        if text.get("text-anchor") in ("start", "end"):
            font = float(text.get("font-size", "0"))
            for span in text.iter(f"{SVG}tspan"):
                x, y, wide = float(span.get("x", "0")), float(span.get("y", "0")), 0.56 * font * len(span.text or "")
                left = x if text.get("text-anchor") == "start" else x - wide
                boxes.append((left, y - 0.72 * font, left + wide, y))
    return boxes


Points = list[tuple[float, float]]


def numbers(element: ElementTree.Element, *names: str) -> list[float]:
    return [float(element.get(name, "nan")) for name in names]


def points_of(element: ElementTree.Element) -> Points:
    pairs = (pair.split(",") for pair in element.get("points", "").split())
    return [(float(x), float(y)) for x, y in pairs]


def area(points: Points) -> float:
    """Of a polygon, by the shoelace formula."""
    turned = zip(points, [*points[1:], points[0]], strict=True)
    return abs(sum(x * ny - nx * y for (x, y), (nx, ny) in turned)) / 2


def extent(points: Points) -> Box:
    xs, ys = zip(*points, strict=True)
    return (min(xs), min(ys), max(xs), max(ys))


@pytest.mark.parametrize("ratio", [0.1, 0.36])
def test_shapes_cells_and_tips_are_drawn_where_the_layout_puts_them(ratio: float) -> None:
    seen = set()
    for sheet, svg in zip(flowchart_layout(ktp(), ratio), flowchart_sheets(ktp(), ratio), strict=True):
        root = ElementTree.fromstring(svg)
        paper, *rects = root.iter(f"{SVG}rect")
        assert numbers(paper, "width", "height") == [sheet.width, sheet.height]
        cells, boxes = rects[: len(sheet.cells)], rects[len(sheet.cells) :]
        assert [numbers(rect, "x", "y", "width", "height") for rect in cells] == [
            pytest.approx([cell.x, cell.y, cell.w, cell.h], abs=0.06) for cell in sheet.cells
        ]
        polygons = [points_of(polygon) for polygon in root.iter(f"{SVG}polygon")]
        tips, drawn = polygons[: (pointed := sum(arrow.pointed for arrow in sheet.arrows))], polygons[pointed:]
        for tip, arrow in zip(tips, (arrow for arrow in sheet.arrows if arrow.pointed), strict=True):
            (fx, fy), end = arrow.points[-2:]
            assert tip[0] == pytest.approx(end, abs=0.06), "the tip touches what it points to"
            middle = ((tip[1][0] + tip[2][0]) / 2, (tip[1][1] + tip[2][1]) / 2)
            assert (end[0] - middle[0], end[1] - middle[1]) == pytest.approx(
                (6 * ((end[0] > fx) - (end[0] < fx)), 6 * ((end[1] > fy) - (end[1] < fy))), abs=0.1
            ), "and lies along its line"
            assert area(tip) == pytest.approx(18, abs=0.5)
        for shape in sheet.shapes:
            seen.add(shape.symbol)
            if shape.symbol in ("capsule", "box"):
                left, top, wide, high, round_ = numbers(boxes.pop(0), "x", "y", "width", "height", "rx")
                assert (left, top, left + wide, top + high) == pytest.approx(shape_box(shape, 0), abs=0.1)
                assert round_ == (SHAPE_H / 2 if shape.symbol == "capsule" else 0)
                continue
            polygon = drawn.pop(0)
            wide, high = (box := extent(polygon))[2] - box[0], box[3] - box[1]
            assert box == pytest.approx(shape_box(shape, 0), abs=0.1)
            part = 0.5 if shape.symbol == "diamond" else (15 + 7 / 2) / 22  # a box with a triangle of 7 below it
            assert area(polygon) == pytest.approx(part * wide * high, rel=0.02)
            assert {(round(2 * shape.x - x, 1), y) for x, y in polygon} == {(round(x, 1), y) for x, y in polygon}
        assert (boxes, drawn) == ([], [])
    assert seen == {"capsule", "box", "diamond", "pentagon"}


def test_the_lines_of_a_cell_stand_in_its_middle_one_below_the_other() -> None:
    [sheet], [svg] = flowchart_layout(staff_card()), flowchart_sheets(staff_card())
    written = [text for text in ElementTree.fromstring(svg).iter(f"{SVG}text") if text.get("font-size") is None]
    filled = [cell for cell in sheet.cells if cell.lines]
    for cell, text in zip(filled, written, strict=False):
        spans = [numbers(span, "x", "y") for span in text.iter(f"{SVG}tspan")]
        assert [span.text for span in text.iter(f"{SVG}tspan")] == list(cell.lines)
        assert (text.get("text-anchor") == "middle") is cell.centred
        assert (text.get("font-weight") == "700") is cell.bold
        assert all(
            x == pytest.approx(cell.x + cell.w / 2 if cell.centred else cell.x + PAD / 2, abs=0.06) for x, _ in spans
        )
        assert [b - a for (_, a), (_, b) in pairwise(spans)] == pytest.approx([LEADING] * (len(spans) - 1), abs=0.11)
        middle = (spans[0][1] + spans[-1][1]) / 2 - 0.36 * FONT  # half the height of a small letter above its base
        assert middle == pytest.approx(cell.y + cell.h / 2, abs=0.1)


@pytest.mark.parametrize("service", sorted(load_all()))
def test_the_head_covers_its_columns_without_a_gap_or_an_overlap(service: str) -> None:
    for sheet in flowchart_layout(load_all()[service]):
        head = [cell for cell in sheet.cells if cell.y < 76]
        boxes = [(cell.x, cell.y, cell.x + cell.w, cell.y + cell.h) for cell in head]
        assert [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if overlap(a, b)] == []
        left, top, right, bottom = extent([point for box in boxes for point in (box[:2], box[2:])])
        assert (left, top, bottom) == (0.5, 0.5, 76.5)
        assert right <= sheet.width
        assert sum(cell.w * cell.h for cell in head) == pytest.approx((right - left) * (bottom - top))
        highest = sorted(head, key=lambda cell: -cell.y)  # an actor may be called as the heading above all actors
        wide = {" ".join(cell.lines): (cell.x, cell.x + cell.w) for cell in highest}
        lanes = {shape.x for shape in sheet.shapes if shape.symbol != "pentagon"}
        assert all(wide["Pelaksana"][0] < x < wide["Pelaksana"][1] for x in lanes), (
            "every actor stands under the heading"
        )
        assert wide["Mutu Baku"] == (wide["Kelengkapan"][0], wide["Output"][1])
        assert wide["Kegiatan"][1] == wide["Pelaksana"][0]
        assert wide["Pelaksana"][1] == wide["Mutu Baku"][0]
        assert wide["Mutu Baku"][1] == wide["Ket."][0]


@pytest.mark.parametrize("ratio", [0.0, 0.53])
@pytest.mark.parametrize("service", sorted(load_all()))
def test_nothing_of_a_shipped_flowchart_overlaps(service: str, ratio: float) -> None:
    definition = load_all()[service]
    for sheet, svg in zip(flowchart_layout(definition, ratio), flowchart_sheets(definition, ratio), strict=True):
        labels = label_boxes(svg)
        assert [(a, b) for i, a in enumerate(labels) for b in labels[:i] if overlap(a, b)] == []
        assert [(a, s) for a in labels for s in sheet.shapes if overlap(a, shape_box(s, 2))] == []
        for arrow in sheet.arrows:
            for (x, y), (nx, ny) in pairwise(arrow.points):
                line = (min(x, nx) - 0.5, min(y, ny) - 0.5, max(x, nx) + 0.5, max(y, ny) + 0.5)
                assert [s for s in sheet.shapes if overlap(line, shape_box(s, 1))] == [], (arrow, service)
                assert [label for label in labels if overlap(line, label)] == [], (arrow, service)
        assert all(0 < shape.x < sheet.width and 0 < shape.y < sheet.height for shape in sheet.shapes)
        assert all(0 < x < sheet.width and 0 < y < sheet.height for one in sheet.arrows for x, y in one.points)
