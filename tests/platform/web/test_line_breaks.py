"""What a line break of a template means in its page."""

import pytest
from jinja2 import Environment

from app.platform.web.line_breaks import LineBreaks


def page(template: str) -> str:
    return Environment(extensions=[LineBreaks], autoescape=True).from_string(template).render(n=7, yes=True, no=False)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("<p>\n  Satu\n  dua\n</p>\n", "<p>Satu dua</p>"),
        ("<b>a</b>\n<b>b</b>", "<b>a</b><b>b</b>"),
        ("<b>a</b> <b>b</b>", "<b>a</b> <b>b</b>"),
        ("Nomor\n{{ n }}\n", "Nomor7"),
        ('Nomor{{ " " }}\n{{ n }}', "Nomor 7"),
        ("{% if yes %}\n  a\n{% else %}\n  b\n{% endif %}\nc", "ac"),
        ("a{# why #}\n  b", "ab"),
        ("{% macro m() %}\n  <i>{{ n }}</i>\n{% endmacro %}\n{{ m() }}\n.", "<i>7</i>."),
    ],
)
def test_between_words_it_is_a_space_and_beside_a_mark_nothing(template: str, expected: str) -> None:
    assert page(template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('<a\n    class="x"\n    {{ n }}\n    id="y">', '<a class="x" 7 id="y">'),
        ('<a class="x\n    y">', '<a class="x y">'),
        ("<a\n    {% if yes %}hidden{% endif %}\n    id>", "<a hidden id>"),
        ("<a\n    {% if yes %} hidden{% endif %}>", "<a hidden>"),
        ("<a\n    {% if no %} hidden{% endif %}\n    {% if no %} x{% else %} y{% endif %}>", "<a y>"),
        ("<a\n    {% if yes %}{{ n }}{% endif %} id>", "<a 7 id>"),
        ("<a\n    {% if yes %} b\n    {% endif %}>c\nd</a>", "<a b>c d</a>"),
    ],
)
def test_in_a_tag_it_is_one_space(template: str, expected: str) -> None:
    assert page(template) == expected


def test_an_error_names_the_line_of_the_file() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        page("<p>\n  a\n</p>\n\n{{ 1 // 0 }}\n")
    assert caught.traceback[-1].lineno + 1 == 5
