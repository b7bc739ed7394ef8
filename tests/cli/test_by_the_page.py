"""A restore and a move by the printed page alone: its commands are read out of it and run as somebody types them."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import psycopg
import pytest

from app.cli.demo.sides import make_sides
from app.cli.serving import free_port
from schema.database import open_office
from schema.postgres import open_centre
from tests.centre.desk import shown_code
from tests.postgres import Server, programs
from tests.rules.source import ROOT
from tests.world.browser import Browser, Page
from tests.world.cast import OFFICE, PASSWORD, PIN
from tests.world.citizens import Citizens

PAGES = ("administrators.md", "centre-administrators.md")
PAGE = "\n".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in PAGES)
DRAW = Citizens(Random(9), ["3508072010"])


def commands(heading: str, end: str = "\n#") -> list[str]:
    """The commands of a part of the page, in its order."""
    part = PAGE.split(f"\n{heading}", 1)[1].split(end, 1)[0]
    found = re.findall(r"(?:`|^)((?:python3 run\.py|pg_dump|pg_restore) [^`\n]+)", part, re.MULTILINE)
    assert found, heading
    return found


class Desk:
    """Somebody in front of a PC: types what the page says, with this PC's folders, machine and database."""

    def __init__(self, folder: Path, data: Path, machine: str = "pc-one", **more: str) -> None:
        self.folder, self.data, self.port = folder, data, free_port(0)
        self.env = os.environ | {"LOKET_DATA": str(data), "LOKET_MACHINE": machine} | more

    def argv(self, command: str) -> list[str]:
        """A command of the page with the real file in the place of its example."""
        words = [os.path.expandvars(word) for word in command.replace('"', "").split()]
        if words[0] == "python3":
            words = [sys.executable, str(ROOT / "run.py"), *words[2:]]
        else:
            words[0] = str(programs() / words[0])
        words = [word.replace("$LOKET_CENTRE_DB", self.env.get("LOKET_CENTRE_DB", "")) for word in words]
        return [self.real(word) for word in words]

    def real(self, word: str) -> str:
        example = re.search(r"/media/\w+/FLASHDISK(/\S+)?", word)
        if not example:
            return word
        stick, name = self.folder / "stik", example[1] or ""
        stick.mkdir(exist_ok=True)
        newest = sorted(stick.glob("*.loket-cadangan")) if name.endswith(".loket-cadangan") else []
        return word.replace(example[0], str(newest[-1]) if newest else str(stick) + name)

    def type(self, command: str, answer: str = "") -> str:
        done = subprocess.run(
            self.argv(command), input=answer, env=self.env, cwd=self.folder, text=True, capture_output=True, timeout=120
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    @contextmanager
    def running(self, command: str) -> Iterator[str]:
        """The program while it runs, at its address."""
        words = [*self.argv(command), "--port", str(self.port)]
        words += ["--no-kiosk"] if words[2] == "office" else []
        started = subprocess.Popen(
            words, env=self.env, cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert started.stdout is not None
        try:
            assert str(self.port) in started.stdout.readline()
            yield f"http://127.0.0.1:{self.port}/"
        finally:
            started.send_signal(signal.SIGINT)
            _, complaint = started.communicate(timeout=30)
        assert "Traceback" not in complaint, complaint


def person(base: str, username: str) -> Browser:
    browser = Browser(base, username, PASSWORD)
    browser.sign_in()
    return browser


def register(base: str) -> str:
    """A citizen at the counter; the number of the case."""
    citizen = DRAW.draw(datetime.now(UTC).date(), ages=(20, 60))
    clerk = person(base, "retno")
    page = clerk.send(clerk.get("/permohonan/baru"), "/permohonan/baru", {"kunci": citizen.nik})
    action = page.form("/permohonan/draf/").action
    typed = citizen.fields() | {"kind": "baru", "form_code": "f_1_02", "have": ["kk_copy", "photo"]}
    page = clerk.send(page, action, typed, ("aksi", "daftar"))
    assert "/kertas/" in page.path, page.errors
    return next(text for href, text in page.links if "/KTP/" in text).split()[-1]


def enrol_again(office: str, centre: str) -> Page:
    """The administrator of the centre prints a code, the office types it and sends."""
    dyah = person(centre, "dyah")
    printed = dyah.send(dyah.get("/kantor/"), "/kantor/", {"office": OFFICE})
    wiji = person(office, "wiji")
    assert "minta kode pendaftaran baru" in wiji.get("/").text
    wiji.send(wiji.get("/jalan/"), "/jalan/daftar", {"code": shown_code(printed.text)})
    return wiji.send(wiji.get("/jalan/"), "/jalan/kirim")


def pin_at(base: str, username: str) -> str:
    """What the own page says of the PIN, after it was made again if it has to be."""
    browser = person(base, username)
    before = browser.get("/saya").text
    if "PIN lama tidak berlaku di komputer ini" in before:
        again = browser.send(browser.get("/saya"), "/saya/pin", {"pin": PIN, "password": PASSWORD})
        assert "PIN sudah ada" in again.text
        return "made anew"
    assert "PIN sudah ada" in before
    return "good"


def is_level(office: Path, centre: Path | str) -> bool:
    """Whether both sides hold the same lines of what they share, and the office's are all there."""
    shared = "SELECT source, epoch, stream, n, hash FROM journal WHERE stream IN ('dukcapil', ?) ORDER BY 1, 2, 3, 4"
    sides = open_office(office / "kantor.sqlite3"), open_centre(centre)
    held = [[(*row[:4], bytes(row[4])) for row in db.run(shared, (OFFICE,))] for db in sides]
    for db in sides:
        db.close()
    return held[0] == held[1] and len(held[0]) > 0


def confirm(base: str, username: str, path: str, action: str) -> None:
    """The warning is read and goes away."""
    browser = person(base, username)
    page = browser.send(browser.get(path), action, {"r-note": "Sudah dikerjakan menurut halaman tercetak"})
    assert page.status == 200
    assert "Data komputer ini pernah mundur" not in browser.get(path).text


class Town:
    """An office and a centre in their folders, the centre at its own port."""

    def __init__(self, folder: Path) -> None:
        now = datetime.now(UTC) - timedelta(days=1)
        port = free_port(0)
        sides = make_sides(folder, centre_address=f"127.0.0.1:{port}", now=now, on=now.date())
        sides.close()
        self.folder = folder
        self.office = Desk(folder, folder / "kantor")
        self.centre = Desk(folder, folder / "pusat")
        self.centre.port = port


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def lost(data: Path, keep: str = "") -> None:
    """The PC is gone; `keep` names what was put away elsewhere."""
    for path in data.iterdir():
        if path.name != keep:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_an_office_is_restored_by_the_page(town: Town) -> None:
    office, steps = town.office, commands("### Memulihkan kantor")
    assert [step.split()[2] for step in steps] == ["restore", "verify", "office", "backup"]
    on_stick = next(step for step in commands("## Cadangan dan pemulihan", "###") if "--to" in step)
    key = re.search(r"AGE-SECRET-KEY-.+", office.type(on_stick))
    assert key
    lost(office.data)
    office.type(steps[0], key[0])
    assert "Jurnal kantor utuh" in office.type(steps[1])
    with town.centre.running("python3 run.py centre") as centre, office.running(steps[2]) as base:
        number = register(base)
        assert re.fullmatch(r"0001[B-Z][A-Z]{0,3}/KTP/\d{4}", number)
        page = enrol_again(base, centre)
        assert "Belum selesai" not in page.text, page.text
        confirm(base, "wiji", "/keadaan/", "/keadaan/kembali")
        assert pin_at(base, "wiji") == "made anew"
        assert pin_at(base, "wiji") == "good"
    assert is_level(office.data, town.centre.data / "pusat.sqlite3")
    assert "teruji" in office.type(steps[3])


def test_an_office_moves_by_the_page(town: Town) -> None:
    steps = commands("## Pindah ke komputer baru", "\n## ")
    assert [step.split()[2] for step in steps] == ["verify", "office"]
    new = Desk(town.office.folder, town.office.folder / "baru", "pc-two")
    with town.office.running("python3 run.py office") as base:
        assert register(base).startswith("0001/KTP/")
    shutil.copytree(town.office.data, new.data)
    new.type(steps[0])
    with town.centre.running("python3 run.py centre") as centre, new.running(steps[1]) as base:
        assert re.fullmatch(r"0001[B-Z][A-Z]{0,3}/KTP/\d{4}", register(base))
        assert "Belum selesai" not in enrol_again(base, centre).text
        confirm(base, "wiji", "/keadaan/", "/keadaan/kembali")
        assert pin_at(base, "wiji") == "good"
    assert is_level(new.data, town.centre.data / "pusat.sqlite3")


def exchange_after(town: Town, command: str) -> None:
    """The restored centre works, the office exchanges without a new code, nothing is held any more."""
    with town.centre.running(command) as centre, town.office.running("python3 run.py office") as base:
        register(base)
        dyah = person(centre, "dyah")
        assert "1 kecamatan" in dyah.get("/pemulihan/").text
        wiji = person(base, "wiji")
        assert "Belum selesai" not in wiji.send(wiji.get("/jalan/"), "/jalan/kirim").text
        assert "Semua kecamatan sudah ditanya kembali" in dyah.get("/pemulihan/").text
        confirm(centre, "dyah", "/pemulihan/", "/pemulihan/")


def test_a_centre_is_restored_by_the_page(town: Town) -> None:
    steps = commands("## Memulihkan pusat", "**Pusat di PostgreSQL**")
    assert [step.split()[2] for step in steps] == ["restore", "verify", "centre", "backup"]
    centre = town.centre
    key = re.search(r"AGE-SECRET-KEY-.+", centre.type("python3 run.py backup --to /media/pusat/FLASHDISK"))
    assert key
    with centre.running("python3 run.py centre"):
        pass  # its state for the office is written, and lost
    lost(centre.data, "keys")
    centre.type(steps[0], key[0])
    assert "Jurnal pusat utuh" in centre.type(steps[1])
    exchange_after(town, steps[2])
    assert is_level(town.office.data, centre.data / "pusat.sqlite3")
    centre.type(steps[3])


def copy_centre(town: Town, address: str) -> None:
    """The furnished centre as it would stand in PostgreSQL: row by row, ids and all."""
    old = open_centre(town.folder / "pusat.sqlite3")
    with psycopg.connect(address) as new:
        new.execute("SET session_replication_role = replica")
        tables = [row[0] for row in old.run("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            rows = list(old.run(f"SELECT * FROM {table}"))
            if rows and table not in ("migration", "beside") and not table.startswith("sqlite_"):
                names = [row[0] for row in old.run("SELECT name FROM pragma_table_info(?)", (table,))]
                marks = ", ".join(["%s"] * len(names))
                new.cursor().executemany(
                    f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks}) ON CONFLICT DO NOTHING", rows
                )
        for table in ("journal", "access_log", "sign_in_attempt"):
            new.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}) + 1)")
    old.close()


