"""A whole day with real programs: no number of a person lies anywhere but in the database and what was asked for."""

import re
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import requests

from app.cli.demo.programs import SetClock
from app.cli.demo.sides import FOLDERS, make_sides
from app.cli.serving import free_port
from app.core import clock
from sync.database_key import encrypt_new_folder
from tests.platform.files.pictures import pdf
from tests.proof.parts import Part
from tests.proof.program import SECONDS, World
from tests.proof.spreadsheets import upload
from tests.proof.watching import HOOK, Watch, numbers_in
from tests.world import centre_by_page, office_by_page
from tests.world.browser import Browser
from tests.world.cast import KRAI, MUNDER, PASSWORD, PIN
from tests.world.citizens import Citizens
from tests.world.journey import Applicant, Journey

NUMBER = "3508990101800002"
SPELLED = "3508 9901 0180 0002"
LINES, REMARK = 1_600, "x" * 260
"""Lines of the register that is uploaded: more than 512 kB with their remarks, so that it is spooled."""
NAMES = ["", *(f"CONTOH {letter}" for letter in "ABCDEFGHI")]
"""Every tenth line has none and is refused."""
HEAD = "NO;TGL;NIK;NO. KK;NAMA LENGKAP;TEMPAT, TGL LAHIR;L/P;ALAMAT RT/RW;DESA;JENIS;KET;WARNA MAP\r\n"
KNOWN = tuple(
    re.compile(text)
    for text in (
        r"^data/kantor/acuan-penduduk\.sqlite3$",  # the reference of residents, until it is destroyed
        r"^data/(kantor|pusat)/(kantor|pusat)\.sqlite3(-wal|-shm|-journal)?$",  # the database
        r"^data/kantor/kantor\.sqlite3\.lama-[0-9-]+(-wal|-shm)?$",  # the one that a restore replaced
        r"^data/(kantor|pusat)/kerja(/|$)",  # the private place for temporary files, empty at the end
        r"^papers/",  # what a person asked for and saved
    )
)
ASKED_FOR = re.compile("^papers/")
"""All that may hold a number where both sides are encrypted."""
PLAIN_TEMPORARY = re.compile(r"/kerja/[0-9a-f]+/tmp[^/]*(/(?!.*\.sqlite3)[^/]+)?$")
"""What Python or a library keeps in a temporary file; a folder ends with a stroke."""
PASSPHRASE = "jambu terbang sore hari"
FOLDERS_OF_OURS = ("data/", "papers/", "world/audit")


@dataclass
class Day:
    """One day: the two sides, the programs' world, what people saw."""

    folder: Path
    world: World
    addresses: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    short: bool = False
    encrypted: bool = False

    @property
    def office(self) -> Path:
        """The office's data folder."""
        return self.folder / "data" / FOLDERS["office"]

    @property
    def register(self) -> Path:
        """The register that the office kept in a spreadsheet, on a stick."""
        return self.folder / "papers" / "register.csv"


class Watched(Browser):
    """A browser that keeps the addresses it went to."""

    def __init__(self, base: str, username: str, day: Day) -> None:
        super().__init__(base, username, PASSWORD)
        self.day = day

    def checked(self, answer: requests.Response) -> requests.Response:
        """The answer, its address and those that led to it noted."""
        self.day.addresses += [one.url for one in (*answer.history, answer)]
        return super().checked(answer)


def prove_planted_number(folder: Path, _seed: int, *, short: bool = False, encrypted: bool = False) -> Part:
    """Live through the day, looking at every file all the time; then at the paths that were opened.

    `encrypted`: both sides were founded so; then no file of theirs may hold a number, not for a moment.
    """
    day = founded(folder, encrypted=encrypted)
    day.short = short
    opened = folder / "world" / "audit" / "opened"
    known = (ASKED_FOR,) if encrypted else KNOWN
    with Watch(folder, (*known, re.compile("^world/audit/")), ("data/",)) as watch:
        steps: tuple[Callable[[Day], None], ...] = (
            (work, killed_commands) if short else (work, killed_commands, killed_office, restored)
        )
        for step in steps:
            step(day)
    faults = [*day.faults, *watch.faults, *strays(opened, folder)]
    faults += [f"in an address: {address}" for address in day.addresses if any(numbers_in(address.encode()))]
    faults += [f"left behind: {left}" for left in folder.glob("data/*/kerja")]
    written = set(opened.read_text().splitlines())
    if encrypted:
        faults += sorted({f"through a plain file: {path}" for path in written if PLAIN_TEMPORARY.search(path)})
    kind = "planted number, encrypted" if encrypted else "planted number"
    return Part(
        f"{kind}: {len(watch.files)} files, {len(written)} paths, {len(day.addresses)} addresses, {len(faults)} places",
        faults,
    )


