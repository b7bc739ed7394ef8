"""The index of a survey, pure: exact fractions from the marks to the end, and one rounding, half up, to two decimals.

Rules. The mean of an element counts those who answered it. A respondent with less answers than the survey asks for is
set aside and counts nowhere. An element without any answer leaves the index without a value: it cannot be weighed. No
respondent is no data, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from schema.surveys import Band, Survey

SCALE_TO_100 = 25
LEFT_OUT = "-"


def round_half_up(value: Fraction, places: int = 2) -> Decimal:
    """A value that is not negative, rounded half up: 62,505 becomes 62,51."""
    scaled = value * 10**places
    return Decimal(int(scaled + Fraction(1, 2))).scaleb(-places)


class ElementResult(msgspec.Struct, frozen=True):
    """One element: the sum of its marks and how many gave one."""

    id: str
    name: str
    total: int
    answered: int

    @property
    def mean(self) -> Fraction | None:
        if not self.answered:
            return None
        return Fraction(self.total, self.answered)

    @property
    def value(self) -> Decimal | None:
        """The mean on the scale of the index."""
        if self.mean is None:
            return None
        return round_half_up(self.mean * SCALE_TO_100)


class Result(msgspec.Struct, frozen=True):
    """What respondents say together. `index` is rounded once; the category is that of the rounded index.

    `by_table` are the indexes with the weights that the regulation prints, where they differ from the exact one.
    """

    survey: str
    respondents: int
    set_aside: int
    elements: tuple[ElementResult, ...]
    exact: Fraction | None = None
    index: Decimal | None = None
    mark: str = ""
    words: str = ""
    by_table: tuple[tuple[str, Decimal], ...] = ()

    @property
    def value(self) -> Fraction | None:
        return self.exact

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Elements that nobody answered, though somebody answered others: why there is no index."""
        if not self.respondents:
            return ()
        return tuple(element.name for element in self.elements if not element.answered)

    @property
    def lowest(self) -> tuple[ElementResult, ...]:
        """The three elements that were judged worst, the worst first."""
        known = [element for element in self.elements if element.mean is not None]
        return tuple(sorted(known, key=lambda element: element.mean or Fraction(0))[:3])


def reckon_index(survey: Survey, answers: Iterable[str]) -> Result:
    """The result of respondents, each with one mark for every element in its order (`1` to `4`, `-` left out)."""
    marks = list(answers)
    valid = [mark for mark in marks if len(mark) - mark.count(LEFT_OUT) >= survey.fewest_answers]
    elements = []
    for place, element in enumerate(survey.elements):
        given = [int(mark[place]) for mark in valid if mark[place] != LEFT_OUT]
        elements.append(ElementResult(element.id, element.name, sum(given), len(given)))
    result = Result(survey.id, len(valid), len(marks) - len(valid), tuple(elements))
    means = [element.mean for element in elements if element.mean is not None]
    if len(means) < len(elements):
        return result
    total = sum(means, Fraction(0)) * SCALE_TO_100
    exact = total / len(elements)
    index = round_half_up(exact)
    band = survey.band_of(index)
    return msgspec.structs.replace(
        result,
        exact=exact,
        index=index,
        mark=band.mark,
        words=band.words,
        by_table=differing_indexes(survey, total, index),
    )


def differing_indexes(survey: Survey, total: Fraction, index: Decimal) -> tuple[tuple[str, Decimal], ...]:
    """(weight as printed, index) where the printed weight gives another index than the exact one."""
    found = ((text, round_half_up(total * Fraction(text))) for text in survey.table_weights)
    return tuple((text, value) for text, value in found if value != index)


def element_band(survey: Survey, element: ElementResult) -> Band | None:
    """The category of one element, by its mean on the scale of the index."""
    if element.value is None:
        return None
    return survey.band_of(element.value)


# -- how many respondents are enough -------------------------------------------------------------------------------

CHI_SQUARE = Fraction("3.841")
SHARE = Fraction(1, 2)
ERROR = Fraction(1, 20)


def krejcie_morgan(population: int) -> int:
    """Sample size by the formula of Krejcie and Morgan (1970), rounded to the nearest whole; 0 of nobody."""
    if population <= 0:
        return 0
    spread = CHI_SQUARE * SHARE * (1 - SHARE)
    return int(round_half_up(spread * population / (ERROR**2 * (population - 1) + spread), 0))


def fewest_respondents(survey: Survey, population: int) -> int:
    """How many respondents this survey wants of so many finished services."""
    return survey.fewest_respondents or krejcie_morgan(population)


def result_json(survey: Survey, result: Result) -> dict[str, Any]:
    """The result as the command line prints it and as a report keeps it: numbers as text, exact ones as fractions."""
    return {
        "survey": survey.id,
        "basis": survey.basis,
        "respondents": result.respondents,
        "set_aside": result.set_aside,
        "elements": [element_json(element) for element in result.elements],
        "index": number_text(result.index),
        "index_exact": number_text(result.exact),
        "by_table": {weight: str(value) for weight, value in result.by_table},
        "category": result.mark or None,
        "category_words": result.words or None,
    }


def element_json(element: ElementResult) -> dict[str, Any]:
    if element.mean is None:
        rounded = None
    else:
        rounded = round_half_up(element.mean)
    return {
        "id": element.id,
        "name": element.name,
        "answered": element.answered,
        "mean": number_text(rounded),
        "mean_exact": number_text(element.mean),
        "value": number_text(element.value),
    }


def number_text(value: Decimal | Fraction | None) -> str | None:
    return None if value is None else str(value)
