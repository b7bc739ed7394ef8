"""The whole main job in Chromium over real HTTP: there and back, the centre unreachable until the dispatch leaves.

Every page on the way is examined as it opens (tests/browser/job/person.py): axe, console, width, masked numbers.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.job import cards, counter, people, sending, village
from tests.browser.job.person import Notes, Person, at_work
from tests.browser.job.stage import Stage
from tests.platform.printing.reading import text_of

pytestmark = pytest.mark.browser


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """An office that works and a centre that is not there yet."""
    made = Stage(tmp_path)
    yield made
    made.close()


class Job:
    """The story with its two applicants."""

    def __init__(self, stage: Stage, browser: Browser, folder: Path) -> None:
        self.stage, self.browser, self.folder = stage, browser, folder
        self.siti, self.joko = people.siti(), people.joko()
        self.notes = Notes((self.siti.nik, self.siti.kk, self.joko.nik, self.joko.kk))
        self.first = self.second = self.done = ""

    def office(self, username: str) -> AbstractContextManager[Person]:
        """Somebody sits down at the office."""
        return at_work(self.browser, self.notes, self.stage.office, username)

    def print_centre(self) -> AbstractContextManager[Person]:
        """The printer sits down at the centre."""
        return at_work(self.browser, self.notes, self.stage.centre, "yuni")

    def paper(self, start: str) -> str:
        """Text of the newest paper whose file name starts so."""
        name = [name for name in self.notes.papers if name.startswith(start)][-1]
        return text_of(self.notes.papers[name], self.folder)

    def at_the_counter(self) -> None:
        """Village and counter, two days: entered, received, returned, completed, accepted."""
        with self.office("desi") as desi:
            village.register_by_keyboard(desi, self.siti)
            village.read_receipt(desi, self.siti)
        with self.office("retno") as retno:
            counter.receive(retno, self.siti)
            counter.give_back(retno, self.siti)
            counter.register(retno, self.joko)
            counter.accept(retno, self.joko)
        self.stage.pair.later(days=1)
        with self.office("retno") as retno:
            counter.take_again(retno, self.siti)

    def on_its_way(self) -> None:
        """Recorded, put together, confirmed, printed; nobody answers yet."""
        with self.office("fajar") as fajar:
            sending.record(fajar, self.siti, "Direkam di sini", "print_ready")
            sending.record(fajar, self.joko, "Sudah pernah direkam", "print_ready")
            sending.draft(fajar, self.siti, self.joko)
        with self.office("agung") as agung:
            self.first = sending.confirm(agung, "470/101/2026")
            sending.print_letters(agung)
            sending.try_in_vain(agung)

    def at_the_centre(self) -> None:
        """The centre answers: one line printed and shipped, one refused."""
        with self.office("fajar") as fajar:
            sending.send(fajar)
        with self.print_centre() as yuni:
            sending.open_incoming(yuni, self.first)
            sending.accept_line(yuni, self.siti)
            sending.refuse_line(yuni, self.joko)
            sending.print_card(yuni, self.siti, "0a118401")
            sending.ship(yuni)

    def back_again(self) -> None:
        """Joko's file is repaired and goes again under its number; Siti's card is counted, and she is called."""
        self.stage.pair.later(days=2)
        with self.office("fajar") as fajar:
            sending.send(fajar)
            cards.repair(fajar, self.joko)
            sending.draft(fajar, self.joko)
        with self.office("agung") as agung:
            self.second = sending.confirm(agung, "470/102/2026")
            sending.send(agung)
        with self.print_centre() as yuni:
            sending.open_incoming(yuni, self.second)
            assert self.joko.number in yuni.text("main")
        with self.office("retno") as retno:
            cards.count_arrival(retno, self.siti)
            cards.call(retno, self.siti)
            cards.hand_over(retno, self.siti)
            self.done = retno.text("main")


def test_one_card_there_and_back(stage: Stage, chromium: Browser, tmp_path: Path) -> None:
    job = Job(stage, chromium, tmp_path)
    job.at_the_counter()
    assert job.siti.number in job.paper("pengembalian")
    assert "Tidak sesuai: Pas foto" in job.paper("pengembalian")
    assert "Warna latar yang terlihat: merah, yang diminta biru." in job.paper("pengembalian")
    assert "26 Maret 2026" in job.paper("slip")
    job.on_its_way()
    assert job.siti.nik in job.paper("surat-pengantar")
    stage.start_centre()
    job.at_the_centre()
    assert "0A118401" in job.paper("daftar-kirim")
    job.back_again()
    assert "Selesai, sejak Kam 5 Mar" in job.done
    assert "Kartu sudah diserahkan dan tanda terima ditandatangani." in job.done
    assert job.siti.spoken.upper() in job.paper("tanda-terima-0").upper()
    assert job.notes.found == []
    assert [address for address in job.notes.addresses if any(number in address for number in job.notes.secret)] == []
