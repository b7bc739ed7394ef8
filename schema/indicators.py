"""Indicators as data: read `schema/indicators/*.toml`, refuse what is wrong with file, line and key.

An indicator is written plainly, or as what the parts of its source say about it, word for word, in `statements`. Of
those the part that the file names first fills what the indicator does not say itself; what the others say differently
is kept, and `schema.indicators` lists it. Nothing is written twice.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from msgspec import Meta

from schema.definitions import definition_text, published_schema, read_structs, tables_in
from schema.faults import Fault, ids_of
from schema.indicator_values import Direction, Unit, Value, number, parse_value
from schema.service_standard import Line, Part, Prose, Slug
from schema.toml_lines import KeyPath

INDICATORS = Path(__file__).with_name("indicators")
Measured = Literal[
    "month", "quarter", "semester", "year", "semester_end", "study_end", "after_graduation", "activity", "unstated"
]
Period = Literal["month", "quarter", "semester", "year"]
TargetText = Annotated[str, Meta(min_length=1, max_length=40)]
PERIODS: dict[Measured, Period] = {
    "month": "month",
    "quarter": "quarter",
    "semester": "semester",
    "semester_end": "semester",
}
"""The period for which a figure is written down; whatever is not here, for the year of its target."""
MEASURED_WORDS: dict[Measured, str] = {
    "month": "setiap bulan",
    "quarter": "setiap triwulan",
    "semester": "setiap semester",
    "year": "setiap tahun",
    "semester_end": "setiap akhir semester",
    "study_end": "setiap akhir masa studi",
    "after_graduation": "dalam 6 bulan setelah wisuda",
    "activity": "setiap kegiatan",
    "unstated": "tidak disebut",
}
DIRECTION_WORDS: dict[Direction, str] = {
    "more": "makin besar makin baik",
    "less": "makin kecil makin baik",
    "nearer": "makin dekat makin baik",
}
TAKEN_FROM_STATEMENTS = (
    "component",
    "name",
    "definition",
    "purpose",
    "formula",
    "better",
    "unit",
    "measured",
    "targets",
    "strategy",
)


class SourcePart(Part, frozen=True, kw_only=True):
    """A part of the source: a chapter, a set of tables. `columns` are the heads of its target columns as printed, in
    the order of the file's `years`: `["1", "2"]` beside `years = [2022, 2023]` says that column 1 is 2022; `note` says
    why."""

    id: Slug
    title: Line
    columns: tuple[Line, ...] = ()
    note: str = ""


class UnitWord(Part, frozen=True, kw_only=True):
    """What a unit that the source prints means; `noun` is what is counted."""

    unit: Unit
    noun: str = ""


class Formula(Part, frozen=True, kw_only=True):
    """How people reckon the figure. Without a `denominator` the numerator is the figure.

    `denominator_first`: the ratio is written the other way round, one of the denominator to so many of the numerator.
    """

    numerator: Prose
    denominator: str = ""
    scale: Literal[1, 100] = 1
    denominator_first: bool = False

    def value(self, numerator: Fraction, denominator: Fraction | None, unit: Unit) -> Value:
        """The exact figure. Raises ValueError where a share is of nothing, or one side of a ratio is."""
        if not self.denominator:
            return number(numerator)
        if not denominator or (unit == "ratio" and not numerator):
            raise ValueError("Angka ini tidak dapat dihitung: pembaginya nol.")
        if unit != "ratio":
            return number(numerator / denominator * self.scale)
        if self.denominator_first:
            return Value("ratio", Fraction(1), numerator / denominator)
        return Value("ratio", Fraction(1), denominator / numerator)


class Statement(Part, frozen=True, kw_only=True):
    """What one part of the source says of an indicator, letter by letter; what it does not say stays empty."""

    part: Slug
    place: Line
    component: str = ""
    name: str = ""
    definition: str = ""
    purpose: str = ""
    formula: Formula | None = None
    better: str = ""
    unit: str = ""
    measured: str = ""
    targets: tuple[TargetText, ...] = ()
    strategy: str = ""


class Indicator(Part, frozen=True, kw_only=True):
    """One indicator. A figure comes from a `formula` that people fill in, from a `query` over own records, or, where
    the source gives neither, as it is (`without_formula` says why).

    `group` is one of the file's. `first_part`: the part of the source that is believed before the others here.
    `better`: the sentence of the source behind `direction`; `ideal`: the value from which nearness is measured.
    `responsible`: the code of a section or a role; empty: the office says it with the target. `note`: what our reading
    adds to the source.
    """

    id: Slug
    group: str = ""
    first_part: str = ""
    component: Line
    name: Line
    definition: Prose
    purpose: str = ""
    unit: Unit
    noun: str = ""
    direction: Direction
    ideal: str = ""
    better: str = ""
    measured: Measured = "unstated"
    formula: Formula | None = None
    query: str = ""
    arguments: dict[Slug, str | int] = {}
    without_formula: str = ""
    targets: dict[str, TargetText] = {}
    strategy: str = ""
    clause: str = ""
    responsible: str = ""
    note: str = ""
    statements: tuple[Statement, ...] = ()

    @property
    def direction_words(self) -> str:
        """`makin kecil makin baik`; of a ratio it is the second number that is meant."""
        words = DIRECTION_WORDS[self.direction]
        if self.direction == "nearer":
            if self.ideal:
                return f"{words} ({self.ideal})"
            return words
        if self.unit == "ratio":
            return words.replace(" makin baik", " angka kanannya makin baik")
        return words

    @property
    def period(self) -> Period:
        return PERIODS.get(self.measured, "year")

    @property
    def best(self) -> Value | None:
        if not self.ideal:
            return None
        return parse_value(self.ideal)

    def target(self, year: int) -> Value | None:
        text = self.targets.get(str(year))
        return parse_value(text) if text else None


class IndicatorFile(Part, frozen=True, kw_only=True):
    """A file of indicators; `number` and `issued_on` are those of its source, where it has any.

    `parts` in the order in which the first that says something is believed; `units` and `times` say what the words of
    the source mean, in small letters.
    """

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
    title: Line
    source: Prose
    number: str = ""
    issued_on: date | None = None
    years: Annotated[tuple[Annotated[int, Meta(ge=1990, le=2199)], ...], Meta(min_length=1)]
    parts: tuple[SourcePart, ...] = ()
    groups: dict[str, Line] = {}
    units: dict[str, UnitWord] = {}
    times: dict[str, Measured] = {}
    indicators: Annotated[tuple[Indicator, ...], Meta(min_length=1)]

    def find(self, indicator_id: str) -> Indicator | None:
        return next((indicator for indicator in self.indicators if indicator.id == indicator_id), None)


def indicator_files() -> list[str]:
    return sorted(path.stem for path in INDICATORS.glob("*.toml"))


@cache
def load_indicators(file_id: str) -> IndicatorFile:
    """A shipped file by its id. Raises OSError for one that is unknown, DefinitionError."""
    return read_indicators(INDICATORS / f"{file_id}.toml")


def read_indicators(path: Path) -> IndicatorFile:
    """A file that agrees with itself. Raises DefinitionError with every fault."""
    return read_structs(
        definition_text(path),
        path.name,
        IndicatorFile,
        partial(indicator_faults, name=path.stem),
        fill_from_statements,
    )


def indicator_schema() -> str:
    """JSON Schema (2020-12) of a file of indicators, generated from the structs."""
    return published_schema(IndicatorFile, "Loket: dokumen indikator", {"Indicator": TAKEN_FROM_STATEMENTS})


def fill_from_statements(values: dict[str, Any]) -> dict[str, Any]:
    """Give every indicator what it does not say itself, from the first part of the source that says it."""
    titles = {table.get("id"): table.get("title") for table in tables_in(values, "parts")}
    for indicator in tables_in(values, "indicators"):
        order = [indicator.get("first_part"), *titles]
        statements = tables_in(indicator, "statements")
        statements.sort(key=lambda statement: [*order, statement.get("part")].index(statement.get("part")))
        if {"query", "without_formula"} & set(indicator):
            otherwise = {"formula"}
        else:
            otherwise = set()
        for statement in statements:
            for key in TAKEN_FROM_STATEMENTS:
                if key in statement and key not in otherwise:
                    for name, value in _meant(key, statement[key], values).items():
                        indicator.setdefault(name, value)
        if statements:
            places = (f"{titles.get(said.get('part'))} {said.get('place')}" for said in statements)
            indicator.setdefault("clause", "; ".join(places))
    return values


def indicator_faults(file: IndicatorFile, name: str) -> Iterator[Fault]:
    if file.id != name:
        yield ("id",), f"id harus sama dengan nama dokumen ({name})."
    if list(file.years) != sorted(set(file.years)):
        yield ("years",), "tahun harus urut dan masing-masing ditulis sekali."
    yield from _repeated(("parts",), ids_of(file.parts))
    yield from _repeated(("indicators",), ids_of(file.indicators))
    for index, part in enumerate(file.parts):
        if part.columns and len(part.columns) != len(file.years):
            yield ("parts", index, "columns"), "jumlah kolom harus sama dengan jumlah tahun di years."
    for index, indicator in enumerate(file.indicators):
        for path, why in (
            *_own_faults(file, indicator),
            *_target_faults(file, indicator),
            *_statement_faults(file, indicator),
        ):
            yield ("indicators", index, *path), why


def _own_faults(file: IndicatorFile, indicator: Indicator) -> Iterator[Fault]:
    if indicator.group and indicator.group not in file.groups:
        yield ("group",), f"kelompok {indicator.group} tidak ada di groups."
    if indicator.first_part and indicator.first_part not in [statement.part for statement in indicator.statements]:
        yield ("first_part",), f"bagian {indicator.first_part} tidak mengatakan apa-apa tentang indikator ini."
    ways = (indicator.formula is not None, bool(indicator.query), bool(indicator.without_formula))
    if sum(ways) != 1:
        yield (), "tulis tepat satu: formula, query, atau without_formula."
    if indicator.formula and (why := _formula_fault(indicator.formula, indicator.unit)):
        yield ("formula",), why
    if indicator.arguments and not indicator.query:
        yield ("arguments",), "arguments hanya untuk indikator dengan query."
    if indicator.noun and indicator.unit != "count":
        yield ("noun",), "noun hanya untuk satuan count."
    if indicator.ideal:
        why = _value_fault(indicator.ideal, indicator.unit)
        if indicator.direction != "nearer" or why:
            yield ("ideal",), why or "ideal hanya untuk arah nearer."


def _target_faults(file: IndicatorFile, indicator: Indicator) -> Iterator[Fault]:
    """Of targets that the indicator says itself."""
    if any(statement.targets for statement in indicator.statements):
        return
    for year, text in indicator.targets.items():
        if not year.isdecimal() or int(year) not in file.years:
            yield ("targets", year), f"tahun {year} tidak ada di years."
        if why := _value_fault(text, indicator.unit):
            yield ("targets", year), why


def _statement_faults(file: IndicatorFile, indicator: Indicator) -> Iterator[Fault]:
    parts = {part.id: part for part in file.parts}
    yield from _repeated(("statements",), [statement.part for statement in indicator.statements])
    for index, statement in enumerate(indicator.statements):
        here: KeyPath = ("statements", index)
        if statement.part not in parts:
            yield (*here, "part"), f"bagian {statement.part} tidak ada di parts."
            continue
        if statement.unit and statement.unit.casefold() not in file.units:
            yield (*here, "unit"), f"satuan {statement.unit} tidak ada di units."
        if statement.measured and statement.measured.casefold() not in file.times:
            yield (*here, "measured"), f"waktu pengukuran {statement.measured} tidak ada di times."
        if statement.targets and len(statement.targets) != len(parts[statement.part].columns):
            yield (*here, "targets"), "jumlah target harus sama dengan jumlah columns bagian ini."
        for column, text in enumerate(statement.targets):
            if why := _value_fault(text, indicator.unit):
                yield (*here, "targets", column), why


def _formula_fault(formula: Formula, unit: Unit) -> str:
    """Whether what a formula gives is in the unit of the targets."""
    if unit == "percent" and (not formula.denominator or formula.scale != 100):
        return "satuan percent memerlukan denominator dan scale = 100."
    if unit == "ratio" and (not formula.denominator or formula.scale != 1):
        return "satuan ratio memerlukan denominator, tanpa scale."
    if unit != "percent" and formula.scale != 1:
        return "scale = 100 hanya untuk satuan percent."
    if formula.denominator_first and unit != "ratio":
        return "denominator_first hanya untuk satuan ratio."
    return ""


def _value_fault(text: str, unit: Unit) -> str:
    try:
        value = parse_value(text)
    except ValueError as error:
        return f"{text}: {error}"
    if (value.form == "ratio") != (unit == "ratio"):
        return f"{text}: satuan ratio memakai rasio seperti 1:30, satuan lain tidak."
    return ""


def _repeated(path: KeyPath, names: list[str]) -> Iterator[Fault]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield (*path, index), f"{name} sudah ditulis di atas; masing-masing hanya sekali."


def _meant(key: str, said: Any, values: dict[str, Any]) -> dict[str, Any]:
    """What a word of the source means as keys of an indicator."""
    if key == "targets":
        return {"targets": dict(zip(map(str, values.get("years", ())), said, strict=False))}
    if key == "unit":
        return {"noun": "", "unit": "count"} | dict(values.get("units", {}).get(str(said).casefold(), {}))
    if key == "measured":
        return {"measured": values.get("times", {}).get(str(said).casefold(), "unstated")}
    return {key: said}


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
        head = f"{ASPECTS[self.what]} {self.year or ''}".rstrip()
        said = [": ".join(filter(None, saying)) for saying in self.sayings]
        return f"{head}: {'; '.join(said)}"


def list_differences(file: IndicatorFile) -> list[Difference]:
    """Every disagreement, in the order of the indicators; a file without statements has none."""
    return [difference for indicator in file.indicators for difference in differences_of(file, indicator)]


def differences_of(file: IndicatorFile, indicator: Indicator) -> Iterator[Difference]:
    if not indicator.statements:
        return
    titles = {part.id: part.title for part in file.parts}
    present = {statement.part for statement in indicator.statements}
    for part in file.parts:
        if part.id not in present:
            yield Difference(indicator.id, "missing", ((part.title, ""),))
    said = [(f"{titles[statement.part]} {statement.place}", statement) for statement in indicator.statements]
    for aspect in TEXTS:
        sayings = [(place, text) for place, statement in said if (text := getattr(statement, aspect))]
        if _disagree(sayings, _plain_text):
            yield Difference(indicator.id, aspect, tuple(sayings), 0, not _disagree(sayings, _one_spelling))
    for column, year in enumerate(file.years):
        sayings = [(place, statement.targets[column]) for place, statement in said if statement.targets]
        if _disagree(sayings, parse_value):
            yield Difference(indicator.id, "target", tuple(sayings), year)
    if sayings := _measure_sayings(file, said):
        yield Difference(indicator.id, "measure", tuple(sayings))
    if odd := [(place, text) for place, statement in said for text in _odd_values(file, statement)]:
        yield Difference(indicator.id, "odd", tuple(odd))


def _measure_sayings(file: IndicatorFile, said: Sequence[tuple[str, Statement]]) -> list[tuple[str, str]]:
    """What each place says to be measured, where that is not the same everywhere."""
    measures: set[str] = set()
    sayings = []
    for place, statement in said:
        for measure, words in _measures(file, statement).items():
            measures.add(measure)
            sayings.append((place, f"{measure} ({', '.join(words)})"))
    return sayings if len(measures) > 1 else []


def _disagree(sayings: Sequence[tuple[str, str]], key: Callable[[str], object]) -> bool:
    return len({key(text) for _, text in sayings}) > 1


def _plain_text(text: str) -> str:
    """Without capitals, spaces and marks, of a definition what comes after *adalah*: what is left says the same."""
    return _UNIMPORTANT.sub("", _defining_words(text).casefold())


def _one_spelling(text: str) -> str:
    return _plain_text(_SPELLINGS.sub("persentase", text))


def _defining_words(text: str) -> str:
    return re.split(r"\badalah (?:adalah )?", text, maxsplit=1)[-1]


def _measures(file: IndicatorFile, statement: Statement) -> dict[str, list[str]]:
    """What a statement says to be measured - a share, a count, a ratio -, each with which of its words say so."""
    measures: dict[str, list[str]] = {}
    meant = file.units.get(statement.unit.casefold())
    if meant and meant.unit in _UNITS:
        measures.setdefault(_UNITS[meant.unit], []).append(f"satuan {statement.unit}")
    for words, where in ((statement.name, "nama"), (_defining_words(statement.definition), "definisi")):
        plain = _SPELLINGS.sub("persentase", words)
        known = [measure for beginning, measure in _BEGINNINGS if beginning.match(plain)]
        measure = known[0] if known else ""
        if measure and not (measure == "jumlah" and _RELATION.search(plain)):
            measures.setdefault(measure, []).append(where)
    if statement.formula and statement.formula.scale == 100:
        measures.setdefault("persen", []).append("rumus")
    elif statement.formula and not statement.formula.denominator:
        measures.setdefault("jumlah", []).append("rumus")
    return measures


def _odd_values(file: IndicatorFile, statement: Statement) -> Iterator[str]:
    """Targets that their own unit cannot have: a part of a person, a ratio of pieces."""
    meant = file.units.get(statement.unit.casefold())
    if meant is None:
        return
    for text in dict.fromkeys(statement.targets):
        value = parse_value(text)
        if meant.unit == "count" and value.first.denominator != 1:
            yield f"{text} {statement.unit} bukan bilangan bulat"
        if (meant.unit == "ratio") != (value.form == "ratio"):
            yield f"{text} bukan nilai bersatuan {statement.unit}"


if __name__ == "__main__":  # python -m schema.indicators: write the published schema anew
    (INDICATORS / "indicators.schema.json").write_text(indicator_schema(), encoding="utf-8")
