"""Who may know whom, read from the import statements of every file: the wings first, then the rooms inside each."""

import ast
import sys
from collections.abc import Callable, Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.rules.rooms_page import PAGES
from tests.rules.source import ROOT, WINGS, dotted, imports, inside, modules, nodes, place_of, room_modules, tree

DATABASE = ("apsw", "peewee", "playhouse", "psycopg")
WEB = ("flask", "flask_wtf", "wtforms", "htmx_flask", "werkzeug", "app.platform.web")

# A wing uses lower wings. The centre is a side of its own: of the office's wings it may use what is named here.
CENTRE_USES = ("core", "platform", "casework.importing")

# Inside a wing a room may use the rooms of a lower level. Rooms of the same level do not know each other.
FLOORS = {
    "platform": ("people", "backups", "office", "files", "signatures", "updates", "practice"),
    "casework": ("desk", "letters importing", "batches", "members public residents resources villages"),
    "services": ("ktp", "ktm", "complaints", "hotline tickets"),
    "quality": ("capa", "quarter", "surveys", "checks paten", "indicators", "evaluation"),
    "records": ("retention", "privacy"),
}

# Parts of a wing that are no level: the rooms of their wing that they may use. Every view may use `web`.
PARTS = {"procedure": (), "printing": (), "web": ("people", "backups", "office", "printing")}
COMPOSITION = ("app.cli", "app.compose", "app.compose_office", "app.compose_centre")

# The only file of `sync` that speaks Flask: the receiver's HTTP interface.
ROAD_FACE = "sync/http_server.py"

# The seed of the calendar is made by hand once a year; the program itself never imports `holidays`.
SCRIPTS = ("schema/calendar/build.py",)


ROOMS = [room for floors in FLOORS.values() for rooms in floors for room in rooms.split()]


def is_face(path: str) -> bool:
    """Whether a file holds pages of its room: views.py, or a module of a views/ folder."""
    return Path(path).name == "views.py" or "views" in Path(path).parts


def packages(path: str, *, at_start: bool = False) -> set[str]:
    """Top-level packages that a file imports and that are neither ours nor Python's."""
    tops = {name.split(".")[0] for name in imports(path, at_start=at_start)}
    return tops - sys.stdlib_module_names - {"app", "sync", "schema"}


def is_front(path: str) -> bool:
    """Whether a file is of the front, which may know everything: composition, command line, paths, version."""
    return place_of(path)[0] in ("", "cli")


def places_used(path: str) -> set[tuple[str, str]]:
    """(wing, room) of all that a file imports from wings, its own place left out."""
    rooms = set(room_modules().values()) - {"app.centre"}
    named = [name.split(".") for name in imports(path) if inside(name, *(f"app.{wing}" for wing in WINGS))]
    places = {(wing, more[0] if ".".join(("app", wing, *more[:1])) in rooms else "") for _, wing, *more in named}
    return places - {place_of(path)}


def floor_of(wing: str, room: str) -> int:
    """The level on which a room stands in its wing."""
    return next(n for n, rooms in enumerate(FLOORS[wing]) if room in rooms.split())


def is_lower(path: str, place: tuple[str, str]) -> bool:
    """Whether a file may use a place: that of a lower wing, or of a lower level of its own."""
    (wing, room), (other_wing, other) = place_of(path), place
    if wing == "centre":
        return {other_wing, f"{other_wing}.{other}"} & {*CENTRE_USES} != set()
    if other == "web":
        return is_face(path)
    if wing != other_wing:
        return WINGS.index(other_wing) < WINGS.index(wing)
    if room in PARTS:
        return other in ("", *PARTS[room])
    return other in ("", "printing") or floor_of(wing, other) < floor_of(wing, room)


def offences(path: str, *forbidden: str) -> set[str]:
    """Which of its imports lie in a forbidden package."""
    return {name for name in imports(path) if inside(name, *forbidden)}


def offenders(paths: Iterable[str], wrong: Callable[[str], set[str]]) -> dict[str, list[str]]:
    """Path -> what is wrong there, for the files where something is."""
    return {path: sorted(found) for path in paths if (found := wrong(path))}


ROOM_FILES = [
    path
    for path in modules("app/")
    if not is_front(path) and place_of(path)[0] != "core" and place_of(path)[1] not in PARTS
]


def test_the_ground_knows_no_room() -> None:
    ground = [path for path in modules("schema/") if path not in SCRIPTS]
    assert offenders(ground, lambda path: offences(path, "app", "sync")) == {}
    assert offenders(ground, lambda path: packages(path) - {"apsw", "peewee", "playhouse", "psycopg", "msgspec"}) == {}