def prove_planted_number_encrypted(folder: Path, seed: int) -> Part:
    return prove_planted_number(folder, seed, encrypted=True)


def founded(folder: Path, *, encrypted: bool) -> Day:
    """Both sides as they were founded three days ago, a register on paper, and the hook in every Python to come."""
    for name in ("papers", "world/audit"):
        (folder / name).mkdir(parents=True)
    then = clock.now() - timedelta(days=3)
    port = free_port(0)
    for name in FOLDERS.values() if encrypted else ():
        (folder / "data" / name).mkdir(parents=True)
        encrypt_new_folder(folder / "data" / name, PASSPHRASE)
    make_sides(folder / "data", centre_address=f"127.0.0.1:{port}", now=then, on=clock.office_date(then)).close()
    for path in (folder / "data", *(folder / "data").rglob("*")):
        path.chmod(path.stat().st_mode & 0o700)  # founding is no program's work
    (folder / "world" / "audit" / "sitecustomize.py").write_text(HOOK)
    audit = folder / "world" / "audit"
    environment = {"PYTHONPATH": str(audit), "OPENED_FILES": str(audit / "opened"), "CENTRE_PORT": str(port)}
    if encrypted:
        (folder / "papers" / "kata-sandi").write_text(PASSPHRASE)
        environment["LOKET_PASSPHRASE_FILE"] = str(folder / "papers" / "kata-sandi")
    day = Day(folder, World(folder / "world", environment), encrypted=encrypted)
    day.register.write_text(
        HEAD
        + "".join(
            f"{n};02/02/2025;350899{1 + n % 28:02d}0180{n:04d};350899070321{n:04d};{NAMES[n % 10]};"
            f"LUMAJANG, {1 + n % 28:02d}-01-1980;L;DUSUN KIDUL RT 15 RW 04;KRAI;baru;sudah rekam;{REMARK}\r\n"
            for n in range(1, LINES + 1)
        )
    )
    day.register.chmod(0o600)
    return day


def strays(opened: Path, folder: Path) -> list[str]:
    """Paths that a program opened for writing, or made, outside its data folder and what was asked for."""
    allowed = tuple(str(folder / name) for name in FOLDERS_OF_OURS)
    paths = dict.fromkeys(opened.read_text().splitlines())
    return [f"written elsewhere: {path}" for path in paths if not path.startswith((*allowed, "/dev/", "/proc/"))]


# -- the day ---------------------------------------------------------------------------------------------------


def work(day: Day) -> None:
    """Forms, papers, an import, complaints, exports; in the long form the whole way of a card too."""
    with ExitStack() as running:
        office, _ = running.enter_context(day.world.serving("office", day.office, "--kiosk", "0"))
        way = Journey(Any, SetClock(clock.now()), day.folder / "papers", lambda _text: None)
        way.addresses["office"] = office[7:-1]
        way.browsers = {name: Watched(office, name, day) for name in ("retno", "fajar", "agung", "nurlaila", "wiji")}
        searched(way, day)
        compared(way, day)
        complained(way.browser("nurlaila"), day)
        imported(way.browser("agung"), day)
        if day.short:
            return
        data, port = day.folder / "data" / FOLDERS["centre"], day.world.extra["CENTRE_PORT"]
        centre, _ = running.enter_context(day.world.serving("centre", data, "--port", port))
        way.addresses["centre"] = centre[7:-1]
        way.browsers["teguh"] = Watched(centre, "teguh", day)
        road_of_a_card(way)
        day.world.call("sync", "--data", str(day.office))


