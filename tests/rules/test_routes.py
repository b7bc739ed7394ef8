"""Every route times every role: who may open it may, everybody else is refused, and docs/routes.md says so."""

import ast
import random
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from flask import Flask
from jinja2 import nodes
from werkzeug.routing import BuildError, Rule

from app.casework.villages.own_folder import VillageFolder
from app.casework.villages.views.own_pages import make_village_app
from app.compose_office import make_practice_app
from app.core.permissions import SYSTEM
from app.platform.people.changes import AddPerson
from app.platform.people.service import add_person
from app.platform.web.guard import declared_permission
from app.records.privacy.views.kiosk import make_kiosk_app
from schema.profiles import load_profile
from tests.platform.people import PASSWORD, Browser
from tests.platform.web.walking import every_rule
from tests.proof.pair import CHEAP, Pair, pair
from tests.proof.work import DEEDS
from tests.proof.worker import Worker
from tests.rules.posts import BY_HAND, OWN, every_post
from tests.rules.routes import PAGE, apps, roles_of, written
from tests.world.nightly import NIGHTLY

CENTRE_ROLES = load_profile().side_roles("centre")
OFFICE_ROLES = load_profile().side_roles("office")

SAMPLES = {
    "case_id": 1,
    "draft_id": 1,
    "dispatch_id": 1,
    "person_id": 1,
    "acting_id": 1,
    "ordinal": 1,
    "code": "3508072002",
    "on_date": "2026-08-17",
    "name": "case",
    "service_id": "ktp-el",
    "document_id": "guarantee",
    "note_id": 1,
    "what": "aktif",
    "conflict_id": 1,
    "number": "1",
    "office": "350807",
    "line": "1",
    "paper": "receipt",
    "item": "1",
}
LEFT_OUT = {"asset", "static"}
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Pair, dict[str, Flask]]]:
    """Both sides with some work behind them and one person of each role."""
    folder = tmp_path_factory.mktemp("sides")
    made = pair(folder)
    worker = Worker(made, random.Random(7))
    for _ in range(120):
        worker.step(DEEDS)
    for side, roles in (("office", OFFICE_ROLES), ("centre", CENTRE_ROLES)):
        journal = made.office.journal if side == "office" else made.centre.journal
        for role in roles:
            add_person(
                journal,
                SYSTEM,
                AddPerson(
                    username=f"as{role.replace('_', '')}",
                    name=f"Peran {role}",
                    roles=(role,),
                    area="3508072002" if role == "village" else None,
                ),
                password=PASSWORD,
                must_change=False,
                now=made.now,
                cost=CHEAP,
            )
    yield made, apps(made, folder)
    made.close()


def address(app: Flask, rule: Rule) -> str:
    """A path of the rule with sample values; the first guess of a converter where the sample does not fit."""
    values = {name: sample(rule, name) for name in rule.arguments}
    with app.test_request_context():
        try:
            return str(app.url_for(rule.endpoint, **values))
        except BuildError:
            return rule.rule.replace("<", "").replace(">", "")


def sample(rule: Rule, name: str) -> object:
    """A value for one part of an address; of a part with listed values the first."""
    listed = sorted(getattr(rule._converters[name], "items", ()))
    return listed[0] if listed and SAMPLES.get(name) not in listed else SAMPLES.get(name, 1)


ORDER = {"office": list(OFFICE_ROLES), "centre": list(CENTRE_ROLES)}
OPENED = 6
"""By day a role opens every sixth page of those that it may, each role others; every page that it may not, always."""


def rules(app: Flask) -> list[tuple[Rule, str]]:
    """Every (rule, method) that a browser can send."""
    return [
        (rule, method)
        for rule in every_rule(app)
        if rule.endpoint not in LEFT_OUT
        for method in sorted(rule.methods or ())
        if method in ("GET", "POST")
    ]


def ask(browser: Browser, app: Flask, rule: Rule, method: str) -> int:
    """Status of one request, with a valid CSRF token on posts."""
    path = address(app, rule)
    return (browser.get(path) if method == "GET" else browser.post(path)).status_code


