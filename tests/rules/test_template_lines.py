"""Templates are laid out as tests/template_lines does it, which never changes what a page shows."""

import pytest
from jinja2 import Environment

from app.platform.web.line_breaks import LineBreaks
from tests.rules.source import ROOT, files
from tests.template_lines import TEMPLATES, lay_out, other_layouts

WIDTH = 120
CROWDED = """{% macro box(name, value="") %}<label for="a">{{ name }}{% if value %} <b>ada</b>{% endif %}</label>
<textarea id="{{ name }}" name="{{ name }}"{% if value %} aria-invalid="true"{% elif name %} class="a b"{% endif %}
 rows="3" maxlength="4000" autocomplete="off">{{ value }}</textarea>{% endmacro %}
<ul>{% for n in range(2) %}<li>Baris {{ n }}, <a href="/{{ n }}">yang panjang</a> sekali
{{ ", yang terakhir" if loop.last else ", yang pertama" }}. Kalimat ini melewati batas satu baris <i>dan</i> <b>tak</b>
 boleh kehilangan spasi.</li>{% else %}<li></li>{% endfor %}</ul>
<p>{{ "Sebuah kalimat yang panjang, yang ditulis di dalam satu ungkapan dan harus dibagi menjadi dua " }}
{{ {"kunci": {"dalam": 1}}.kunci.dalam }}</p>{{ box("satu", "nilai yang panjang") }}{{ box("dua") }}
<p>{% if 1 %} ya{% endif %}</p>""".replace("\n", "")


def page(template: str) -> str:
    return Environment(extensions=[LineBreaks], autoescape=True).from_string(template).render()


def test_every_template_is_laid_out() -> None:
    assert [str(path.relative_to(ROOT)) for path in other_layouts([TEMPLATES])] == [], (
        "run .venv/bin/python -m tests.template_lines --fix"
    )


def test_no_line_of_a_template_is_too_long() -> None:
    pages = [path for path in files() if path.startswith("templates/") and path.endswith(".html")]
    lines = [(path, line) for path in pages for line in (ROOT / path).read_text(encoding="utf-8").splitlines()]
    assert len(lines) > 10_000
    assert [(path, line) for path, line in lines if len(line) > WIDTH] == []


def test_a_crowded_template_gets_lines_and_its_page_stays() -> None:
    laid = lay_out(CROWDED)
    assert max(map(len, laid.splitlines())) <= WIDTH
    assert len(laid.splitlines()) > 20
    assert page(laid) == page(CROWDED)
    assert lay_out(laid) == laid


@pytest.mark.parametrize(
    ("crowded", "laid"),
    [
        ("<div><h1>A</h1><p>b</p></div>", "<div>\n  <h1>A</h1>\n  <p>b</p>\n</div>\n"),
        ("{% if a %}<div>{% endif %}<p>b</p>", "{% if a %}\n  <div>\n{% endif %}\n<p>b</p>\n"),
        ("<td>{{ a }}{% if b %}, {{ b }}{% endif %}</td>", "<td>{{ a }}{% if b %}, {{ b }}{% endif %}</td>\n"),
        ("<p>a\n  b</p>", "<p>a b</p>\n"),
        ('<p>a{{ " " }}\n<b>b</b></p>', "<p>a <b>b</b></p>\n"),
    ],
)
def test_one_element_a_line_and_running_text_together(crowded: str, laid: str) -> None:
    assert lay_out(crowded) == laid


def test_a_refused_field_is_marked_and_told_by_the_macros_alone() -> None:
    """`ui.field`, `ui.drawn`, `ui.group` and `ui.cell` mark it, say its sentence and tie both together."""
    pages = {path: (ROOT / path).read_text("utf-8") for path in files() if path.endswith(".html")}
    drawn = [path for path, text in pages.items() if 'class="error"' in text or "has-error" in text]
    assert drawn == ["templates/_macros.html"]
