"""No pattern of the program may be slowed down by a text that somebody writes to slow it down, and every text of a form
ends somewhere."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from wtforms import Form, StringField

from app.platform.web.forms import AtMost
from tests.proof.patterns import MOST_GROWTH, Tried, collect, growth, prove_patterns


def test_the_work_of_every_pattern_grows_as_its_text_does() -> None:
    """Eight lines of `_` x 8,000 once held the complaint book up for eight seconds at every look."""
    part = prove_patterns(Path(), 1)
    assert part.faults == []


@pytest.mark.parametrize(
    "pattern",
    [r"[\w.+\-]+@\w+", r"a*a*b", r"R\.?T\s*\s*\d"],
)
def test_a_pattern_that_grows_faster_is_seen(pattern: str) -> None:
    assert growth(Tried("", pattern, 0, anchored=False))[0] > MOST_GROWTH


def test_patterns_of_every_kind_are_collected() -> None:
    places = {one.place for one in collect()[0]}
    for wanted in (
        "app/services/complaints/number_masks.py _MAIL",
        "app/core/similarity.py _OLD_AND_ARABIC",
        "app/platform/people/changes.py re.sub('\\\\s+')",
        "sync/file_format.py AGE_HEAD",
    ):
        assert any(place.startswith(wanted) for place in places), wanted
    assert all(re.compile(one.pattern, one.flags) for one in collect()[0])


PIN_DIGITS, DIGEST_DIGITS, PASSWORD, ACADEMIC_YEAR = 6, 64, 128, len("2026/2027")
SAID_ENDS = {3, 5, 8, PIN_DIGITS, DIGEST_DIGITS, PASSWORD, ACADEMIC_YEAR}


def kinds_of_forms(above: type[Form] = Form) -> Iterator[type[Form]]:
    """The forms that the program names; another test of the same process may have made its own, and the form of a
    service is made of its definition when it is drawn."""
    for kind in above.__subclasses__():
        if getattr(sys.modules.get(kind.__module__), kind.__name__, None) is kind and kind.__module__.startswith(
            "app."
        ):
            yield kind
        yield from kinds_of_forms(kind)


def test_every_text_of_a_form_ends_at_a_number_that_can_be_said() -> None:
    """`Paling panjang 299 huruf` is a slip: ends are whole tens, or a number of digits that something has."""
    collect()  # imports the program
    ends, endless = dict[str, int](), list[str]()
    for form in kinds_of_forms():
        for name in dir(form):
            field = getattr(form, name)
            if type(field).__name__ != "UnboundField" or not issubclass(field.field_class, StringField):
                continue
            checks = field.kwargs.get("validators") or [*field.args[1:2], []][0]
            most = [check.most for check in checks if isinstance(check, AtMost)]
            ends |= {f"{form.__name__}.{name}": end for end in most}
            endless += [] if most else [f"{form.__name__}.{name}"]
    assert len(ends) > 100
    assert {name: end for name, end in ends.items() if end not in SAID_ENDS and (end < 20 or end % 10)} == {}
    assert endless == []
    pins = {end for name, end in ends.items() if name.rpartition(".")[2] == "pin"}
    assert pins == {PIN_DIGITS}
