"""The book from its first line to its last, on the computers of two kecamatan, their centre and who come later."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from app.cli.release import RELEASED
from app.platform.updates.releases import KEYS_FILE
from tests.book import centre, deeds, office, standby
from tests.book.machines import Computer, make_network, run
from tests.platform.updates.made import KEYS_TEXT
from tests.rules.source import ROOT

SECOND = "350804", "Kecamatan Kedua"
T = TypeVar("T")
Say = Callable[[str], None]


def fill_stick(stick: Path, wheelhouses: Path) -> None:
    """The program and its packages as somebody carries them to a computer without a network."""
    for name in RELEASED:
        source, target = ROOT / name, stick / "loket" / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    (stick / "loket" / KEYS_FILE).write_bytes(KEYS_TEXT)
    shutil.copytree(wheelhouses, stick, dirs_exist_ok=True)
    run("chmod", "-R", "a+rwX", stick)  # FAT knows no rights


class Book:
    """The computers and how far the book was followed."""

    def __init__(self, folder: Path, base: Path, say: Say) -> None:
        self.folder, self.base, self.say = folder, base, say
        self.computers: list[Computer] = []

    def computer(self, name: str, user: str, number: int) -> Computer:
        made = Computer(self.folder, self.base, name, user, number)
        self.computers.append(made)
        made.boot()
        return made

    def follow(self, part: Callable[..., T], *what: object) -> T:
        """One part of the book; what went wrong is told with the computer on which it did."""
        began = time.monotonic()
        result = part(*what)
        self.say(f"ok     {part.__name__.replace('_', ' ')}, {time.monotonic() - began:.0f} s")
        return result

    def close(self) -> None:
        """Nothing of the computers is left."""
        for computer in self.computers:
            computer.remove()

    @property
    def typed(self) -> list[str]:
        return [text for computer in self.computers for text in computer.typed]


def follow(book: Book, wheelhouses: Path) -> None:
    """Every part in its order; each needs those before it."""
    make_network()
    (book.folder / "sticks").mkdir()
    fill_stick(book.folder / "sticks/FLASHDISK", wheelhouses)
    first = book.computer("kantor", "kantor", 10)
    key = begin_office(book, first)
    regency = book.computer("pusat", "pusat", 20)
    begin_centre(book, regency, first)
    keep_office(book, first, key)
    come_back(book, first, key)
    keep_centre(book, regency)


def begin_office(book: Book, pc: Computer) -> str:
    """From an empty computer to an office whose other desks work; its recovery key."""
    book.follow(office.install, pc, deeds.CODE, deeds.NAME)
    book.follow(office.install_signatures, pc)
    book.follow(office.serve, pc)
    book.follow(office.survive_a_power_cut, pc)
    book.follow(office.set_the_zone, pc)
    key = book.follow(office.keep_keys, pc)
    book.follow(office.open_to_desks, pc)
    return key


def begin_centre(book: Book, regency: Computer, first: Computer) -> None:
    """A centre on PostgreSQL from nothing, and two kecamatan that enrol: over the network and by stick."""
    book.follow(centre.found_on_postgres, regency)
    book.follow(centre.open_centre_to_desks, regency)
    book.follow(centre.enrol_over_the_network, first, regency)
    second = book.computer("kedua", "kantor", 11)
    book.follow(office.install, second, *SECOND)
    book.follow(office.serve, second)
    book.follow(centre.enrol_by_stick, second, regency, *SECOND)
    second.pull_the_plug()


def keep_office(book: Book, pc: Computer, key: str) -> None:
    """What stands on the page for the days after the first."""
    book.follow(office.lock_the_database, pc)
    book.follow(office.take_messages, pc)
    book.follow(office.reckon_and_define, pc)
    book.follow(office.help_somebody, pc)
    book.follow(office.repair_the_folder, pc)
    book.follow(office.practise, pc, key)
    book.follow(office.become_the_next_version, pc)
    book.follow(office.close_to_desks, pc)


def come_back(book: Book, first: Computer, key: str) -> None:
    """Another computer: restored, begun anew, moved to, and with the data of an older version."""
    new = book.computer("baru", "kantor", 12)
    book.follow(office.copy_program_by_stick, new)
    book.follow(office.restore_elsewhere, new, key)
    book.follow(office.begin_anew, new)
    book.follow(office.move, first, new)
    book.follow(office.take_over_an_older_version, new, ROOT / "tests/versions/0.2.0.tar.xz")
    new.pull_the_plug()
    first.pull_the_plug()


def keep_centre(book: Book, regency: Computer) -> None:
    """Its data lost and loaded again, a server of its own, and a partner's centre without one."""
    book.follow(centre.lose_and_restore, regency)
    server = book.computer("basis", "pusat", 21)
    book.follow(centre.server_of_its_own, server, regency)
    have_a_standby(book, regency, server)
    partner = book.computer("mitra", "pusat", 22)
    book.follow(office.copy_program_by_stick, partner)
    book.follow(centre.small_centre, partner)


def have_a_standby(book: Book, regency: Computer, main: Computer) -> None:
    """A second server follows the first, is lost for good, is replaced; then the first one is lost."""
    follower = book.computer("cadangan", "pusat", 23)
    book.follow(standby.open_main_server, main)
    book.follow(standby.follow_main_server, follower, main)
    book.follow(standby.lose_the_standby, follower, main, regency)
    replacement = book.computer("pengganti", "pusat", 23)
    book.follow(standby.follow_main_server, replacement, main)
    book.follow(standby.use_both_servers, regency, main, replacement)
    book.follow(standby.run_two_processes, regency)
    book.follow(standby.lose_the_main_server, main, replacement, regency)
