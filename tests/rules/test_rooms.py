"""Who may know whom (architecture, section 3), read from the import statements of every file."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.rules.source import dotted, imports, inside, modules

DATABASE = ("apsw", "peewee", "playhouse", "psycopg")
WEB = ("flask", "flask_wtf", "wtforms", "htmx_flask", "werkzeug", "app.web")

# A room may use the rooms of a lower floor. Rooms of the same floor do not know each other.
FLOORS = {
    "people": 1,
    "backups": 2,
    "office": 3,
    "files": 4,
    "desk": 5,
    "letters": 6,
    "batches": 7,
    "importing": 6,
    "members": 8,
    "residents": 8,
    "resources": 8,
    "ktp": 9,
    "ktm": 10,
    "complaints": 11,
    "hotline": 12,
    "capa": 13,
    "quarter": 14,
    "surveys": 15,
    "checks": 16,
    "paten": 16,
    "indicators": 17,
    "evaluation": 18,
    "retention": 19,
    "privacy": 20,
}

# Arrows that still point up after the rooms were parted; each goes with its own change, none may be added.
STILL_UP = {}

# Parts of the house that are no floor: what of `app` they may use. Everything may use `core` and `paths`.
PARTS = {
    "core": (),
    "procedure": (),
    "printing": (),
    "web": ("people", "backups", "office", "printing", "procedure"),
    "centre": ("people", "backups", "files", "printing", "importing", "web"),
}
COMPOSITION = (
    "app.cli",
    "app.demo",
    "app.compose",
    "app.compose_office",
    "app.compose_centre",
)
FRONT = (*COMPOSITION, "app.version", "app.paths", "app.room")

# The only file of the road that speaks Flask: the receiver's HTTP face.
ROAD_FACE = "sync/http_server.py"

# The seed of the calendar is made by hand once a year; the program itself never imports `holidays`.
SCRIPTS = ("schema/calendar/build.py",)


def room_of(path: str) -> str:
    """Name of the room of a file below app/, or "" for the front (composition, command line, paths)."""
    name = dotted(path)
    return "" if name == "app" or inside(name, *FRONT) else name.split(".")[1]


def is_face(path: str) -> bool:
    """Whether a file is the web face of its room: views.py, or a module of a views/ folder."""
    return Path(path).name == "views.py" or "views" in Path(path).parts


def packages(path: str, *, at_start: bool = False) -> set[str]:
    """Top-level packages that a file imports and that are neither ours nor Python's."""
    tops = {name.split(".")[0] for name in imports(path, at_start=at_start)}
    return tops - sys.stdlib_module_names - {"app", "sync", "schema"}


def rooms_used(path: str) -> set[str]:
    """Rooms that a file of app/ imports from, its own left out."""
    used = {name.split(".")[1] for name in imports(path) if inside(name, "app") and name.count(".")}
    return used - {room_of(path), "core", "paths", "version", "room"}


def offences(path: str, *forbidden: str) -> set[str]:
    """Which of its imports lie in a forbidden package."""
    return {name for name in imports(path) if inside(name, *forbidden)}


def offenders(paths: Iterable[str], wrong: Callable[[str], set[str]]) -> dict[str, list[str]]:
    """Path -> what is wrong there, for the files where something is."""
    return {path: sorted(found) for path in paths if (found := wrong(path))}


ROOM_FILES = [path for path in modules("app/") if room_of(path) in {*FLOORS, "centre"}]


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
    pure = modules("app/core/", "app/procedure/")
    tables = ("schema.database", "schema.tables", "schema.migrations", "sync")
    assert offenders(pure, lambda path: offences(path, *tables) | rooms_used(path)) == {}
    assert offenders(pure, lambda path: packages(path) - {"msgspec"}) == {}


def test_every_room_has_its_place() -> None:
    found = {room_of(path) for path in modules("app/")} - {""}
    assert found <= {*FLOORS, *PARTS}


def test_rooms_look_down_only() -> None:
    def upward(path: str) -> set[str]:
        room = room_of(path)
        if room in PARTS:
            return rooms_used(path) - set(PARTS[room])
        lower = {name for name, floor in FLOORS.items() if floor < FLOORS[room]}
        return rooms_used(path) - lower - {"procedure", "printing"} - ({"web"} if is_face(path) else set())

    assert offenders([path for path in modules("app/") if room_of(path)], upward) == STILL_UP


def test_services_know_no_web() -> None:
    services = [path for path in ROOM_FILES if not is_face(path)]
    assert offenders(services, lambda path: offences(path, *WEB, "requests")) == {}


def test_views_know_no_tables() -> None:
    def hidden(path: str) -> set[str]:
        road = {name for name in offences(path, "sync") if not inside(name, "sync.journal") and name != "sync"}
        return offences(path, *DATABASE, *(f"app.{room}.tables" for room in FLOORS)) | road

    shared = modules("app/web/", "app/printing/")
    assert offenders([path for path in ROOM_FILES if is_face(path)] + list(shared), hidden) == {}


def test_only_the_front_knows_the_whole_house() -> None:
    behind = [path for path in modules("app/", "sync/", "schema/") if not path.startswith("app/") or room_of(path)]
    assert offenders(behind, lambda path: offences(path, *COMPOSITION, "run", "tests", "bench")) == {}


def test_heavy_libraries_load_only_where_they_are_used() -> None:
    heavy = {"holidays", "openpyxl", "xlsxwriter", "typst"}
    drawing_child = {"app/printing/child.py": {"typst"}}

    def at_start(path: str) -> set[str]:
        return (packages(path, at_start=True) & heavy) - drawing_child.get(path, set())

    assert offenders(modules("app/", "sync/", "schema/"), at_start) == {}
