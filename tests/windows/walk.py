"""A day of an office on Windows, in short: installed, founded in a browser, cut off, saved, brought back, proved."""

import re
import shutil
import subprocess
from collections.abc import Callable

from playwright.sync_api import Page, sync_playwright

from schema.version import VERSION
from tests.browser import open_window, start_chromium
from tests.platform.office.first import SECRET
from tests.platform.people import PIN
from tests.windows.program import INTERPRETER, Program
from tests.world.browser import Browser

DATA = "data kantor"
ELSEWHERE = "latihan pemulihan"
NAME = "Kecamatan Contoh"


def install(program: Program) -> None:
    """`run.py` makes `.venv` out of the wheelhouse, by pip, with every digest compared."""
    said = program.done("--version")
    assert f"Loket {VERSION}" in said, said
    assert "siap / ready" in said, said
    assert program.done("--version") == f"Loket {VERSION}\n", "the second call installs nothing"


def found_the_office(program: Program) -> None:
    """The set-up page in a Chromium of this machine; a second program is refused; then the power goes off."""
    with program.serving(program.named(DATA)) as address:
        found_in_browser(address)
        held = program.refused("office", "--data", program.named(DATA), "--port", "0")
        assert "sedang dipakai Loket yang lain (kantor, proses" in held, held


def found_in_browser(address: str) -> None:
    with sync_playwright() as driver:
        chromium = start_chromium(driver)
        page = open_window(chromium).new_page()
        page.goto(address)
        set_up(page)
        assert page.url == f"{address}/", page.url
        assert "Siap melayani?" in page.inner_text("main")
        chromium.close()


def set_up(page: Page) -> None:
    """The shortest way through the set-up, clicked."""
    page.select_option("#office_code", "350807")
    for name, value in {"name": NAME, "short_name": "Contoh", "regency": "Kabupaten Contoh", "place": "Contoh"}.items():
        page.fill(f"#office_{name}", value)
    press(page, "Lanjut")
    for name, value in {"name": "Ratna Puspita", "username": "ratna", "password": SECRET}.items():
        page.fill(f"#sekretaris-{name}", value)
    for _ in ("petugas", "desa", "nomor"):
        press(page, "Lanjut")
    press(page, "Simpan dan mulai")
    page.fill("#pin", PIN)
    press(page, "Mulai bekerja")


def press(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.click(f"main button:has-text('{words}'):not(.hide)")


def open_again(program: Program) -> None:
    """After the power cut the office is what it was, its administrator signs in from Linux, and Ctrl+C ends it."""
    with program.working(program.named(DATA)) as address:
        sign_in(address)
    assert not (program.office / DATA / "kerja").exists(), "whoever ends in order leaves no scratch folder"


def sign_in(address: str) -> None:
    browser = Browser(address, "ratna", SECRET)
    browser.sign_in()
    assert NAME in browser.get("/").text


def back_up(program: Program) -> None:
    """With NUL at its input the command asks nobody; the key that it showed is confirmed through a pipe."""
    batch = program.folder / "cadangan-kantor.cmd"
    batch.write_text(f'@{INTERPRETER} run.py backup --data "..\\{DATA}" <NUL\n', encoding="ascii")
    said = program.windows.call("cmd", "/c", batch.name, cwd=program.folder)
    assert said.code == 0, said.text[-1500:]
    assert "Ketik kelompok" not in said.text, said.text
    secret = "".join(said.text[said.text.index("AGE-SECRET-KEY") :].split("\n")[0].split())
    (program.office / "kunci.txt").write_text(secret, encoding="ascii")
    program.done("backup", "--data", program.named(DATA), "--confirm", typed=secret[-6:] + "\n")


def restore_elsewhere(program: Program) -> None:
    """Into a folder that is not there yet, by the key; what comes back proves itself, opens, and is not replaced while
    it is in use."""
    [made] = (program.office / DATA / "cadangan").glob("*.loket-cadangan")
    typed = (program.office / "kunci.txt").read_text(encoding="ascii")
    there = program.named(ELSEWHERE)
    said = program.done("restore", program.windows.name(made), "--data", there, typed=typed)
    assert "Dipulihkan dan teruji" in said, said
    program.done("verify", "--data", there)
    with program.serving(there) as address:
        sign_in(address)
        held = program.refused("restore", program.windows.name(made), "--data", there, "--replace", typed=typed)
        assert "sedang dipakai Loket yang lain (kantor, proses" in held, held


def do_the_main_job(program: Program) -> None:
    """Register to hand-over with the centre over the network and by stick, every paper, both journals proved."""
    papers = program.office / "kertas"
    call = ("demo", "--walk", "--data", program.named("data contoh"), "--out", program.named("kertas"))
    said = program.done(*call, "--cases", "20", "--days", "74")
    assert re.search(r"SELESAI: \d+ langkah, \d+ kertas", said), said[-1500:]
    made = sorted(papers.glob("*.pdf"))
    assert len(made) > 30, made
    if shutil.which("pdfinfo"):
        for paper in made:
            subprocess.run(["pdfinfo", paper], check=True, capture_output=True)


STEPS: tuple[Callable[[Program], None], ...] = (
    install,
    found_the_office,
    open_again,
    back_up,
    restore_elsewhere,
    do_the_main_job,
)
