"""Deeds that bind ask the PIN, and with it the code of whoever has an authenticator app (decisions 76 and 103).

Every post of both sides is looked at. What its permission says decides; a new permission or a new post fails here until
somebody has judged it.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.platform.web.guard import declared_permission
from schema.profiles import load_profile
from tests.platform.web.walking import every_rule
from tests.proof.pair import pair
from tests.rules.routes import apps
from tests.rules.source import ROOT, template_text

BINDS: dict[str, str] = {
    "article.approve": "",
    "backup.make": "backups.choose_copy backups.confirm_key backups.make_backup",
    "case.close": "",
    "case.correct": "",
    "centre.offices": "centre_people.find_data centre_people.print_data centre_returns.confirm_return"
    " centre_returns.release_line centre_settings.choose_status_page centre_settings.confirm_clock"
    " centre_settings.save_settings claims.answer_claim health.confirm_return offices.invite_office",
    "check.close": "checks.return_answer",
    "dispatch.confirm": "",
    "evaluation.evaluate": "",
    "indicator.check": "figures.judge_figure",
    "indicator.target": "",
    "ktm.withdraw": "student_card.return_card",
    "letter.initial": "outgoing.correct_letter outgoing.return_letter",
    "letter.sign": "outgoing.correct_letter outgoing.return_letter",
    "people.manage": "staff.change_person",
    "people.second": "roots.withdraw_root second.withdraw_proposal",
    "performance.close": "",
    "privacy.lead": "processing.end_line processing.write_line",
    "recap.approve": "recap.correct_pledge recap.keep_pledge recap.return_recap recap.withdraw_pledge",
    "records.confirm": "",
    "records.keep": "retention.hold_record retention.lift_hold retention.set_period retention.withdraw",
    "residents.keep": "residents.drop_list residents.take_list residents.use_list",
    "standard.propose": "standards.withdraw_standard",
    "standard.sign": "",
    "survey.publish": "survey_reports.withdraw_report",
    "team.enact": "team.withdraw_team",
    "team.sign": "",
    "village.keys": "",
}
"""Permissions whose posts bind, each with those of its posts that do not: they take back, prepare, look or keep."""

ASKS_TOO = """
    answers.check_all_typed case_work.advance_case evaluation.sign_report hand_over.hand_card_over
    letters.download_spreadsheet member_lists.download_faulty members.download_data messages.erase_messages
    other_versions.decide_line other_versions.set_rest_aside outgoing.submit_letter recap.give_pledge
    recording.note_recording register_import.download_rejects settings.set_network
"""
"""Posts under other permissions that ask it all the same."""

ORDINARY = """
    access.review answer.check answer.type answer.value article.write board.post box.open capa.check capa.open
    capa.work card.arrive card.call card.hand_over case.check case.list case.note case.open case.pause case.place
    case.reveal case.view centre.floor centre.print check.answer check.make check.view competence.manage competence.view
    complaint.answer complaint.aside complaint.aside_check complaint.class complaint.close complaint.follow
    complaint.identity complaint.limits complaint.route complaint.scan complaint.slip complaint.take_back complaint.view
    complaint.write desk.view device.note dispatch.prepare dispatch.view due.view evaluation.answer evaluation.assess
    evaluation.view facility.manage facility.view file.view form.enter form.reserve hotline.complaint hotline.open
    hotline.report hotline.view import.run indicator.type indicator.view ktm.card ktm.intake ktm.view letter.agenda
    letter.book letter.dispose letter.draft letter.view office.settings oversight.answer oversight.note paper.print
    paten.view performance.analyse privacy.answer privacy.incident privacy.read privacy.view quality.draft recap.check
    recap.draft recap.view recording.do recording.view records.view register.view standard.view survey.draft
    survey.import survey.settle survey.type survey.view sync.run team.manage ticket.call village.exchange
"""
"""Permissions of the day's work, of looking and of preparing; nothing binds by them alone."""
NO_QUESTION = {"form_of", "form_for", "form_asking", "end_step"}
"""What is given a `pin` and asks nobody: it makes a form."""


def asks_pin(view: Callable[..., Any]) -> bool:
    """Whether a view, or a function of its module that it calls, asks the PIN."""
    inner = inspect.unwrap(view)
    cells = dict(zip(inner.__code__.co_freevars, inner.__closure__ or (), strict=True))
    if "pin" in cells and "command" in cells:  # made by `add_command`
        return bool(cells["pin"].cell_contents)
    beside, seen, waiting = vars(sys.modules[inner.__module__]), set(), [inner]
    while waiting:
        function = waiting.pop()
        seen.add(function)
        calls = [node for node in ast.walk(tree_of(function)) if isinstance(node, ast.Call)]
        if any(is_question(call, function) for call in calls):
            return True
        called = {beside.get(name_of(call)) for call in calls}
        waiting += [one for one in called - seen if inspect.isfunction(one) and one.__module__ == inner.__module__]
    return False


def tree_of(function: Callable[..., Any]) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def is_question(call: ast.Call, function: Callable[..., Any]) -> bool:
    """Whether a call asks the PIN; where a function hands on what it was given, its caller says so."""
    if name_of(call) == "confirm_pin":
        return True
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    handed_on = given.get("pin") in inspect.signature(function).parameters
    return "pin" in given and name_of(call) not in NO_QUESTION and not handed_on


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[frozenset[str], bool]]:
    """Every post behind a permission: its permissions, and whether it asks the PIN."""
    folder: Path = tmp_path_factory.mktemp("binding")
    stage, found = pair(folder), {}
    for app in apps(stage, folder).values():
        for rule in every_rule(app):
            marks = declared_permission(app, rule.endpoint)
            if "POST" in (rule.methods or ()) and not isinstance(marks, str) and marks:
                found[rule.endpoint] = frozenset(marks), asks_pin(app.view_functions[rule.endpoint])
    stage.close()
    return found


def test_every_permission_with_a_post_was_judged(posts: dict[str, tuple[frozenset[str], bool]]) -> None:
    ordinary = set(ORDINARY.split())
    used = {mark for marks, _ in posts.values() for mark in marks}
    assert used == ordinary | BINDS.keys()
    assert ordinary.isdisjoint(BINDS)
    assert used <= load_profile().rights.keys()


def test_every_deed_that_binds_asks_the_pin(posts: dict[str, tuple[frozenset[str], bool]]) -> None:
    asking = {endpoint for endpoint, (_, asks) in posts.items() if asks}
    must = {
        endpoint
        for endpoint, (marks, _) in posts.items()
        if any(endpoint not in BINDS[mark].split() for mark in marks & BINDS.keys())
    }
    assert asking == must | set(ASKS_TOO.split())


def test_the_lists_name_posts_that_are_there(posts: dict[str, tuple[frozenset[str], bool]]) -> None:
    named = {(mark, endpoint) for mark, ends in BINDS.items() for endpoint in ends.split()}
    assert {(mark, endpoint) for mark, endpoint in named if mark not in posts.get(endpoint, ((), False))[0]} == set()


def test_below_every_pin_that_decides_stands_the_code() -> None:
    """Whoever has an app could do nothing on a page that asks his PIN and has no field for the code."""
    bare = [
        path.name
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for after in template_text(path).split('name="pin"')[1:]
        if "ui.code(" not in after[:400]
    ]
    assert bare == []


def test_a_deed_of_the_command_line_that_asks_the_pin_asks_the_code_too() -> None:
    bare = [
        path.name
        for path in sorted((ROOT / "app" / "cli").rglob("*.py"))
        if "confirm_pin(" in (text := path.read_text(encoding="utf-8")) and "check_code(" not in text
    ]
    assert bare == []
