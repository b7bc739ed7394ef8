"""Who may give which command, asked of the command itself: a page that forgets to ask changes nothing.

Each command gets arguments that nobody may look at. Whoever may not give it is sent away before that; whoever may
arrives at the first argument. So a command that asks too late, or no longer, is noticed too.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from functools import reduce
from importlib import import_module
from typing import Any

import pytest

from app.core.permissions import ROLES, Actor
from app.core.problems import Problem
from app.desk import drafts
from tests.house.source import ROOT

DESK, STAFF = "counter operator kasi", "counter operator kasi sekretaris camat information"

COMMANDS: dict[str, str] = {
    # application and file (SP 4.1 to 4.4)
    "cases.drafts.start": f"{DESK} village",
    "cases.opening.open_case": f"{DESK} village",
    "cases.service.check_items": DESK,
    "cases.service.correct": "kasi",
    "cases.service.explain": DESK,
    "cases.service.note": f"{STAFF} village",
    "cases.service.put_away": DESK,
    "cases.service.pause": "kasi",
    "cases.service.resume": "kasi",
    "cases.service.printed": f"{STAFF} village",
    "cases.service.judged": f"{STAFF} village",
    "cases.service.reserve_forms": f"{DESK} village",
    "cases.oversight.note": "sekretaris",
    "cases.oversight.answer": "kasi sekretaris",
    # recording, dispatch, answers, cards (SP 4.5 to 4.7)
    "ktp.recording.schedule": "operator kasi",
    "ktp.recording.attend": "operator kasi",
    "ktp.recording.note_recording": "operator kasi",
    "ktp.recording.update_status": "operator kasi",
    "ktp.recording.not_recorded": "operator kasi",
    "ktp.dispatch.draft": DESK,
    "ktp.dispatch.drop": DESK,
    "ktp.dispatch.send": "kasi camat",
    "ktp.dispatch.ask_back": "kasi camat",
    "ktp.answers.type_answer": DESK,
    "ktp.answers.answer_old": DESK,
    "ktp.answers.check_answer": f"{DESK} sekretaris",
    "ktp.answers.settle": "kasi camat",
    "ktp.cards.arrive": DESK,
    "ktp.cards.call": f"{DESK} information village",
    "ktp.cards.hand_over": DESK,
    "ktp.returned_cards.misprint": DESK,
    "ktp.returned_cards.reopen": DESK,
    "ktp.returned_cards.repaired": DESK,
    "ktp.importing.jobs.Jobs.start": "kasi sekretaris admin",
    "ktp.importing.jobs.Jobs.load": "kasi sekretaris admin",
    "ktp.importing.load.load": "kasi sekretaris admin",
    # complaints (SP 11)
    "complaints.book.write": "information counter kasi sekretaris",
    "complaints.book.note": "information counter kasi sekretaris",
    "complaints.book.attach": "information counter kasi sekretaris",
    "complaints.book.link": "information sekretaris",
    "complaints.openings.open_box": "information",
    "complaints.openings.explain": "information sekretaris",
    "complaints.follow.classify": "information sekretaris",
    "complaints.follow.route": "information sekretaris",
    "complaints.follow.first_answer": "information kasi",
    "complaints.follow.follow_up": "kasi",
    "complaints.follow.answer": "information kasi",
    "complaints.follow.satisfaction": "information kasi",
    "complaints.follow.close": "information kasi",
    "complaints.follow.reopen": "information sekretaris",
    "complaints.follow.strike": "information counter kasi sekretaris",
    "complaints.follow.pause": "kasi",
    "complaints.follow.resume": "kasi",
    "complaints.slip_codes.issue": "information",
    "complaints.asides.set_aside": "information",
    "complaints.asides.check": "sekretaris",
    "complaints.asides.take_back": "information sekretaris",
    "complaints.identity.reveal": "information camat",
    "complaints.line_papers.answer_paper": "information kasi",
    "complaints.line_papers.book_paper": STAFF,
    "complaints.limits.set_section": "sekretaris admin",
    "complaints.limits.set_limit": "camat sekretaris",
    "complaints.capa.open_capa": "information kasi sekretaris",
    "complaints.capa.plan": "kasi sekretaris information counter operator",
    "complaints.capa.complete": "kasi sekretaris information counter operator",
    "complaints.capa.check": "sekretaris kasi camat",
    "complaints.capa.add_line": "information kasi sekretaris",
    "complaints.quarter.draft": "information",
    "complaints.quarter.check": "sekretaris",
    "complaints.quarter.approve": "camat",
    "complaints.quarter.send_back": "sekretaris camat",
    "complaints.quarter.add_addendum": "information",
    "complaints.quarter.post": "information camat",
    "complaints.pledges.give": "information sekretaris camat",
    "complaints.pledges.correct": "information sekretaris camat",
    "complaints.pledges.withdraw": "information sekretaris camat",
    "complaints.pledges.keep": "information sekretaris camat",
    # the office itself
    "office.service.change_setting": "sekretaris admin",
    "office.service.set_village": "sekretaris admin",
    "office.service.set_series": "sekretaris admin",
    "office.service.set_holidays": "sekretaris admin",
    "office.decrees.take_over": "sekretaris admin",
    "office.service.adopt_standard": "sekretaris admin",
    "office.service.note_device": "operator kasi",
    "office.health.confirm_clock": "sekretaris admin",
    "office.ways.set_network": "sekretaris admin",
    "office.ways.set_pauses": "sekretaris admin",
    "compose_backup.Backups.make": "sekretaris admin centre_admin",
    "compose_backup.Backups.make_key": "sekretaris admin centre_admin",
    "compose_backup.Backups.confirm_key": "sekretaris admin centre_admin",
    "compose_office.OfficeRoad.settle_line": "operator kasi sekretaris admin",
    "office.retention.destroy": "sekretaris admin",
    "ktp.twins.take_over": "sekretaris admin",
    "ktp.twins.set_aside": "sekretaris admin",
    "ktp.twins.set_rest_aside": "sekretaris admin",
    "ktp.twins.send_again": "sekretaris admin",
    # people, on both sides
    "people.service.add_person": "",
    "people.service.change_person": "sekretaris camat admin centre_admin",
    "people.agreement.propose": "sekretaris camat admin centre_admin",
    "people.agreement.withdraw": "sekretaris camat kasi admin centre_admin printer",
    "people.agreement.confirm": "sekretaris camat kasi admin centre_admin printer",
    "people.agreement.vouch": "sekretaris camat kasi admin centre_admin printer",
    # the centre
    "centre.service.accept_lines": "printer centre_admin",
    "centre.service.accept_dispatch": "printer centre_admin",
    "centre.service.refuse_line": "printer centre_admin",
    "centre.service.answer_recall": "printer centre_admin",
    "centre.service.print_line": "printer centre_admin",
    "centre.service.spoil_blank": "printer centre_admin",
    "centre.service.open_line": "printer centre_admin",
    "centre.blanks.receive_blanks": "printer centre_admin",
    "centre.blanks.correct_blanks": "printer centre_admin",
    "centre.blanks.count_blanks": "printer centre_admin",
    "centre.shipping.ship": "printer centre_admin",
    "centre.sticks.on_stick": "printer centre_admin",
    "centre.offices.change_settings": "centre_admin",
    "centre.offices.invite": "centre_admin",
    "centre.offices.bar": "centre_admin",
    "centre.holding.release": "centre_admin",
    "centre.forks.settle": "centre_admin",
    "centre.own_clock.confirm_clock": "centre_admin",
    "centre.own_keys.rotate_keys": "centre_admin",
}
"""Command → the roles that the standard and the offices' own orders name for it."""

