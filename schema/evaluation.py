"""How an office evaluates what it promised, as data: `schema/evaluation/<profile>.toml`, and the nine principles.

Who makes the team, who answers at which level, who supervises from above, on which rules; the cycle itself is the same
for every kind of office.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from schema.service_standard import CopyHolder, Line, Part, Slug
from schema.structs import convert_values

RULES = Path(__file__).with_name("evaluation")
PRINCIPLES = "principles"


class Principle(Part, frozen=True, kw_only=True):
    """One of the nine principles; `{office}` stands for the office in its text."""

    name: Line
    text: Line


class EvaluationRules(Part, frozen=True, kw_only=True):
    """`team`: the roles that evaluate together, in the order in which they sign the report; `levels`: where follow-ups
    are done, the lowest first; `supervisor` supervises from above. `distribution` is who receives which copy of the
    documents of quality."""

    basis: Line
    team: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    levels: Annotated[dict[Slug, Line], Meta(min_length=1)]
    supervisor: Line
    aims: tuple[Line, ...]
    distribution: tuple[CopyHolder, ...] = ()


@cache
def load_evaluation(profile: str) -> EvaluationRules:
    """The rules of a kind of office. Raises OSError, msgspec.ValidationError."""
    return convert_values(read_file(profile), EvaluationRules)


@cache
def load_principles() -> tuple[Principle, ...]:
    return convert_values(read_file(PRINCIPLES)["principles"], tuple[Principle, ...])


def read_file(name: str) -> dict[str, object]:
    return tomllib.loads((RULES / f"{name}.toml").read_text(encoding="utf-8"))
