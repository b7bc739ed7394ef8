"""What `{{ }}` writes into a page: the same as Jinja alone would, whatever the value is."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from markupsafe import Markup, escape

from app.platform.web.own_flask import PlainGlobals, WritingCode, text_to_write

SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&#34;"}


class OwnText(str):
    """A text of a kind of its own, which knows no HTML."""

    __slots__ = ()


class Drawn:
    """Something that draws itself."""

    def __html__(self) -> str:
        return "<b>&</b>"


class Plain:
    """Something that only has words."""

    def __str__(self) -> str:
        return "<i>"


class OwnWriting(Environment):
    """Jinja's own templates with our writing."""

    code_generator_class = WritingCode


@given(st.text())
def test_every_sign_of_html_is_replaced_and_nothing_else(text: str) -> None:
    assert text_to_write(text) == "".join(SIGNS.get(sign, sign) for sign in text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a href='x'>&\"", "&lt;a href=&#39;x&#39;&gt;&amp;&#34;"),
        (OwnText("<"), "&lt;"),
        (Markup("<p>"), "<p>"),
        (Drawn(), "<b>&</b>"),
        (Plain(), "&lt;i&gt;"),
        (None, "None"),
        (7, "7"),
        (["<"], "[&#39;&lt;&#39;]"),
    ],
)
def test_a_value_is_written_as_markupsafe_writes_it(value: Any, expected: str) -> None:
    assert text_to_write(value) == str(escape(value)) == expected


TEMPLATE = """{% macro m(a) %}<i>{{ a }}</i>{% endmacro %}{% set kept %}<u>{{ x }}</u>{% endset %}{{ m(x) }}{{ kept }}{{
x|upper }}{{ x ~ safe }}{% for y in [x, safe] %}{{ y }}{% endfor %}{{ nothing }}{% autoescape false %}{{ x }}{%
endautoescape %}{% filter lower %}{{ x }}{% endfilter %}"""


@pytest.mark.parametrize("finalize", [None, lambda value: value or "–"])
def test_a_template_comes_out_as_jinja_alone_draws_it(finalize: Any) -> None:
    facts = {"x": "<X>&", "safe": Markup("<br>"), "nothing": None}
    environments = [kind(autoescape=True, finalize=finalize) for kind in (OwnWriting, Environment)]
    drawn = [environment.from_string(TEMPLATE).render(facts) for environment in environments]
    assert drawn[0] == drawn[1]
    assert drawn[0].startswith("<i>&lt;X&gt;&amp;</i><u>&lt;X&gt;&amp;</u>&lt;X&gt;&amp;&lt;X&gt;&amp;<br>")


def test_the_pages_are_written_so() -> None:
    code = PlainGlobals(Flask(__name__), autoescape=True).compile("{{ x }}", raw=True)
    assert "text_to_write(" in code
    assert "text_to_write(" not in PlainGlobals(Flask(__name__), autoescape=False).compile("{{ x }}", raw=True)
