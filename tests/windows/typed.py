"""The page for Windows as somebody types it: the program in `C:\\Loket`, a stick at `E:`, lines in a console."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from app.cli.office import PORT
from app.cli.serving import free_port
from app.platform.updates.releases import KEYS_FILE
from schema.version import VERSION
from tests.book import page
from tests.cli.test_update import NEXT, next_version, program_files
from tests.platform.updates.made import KEYS_TEXT, made_release
from tests.windows.interpreter import PYTHON
from tests.windows.program import copy_checkout, first_address
from tests.windows.walk import found_in_browser, sign_in
from tests.windows.wine import Windows

command = partial(page.command, page=page.WINDOWS)
RUN, AT_LOG_ON = "Menjalankan `run.py`", "Hidup saat orang masuk"
STICK, BACKUP, UPDATE = "Flashdisk", "Cadangan dan pemulihan di Windows", "Memperbarui di Windows"
EXAMPLE = "350807-20260302-083000.loket-cadangan"
"""A backup as the page calls it; the real one has another moment."""
FOLDER = command(RUN, "cd /d")


@dataclass
class Desk:
    """Somebody at a PC with the page: what is typed goes into a file of lines, for Wine takes no window."""

    windows: Windows
    said: dict[str, str] = field(default_factory=dict)
    typed: int = 0

    @property
    def folder(self) -> Path:
        return self.windows.disk / "Loket"

    def begin(self, *lines: str) -> subprocess.Popen[bytes]:
        self.typed += 1  # one that is at work reads its lines one by one
        prompt = self.windows.disk / f"ketik-{self.typed}.cmd"
        prompt.write_text("".join(f"@{line}\n" for line in lines), encoding="ascii")
        return self.windows.begin("cmd", "/c", prompt.name, WINEPATH=f"C:\\{PYTHON}")

    def types(self, line: str, answer: str = "", ends_with: int = 0) -> str:
        """A command in the folder of the page, and what it said. Raises AssertionError, TimeoutExpired."""
        typing = self.begin(FOLDER, line)
        said, _ = typing.communicate(answer.encode(), timeout=600)
        text = said.decode("utf-8", "replace").replace("\r\n", "\n")
        assert typing.returncode == ends_with, f"{line} ended with {typing.returncode}: {text[-1500:]}"
        return text

    @contextmanager
    def window(self, *lines: str) -> Iterator[str]:
        """The address of an office while its window stands open; `stop` in another one ends it in order."""
        assert free_port(PORT) == PORT, f"another program of this machine holds port {PORT}"
        running = self.begin(*lines)
        try:
            address = first_address(running)
            assert address.endswith(f":{PORT}"), address
            yield address
            assert self.types(command(RUN, "py run.py stop")).endswith("Loket sudah berhenti.\n")
            said, _ = running.communicate(timeout=120)
            assert (running.returncode, b"Traceback" in said) == (0, False), said
        finally:
            self.windows.pull_the_plug()


def put_desk(windows: Windows, cache: Path) -> Desk:
    """`C:\\Loket` as the page has it copied, and Python with its `py`. Raises ClickException."""
    desk, python = Desk(windows), windows.disk / PYTHON
    copy_checkout(desk.folder, cache)
    (desk.folder / KEYS_FILE).write_bytes(KEYS_TEXT)
    shutil.copy(python / "python.exe", python / "py.exe")
    return desk


def run_and_found(desk: Desk) -> None:
    with desk.window(FOLDER, command(RUN, "py run.py")) as address:
        found_in_browser(address)


def back_up_to_the_stick(desk: Desk) -> None:
    text = desk.types(command(STICK, "--to"))
    assert command(STICK, "--to") == command(BACKUP, "--to")
    secret = "".join(text[text.index("AGE-SECRET-KEY") :].split("\n")[0].split())
    desk.types("py run.py backup --confirm", secret[-6:] + "\n")
    [made] = desk.windows.stick.glob("*.loket-cadangan")
    assert re.sub(r"\d", "0", made.name) == re.sub(r"\d", "0", EXAMPLE), "named as on the page"
    desk.said = {"key": secret, "name": made.name}


def practise(desk: Desk) -> None:
    """Into a folder for practice, which goes again."""
    line = command(BACKUP, "restore", "latihan").replace("NAMA-DOKUMEN", desk.said["name"])
    assert "Dipulihkan dan teruji" in desk.types(line, desk.said["key"])
    assert "Jurnal kantor utuh" in desk.types(command(BACKUP, "verify", "latihan"))
    shutil.rmtree(desk.folder / "latihan")


def restore_in_its_place(desk: Desk) -> None:
    line = command(BACKUP, "--replace").replace(EXAMPLE, desk.said["name"])
    assert "Dipulihkan dan teruji" in desk.types(line, desk.said["key"])
    assert "Jurnal kantor utuh" in desk.types(command(BACKUP, "py run.py verify"))
    desk.types(command(RUN, "> hasil.txt"))
    assert "Jurnal kantor utuh" in (desk.folder / "hasil.txt").read_text(encoding="utf-8")


def update_while_it_runs(desk: Desk) -> None:
    """Tried beside the running office, switched when it has stopped, and the way back."""
    made_release(desk.windows.stick, NEXT, files=next_version(program_files()))
    line = command(UPDATE, "update")
    with desk.window(command(AT_LOG_ON, "py C:\\Loket\\run.py office")) as address:
        sign_in(address)
        said = desk.types(line, ends_with=1)
        assert f"Loket {NEXT} sudah siap dan teruji" in said, said
        sign_in(address)
    assert f"Loket {NEXT} terpasang dan teruji" in desk.types(line)
    assert desk.types("py run.py --version") == f"Loket {NEXT}\n"
    desk.types("py run.py update --back")
    assert desk.types("py run.py --version") == f"Loket {VERSION}\n"


STEPS: tuple[Callable[[Desk], None], ...] = (
    run_and_found,
    back_up_to_the_stick,
    practise,
    restore_in_its_place,
    update_while_it_runs,
)
