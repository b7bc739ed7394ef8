"""The walk of each kind of demo."""

from app.demo.offices import BIRO
from app.demo.walk import MAIN_JOB, Walk
from tests.world import pns_by_page
from tests.world.journey import Journey

BUREAU = {
    "kasubbag_tu": "rusdi",
    "kepala_biro": "syahrul",
    "kabag_kpp": "noor",
    "kasubbag_tal": "halimah",
    "processor": "yusran",
}


def walk_bureau(way: Journey, _port: int) -> None:
    pns_by_page.collective_request(way, BUREAU)


WALKS = {"kecamatan": MAIN_JOB, "biro": Walk(walk_bureau, pns_by_page.PAPERS, BIRO)}
