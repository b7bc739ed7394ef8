"""A desk for each role of every profile: at most eight decisions, the rest folded with numbers that add up."""

from datetime import date

import pytest

from app.casework.desk.arranging import ACTS, MOST_ROWS, Desk, arrange_desk
from app.casework.desk.parts import NO_BUTTON, Same, Task
from app.compose import web_rooms
from app.core.permissions import Actor, may
from app.platform.web.layout import RAIL_LINES, first_lines
from schema.profiles import load_profile, profile_names

TODAY = date(2026, 4, 2)
EVERYBODY = [(name, role) for name in profile_names() for role in load_profile(name).side_roles("office")]
SAME = Same("{} kartu menunggu diambil", "Cari dengan kode slip.", "cards.show_calls", NO_BUTTON)
REST = Same("{} orang lagi", "", "recording.show_recordings", NO_BUTTON, whole=False)


def task(act: str, number: int, **more: object) -> Task:
    """One thing of an act, in one of three groups of that act."""
    found = Task(
        f"{act} {number % 3}", f"{act} nomor {number}", "", "cases.show_case", NO_BUTTON, act=act, case_id=number
    )
    return Task(**{name: getattr(found, name) for name in Task.__struct_fields__} | more)


def desk_of(profile: str, *roles: str, tasks: list[Task]) -> Desk:
    return arrange_desk(tasks, load_profile(profile).desk_plans(roles), TODAY)


def every_row(desk: Desk) -> list[Task]:
    folds = [fold for part in desk.parts for fold in part.folds] + desk.folds
    return [row for part in desk.parts for row in part.rows] + [row for fold in folds for row in fold.rows]


@pytest.mark.parametrize(("profile", "role"), EVERYBODY)
def test_forty_waiting_things_are_at_most_eight_rows_and_numbers_that_add_up(profile: str, role: str) -> None:
    waiting = [task(list(ACTS)[number % len(ACTS)], number) for number in range(40)]
    waiting.append(task("send", 90, title="12 berkas siap dikirim", count=12, case_id=None))
    desk = desk_of(profile, role, tasks=waiting)
    assert 0 < sum(len(part.rows) for part in desk.parts) <= MOST_ROWS
    assert all(part.rows for part in desk.parts), "a part in which something waits shows it"
    assert desk.decisions == sum(part.count for part in desk.parts)
    assert desk.decisions + desk.others == 52
    assert sorted(row.title for row in every_row(desk)) == sorted(one.title for one in waiting)


def test_a_desk_without_work_still_says_so() -> None:
    for profile, role in EVERYBODY:
        desk = desk_of(profile, role, tasks=[])
        assert desk.parts, role
        assert (desk.decisions, desk.others, desk.first) == (0, 0, None), role


def test_equal_work_stands_in_one_row() -> None:
    cards = [task("give", number, tab="Serahkan", same=SAME) for number in range(25)]
    desk = desk_of("kecamatan", "counter", tasks=cards)
    (row,) = every_row(desk)
    assert (row.title, row.count, row.case_id) == ("25 kartu menunggu diambil", 25, None)
    alone = desk_of("kecamatan", "counter", tasks=cards[:1])
    assert [one.title for one in every_row(alone)] == ["give nomor 0"], "one thing is called by its name"


def test_what_a_provider_did_not_read_is_folded_with_its_number() -> None:
    rows = [task("record", number, tab="Perekaman", same=REST) for number in range(8)]
    desk = desk_of("kecamatan", "operator", tasks=[*rows, REST.row(rows[0], 32)])
    (part,) = [part for part in desk.parts if part.count]
    assert (part.count, len(part.rows)) == (40, MOST_ROWS)
    assert [(fold.label, fold.count, [row.title for row in fold.rows]) for fold in part.folds] == [
        ("Perekaman", 32, ["32 orang lagi"])
    ]
    assert [(stage.label, stage.count) for stage in desk.stages][:2] == [("Rekam", 40), ("Cek status", 0)]


