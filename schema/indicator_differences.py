"""Where the parts of a source disagree about an indicator: reckoned from what each says, never written by hand."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from schema.indicator_values import parse_value
from schema.indicators import Indicator, IndicatorFile, Statement

Aspect = Literal["missing", "name", "component", "definition", "unit", "target", "strategy", "measure", "odd"]
ASPECTS: dict[Aspect, str] = {
    "missing": "Tidak disebut",
    "name": "Nama",
    "component": "Komponen",
    "definition": "Definisi",
    "unit": "Satuan",
    "target": "Target",
    "strategy": "Strategi",
    "measure": "Yang diukur",
    "odd": "Janggal",
}
TEXTS: tuple[Aspect, ...] = ("name", "component", "definition", "unit", "strategy")

_UNIMPORTANT = re.compile(r"[\s./*()\u201c\u201d\"';-]+")
_SPELLINGS = re.compile(r"\bp(?:er|re)sentas[ei]?\b", re.IGNORECASE)
_BEGINNINGS = (
    (re.compile(r"(?:\d\) )?persentase", re.IGNORECASE), "persen"),
    (re.compile(r"jumlah|banyaknya|frekuensi|penambahan", re.IGNORECASE), "jumlah"),
    (re.compile(r"rasio|perbandingan", re.IGNORECASE), "rasio"),
)
_RELATION = re.compile(r"banding|dibagi")
_UNITS = {"percent": "persen", "count": "jumlah", "ratio": "rasio"}


class Difference(NamedTuple):
    """What parts of the source say differently; `sayings`: the place and what stands there.

    `spelling`: they differ in nothing but how *persentase* is spelt.
    """

    indicator: str
    what: Aspect
    sayings: tuple[tuple[str, str], ...]
    year: int = 0
    spelling: bool = False

    @property
    def sentence(self) -> str:
        head = ASPECTS[self.what] + (f" {self.year}" if self.year else "")
        return f"{head}: " + "; ".join(f"{place}: {text}" if text else place for place, text in self.sayings)


def list_differences(file: IndicatorFile) -> list[Difference]:
    """Every disagreement, in the order of the indicators; a file without statements has none."""
    return [one for indicator in file.indicators for one in differences_of(file, indicator)]


def differences_of(file: IndicatorFile, indicator: Indicator) -> Iterator[Difference]:
    if not indicator.statements:
        return
    titles = {one.id: one.title for one in file.parts}
    present = {one.part for one in indicator.statements}
    for part in file.parts:
        if part.id not in present:
            yield Difference(indicator.id, "missing", ((part.title, ""),))
    said = [(f"{titles[one.part]} {one.place}", one) for one in indicator.statements]
    for aspect in TEXTS:
        sayings = [(place, text) for place, one in said if (text := getattr(one, aspect))]
        if _disagree(sayings, _plain_text):
            yield Difference(indicator.id, aspect, tuple(sayings), 0, not _disagree(sayings, _one_spelling))
    for column, year in enumerate(file.years):
        sayings = [(place, one.targets[column]) for place, one in said if one.targets]
        if _disagree(sayings, parse_value):
            yield Difference(indicator.id, "target", tuple(sayings), year)
    measures = [(place, measure, words) for place, one in said for measure, words in _measures(file, one).items()]
    if len({measure for _, measure, _ in measures}) > 1:
        sayings = [(place, f"{measure} ({', '.join(words)})") for place, measure, words in measures]
        yield Difference(indicator.id, "measure", tuple(sayings))
    if odd := [(place, text) for place, one in said for text in _odd_values(file, one)]:
        yield Difference(indicator.id, "odd", tuple(odd))


def _disagree(sayings: Sequence[tuple[str, str]], key: Callable[[str], object]) -> bool:
    return len({key(text) for _, text in sayings}) > 1


def _plain_text(text: str) -> str:
    """Without capitals, spaces and marks, of a definition what comes after *adalah*: what is left says the same."""
    return _UNIMPORTANT.sub("", _defining_words(text).casefold())


def _one_spelling(text: str) -> str:
    return _plain_text(_SPELLINGS.sub("persentase", text))


def _defining_words(text: str) -> str:
    return re.split(r"\badalah (?:adalah )?", text, maxsplit=1)[-1]


def _measures(file: IndicatorFile, one: Statement) -> dict[str, list[str]]:
    """What a statement says to be measured - a share, a count, a ratio -, each with which of its words say so."""
    measures: dict[str, list[str]] = {}
    meant = file.units.get(one.unit.casefold())
    if meant and meant.unit in _UNITS:
        measures.setdefault(_UNITS[meant.unit], []).append(f"satuan {one.unit}")
    for words, where in ((one.name, "nama"), (_defining_words(one.definition), "definisi")):
        plain = _SPELLINGS.sub("persentase", words)
        measure = next((measure for beginning, measure in _BEGINNINGS if beginning.match(plain)), "")
        if measure and not (measure == "jumlah" and _RELATION.search(plain)):
            measures.setdefault(measure, []).append(where)
    if one.formula and (one.formula.scale == 100 or not one.formula.denominator):
        measures.setdefault("persen" if one.formula.scale == 100 else "jumlah", []).append("rumus")
    return measures


def _odd_values(file: IndicatorFile, one: Statement) -> Iterator[str]:
    """Targets that their own unit cannot have: a part of a person, a ratio of pieces."""
    meant = file.units.get(one.unit.casefold())
    for text in dict.fromkeys(one.targets) if meant else ():
        value = parse_value(text)
        if meant and meant.unit == "count" and value.first.denominator != 1:
            yield f"{text} {one.unit} bukan bilangan bulat"
        if meant and (meant.unit == "ratio") != (value.form == "ratio"):
            yield f"{text} bukan nilai bersatuan {one.unit}"