def test_the_road_knows_only_the_ground() -> None:
    own = {"msgspec", "requests", "urllib3", "nacl", "pyrage"}
    assert offenders(modules("sync/"), lambda path: offences(path, "app", *DATABASE)) == {}
    face = {ROAD_FACE: {"flask", "werkzeug"}}
    assert offenders(modules("sync/"), lambda path: packages(path) - own - face.get(path, set())) == {}


def test_core_and_procedure_engine_are_pure() -> None:
    pure = modules("app/core/")
    tables = ("schema.database", "schema.postgres", "schema.migrations", "sync")
    assert offenders(pure, lambda path: offences(path, *tables, *(f"app.{wing}" for wing in WINGS[1:]))) == {}
    assert offenders(pure, lambda path: packages(path) - {"msgspec"}) == {}


def test_every_room_has_its_place() -> None:
    placed = {(wing, room) for wing, floors in FLOORS.items() for rooms in floors for room in rooms.split()}
    parts = {("core", "procedure"), ("platform", "printing"), ("platform", "web")}
    rooms = {place_of(path) for path in modules("app/")} - {(wing, "") for wing in ("", *WINGS)}
    assert rooms - {("cli", "demo"), ("cli", "packaging")} == placed | parts


def test_a_folder_of_the_program_is_a_wing_that_says_what_it_holds() -> None:
    assert len(WINGS) <= 8
    folders = {path.split("/")[1] for path in modules("app/") if path.count("/") > 1}
    assert folders == set(WINGS)
    unsaid = [wing for wing in WINGS if not (ast.get_docstring(tree(f"app/{wing}/__init__.py")) or "").strip()]
    assert unsaid == []


def test_pages_about_the_layout_say_what_the_folders_say() -> None:
    stale = [page for page, lines in PAGES.items() if lines() not in (ROOT / page).read_text(encoding="utf-8")]
    assert stale == [], "python -m tests.rules.rooms_page prints what stands there"


def test_rooms_look_down_only() -> None:
    def upward(path: str) -> set[str]:
        return {".".join(place) for place in places_used(path) if not is_lower(path, place)}

    assert offenders([path for path in modules("app/") if not is_front(path)], upward) == {}
    assert {wing for wing, _ in places_used("app/room.py")} == {"core"}, "what a room is looks up to none"


def modules_used(path: str) -> set[str]:
    """Files that a file imports, at its start or in a function; without late names and those for the type checker."""
    for_types = {
        id(inner)
        for node in nodes(path)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    froms = [node for node in nodes(path) if isinstance(node, ast.ImportFrom) and id(node) not in for_types]
    names = {name for node in froms for alias in node.names for name in (f"{node.module}.{alias.name}", node.module)}
    files = {dotted(file): file for file in modules("app/", "sync/", "schema/")}
    return {files[name] for name in names if name in files} - {path}


def test_no_modules_import_each_other_in_a_circle() -> None:
    """A package's `__init__.py` is left out: every module of it runs that first."""
    graph = {path: modules_used(path) for path in modules("app/", "sync/", "schema/")}
    used = {path: {other for other in others if not other.endswith("__init__.py")} for path, others in graph.items()}
    try:
        tuple(TopologicalSorter(used).static_order())
    except CycleError as circle:
        pytest.fail(f"in a circle: {circle.args[1]}")


def test_services_know_no_web() -> None:
    services = [path for path in ROOM_FILES if not is_face(path)]
    assert offenders(services, lambda path: offences(path, *WEB, "requests")) == {}


def test_views_know_no_tables() -> None:
    def hidden(path: str) -> set[str]:
        road = {name for name in offences(path, "sync") if not inside(name, "sync.journal") and name != "sync"}
        return offences(path, *DATABASE, *(f"{room_modules()[room]}.tables" for room in ROOMS)) | road

    shared = modules("app/platform/web/", "app/platform/printing/")
    assert offenders([path for path in ROOM_FILES if is_face(path)] + list(shared), hidden) == {}


def test_only_the_front_knows_the_whole_house() -> None:
    behind = [path for path in modules("app/", "sync/", "schema/") if not path.startswith("app/") or not is_front(path)]
    assert offenders(behind, lambda path: offences(path, *COMPOSITION, "run", "tests", "bench")) == {}


def test_heavy_libraries_load_only_where_they_are_used() -> None:
    heavy = {"holidays", "openpyxl", "xlsxwriter", "typst"}
    drawing_child = {"app/platform/printing/child.py": {"typst"}}

    def at_start(path: str) -> set[str]:
        return (packages(path, at_start=True) & heavy) - drawing_child.get(path, set())

    assert offenders(modules("app/", "sync/", "schema/"), at_start) == {}