def test_what_is_late_or_wrong_stands_before_what_is_due_and_what_others_took_last() -> None:
    waiting = [
        task("check", 1, due_on=date(2026, 4, 3)),
        task("check", 2, state="idle"),
        task("check", 3),
        task("check", 4, due_on=date(2026, 4, 1)),
        task("check", 5, state="bad"),
    ]
    desk = desk_of("kecamatan", "counter", tasks=waiting)
    assert [row.case_id for row in desk.parts[0].rows] == [4, 5, 1, 3, 2]


def test_the_camat_has_one_card_each_for_approve_decide_and_verify() -> None:
    desk = desk_of("kecamatan", "camat", tasks=[])
    assert [(part.plan.title, part.plan.form) for part in desk.parts] == [
        ("Setujui", "card"),
        ("Putuskan", "card"),
        ("Verifikasi", "card"),
    ]
    assert len(desk.blocks) == 1


def test_two_roles_of_one_person_share_one_desk() -> None:
    """The Sekretaris who is administrator too: every act stands once, the first role says what the desk is."""
    desk = desk_of("kecamatan", "sekretaris", "admin", tasks=[task("keep", 1), task("approve", 2)])
    acts = [act for part in desk.parts for act in part.plan.acts]
    assert len(acts) == len(set(acts))
    assert desk.work == "keputusan"
    assert len(every_row(desk)) == 2


def test_a_profile_names_only_acts_that_the_rooms_ask_for_and_pages_that_there_are() -> None:
    pages = {nav.endpoint for side in ("office", "centre") for room in web_rooms(side) for nav in room.nav}
    for name in profile_names():
        for role in load_profile(name).roles:
            (plan,) = load_profile(name).desk_plans([role])
            named = {*plan.stages, *(act for part in plan.parts for act in part.acts)}
            assert named <= ACTS.keys(), (role, named - ACTS.keys())
            assert set(plan.rail) <= pages, (role, set(plan.rail) - pages)


ONLY_LOOKED_AT = {"chief", "operator", "unit", "centre"}
"""Desks on which nothing begins: who signs, or works on what others began; their first row is one key away."""


@pytest.mark.parametrize("name", profile_names())
def test_the_work_of_every_role_begins_on_its_desk(name: str) -> None:
    profile = load_profile(name)
    acts = {act.endpoint: act for room in web_rooms("office") for act in room.acts}
    for role in profile.roles:
        actor = Actor(1, "Sari", "sari", frozenset({role}), profile=profile)
        (plan,) = profile.desk_plans([role])
        assert set(plan.begins) <= acts.keys(), (role, plan.begins)
        begun = [endpoint for endpoint in plan.begins if may(actor, acts[endpoint].permission)]
        by_box = plan.box == "apply" and may(actor, "case.open")
        assert begun or by_box or profile.roles[role].desk in ONLY_LOOKED_AT, role
        if may(actor, "hotline.open"):
            assert begun[0] == "hotline.show_contacts", "thirty seconds run from the call"


@pytest.mark.parametrize("name", profile_names())
def test_the_rail_shows_about_seven_lines_to_every_role(name: str) -> None:
    profile = load_profile(name)
    for role in profile.roles:
        rooms = web_rooms(profile.roles[role].side)
        actor = Actor(1, "Sari", "sari", frozenset({role}), profile=profile)
        nav = sorted((entry for room in rooms for entry in room.nav), key=lambda one: (one.group, one.order))
        mine = [item for item in nav if may(actor, item.permission)]
        first = first_lines(mine, actor)
        assert min(4, len(mine)) <= len(first) <= RAIL_LINES + 1, role
        assert mine[first[0]].endpoint in ("desk.show_desk", "centre.show_queue"), role
        assert len(first) == len(set(first)), role
        assert len(mine) - len(first) != 1, "a rest of one line is no rest"
