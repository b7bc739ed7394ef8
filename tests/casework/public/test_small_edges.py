"""What an address may look like, what the page is told of the promise and of where to ask, and who takes it back."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.casework.public import service
from app.casework.public.views.case import status_sheet
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.office.service import change_settings
from tests.casework.public.test_states import ADDRESS, choose, the_case
from tests.services.ktp.desk import Desk


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("status.contohkab.go.id", True),
        ("s1", True),
        ("status.contoh.example:8443", True),
        ("status.contoh.example:80", True),
        ("status.contoh.example:8", False),
        ("status.contoh.example:123456", False),
        ("s", False),
        ("-status.example", False),
        ("status.example.", False),
        ("https://status.example", False),
        ("status.example/a", False),
        ("a" * 82, True),
        ("a" * 83, False),
    ],
)
def test_an_address_is_the_name_of_a_computer_and_perhaps_its_port(address: str, good: bool) -> None:
    assert bool(service.ADDRESS.fullmatch(address)) is good


def test_a_promised_day_is_told_while_a_case_waits_for_it() -> None:
    def day(**more: Any) -> str:
        held = {"closed": 0, "kept_on": None, "due_on": "2026-03-19"} | more
        return service.promised_day(SimpleNamespace(**held))  # type: ignore[arg-type]

    assert [day(), day(due_on=None), day(kept_on="2026-03-18"), day(closed=1)] == ["2026-03-19", "", "", ""]


def test_where_to_ask_is_name_and_address_of_the_office(desk: Desk) -> None:
    ratna = desk.who("ratna")
    for name, address, told in (
        ("Kecamatan Contoh", "Jl. Semeru 1", "Kecamatan Contoh, Jl. Semeru 1"),
        ("Kecamatan Contoh", "J" * 250, ("Kecamatan Contoh, " + "J" * 250)[:240]),
    ):
        change_settings(desk.journal, ratna, {"office.name": name, "office.address": address}, desk.now)
        assert service.where_to_ask(desk.journal.db) == told


def test_an_address_is_kept_in_small_letters_by_an_enrolled_office_alone(desk: Desk) -> None:
    for address, sentence in (("x y", service.WRONG_ADDRESS), (ADDRESS, service.NOT_ENROLLED)):
        with pytest.raises(Problem) as refused:
            choose(desk, address)
        assert refused.value.fields == {"address": sentence}
    choose(desk, " ")
    desk.enrol()
    choose(desk, f" {ADDRESS.upper()} ")
    assert service.get_setting(desk.journal.db, "status.address") == ADDRESS


def test_a_case_shows_its_sheet_where_the_office_takes_part_and_the_button_to_who_may_note(
    desk: Desk, web: Flask
) -> None:
    desk.enrol()
    case = the_case(desk, desk.open())
    db, button = desk.journal.db, "Pemohon tidak mau tampil"
    definition: Any = None
    with web.test_request_context("/"):
        assert status_sheet(db, desk.who("sari"), case, definition, None) is None
        choose(desk)
        for actor, noted in ((desk.who("sari"), True), (Actor(9, "Tamu", "tamu", frozenset()), False)):
            sheet = status_sheet(db, actor, case, definition, None)
            assert sheet is not None
            assert ADDRESS in sheet.body
            assert (button in sheet.body) is noted, actor.name