def applicants(way: Journey, count: int) -> list[Applicant]:
    """People whose cards are damaged."""
    people = Citizens(Random(12), [MUNDER, KRAI])
    people.drawn = 9500
    return [Applicant(people.draw(way.today, ages=(30, 50), village=KRAI), "rusak") for _ in range(count)]


def road_of_a_card(way: Journey) -> None:
    """A card from the form to its owner, and another by stick."""
    _entered, first, second = applicants(way, 3)
    for one in (first, second):
        office_by_page.enter_application(way, one, "retno", office_by_page.EVERYTHING, "")
        office_by_page.examine_file(way, one)
        office_by_page.note_recording(way, one, already=True)
        office_by_page.close_dispatch(way, [one])
        if one is first:
            office_by_page.sync_with_centre(way, reachable=True)
    kasi = way.browser("agung")
    kasi.submit(kasi.get("/pengiriman/1"), "/xlsx", {"unduh-pin": PIN}, None)
    office_by_page.use_stick(way, "", "/jalan/stik/tulis")
    centre_by_page.receive_blanks(way)
    centre_by_page.accept_line(way, first)
    centre_by_page.print_card(way, first, "JLN9001")
    centre_by_page.ship_cards(way, [first])
    office_by_page.sync_with_centre(way, reachable=True)
    office_by_page.use_stick(way, "", "/jalan/stik/baca")
    office_by_page.count_cards(way, [first])
    office_by_page.print_call_list(way)
    office_by_page.hand_over(way, first, "self", surrendered="KTP-el lama, patah, sudah digunting")


def imported(kasi: Browser, day: Day) -> None:
    """The register goes through the page: read, loaded, the rejected lines fetched."""
    page = upload(kasi, day.register.read_bytes(), f"register {NUMBER[:6]}.csv")
    while "/kemajuan" in page.text:
        page = kasi.get(page.path)
    kasi.submit(page, "/ditolak.xlsx", {"pin": PIN}, None)
    page = kasi.send(page, "/jalankan")
    while "/kemajuan" in page.text:
        page = kasi.get(page.path)
    if "berkas baru ditulis" not in page.text:
        day.faults.append("the register was not loaded: " + page.problems)


def complained(desk: Browser, day: Day) -> None:
    """A line of the book that holds a number, with a scan; another at the kiosk."""
    typed = {
        "words": f"NIK saya {SPELLED} salah cetak, seharusnya {NUMBER}",
        "name": "Contoh",
        "contact": NUMBER,
        "channel": "desk",
        "type": "complaint",
        "category": "other",
        "weight": "medium",
    }
    page = desk.send(desk.get("/pengaduan/tulis"), "/pengaduan/tulis", typed)
    if not re.search(r"/pengaduan/\d+", page.path):
        day.faults.append("no line of the book was written: " + page.problems)
        return
    line = f"/pengaduan/{page.number_in_path()}"
    token = dict(desk.get(line).form("/pindaian").fields)
    scan = pdf(f"NIK {NUMBER}" * 5_000)
    answer = desk.session.post(
        f"{desk.base}{line[1:]}/pindaian", data=token, files={"scan": ("a.pdf", scan)}, timeout=SECONDS
    )
    desk.checked(answer)


def searched(way: Journey, day: Day) -> None:
    """An application and its papers, a number in the search, registers on paper, a visitor at the kiosk."""
    visitor = Watched(re.findall(r"http://\S+:\d+/", day.world.last_log())[1], "", day)
    typed = {
        "words": f"NIK {NUMBER} belum jadi",
        "name": "Contoh",
        "contact": NUMBER,
        "about": "other",
        "type": "complaint",
    }
    visitor.send(visitor.get("/tulis"), "/tulis", typed)
    clerk = way.browser("retno")
    [one] = applicants(way, 1)
    office_by_page.enter_application(way, one, "retno", office_by_page.EVERYTHING, "")
    for number in (one.citizen.nik, NUMBER, SPELLED):
        clerk.send(clerk.get("/"), "/cari", {"q": number})
    if not day.short:
        office_by_page.print_books(way)


