"""Whatever a definition file says holds for its cases: conditions, one open case of a key, numbers of its own."""

from pathlib import Path

import pytest
from flask import Flask

from app.casework.desk import opening, papers, service
from app.casework.desk.findings import NO_RULES, find_notices
from app.casework.desk.form import read_form
from app.casework.desk.opening import Opened, get_case
from app.casework.desk.queries import find_reserved_form
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.office import queries as office
from app.platform.office import service as office_service
from app.platform.printing.papers import render_paper
from sync.journal import Journal
from tests.casework.desk.conftest import SECRETARY
from tests.casework.desk.market import MARKET, adopt_market, permit
from tests.casework.desk.papers import ALL_ITEMS, NIK, application
from tests.platform.people import MUNDER, START, Browser
from tests.platform.printing.reading import text_of


@pytest.fixture
def market(journal: Journal) -> Journal:
    adopt_market(journal)
    return journal


def opened_permit(journal: Journal, actor: Actor, **changes: str) -> Opened:
    ticked = {"market_letter": ""}
    return opening.open_case(
        journal, actor, opening.Application(service=MARKET, raw=permit(**changes), ticked=ticked), now=START
    )


def test_a_condition_of_the_file_refuses_and_another_warns(market: Journal, sari: Actor) -> None:
    with pytest.raises(Problem, match="Kios pasar desa tidak untuk petasan") as refused:
        opened_permit(market, sari, goods="fireworks")
    assert list(refused.value.fields) == ["goods"]
    definition = office.current_definition(market.db, MARKET, START.date())
    form = read_form(definition, permit(opens_on="13032026"), START.date(), {MUNDER: "Munder"})
    warned = find_notices(market.db, definition, NO_RULES, form, START.date()).notices
    assert [(notice.level, notice.field) for notice in warned] == [("show", "opens_on")]
    assert market.db.one("SELECT count(*) FROM case_file") == (0,)


def test_a_stall_with_an_open_case_gets_no_second_one(market: Journal, sari: Actor) -> None:
    first = opened_permit(market, sari)
    with pytest.raises(Problem, match=f"Kios ini masih punya berkas yang berjalan: {first.number}") as refused:
        opened_permit(market, sari, trader="Sulastri")
    assert list(refused.value.fields) == ["stall"]
    assert opened_permit(market, sari, stall="B-08").id == first.id + 1


def test_a_person_with_an_open_card_may_have_a_stall_of_the_same_key(market: Journal, sari: Actor) -> None:
    """The key of one service says nothing of another's."""
    card = opening.open_case(
        market,
        sari,
        opening.Application(service="ktp-el", raw=application(), ticked=dict.fromkeys(ALL_ITEMS, "")),
        now=START,
    )
    stall = opened_permit(market, sari, stall="350899440209")
    assert stall.id == card.id + 1


def test_every_service_counts_its_own_cases(market: Journal, sari: Actor) -> None:
    stall = opened_permit(market, sari)
    card = opening.open_case(
        market,
        sari,
        opening.Application(service="ktp-el", raw=application(), ticked=dict.fromkeys(ALL_ITEMS, "")),
        now=START,
    )
    again = opened_permit(market, sari, stall="B-08")
    assert [stall.number, card.number, again.number] == ["IKP-001/III/2026", "0001/KTP/2026", "IKP-002/III/2026"]
    codes = service.reserve_forms(market, sari, service=MARKET, count=2, area=MUNDER, now=START)
    reserved = [find_reserved_form(market.db, code).number for code in codes]
    assert reserved == ["IKP-003/III/2026", "IKP-004/III/2026"]


def test_an_office_gives_the_numbers_of_a_service_its_own_pattern(market: Journal, sari: Actor) -> None:
    office_service.set_series(market, SECRETARY, name=f"case.{MARKET}", pattern="{n:04}/KTP/{year}", start=1, now=START)
    card = opening.open_case(
        market,
        sari,
        opening.Application(service="ktp-el", raw=application(), ticked=dict.fromkeys(ALL_ITEMS, "")),
        now=START,
    )
    assert (card.number, opened_permit(market, sari).number) == ("0001/KTP/2026", "0002/KTP/2026")


def test_pages_call_the_key_of_a_service_by_its_name(market: Journal, web: Flask, sari: Actor) -> None:
    browser = Browser(web, "sari")
    first = opened_permit(market, sari)
    opening.open_case(
        market,
        sari,
        opening.Application(service="ktp-el", raw=application(), ticked=dict.fromkeys(ALL_ITEMS, "")),
        now=START,
    )
    start = browser.get(f"/permohonan/baru?layanan={MARKET}").get_data(as_text=True)
    assert "Nomor kios pedagang" in start
    assert "misalnya B-07" in start
    assert "angka" not in start
    book = browser.get(f"/register?bulan=2026-03&layanan={MARKET}").get_data(as_text=True)
    assert '<th scope="col" class="name">Nama<small>Kios</small></th>' in book
    assert "B-07" in book
    assert "NIK" not in book.split("<main")[1].split('class="filters"')[1]
    assert NIK[-4:] not in book
    main = browser.get("/register?bulan=2026-03").get_data(as_text=True)
    assert "NIK ditampilkan sebagian" in main
    assert "350899******0008" in main
    assert "B-07" not in main
    listed = browser.get(f"/berkas?layanan={MARKET}").get_data(as_text=True)
    assert "B-07" in listed
    assert "350899******0008" not in listed
    assert "Menunggu peninjauan" in listed
    found = browser.post("/cari", {"q": "b-07"})
    assert found.headers["Location"].endswith(f"/berkas/{first.id}")
    page = browser.get(f"/berkas/{first.id}").get_data(as_text=True)
    assert "Nomor kios" in page
    assert "NIK" not in page.split("<main")[1]
    assert "Cari NIK, kios, nama, atau kode slip" in page


def test_a_slip_names_the_key_of_its_service(market: Journal, sari: Actor, tmp_path: Path) -> None:
    case = get_case(market.db, sari, opened_permit(market, sari).id)
    made = papers.case_paper(market.db, case, "receipt", sari, START)
    text = text_of(render_paper("receipt", made), tmp_path)
    assert "Kios" in text
    assert "B-07" in text
    assert "NIK" not in text
