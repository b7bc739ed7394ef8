"""The walk of each kind of demo."""

from random import Random

from app.cli.demo.offices import BIRO, EVERY_SERVICE, POLTEKKES
from app.cli.demo.sides import SECOND, add_partner
from app.cli.demo.walk import MAIN_JOB, PAPERS, SEED, Walk, walk_days
from app.cli.serving import free_port
from tests.world import hotline_by_page, ktm_by_page, papers_by_page, pns_by_page, quarter_by_page
from tests.world.cast import KRAI
from tests.world.citizens import Citizens
from tests.world.journey import Applicant, Journey
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
    ktm_by_page.cards_of_an_intake(way, CAMPUS, lambda: way.programs.start_centre(port))
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
    "sync": "fajar",
    "teller": "citra",
}


def walk_every_service(way: Journey, port: int) -> None:
    """All five procedures in one office: identity cards with their centre, then the others."""
    walk_days(way, port)
    pns_by_page.collective_request(way, KECAMATAN_STAFF)
    ktm_by_page.cards_of_an_intake(way, KECAMATAN_STAFF, lambda: open_second_partner(way))
    line = hotline_by_page.hotline_of_a_day(way, KECAMATAN_STAFF)
    hotline_by_page.complaint_settled(way, KECAMATAN_STAFF, line)
    papers_by_page.survey_code(way)  # while the visitor may still judge, whatever day the walk begins
    quarter_by_page.report_of_a_line(way, KECAMATAN_STAFF, line)
    quarter_by_page.recap_of_the_quarter(way, KECAMATAN_STAFF)
    papers_by_page.every_other_paper(way, KECAMATAN_STAFF, one_more_applicant(way))
    sync_with_centre(way, reachable=True)


def one_more_applicant(way: Journey) -> Applicant:
    people = Citizens(Random(SEED), [KRAI])
    people.drawn = 9600
    return Applicant(people.draw(way.today, ages=(30, 50)), "hilang")


def open_second_partner(way: Journey) -> str:
    """The bank is founded and enrolled while the office runs, beside the print centre; returns its address."""
    programs = way.programs
    port = free_port(0)
    address = f"127.0.0.1:{port}"
    add_partner(programs.data, programs.journals[0], EVERY_SERVICE, address, way.clock()).db.close()
    return programs.start_centre(port, SECOND)


WALKS = {
    "kecamatan": MAIN_JOB,
    "poltekkes": Walk(walk_campus, (*ktm_by_page.PAPERS, *hotline_by_page.PAPERS), POLTEKKES),
    "biro": Walk(walk_bureau, pns_by_page.PAPERS, BIRO),
    "semua": Walk(
        walk_every_service,
        (
            *PAPERS,
            *pns_by_page.PAPERS,
            *ktm_by_page.PAPERS,
            *hotline_by_page.PAPERS,
            *quarter_by_page.PAPERS,
            *papers_by_page.PAPERS,
        ),
        EVERY_SERVICE,
    ),
}
