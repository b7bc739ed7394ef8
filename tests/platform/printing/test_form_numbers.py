"""Form numbers: each names one form, and belongs to the service whose paper it is, in every profile."""

from typing import Any

import pytest

from app.casework.batches import papers as batch_papers
from app.casework.desk import paper_heads
from app.casework.letters import papers as letter_papers
from app.casework.members import papers as member_papers
from app.casework.resources import papers as resource_papers
from app.platform.office.papers import form_control
from app.quality.checks import papers as check_papers
from app.quality.evaluation import papers as evaluation_papers
from app.quality.indicators import papers as indicator_papers
from app.services.complaints import papers as complaint_papers
from app.services.hotline import papers as hotline_papers
from app.services.ktm import papers as ktm_papers
from schema.definitions import SERVICES, load_all, load_definition
from schema.profiles import load_profile, profile_names
from schema.service_procedure import Definition
from tests.world.walked import Printed, walk_once

FORMS_OF_TWO = {
    frozenset({"filled_form", "blank_form"}),
    frozenset({"student_card", "card_sheet"}),
    frozenset({"survey_report", "survey_poster"}),
}
"""One form, filled and empty; one card, alone and on a sheet; one report, for the file and for the wall."""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """Paper → the data of every one that an officer printed on the walk."""
    return walk_once(tmp_path_factory).printed


SHARED = ("people_list", "register")
"""Kinds of paper that several forms are drawn as: their titles tell them apart."""


def test_no_two_forms_have_one_number(printed: Printed) -> None:
    """`PELY-02/F-10` names one form: what is no form (letter, standard) carries the number of its document."""
    forms: dict[str, set[str]] = {}
    for name, prints in printed.items():
        for data in prints:
            if "/F-" in data.control.document:
                form = f"{name} {data.title.split(' berkas ')[0]}" if name in SHARED else name
                forms.setdefault(data.control.document, set()).add(form)
    assert {frozenset(names) for names in forms.values() if len(names) > 1} == FORMS_OF_TWO
    assert len([form for names in forms.values() for form in names if form.startswith("people_list")]) == 3


OWNERS = {
    "KPNS": ("people_list",),
    "DI/ADUM/PR/046": ("student_card", "card_sheet", "distribution_list", "checklist", "intake_report"),
    "DI/ADUM/PR/029": ("information_request", "information_sheet", "daily_needs", "integrity_pact"),
    "PELY-02": (
        "complaint_book",
        "capa",
        "recap",
        "poster",
        "annual_report",
        "population_form",
        "internal_check",
    ),
    "KANTOR": ("inventory", "competence", "paten"),
    "PC": ("shipping_list",),
}
"""Whose number a form bears: of the service whose paper it is, of the office where it is about several."""


def test_a_form_bears_the_number_of_the_service_whose_paper_it_is(printed: Printed) -> None:
    owners = {name: owner for owner, names in OWNERS.items() for name in names}
    assert owners.keys() - printed.keys() == set(), "no paper of the walk has this name"
    wrong = {
        (name, data.control.document)
        for name, owner in owners.items()
        for data in printed[name]
        if data.control.document.rpartition("/")[0] != owner
    }
    assert wrong == set()


def forms_below(definition: Definition) -> list[tuple[str, str]]:
    """Every form that may be printed below the number of a service, as (number, form)."""
    known = [*paper_heads.FORM_NUMBERS.items(), *batch_papers.NUMBERS.items()]
    known += [*complaint_papers.FORMS.items(), *resource_papers.FORMS.items(), ("internal_check", check_papers.FORM)]
    known += {"hotline": hotline_papers.FORM_NUMBERS, "ktm": ktm_papers.NUMBERS}.get(definition.id, {}).items()
    if definition.people:
        known += [("day_list", member_papers.DAY_FORM), *member_papers.paper_forms(definition.people).items()]
    return [(number, form) for form, number in known]


@pytest.mark.parametrize("profile", profile_names())
def test_every_profile_gives_each_form_a_number_of_its_own(profile: str) -> None:
    """Whatever its services print, alone or all of them in one office."""
    services = [load_definition(SERVICES / f"{name}.toml") for name in load_profile(profile).services]
    for definition in services or load_all().values():
        forms: dict[str, set[str]] = {}
        for number, form in forms_below(definition):
            forms.setdefault(number, set()).add(form)
        assert {frozenset(names) for names in forms.values() if len(names) > 1} <= FORMS_OF_TWO, definition.id
    above = [form_control(definition, "").document for definition in load_all().values()]
    assert len(set(above)) == len(above), "two services never share what stands before the number"
    own = [*letter_papers.FORMS.values(), *evaluation_papers.FORMS.values(), *(n for n, _ in indicator_papers.FORMS)]
    assert len(set(own)) == len(own)


def test_no_paper_of_the_walk_names_an_annex_that_is_not_there_or_has_an_empty_box(printed: Printed) -> None:
    letters: list[Any] = [*printed["official_letter"], *printed["decree"]]
    naming = [one for one in letters if "lampir" in " ".join(block.text for block in one.blocks).lower()]
    assert len(naming) >= 2, "the notice of a schedule and the decree of the team"
    assert [one.number for one in naming if not one.annexes and not one.attachment] == []
    procedures: list[Any] = printed["sop"]
    assert [title for one in procedures for title, items in one.boxes if not items] == []