BY_THE_STANDARD = {
    "cases.checking.check",
    "cases.moving.advance",
    "cases.moving.leave",
    "ktp.moves.advance_case",
}
"""Steps of a case: each standard names its roles itself (tests/desk/test_moving.py)."""

INSIDE = {
    "cases.opening.identity",
    "centre.service.record",
    "complaints.follow.write_column",
    "ktp.answers.follow",
    "ktp.answers.tell_centre",
    "ktp.cards.count_in",
    "ktp.importing.jobs.Jobs.again",
    "ktp.importing.load.finish",
    "ktp.importing.load.Batches.__init__",
    "ktp.recording.attend_today",
    "ktp.returned_cards.open_again",
    "office.service.set_up",
    "ktp.twins.leave_own",
}
"""Parts of commands that have asked already, an import of one's own, and the first run, when nobody has a role yet."""

TOLD: list[tuple[str, dict[str, str], str]] = [
    ("people.returns.confirm", {"permission": "office.settings"}, "sekretaris admin"),
    ("people.returns.confirm", {"permission": "centre.offices"}, "centre_admin"),
    ("cases.form_drafts.keep", {"form": drafts.LINE}, "information counter kasi sekretaris"),
    ("cases.form_drafts.keep", {"form": drafts.BOX}, "information"),
]
"""Commands whose permission follows from what they are told: the side, or the form."""

