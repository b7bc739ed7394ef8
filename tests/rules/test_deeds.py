"""Deeds that return, refuse, close, bar or destroy: never what Enter does, and each asks once. Read in the templates.

The pages themselves are looked at in tests/browser/test_every_page.py; here nothing depends on what is shown today.
"""

import re

import pytest

from tests.rules.source import ROOT, template_text

FINAL = (
    "answers.settle_conflict",
    "articles.end_article",
    "blanks.correct_blanks",
    "box.forget_draft",
    "calendar.remove_holiday",
    "cards.note_misprint",
    "case_work.leave_case",
    "centre_keys.rotate_keys",
    "checks.cancel_check",
    "checks.return_answer",
    "complaints.close_line",
    "complaints.forget_draft",
    "complaints.issue_code",
    "complaints.strike_column",
    "dispatch.ask_line_back",
    "dispatch.drop_draft",
    "evaluation.reject_report",
    "evaluation.withdraw_cycle",
    "evaluation_sheets.return_sheet",
    "files.remove_file",
    "forks.settle_fork",
    "incidents.close_incident",
    "incoming.settle_letter",
    "outgoing.cancel_letter",
    "outgoing.return_letter",
    "form.drop_draft",
    "line.answer_recall",
    "line.refuse_line",
    "line.spoil_blank",
    "offices.change_bar",
    "own_sessions.end_all_others",
    "own_sessions.end_one_session",
    "processing.end_line",
    "quality.withdraw_document",
    "recap.return_recap",
    "recap.withdraw_pledge",
    "register_import.drop_import",
    "residents.destroy_reference",
    "residents.drop_list",
    "retention.confirm",
    "retention.withdraw",
    "roots.withdraw_root",
    "second.withdraw_proposal",
    "staff.end_acting",
    "standards.withdraw_standard",
    "student_card.withdraw_card",
    "survey_forms.spoil_form",
    "survey_reports.withdraw_report",
    "team.release_member",
    "team.withdraw_team",
    "other_versions.decide_line",
    "other_versions.set_rest_aside",
)
"""Views whose every post is such a deed. Others do one with one of their buttons: the counter check returns a file."""
SAID = re.compile(
    r"(bar|cancel|drop|end|forget|give_back|refuse|reject|release|remove|return|settle|spoil|strike|withdraw)(_|$)"
)
OTHERWISE = {
    "student_card.return_card": "a card that was found again",
    "student_cards.end_session": "the list of who was there is complete",
    "road_page.settle_line": "a line that was refused by mistake is read again",
}
"""Views that are named like one, and what they do instead."""
TEMPLATES = {path: template_text(path) for path in sorted((ROOT / "templates").rglob("*.html"))}
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


def named_like_one() -> set[str]:
    """Views that post and whose name says such a deed: `blueprint.view`."""
    found = set()
    for path in (ROOT / "app").rglob("views/*.py"):
        text = path.read_text(encoding="utf-8")
        for blueprint in re.findall(r"""^pages = Blueprint\(\s*"(\w+)""", text, re.MULTILINE):
            posts = re.findall(r"^@pages\.post\([^\n]*\)\n(?:@[^\n]*\n)*def (\w+)", text, re.MULTILINE)
            posts += re.findall(r"^add_command\(\s*pages, [^,]+, (?:\w+\.)*(\w+)", text, re.MULTILINE)
            found |= {f"{blueprint}.{name}" for name in posts if SAID.match(name)}
    return found


def test_a_view_that_is_named_like_such_a_deed_is_one() -> None:
    assert named_like_one() - set(FINAL) - set(OTHERWISE) == set()


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
        for button in re.findall(r"<button[^>]*>|post_(?:button|link)\([^}]*\}\}", text)
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
