"""The walk of each kind of demo."""

from app.demo.offices import BIRO, POLTEKKES
from app.demo.walk import MAIN_JOB, Walk
from tests.world import hotline_by_page, ktm_by_page, pns_by_page
from tests.world.journey import Journey
from tests.world.office_by_page import sync_with_centre

BUREAU = {
    "kasubbag_tu": "rusdi",
    "kepala_biro": "syahrul",
    "kabag_kpp": "noor",
    "kasubbag_tal": "halimah",
    "processor": "yusran",
}


def walk_bureau(way: Journey, _port: int) -> None:
    pns_by_page.collective_request(way, BUREAU)


CAMPUS = {
    "kabag": "bagas",
    "direktur": "laksmi",
    "wadir": "surya",
    "team": "ocha",
    "other": "pandu",
    "counter": "vina",
    "kasubbag_mahasiswa": "dimas",
    "sync": "vina",
    "teller": "citra",
}


def walk_campus(way: Journey, port: int) -> None:
    ktm_by_page.cards_of_an_intake(way, CAMPUS, port)
    hotline_by_page.hotline_of_a_day(way, CAMPUS)
    sync_with_centre(way, reachable=True, who=CAMPUS["sync"])


WALKS = {
    "kecamatan": MAIN_JOB,
    "poltekkes": Walk(walk_campus, (*ktm_by_page.PAPERS, *hotline_by_page.PAPERS), POLTEKKES),
    "biro": Walk(walk_bureau, pns_by_page.PAPERS, BIRO),
}
