"""Deeds that return, refuse, close, bar or destroy: never what Enter does, and each asks once. Read in the templates.

The pages themselves are looked at in tests/browser/test_every_page.py; here nothing depends on what is shown today.
"""

import re

import pytest

from tests.rules.source import ROOT

FINAL = (
    "answers.settle_conflict",
    "blanks.correct_book",
    "box.forget_draft",
    "calendar.remove_holiday",
    "cards.note_misprint",
    "case_work.leave_case",
    "centre_keys.rotate_keys",
    "complaints.close_line",
    "complaints.forget_draft",
    "complaints.strike_column",
    "dispatch.ask_line_back",
    "dispatch.drop_draft",
    "forks.settle_fork",
    "incoming.settle_letter",
    "outgoing.cancel_letter",
    "outgoing.return_letter",
    "form.drop_draft",
    "line.give_back",
    "line.refuse_line",
    "line.spoil_blank",
    "offices.bar_office",
    "recap.return_recap",
    "recap.withdraw_pledge",
    "staff.end_acting",
    "other_versions.decide_line",
    "other_versions.set_rest_aside",
)
"""Views whose every post is such a deed. Others do one with one of their buttons: the counter check returns a file."""
TEMPLATES = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "templates").rglob("*.html"))}
FORMS = [(path, form) for path, text in TEMPLATES.items() for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL)]
MARKED = re.compile(r"ui\.final\(|happens=|\"btn\", \"\" if office\.barred_at")


def posts_to(text: str, endpoint: str) -> bool:
    return re.search(rf"""url_for\(['"]{re.escape(endpoint)}['"]""", text) is not None


@pytest.mark.parametrize("endpoint", FINAL)
def test_every_form_of_such_a_deed_asks_and_stops_enter(endpoint: str) -> None:
    own = [form for _, form in FORMS if posts_to(form.split(">", 1)[0] + form[:400], endpoint)]
    short = [
        text for text in TEMPLATES.values() if re.search(rf"""final_form\(url_for\(['"]{re.escape(endpoint)}""", text)
    ]
    assert own or short, "no page does this any more"
    for form in own:
        if "ui.final_form(" in form:
            continue
        assert MARKED.search(form), form[:200]
        assert "ui.guarded()" in form, form[:200]


def test_no_other_macro_posts_to_such_a_view() -> None:
    found = [
        (path.name, endpoint)
        for path, text in TEMPLATES.items()
        for endpoint in FINAL
        if re.search(rf"""post_(?:button|link)\(url_for\(['"]{re.escape(endpoint)}""", text)
    ]
    assert found == []


def test_a_red_button_is_always_one_that_asks() -> None:
    """Red means a deed of this kind, and only the macro draws a button of it."""
    found = [
        path.name
        for path, text in TEMPLATES.items()
        for button in re.findall(r"<button[^>]*>", text)
        if "btn-stop" in button and path.name != "_macros.html"
    ]
    assert found == []


def test_the_first_button_of_a_form_with_such_a_deed_is_harmless() -> None:
    for path, form in FORMS:
        deed = MARKED.search(form)
        if deed and path.name not in ("_macros.html", "_pin.html"):
            first = re.search(r"ui\.guarded\(\)|<button", form)
            assert first is not None, path.name
            assert first.start() < deed.start(), path.name
