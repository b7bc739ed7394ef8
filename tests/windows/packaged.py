"""The package for Windows as an office gets it: a zip file, no network, no Python on the PC, and it is clicked."""

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app.cli.packaging.command import needed_wheels
from app.cli.packaging.wheels import pins
from app.cli.packaging.windows import read_python, windows_files, write_zip
from app.cli.serving import free_port
from schema.version import VERSION
from tests.cli.test_update import NEXT, next_version, program_files
from tests.platform.updates.made import made_release
from tests.rules.source import ROOT
from tests.windows.interpreter import WINDOWS, write_embeddable
from tests.windows.program import Program, first_address
from tests.windows.typed import Desk, command
from tests.windows.walk import DATA, found_the_office, install, sign_in
from tests.windows.wine import Windows

ROOM = "Paket Kantor Café Ñusa"
PORT = 8035
MORE = "iniconfig"
"""A package of one wheel for every system, which the tests need and the program does not."""
RUN = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"
"""What begins with the log-on of an account."""


def put_package(windows: Windows, cache: Path) -> Program:
    """The package, unpacked on the disk of a Windows. Raises CannotBuild, ClickException."""
    embeddable, made = cache / "embeddable.zip", cache / "package.zip"
    write_embeddable(windows, embeddable)
    wheels = needed_wheels("requirements", WINDOWS, cache / "package-wheels")
    files = windows_files(program_files(), read_python(embeddable)[1], wheels)
    write_zip(made, files, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    program = Program(windows, ("cmd", "/c", "loket.cmd"), ROOM)
    shutil.rmtree(program.office, ignore_errors=True)
    for own in (windows.disk / "users").glob("*/AppData/Local/Loket"):
        shutil.rmtree(own)  # of an earlier walk that was ended
    with zipfile.ZipFile(made) as packed:
        packed.extractall(program.office)
    return program


def stop_it_from_outside(program: Program) -> None:
    """`stop` in another window ends the office in order, and it opens again as it was."""
    data = program.named(DATA)
    running = program.begin_office(data)
    sign_in(first_address(running))
    said = program.done("stop", "--data", data)
    assert said.endswith("Loket sudah berhenti.\n"), said
    heard, _ = running.communicate(timeout=120)
    assert running.returncode == 0, heard
    assert b"Traceback" not in heard, heard
    assert not (program.office / DATA / "kerja").exists(), "whoever ends in order leaves no scratch folder"


def start_by_itself_at_log_on(program: Program) -> None:
    """What a click on the files does: with the log-on the office of this account is there, and it goes by a click."""
    windows = program.windows
    click_on(program, "Hidupkan saat masuk.cmd")
    assert free_port(PORT) == PORT, f"another program of this machine holds port {PORT}"
    windows.pull_the_plug()
    logging_on = windows.begin("wineboot")
    page = page_that_comes(f"http://127.0.0.1:{PORT}/persiapan/kantor")
    if "Siapkan kantor" not in page:
        windows.pull_the_plug()
        raise AssertionError((page[:500], logging_on.communicate()[0][-1500:]))
    click_on(program, "Hentikan Loket.cmd")
    logging_on.communicate(timeout=120)
    assert free_port(PORT) == PORT, "nobody listens any more"
    [own] = (windows.disk / "users").glob("*/AppData/Local/Loket/kantor.sqlite3")
    shutil.rmtree(own.parent)
    assert not (program.folder / "program/data").exists()
    click_on(program, "Jangan hidupkan saat masuk.cmd")
    click_on(program, "Jangan hidupkan saat masuk.cmd")
    left = windows.call("reg", "query", RUN).text
    assert "Jalankan" not in left, left


def click_on(program: Program, name: str) -> str:
    said = program.windows.call("cmd", "/c", name, cwd=program.folder)
    assert said.code == 0, said.text
    return said.text


def page_that_comes(address: str) -> str:
    """A page of a program that is just starting; nothing where it does not come in ten minutes."""
    again = ("--retry", "600", "--retry-delay", "1", "--retry-connrefused", "--retry-max-time", "600")
    looking = subprocess.run(["curl", "--silent", *again, address], capture_output=True)
    return looking.stdout.decode("utf-8", "replace")


def update_with_other_packages(program: Program) -> None:
    """A release with a package more makes its own `.venv`, out of the wheelhouse beside it, by the pip that came. Typed
    as the page says, where it says that the folder lies, with the data where a package keeps them."""
    windows, stick, folder = program.windows, program.windows.stick, program.windows.disk / "Loket"
    shutil.rmtree(folder, ignore_errors=True)
    program.folder.rename(folder)
    shutil.copytree(folder / "program/wheelhouse", stick / "wheelhouse", ignore=shutil.ignore_patterns("pip-*"))
    for wheel in (windows.prefix.parent / "tests").glob(f"{MORE}-*.whl"):
        shutil.copy(wheel, stick / "wheelhouse")
    files = next_version(program_files())
    files["requirements.txt"] += pins((ROOT / "requirements-test.txt").read_text(encoding="utf-8"), [MORE]).encode()
    made_release(stick, NEXT, files=files)
    desk = Desk(windows)
    assert f"Loket {NEXT} terpasang dan teruji" in desk.types(command("Paket jadi", "update"))
    assert (folder / "program/versi" / NEXT / ".venv/requirements.stamp").is_file()
    assert desk.types("C:\\Loket\\loket --version") == f"Loket {NEXT}\n"
    said = desk.types("C:\\Loket\\loket update --back")
    assert desk.types("C:\\Loket\\loket --version") == f"Loket {VERSION}\n", said


STEPS: tuple[Callable[[Program], None], ...] = (
    install,
    found_the_office,
    stop_it_from_outside,
    start_by_itself_at_log_on,
    update_with_other_packages,
)