OWN = {"people.credentials.set_password", "people.credentials.set_pin"}
"""What everybody does with the own password as proof."""

CONDITIONS = {"people.service.allowed", "ktp.recording.check_second"}
"""What a command calls: first of all, or where the law allows a second recording (tests/ktp/test_recording.py)."""

ASKING = ("require", "allowed")


class Looked(Exception):
    """A command looked at one of its arguments."""


class Unseen:
    """An argument that nobody may look at."""

    def __getattribute__(self, name: str) -> Any:
        raise Looked(name)


def look(*_: Any) -> Any:
    raise Looked


for asked in (
    "bool",
    "len",
    "iter",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "hash",
    "contains",
    "getitem",
    "str",
    "fspath",
):
    setattr(Unseen, f"__{asked}__", look)


def command_of(path: str) -> Callable[..., Any]:
    """A function or method by its path below `app`."""
    parts = path.split(".")
    depth = next(n for n, part in enumerate(parts) if n == len(parts) - 1 or part[0].isupper())
    return reduce(getattr, parts[depth:], import_module("app." + ".".join(parts[:depth])))  # type: ignore[return-value]


def lets_in(command: Callable[..., Any], role: str, **known: str) -> bool:
    """Whether somebody who holds this role alone gets as far as the first argument."""
    values: dict[str, Any] = {name: Unseen() for name in inspect.signature(command).parameters} | known
    try:
        command(**values | {"actor": Actor(1, "Orang", "orang", frozenset({role} - {""}))})
    except Problem as problem:
        if problem.code != "forbidden":
            raise
        return False
    except (Looked, TypeError):
        return True
    raise AssertionError("the command did its work with nothing")


@pytest.mark.parametrize("path", COMMANDS)
def test_a_command_asks_who_gives_it_before_all_else(path: str) -> None:
    command = command_of(path)
    assert {role for role in ("", *ROLES) if lets_in(command, role)} == set(COMMANDS[path].split())


@pytest.mark.parametrize(("path", "known", "roles"), TOLD)
def test_a_command_that_is_told_what_it_is_about_asks_for_that(path: str, known: dict[str, str], roles: str) -> None:
    command = command_of(path)
    assert {role for role in ("", *ROLES) if lets_in(command, role, **known)} == set(roles.split())


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions and methods of a module with their names."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{one.name}", one) for one in node.body if isinstance(one, ast.FunctionDef))


def commands() -> Iterator[str]:
    """Everything below the pages that somebody does: it takes a journal and an actor, or asks for a permission."""
    for file in sorted((ROOT / "app").rglob("*.py")):
        if "views" in file.parts:
            continue
        module = ".".join(file.relative_to(ROOT / "app").with_suffix("").parts)
        for name, node in functions(ast.parse(file.read_text(encoding="utf-8"))):
            taken = {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}
            asks = any(isinstance(one, ast.Call) and getattr(one.func, "id", "") in ASKING for one in ast.walk(node))
            if "actor" in taken and ("journal" in taken or asks):
                yield f"{module}.{name}"


def test_every_command_stands_in_one_of_the_tables() -> None:
    known = {*COMMANDS, *BY_THE_STANDARD, *INSIDE, *OWN, *CONDITIONS, *(path for path, *_ in TOLD)}
    assert sorted(set(commands()) ^ known) == []
