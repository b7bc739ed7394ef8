"""Satisfaction surveys: `schema/surveys/*.toml`, refused as a whole with file, line and key where something is wrong.

Weights and edges are text in the file and fractions in the program: nothing is reckoned with floating point.
"""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from schema.definitions import DefinitionError, definition_text, read_structs
from schema.faults import ids_of
from schema.service_standard import Labelled, Line, Part, Slug
from schema.toml_lines import KeyPath

SURVEYS = Path(__file__).with_name("surveys")
SCALE = 4
"""Answers to each question, the worst first: the marks 1 to 4."""
LOWEST, HIGHEST, STEP = Decimal("25.00"), Decimal("100.00"), Decimal("0.01")
"""An index lies between these and has two decimals; bands leave nothing out between them."""

Exact = Annotated[str, Meta(pattern=r"^[0-9]{1,3}\.[0-9]{1,4}$")]


class Element(Part, frozen=True, kw_only=True):
    """What a question measures; `answers` in words, the worst first."""

    id: Annotated[str, Meta(pattern=r"^U[0-9]{1,2}$")]
    name: Line
    question: Line
    answers: Annotated[tuple[Line, ...], Meta(min_length=SCALE, max_length=SCALE)]


class Band(Part, frozen=True, kw_only=True):
    """A category of service quality: the index values that belong to it, and the means as the regulation prints them.

    Only the index values decide: the printed means leave gaps and do not always agree with them.
    """

    mark: Annotated[str, Meta(pattern=r"^[A-Z]$")]
    words: Line
    first: Exact
    last: Exact
    first_mean: Exact
    last_mean: Exact


class Asked(Labelled, frozen=True, kw_only=True):
    """Something that is asked of a respondent: a group to choose, nothing that tells who it is."""

    options: Annotated[tuple[Labelled, ...], Meta(min_length=2, max_length=12)]


class Survey(Part, frozen=True, kw_only=True, dict=True):
    """A survey. `table_weights` are the rounded weights that its regulation prints; the exact one is one in so many.

    A respondent with less than `fewest_answers` is set aside. `fewest_respondents` 0: by Krejcie and Morgan.
    """

    id: Slug
    name: Line
    index_name: Line
    short: Line
    basis: Line
    table_weights: Annotated[tuple[Exact, ...], Meta(min_length=1)]
    fewest_answers: Annotated[int, Meta(ge=1)]
    fewest_respondents: Annotated[int, Meta(ge=0, le=10_000)] = 0
    elements: Annotated[tuple[Element, ...], Meta(min_length=2, max_length=40)]
    bands: Annotated[tuple[Band, ...], Meta(min_length=2, max_length=9)]
    asked: tuple[Asked, ...] = ()

    def band_of(self, index: Decimal) -> Band:
        """The category of an index that was rounded to two decimals."""
        fitting = (band for band in self.bands if Decimal(band.first) <= index <= Decimal(band.last))
        return next(fitting)


def survey_faults(survey: Survey) -> Iterator[tuple[KeyPath, str]]:
    """What the shape alone does not refuse."""
    count = len(survey.elements)
    for place, element in enumerate(survey.elements):
        if element.id != f"U{place + 1}":
            yield ("elements", place, "id"), f"unsur ke-{place + 1} harus bernama U{place + 1}."
    if survey.fewest_answers > count:
        yield ("fewest_answers",), f"hanya ada {count} unsur."
    for place, weight in enumerate(survey.table_weights):
        if abs(Fraction(weight) * count - 1) > Fraction(2, 100):
            yield ("table_weights", place), f"{weight} bukan pembulatan dari 1/{count}."
    yield from band_faults(survey.bands)
    for place, asked in enumerate(survey.asked):
        for more, option in enumerate(asked.options):
            if option.id in ids_of(asked.options[:more]):
                yield ("asked", place, "options", more, "id"), f"pilihan {option.id} sudah ada."


def band_faults(bands: tuple[Band, ...]) -> Iterator[tuple[KeyPath, str]]:
    """Bands follow one another, from the lowest index to the highest, without gap and without overlap."""
    expected = LOWEST
    for place, band in enumerate(bands):
        if Decimal(band.first) != expected:
            yield ("bands", place, "first"), f"seharusnya {expected}, supaya tidak ada nilai yang terlewat."
        if Decimal(band.last) < Decimal(band.first):
            yield ("bands", place, "last"), "lebih kecil daripada batas bawahnya."
        expected = Decimal(band.last) + STEP
    if expected != HIGHEST + STEP:
        yield ("bands", len(bands) - 1, "last"), f"mutu tertinggi harus sampai {HIGHEST}."


def read_survey(path: Path) -> Survey:
    """Raises DefinitionError with every fault."""
    survey = read_structs(definition_text(path), path.name, Survey, survey_faults)
    if survey.id != path.stem:
        raise DefinitionError(path.name, [(1, "id", f"harus sama dengan nama dokumen: {path.stem}.")])
    return survey


@cache
def load_survey(survey_id: str) -> Survey:
    """A survey that ships with the program. Raises KeyError for an unknown one."""
    if survey_id not in survey_ids():
        raise KeyError(survey_id)
    return read_survey(SURVEYS / f"{survey_id}.toml")


@cache
def survey_ids() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in SURVEYS.glob("*.toml")))


def as_plain(survey: Survey) -> dict[str, object]:
    return dict(msgspec.to_builtins(survey))
