"""Arms: pictures only, drawn on papers, never run."""

import base64

import pytest

from app.core.problems import Problem
from app.platform.office import queries, service, settings
from app.platform.office.papers import office_letterhead
from sync.journal import Journal
from tests.platform.office.pictures import HARMFUL, png, svg
from tests.platform.people import START
from tests.services.ktp.desk import Desk


@pytest.mark.parametrize("data", [png(), svg(), svg('<use href="#a"/><path id="a" fill="url(#b)" d="M0 0"/>')])
def test_pictures_are_taken_and_come_back(data: bytes) -> None:
    address = settings.to_data_address(data)
    assert settings.check_arms(address) == address
    assert settings.arms_picture(address) == data


@pytest.mark.parametrize("name", HARMFUL)
def test_what_could_run_or_call_out_is_refused(name: str) -> None:
    with pytest.raises(Problem) as caught:
        settings.to_data_address(HARMFUL[name])
    assert "skrip" in caught.value.fields["arms"]
    hidden = settings.SVG_ADDRESS + base64.b64encode(HARMFUL[name]).decode()
    with pytest.raises(Problem):
        settings.check_arms(hidden)


OTHER = [b"GIF89a", png()[:-4], png(5000, 1), svg()[:-3], b"<svg\xff", b"x" * 50_000, svg("x" * 45_000)]


@pytest.mark.parametrize("data", OTHER, ids=["gif", "cut png", "wide png", "cut svg", "no text", "large", "large svg"])
def test_other_files_are_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(Problem) as caught:
        settings.to_data_address(data)
    assert caught.value.fields["arms"].endswith((".", ")"))


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1/a.png", "data:text/html;base64,PGI+", settings.PNG_ADDRESS + "%%", "javascript:x"]
)
def test_a_setting_holds_no_other_address(desk: Desk, text: str) -> None:
    with pytest.raises(Problem):
        service.change_setting(desk.journal, desk.who("ratna"), key="office.arms", value=text, now=START)


def test_letterheads_carry_the_file_itself(journal: Journal, desk: Desk) -> None:
    assert office_letterhead(journal.db).arms == b""
    service.change_setting(
        journal, desk.who("ratna"), key="office.arms", value=settings.to_data_address(svg()), now=START
    )
    assert office_letterhead(journal.db).arms == svg()


ACTIVE = [
    *("script", "foreignObject", "handler", "listener", "iframe", "embed", "object", "audio", "video"),
    *("set", "animate", "animateMotion", "animateTransform", "discard"),
]
"""What can run, play, move or fetch inside an SVG, by SVG 1.1, 2 and Tiny 1.2."""


@pytest.mark.parametrize("name", ACTIVE)
def test_whatever_could_run_or_move_in_a_picture_is_refused(name: str) -> None:
    assert settings.to_data_address(svg(f"<g><path d='M0 0'/></g><!-- {name} -->"))
    with pytest.raises(Problem) as refused:
        settings.to_data_address(svg(f"<g><{name}/></g>"))
    assert refused.value.fields == {"arms": settings.UNSAFE_SVG}


def test_arms_are_an_svg_and_an_address_of_our_own_writing() -> None:
    with pytest.raises(Problem) as other:
        settings.to_data_address(b'<html xmlns="http://www.w3.org/1999/xhtml"><svg/></html>')
    assert other.value.fields == {"arms": settings.WRONG_KIND}
    address = settings.to_data_address(png())
    assert settings.check_arms("") == ""
    stretched = address[:-4] + "\n" + address[-4:]
    for text in (stretched, address + "=", "data:text/html;base64,AAAA"):
        with pytest.raises(Problem):
            settings.check_arms(text)


def test_a_group_is_named_by_its_village_or_says_that_it_is_none() -> None:
    names = {"3508072002": "Munder", "": queries.OUTSIDE}
    told = [queries.area_title(names, area) for area in ("3508072002", "3508079999", "", queries.NO_AREA)]
    assert told == ["Desa Munder", "Desa 3508079999", queries.OUTSIDE, "Semua"]
