"""A start loads what the first page needs; everything else is named, found, and comes when it is asked for."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Blueprint, Flask, url_for

from app import compose
from app.compose_office import make_office_app
from app.core.late import Late
from app.platform.web.context import current_loket
from app.platform.web.own_flask import LateFlask, Pages
from sync.journal import Journal
from tests.platform.people import Browser
from tests.rules.source import ROOT, dotted, inside, late_targets, modules, place_of, room_modules, tree

FIRST_PAGE = """
import json, sys
from pathlib import Path
from app import cli
cli.hide_unused_packages()
cli.COMMANDS["office"].load()
from app.cli import proving
from app.cli.office import open_office_journal
from app.compose_office import make_office_app
app = make_office_app(open_office_journal(Path(sys.argv[1])), Path(sys.argv[1]))
assert app.test_client().get("/masuk").status_code == 200
loaded = sorted(name for name in sys.modules if name.startswith("app."))
"""
ALL_AT_ONCE = """
from threading import Barrier, Thread
from flask import url_for
paths = sorted(app.extensions["loket_addresses"].values()) * 2 + ["/saya", "/masuk"] * 10
sys.setswitchinterval(1e-5)
start, found = Barrier(len(paths)), {}
def open_page(number):
    client = app.test_client()
    start.wait()
    found[number] = (paths[number], client.get(paths[number]).status_code)
    with app.test_request_context("/masuk"):
        url_for(sorted(app.extensions["loket_addresses"])[number % len(app.extensions["loket_addresses"])])
threads = [Thread(target=open_page, args=(number,)) for number in range(len(paths))]
for thread in threads: thread.start()
for thread in threads: thread.join()
right = {("/cari", 405), ("/persiapan/", 404)}
wrong = sorted({one for one in found.values() if one[1] not in (200, 302, 303)} - right)
print(json.dumps([loaded, len(paths) - len(found), wrong]))
"""
NEEDED = ("people", "office", "backups")
"""Rooms of which the sign-in page needs more than their names."""
NAMES = ("", ".views", ".words", ".tables")


@pytest.fixture
def office(journal: Journal, tmp_path: Path) -> LateFlask:
    """The whole web application of an office, as a start makes it."""
    return make_office_app(journal, tmp_path)


@pytest.mark.usefixtures("office")
def test_the_first_page_loads_no_room_that_it_does_not_show(tmp_path: Path) -> None:
    """`office` began before: what rooms begin with is written once in the life of an office."""
    environment = {name: value for name, value in os.environ.items() if name != "LOKET_CENTRE_DB"}
    call = [sys.executable, "-W", "error", "-c", FIRST_PAGE + ALL_AT_ONCE, str(tmp_path)]
    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    loaded, lost, wrong = json.loads(done.stdout)
    assert (lost, wrong) == (0, []), "every kind of page asked for the first time at the same moment"
    faces = [path for path in modules("app/") if path.endswith("/views/__init__.py")]
    rooms = [room_modules()[room] for room in {place_of(path)[1] or "centre" for path in faces} - {*NEEDED}]
    allowed = {f"{room}{name}" for room in rooms for name in NAMES}
    assert sorted(name for name in loaded if inside(name, *rooms) and name not in allowed) == []
    printed = (
        "app.platform.printing",
        "app.casework.importing",
        "app.quality.quarter.views.waiting_room",
        "app.platform.office.views.standards",
    )
    assert sorted(name for name in loaded if name.startswith(printed)) == []


def test_everything_that_is_named_late_is_there() -> None:
    named = [target for path in modules("app/") for target in late_targets(path)]
    assert len(named) > 100
    for target in named:
        Late(target).load()


def test_pages_bear_the_name_and_the_addresses_that_their_room_says() -> None:
    for room in compose.web_rooms("office"):
        for pages in room.blueprints:
            assert isinstance(pages, (Pages, Blueprint))
            if isinstance(pages, Pages):
                blueprint = Late(pages.target).load()
                app = Flask("alone")
                app.url_map.converters["int"] = app.url_map.converters["default"]
                app.register_blueprint(blueprint)
                assert blueprint.name == pages.name
                elsewhere = [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
                assert [one for one in elsewhere if not pages.has_address(one.split("/"))] == [], pages.name


def filled_pages(path: str) -> set[str]:
    """Names of the blueprints that a module puts views into."""
    views = (node for node in tree(path).body if isinstance(node, ast.FunctionDef))
    marks = (mark.func for view in views for mark in view.decorator_list if isinstance(mark, ast.Call))
    routes = (mark for mark in marks if isinstance(mark, ast.Attribute) and mark.attr in ("get", "post", "route"))
    return {ast.unparse(mark.value) for mark in routes}


def made_pages(path: str) -> set[str]:
    """Names of the blueprints that a module makes."""
    made = (node for node in tree(path).body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call))
    return {ast.unparse(node.targets[0]) for node in made if ast.unparse(node.value).startswith("Blueprint(")}


def test_pages_that_two_modules_fill_are_named_by_the_one_that_brings_both() -> None:
    """Else a page were missing as long as nothing else brought its module."""
    targets = {target for path in modules("app/") for target in late_targets(path)}
    guests = {f"{dotted(path)}:{name}" for path in modules("app/") for name in filled_pages(path) - made_pages(path)}
    assert {"app.services.complaints.views.lines:pages", "app.casework.desk.views.lists:case_pages"} <= guests
    assert guests - targets == set()


def test_addresses_that_are_told_in_advance_are_right(office: LateFlask) -> None:
    with office.test_request_context("/masuk"):
        told = dict(office.extensions["loket_addresses"])
        assert {item.endpoint for item in current_loket().nav} <= told.keys(), "each line of the rail tells its address"
        assert {endpoint: url_for(endpoint) for endpoint in told} == told


def test_a_signed_in_person_loads_the_pages_that_he_opens(office: LateFlask) -> None:
    sari = Browser(office, "sari")
    assert sari.get("/saya").status_code == 200
    assert {"cases", "lists", "recap", "capa", "complaints", "hotline"} <= office.waiting.keys(), "the rail loads none"
    assert sari.get("/berkas").status_code == 200
    assert "cases" not in office.waiting
    assert {"recap", "capa", "hotline"} <= office.waiting.keys()
