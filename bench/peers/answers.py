"""What the contenders came to: medians, spread, ratios, and a chart of each question."""

from dataclasses import dataclass, field
from statistics import median

from markupsafe import escape

OURS = "Loket"
FONT = 'font-family="sans-serif" font-size="12"'
LEFT, RIGHT, BAR, GAP = 96, 300, 16, 10
"""Pixels of a chart: room for names, length of the longest bar, height of a bar and room below it."""


@dataclass
class Answer:
    """One question; what each contender measured, in a unit. Ours is called as in `OURS`."""

    key: str
    question: str
    unit: str
    more_is_better: bool = False
    measured: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        """One round of a contender."""
        self.measured.setdefault(name, []).append(value)

    def typical(self, name: str) -> float:
        """The median of a contender."""
        return median(self.measured[name])

    def ratio(self, name: str) -> float:
        """How many times better ours is (below 1: the peer is better)."""
        ours, peer = self.typical(OURS), self.typical(name)
        return ours / peer if self.more_is_better else peer / ours

    def spread(self, name: str) -> str:
        """The least and the most of a contender."""
        return f"{shown(min(self.measured[name]))} to {shown(max(self.measured[name]))}"


def shown(value: float) -> str:
    """A measured number with three figures."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(answers: list[Answer]) -> str:
    """All answers as a table of Markdown, as `docs/figures.md` holds it."""
    rows = ["| question | contender | median | spread | ours is better by |", "|---|---|---|---|---|"]
    for answer in answers:
        for name in sorted(answer.measured, key=lambda known: (known != OURS, known)):
            better = "" if name == OURS else f"{answer.ratio(name):.2f} ×"
            middle = f"{shown(answer.typical(name))} {answer.unit}"
            rows.append(f"| {answer.question} | {name} | {middle} | {answer.spread(name)} | {better} |")
    return "\n".join(rows)


def chart(answer: Answer) -> str:
    """The medians of a question as bars in an SVG that reads without colour."""
    names = sorted(answer.measured, key=lambda name: (name != OURS, name))
    most = max(answer.typical(name) for name in names)
    better = "longer is better" if answer.more_is_better else "shorter is better"
    height = 30 + len(names) * (BAR + GAP)
    title = escape(f"{answer.question} ({answer.unit}, {better})")
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="520" height="{height}" {FONT}>',
        f"<title>{title}</title>",
        f'<rect width="520" height="{height}" fill="#fff"/>',
        f'<text x="4" y="16" font-weight="bold">{title}</text>',
    ]
    for at, name in enumerate(names):
        top = 28 + at * (BAR + GAP)
        length = max(1.0, RIGHT * answer.typical(name) / most)
        fill = "#0b5d3b" if name == OURS else "#9aa5a0"
        drawn += [
            f'<text x="{LEFT - 6}" y="{top + 12}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{LEFT}" y="{top}" width="{length:.1f}" height="{BAR}" fill="{fill}"/>',
            f'<text x="{LEFT + length + 6:.1f}" y="{top + 12}">{shown(answer.typical(name))}</text>',
        ]
    return "\n".join([*drawn, "</svg>", ""])