def test_every_view_declares_who_may_open_it(stage: tuple[Pair, dict[str, Flask]]) -> None:
    for app in stage[1].values():
        missing = [rule.endpoint for rule, _ in rules(app) if declared_permission(app, rule.endpoint) is None]
        assert missing == []


@pytest.mark.parametrize(
    ("side", "role"), [*(("office", role) for role in OFFICE_ROLES), *(("centre", role) for role in CENTRE_ROLES)]
)
def test_a_role_opens_what_it_may_and_nothing_else(stage: tuple[Pair, dict[str, Flask]], side: str, role: str) -> None:
    app = stage[1][side]
    wrong = []
    username = f"as{role.replace('_', '')}"
    browser = Browser(app, username)
    for number, (rule, method) in enumerate(rules(app)):
        allowed = roles_of(app, rule.endpoint, side)
        may = allowed is None or role in allowed
        if may and not NIGHTLY and (number + ORDER[side].index(role)) % OPENED:
            continue
        status = ask(browser, app, rule, method)
        if rule.endpoint.startswith(("people.", "own_sessions.", "staff.")):
            browser = Browser(app, username)  # signed out, locked, or with another password
        if (may and status in (401, 500)) or (not may and status != 403):
            wrong.append((method, rule.rule, status))
    assert wrong == []


@pytest.mark.parametrize("side", ["office", "centre"])
def test_a_stranger_is_led_to_the_door(stage: tuple[Pair, dict[str, Flask]], side: str) -> None:
    app = stage[1][side]
    closed = [(rule, method) for rule, method in rules(app) if roles_of(app, rule.endpoint, side) is not None]
    opened = [
        (method, rule.rule)
        for rule, method in closed
        if ask(Browser(app), app, rule, method) not in (302, 303, 401, 404)
    ]
    assert opened == []


def test_the_page_of_routes_is_current(tmp_path: Path) -> None:
    assert PAGE.read_text(encoding="utf-8") == written(tmp_path), "run: python -m tests.rules.routes"


def test_a_form_that_a_view_reads_by_hand_has_its_reason(stage: tuple[Pair, dict[str, Flask]]) -> None:
    made, faces = stage
    posts = every_post([*faces.values(), make_kiosk_app(made.office.journal)])
    reasons = [endpoint for endpoints in BY_HAND.values() for endpoint in endpoints.split()]
    assert sorted(reasons) == sorted(post.endpoint for post in posts if post.way == OWN)


def names_in(node: ast.expr) -> Iterator[str]:
    """The names that an expression may give, as far as they are written out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from names_in(node.body)
        yield from names_in(node.orelse)


def names_in_code(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "url_for" and node.args:
            yield from ((node.lineno, name) for name in names_in(node.args[0]))


def names_in_template(path: Path) -> Iterator[tuple[int, str]]:
    for call in jinja2.Environment(extensions=["jinja2.ext.do"]).parse(path.read_text()).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "url_for" and call.args:
            first = call.args[0]
            consts = [first] if isinstance(first, nodes.Const) else list(first.find_all(nodes.Const))
            if isinstance(first, nodes.Const | nodes.CondExpr):
                yield from ((call.lineno, str(const.value)) for const in consts if isinstance(const.value, str))


def test_every_address_that_is_asked_for_by_name_exists(stage: tuple[Pair, dict[str, Flask]], tmp_path: Path) -> None:
    made, faces = stage
    journal = made.office.journal
    village = make_village_app(VillageFolder(tmp_path / "desa"))
    every = [*faces.values(), make_kiosk_app(journal), make_practice_app(journal, tmp_path), village]
    known = {rule.endpoint for app in every for rule in every_rule(app)} | {"static"}
    asked = [(path, *one) for path in (ROOT / "app").rglob("*.py") for one in names_in_code(path)]
    asked += [(path, *one) for path in (ROOT / "templates").rglob("*.html") for one in names_in_template(path)]
    assert len(asked) > 500
    assert [f"{path.relative_to(ROOT)}:{line} {name}" for path, line, name in asked if name not in known] == []
