"""The walk of each kind of demo."""

from app.demo.offices import BIRO, EVERY_SERVICE, POLTEKKES
from app.demo.walk import MAIN_JOB, PAPERS, Walk, walk_days
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
    "agenda": "rahma",
    "counter": "vina",
    "kasubbag_mahasiswa": "dimas",
    "sync": "vina",
    "teller": "citra",
}


def walk_campus(way: Journey, port: int) -> None:
    ktm_by_page.cards_of_an_intake(way, CAMPUS, port)
    hotline_by_page.hotline_of_a_day(way, CAMPUS)
    sync_with_centre(way, reachable=True, who=CAMPUS["sync"])


KECAMATAN_STAFF = {
    "kasubbag_tu": "sulis",
    "kepala_biro": "hendra",
    "kabag_kpp": "wiji",
    "kasubbag_tal": "agung",
    "processor": "fajar",
    "counter": "retno",
    "kasubbag_mahasiswa": "agung",
    "kabag": "wiji",
    "direktur": "hendra",
    "wadir": "wiji",
    "team": "nurlaila",
    "agenda": "sulis",
    "information": "nurlaila",
    "head": "agung",
}


def walk_every_service(way: Journey, port: int) -> None:
    """All five procedures in one office: identity cards with their centre, then the others."""
    walk_days(way, port)
    pns_by_page.collective_request(way, KECAMATAN_STAFF)
    ktm_by_page.cards_of_an_intake(way, KECAMATAN_STAFF)
    line = hotline_by_page.hotline_of_a_day(way, KECAMATAN_STAFF)
    hotline_by_page.complaint_settled(way, KECAMATAN_STAFF, line)
    sync_with_centre(way, reachable=True)


WALKS = {
    "kecamatan": MAIN_JOB,
    "poltekkes": Walk(walk_campus, (*ktm_by_page.PAPERS, *hotline_by_page.PAPERS), POLTEKKES),
    "biro": Walk(walk_bureau, pns_by_page.PAPERS, BIRO),
    "semua": Walk(
        walk_every_service,
        (*PAPERS, *pns_by_page.PAPERS, *ktm_by_page.PAPERS, *hotline_by_page.PAPERS),
        EVERY_SERVICE,
    ),
}