RESIDENT, FAMILY = "3508991010750077", "3508991010750078"
"""Somebody who stands in the reference of residents; the number of the family stands nowhere else."""
RESIDENTS = (
    f"NIK;No. KK;Nama;Tanggal Lahir;Alamat;Desa\r\n{RESIDENT};{FAMILY};CONTOH TETANGGA;10-10-1975;MELATI;KRAI\r\n"
).encode()


def compared(way: Journey, day: Day) -> None:
    """A list of residents becomes the reference, a form is compared with it; in the short form it is destroyed then."""
    keeper, clerk, where = way.browser("wiji"), way.browser("retno"), "/acuan-penduduk"
    values = {"as_of": f"{way.today:%d%m%Y}", "village": ""}
    page = keeper.upload(keeper.get(where), where, ("file", f"penduduk {RESIDENT}.csv", RESIDENTS), values)
    while "/kemajuan" in page.text:
        page = keeper.get(where)
    keeper.submit(page, "/pakai", {}, None)
    form = clerk.send(clerk.get("/permohonan/baru"), "/permohonan/baru", {"layanan": "ktp-el", "kunci": RESIDENT})
    typed = {"nik": RESIDENT, "full_name": "CONTOH TETANGGA", "kk": "3508991010750099"}
    form = clerk.send(form, form.path, typed)
    if "di acuan penduduk: 350899******0078" not in form.text or FAMILY in form.text:
        day.faults.append("the form was not compared with the reference, or tells its number")
    if day.short:
        keeper.submit(keeper.get(where), "/musnahkan", {"reason": "Selesai", "pin": PIN}, None)
        if (day.office / "acuan-penduduk.sqlite3").exists():
            day.faults.append("the reference was not destroyed")


def killed_commands(day: Day) -> None:
    """An import and a backup that are killed at their work; what they left goes with the next command."""
    more = day.folder / "papers" / "second.csv"
    more.write_text(day.register.read_text().replace("0180", "0181").replace("-1980", "-1981"))

    def loading() -> bool:
        return " dari " in day.world.last_log()

    def copying() -> bool:
        return any((day.office / "kerja").glob("cadangan/*.sqlite3"))

    for words, ready in ((("import", str(more)), loading), (("backup",), copying)):
        program = day.world.begin(*words, "--data", str(day.office))
        kill_when(program, ready)
        day.world.call("verify", "--data", str(day.office))
        if (day.office / "kerja").exists():
            day.faults.append(f"{words[0]}: what a killed run left was not removed")


def kill_when(program: subprocess.Popen[str], ready: Callable[[], bool]) -> None:
    """Kill a program without a word as soon as something holds; one that ended before is fine too."""
    until = time.monotonic() + SECONDS
    while program.poll() is None and not ready() and time.monotonic() < until:
        with suppress(subprocess.TimeoutExpired):
            program.wait(0.005)
    program.send_signal(signal.SIGKILL)
    program.wait(SECONDS)


def killed_office(day: Day) -> None:
    """The office dies while an upload is spooled, and starts again."""
    with day.world.serving("office", day.office, "--no-kiosk") as (office, program):
        kasi = Watched(office, "agung", day)
        kasi.sign_in()
        upload(kasi, day.register.read_bytes())
        program.send_signal(signal.SIGKILL)
        program.wait(SECONDS)
    with day.world.serving("office", day.office, "--no-kiosk") as (office, _program):
        Watched(office, "agung", day).sign_in()
        if len(list((day.office / "kerja").glob("*.kunci"))) > 1:
            day.faults.append("what a killed office left was not removed")


def restored(day: Day) -> None:
    """A backup, and the office out of it."""
    said = day.world.call("backup", "--json", "--data", str(day.office))
    key = re.search(r"AGE-SECRET-KEY-[0-9A-Z]+", said)
    [sealed] = sorted((day.office / "cadangan").glob("*.loket-cadangan"))[-1:]
    day.world.call("restore", str(sealed), "--replace", "--data", str(day.office), typed=key[0] if key else "")
    day.world.call("verify", "--data", str(day.office))
