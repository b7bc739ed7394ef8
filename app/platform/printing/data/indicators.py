"""A file of indicators as a document: the matrix of its indicators, and where its source disagrees with itself."""

from app.platform.printing.data.common import Paper, Part


class IndicatorLine(Part):
    """One indicator; `targets` has a text for every year, empty for none."""

    number: int
    id: str
    name: str
    definition: str
    formula: str
    unit: str
    direction: str
    measured: str
    targets: tuple[str, ...]
    strategy: str
    note: str = ""


class IndicatorGroup(Part):
    title: str
    lines: tuple[IndicatorLine, ...]


class Disagreement(Part):
    """`sayings`: the place in the source and what stands there."""

    name: str
    what: str
    sayings: tuple[tuple[str, str], ...]


class IndicatorDocument(Paper):
    title: str
    source: str
    years: tuple[str, ...]
    groups: tuple[IndicatorGroup, ...]
    notes: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]
