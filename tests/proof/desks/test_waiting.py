"""A case that no list shows or that nobody can move is found; what can be moved, or is explained, is left alone."""

import pytest

from tests.proof.desks.pages import SeenPage
from tests.proof.desks.waiting import check_waiting
from tests.services.ktp.conftest import desk, office_file
from tests.services.ktp.desk import Desk

__all__ = ["desk", "office_file"]
HOST = "http://127.0.0.1:1"
FRAME = '<html><body><main id="main">{}</main></body></html>'
LIST = '<a href="/daftar?hal=2">Berikutnya</a>'
NOTE = '<form action="/berkas/{0}/catatan" method="post"><button>Catat</button></form>'
PAPER = '<form action="/berkas/{0}/cetak" method="post"><button>Cetak</button></form>'
STEP = '<form action="/berkas/{0}/langkah" method="post"><button>Lanjut</button></form>'


class Site:
    """An office of a few pages, as one person sees it."""

    name = "sari"

    def __init__(self, pages: dict[str, str]) -> None:
        self.pages = pages
        self.opened: list[str] = []

    def open(self, path: str) -> SeenPage | None:
        self.opened.append(path)
        return SeenPage(HOST + path, 200, FRAME.format(self.pages[path])) if path in self.pages else None


def site(case_id: int, page: str) -> Site:
    """The case stands on the second page of a list."""
    desk = '<a href="/daftar">Daftar</a><a href="/keluar">Keluar</a>'
    second = f'<a href="/berkas/{case_id}">Anisa</a>'
    return Site({"/": desk, "/daftar": LIST, "/daftar?hal=2": second, f"/berkas/{case_id}": page.format(case_id)})


@pytest.mark.parametrize("page", [STEP, "<p>Menunggu jawaban Dispenduk Capil sampai Selasa 7 April.</p>"])
def test_what_can_be_moved_or_is_explained_is_left_alone(desk: Desk, page: str) -> None:
    reader = site(desk.ready(), page)
    assert list(check_waiting([reader], desk.journal.db)) == []
    assert "/keluar" not in reader.opened


@pytest.mark.parametrize("page", ["<p>Berkas</p>", NOTE, PAPER])
def test_what_nobody_can_move_is_found(desk: Desk, page: str) -> None:
    [fault] = check_waiting([site(desk.ready(), page)], desk.journal.db)
    assert (fault.kind, fault.where) == ("waiting", "case 0001/KTP/2026 (ktp-el.dispatch)")
    assert fault.sentence.startswith("sari find it, but no act moves it")


def test_what_no_list_shows_is_found(desk: Desk) -> None:
    desk.ready()
    [fault] = check_waiting([Site({"/": LIST, "/daftar?hal=2": "<p>Kosong</p>"})], desk.journal.db)
    assert fault.sentence == "no list that somebody reaches from his desk has a link to it"


def test_another_person_may_move_it(desk: Desk) -> None:
    case_id = desk.ready()
    other = site(case_id, STEP)
    other.name = "budi"
    assert list(check_waiting([site(case_id, PAPER), other], desk.journal.db)) == []
