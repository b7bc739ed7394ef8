"""Every route of both sides with the roles that may open it. `python -m tests.rules.routes` writes docs/routes.md."""

import tempfile
from pathlib import Path

from flask import Flask

from app import paths
from app.casework.villages.own_folder import VillageFolder
from app.casework.villages.views.own_pages import make_village_app
from app.compose_centre import build_centre
from app.compose_office import OfficeSite, make_office_app
from app.platform.web.guard import ANYONE, OPEN, declared_permission
from app.records.privacy.views.kiosk import make_kiosk_app
from schema.profiles import load_profile
from tests.platform.web.walking import every_rule
from tests.proof.pair import Pair, pair

CENTRE_ROLES = load_profile().side_roles("centre")
OFFICE_ROLES = load_profile().side_roles("office")
PERMISSIONS = load_profile().rights

PAGE = paths.CHECKOUT / "docs" / "routes.md"
HEAD = """# Every page and who may open it

Written by `.venv/bin/python -m tests.rules.routes` from the program; a test fails when it is out of date. A route
without a declared permission is refused to everybody.
"""
KIOSK = "On a port of its own, for visitors: nobody signs in, and codes and limits guard what is shown.\n\n"
VILLAGE = "On this computer alone (`run.py village serve`): opened by the key in the printed address.\n\n"
FACE = "For programs: each request carries `Loket-Signature` (docs/batch-format.md), or an enrolment code.\n\n"


def apps(stage: Pair, folder: Path) -> dict[str, Flask]:
    """The web applications of both sides of a stage."""
    return {
        "office": make_office_app(stage.office.journal, folder / "kantor", {"CLOCK": lambda: stage.now}),
        "centre": build_centre(folder / "pusat", now=lambda: stage.now).pages,
    }


def village_face(stage: Pair, folder: Path) -> Flask:
    return OfficeSite(Flask("pages"), stage.office.journal, folder / "kantor").face


def roles_of(app: Flask, endpoint: str, side: str) -> list[str] | None:
    """Roles that may open an endpoint; None when it is open to everybody."""
    mark = declared_permission(app, endpoint)
    known = OFFICE_ROLES if side == "office" else CENTRE_ROLES
    if mark == OPEN:
        return None
    if mark == ANYONE:
        return list(known)
    return [role for role in known if any(role in PERMISSIONS[permission] for permission in mark or ())]


def table(app: Flask, side: str) -> str:
    """One side as a Markdown table."""
    known = OFFICE_ROLES if side == "office" else CENTRE_ROLES
    lines = ["| path | method | who |", "|---|---|---|"]
    for rule in sorted(every_rule(app), key=lambda one: (one.rule, sorted(one.methods or ()))):
        roles = roles_of(app, rule.endpoint, side)
        who = "everybody" if roles is None else "whoever is signed in" if len(roles) == len(known) else ", ".join(roles)
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        lines.append(f"| `{rule.rule}` | {methods} | {who or 'nobody'} |")
    return "\n".join(lines)


def open_table(app: Flask) -> str:
    """Addresses that ask for no sign-in: of the kiosk, and of the interface that the other side's program calls."""
    lines = ["| path | method |", "|---|---|"]
    rules = sorted((one.rule, sorted((one.methods or set()) - {"HEAD", "OPTIONS"})) for one in every_rule(app))
    return "\n".join([*lines, *(f"| `{rule}` | {', '.join(methods)} |" for rule, methods in rules)])


def written(folder: Path) -> str:
    """The whole page."""
    stage = pair(folder)
    made = apps(stage, folder)
    parts = {
        "Office": table(made["office"], "office"),
        "Kiosk of the office": KIOSK + open_table(make_kiosk_app(stage.office.journal)),
        "Village's own computer": VILLAGE + open_table(make_village_app(VillageFolder(folder / "desa"))),
        "Face of the office for villages": FACE + open_table(village_face(stage, folder)),
        "Centre": table(made["centre"], "centre"),
        "Face of the centre for offices": FACE + open_table(build_centre(folder / "pusat").face()),
    }
    text = HEAD + "".join(f"\n## {name}\n\n{part}\n" for name, part in parts.items())
    stage.close()
    return text


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        PAGE.write_text(written(Path(place)), encoding="utf-8")