def test_a_centre_on_postgresql_is_restored_by_the_page(town: Town, postgres: Server) -> None:
    """The dump is a day old: a line that was printed since is not offered again before the office was asked."""
    dump, load, begin = commands("**Pusat di PostgreSQL**", "### Yang diketahui")
    assert (dump.split()[0], load.split()[0], begin.split()[2]) == ("pg_dump", "pg_restore", "restore")
    centre = town.centre
    (town.folder / "pusat.sqlite3").write_bytes((centre.data / "pusat.sqlite3").read_bytes())
    lost(centre.data, "keys")
    with postgres.database() as address:
        centre.env["LOKET_CENTRE_DB"] = address
        copy_centre(town, address)
        with (
            centre.running("python3 run.py centre") as base,
            town.office.running("python3 run.py office") as counter,
        ):
            centre.type(dump)
            register(counter)
            wiji = person(counter, "wiji")
            assert "Belum selesai" not in wiji.send(wiji.get("/jalan/"), "/jalan/kirim").text
            dyah = person(base, "dyah")
            dyah.send(dyah.get("/blangko/"), "/blangko/masuk", {"count": "7", "letter": "471/1"})
        centre.type(load)
        assert "Pusat dapat langsung bekerja" in centre.type(begin)
        exchange_after(town, "python3 run.py centre")
        assert is_level(town.office.data, address)
