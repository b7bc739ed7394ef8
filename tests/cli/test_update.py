"""An installation becomes the next version by whole programs: real processes, real files, the data of an office."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from app import compose
from app.cli import update as command
from app.cli import updating
from app.cli.demo.sides import FOLDERS
from app.cli.release import RELEASED
from app.platform.updates import versions
from app.platform.updates.releases import KEYS_FILE
from app.platform.updates.versions import Choice, Result, hold_versions, write_choice, write_result
from schema.data_folder import hold_folder
from schema.earlier_copy import count_rows, earlier_copies
from schema.migrations import Side
from schema.version import VERSION
from tests.cli.calling import run
from tests.cli.test_backup import office
from tests.platform.updates.made import KEYS, KEYS_TEXT, made_release
from tests.rules.source import ROOT
from tests.versions.test_versions import RELEASED as OLD_VERSIONS
from tests.world.nightly import NIGHTLY

NEXT = "9.1.0"
NEW_STEP = b"CREATE TABLE next_one (id INTEGER PRIMARY KEY);\n"
CHECK = "def check_page(side: Side, data: Path) -> None:\n"
KILLED_WITH_DATA = (
    CHECK
    + """    if data.name == "data":
        import os

        os.kill(os.getppid(), 9)
        os.kill(os.getpid(), 9)
"""
)
BROKEN_WITH_DATA = CHECK + '    if data.name == "data":\n        sys.exit("rusak")\n'


@pytest.fixture(scope="module")
def program() -> dict[str, bytes]:
    return program_files()


def program_files() -> dict[str, bytes]:
    """The files of a release of this source, with the keys of these tests."""
    named = [ROOT / name for name in RELEASED]
    found = [path for one in named for path in (one, *one.rglob("*"))]
    kept = [path for path in found if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in kept} | {KEYS_FILE: KEYS_TEXT}


def next_version(program: dict[str, bytes], number: str = NEXT) -> dict[str, bytes]:
    version = program["schema/version.py"].replace(VERSION.encode(), number.encode())
    return {**program, "schema/version.py": version, "schema/office/9000_next.sql": NEW_STEP}


def base_python() -> str:
    """The interpreter outside of any environment, with which an administrator starts the program."""
    return str(getattr(sys, "_base_executable", sys.executable))


class Installation:
    """A folder as an administrator has it: the program, its packages, the data of an office."""

    def __init__(self, folder: Path) -> None:
        self.home, self.data, self.stick = folder / "loket", folder / "loket/data", folder / "stick"
        self.environment = dict[str, str]()
        self.stick.mkdir()
        for name in RELEASED:
            copy_as_it_is(ROOT / name, self.home / name)
        (self.home / KEYS_FILE).write_bytes(KEYS_TEXT)
        borrow_packages(self.home)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        call = [base_python(), str(self.home / "run.py"), *arguments]
        own = {**os.environ, **self.environment}
        return subprocess.run(call, capture_output=True, text=True, encoding="utf-8", cwd=self.stick, env=own)

    def version(self) -> str:
        return self.run("--version").stdout.strip()


def copy_as_it_is(source: Path, target: Path) -> None:
    """With the times of files, so that what Python has compiled of them stays good."""
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def borrow_packages(home: Path) -> None:
    """`.venv` with the packages of these tests, finished for the list of the program."""
    venv = home / ".venv"
    (venv / "bin").mkdir(parents=True)
    base = Path(base_python())
    (venv / "bin/python").symlink_to(base)
    (venv / "pyvenv.cfg").write_text(f"home = {base.parent}\n", encoding="utf-8")
    site = venv / f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    site.parent.mkdir(parents=True)
    site.symlink_to(sysconfig.get_path("purelib"))
    import run as front_door

    (venv / "requirements.stamp").write_text(front_door.wanted_stamp("requirements"), encoding="ascii")


@pytest.fixture
def installed(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def unpack_office(data: Path, version: str, side: Side = "office") -> None:
    """A side of a released version, as its program left it."""
    with tarfile.open(ROOT / f"tests/versions/{version}.tar.xz") as archive:
        archive.extractall(data.parent / "unpacked", filter="data")
    (data.parent / "unpacked" / FOLDERS[side]).rename(data)


def an_office_becomes_the_next_version_and_starts_there(installed: Installation, program: dict[str, bytes]) -> None:
    office(installed.data)
    becomes_the_next_version(installed, program)


def becomes_the_next_version(installed: Installation, program: dict[str, bytes]) -> None:
    made_release(installed.stick, NEXT, files=next_version(program))
    entries = count_rows(installed.data / compose.FILES["office"], "journal")
    done = installed.run("update", str(installed.stick))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"Loket {NEXT} terpasang dan teruji. Jalankan Loket seperti biasa."
    path = installed.data / compose.FILES["office"]
    assert count_rows(path, "next_one") == 0, "the table of the next version is there"
    assert count_rows(path, "journal") == entries
    assert len(earlier_copies(path)) == 1
    assert not (installed.data / "kerja").exists(), "no copy of the data stays behind"
    assert installed.version() == f"Loket {NEXT}"


def offices_of_released_versions_do_so_too(installed: Installation, program: dict[str, bytes]) -> None:
    for version in OLD_VERSIONS:
        unpack_office(installed.data, version)
        becomes_the_next_version(installed, program)
        for folder in (installed.data, installed.home / "versi", installed.home / "unpacked"):
            shutil.rmtree(folder)


def office_of_today(installed: Installation) -> int:
    unpack_office(installed.data, OLD_VERSIONS[-1])
    assert installed.run("migrate").returncode == 0
    return count_rows(installed.data / compose.FILES["office"], "journal")


def a_version_that_breaks_with_the_data_is_taken_back(installed: Installation, program: dict[str, bytes]) -> None:
    entries = office_of_today(installed)
    files = next_version(program)
    assert CHECK.encode() in files["app/cli/update.py"]
    files["app/cli/update.py"] = files["app/cli/update.py"].replace(CHECK.encode(), BROKEN_WITH_DATA.encode())
    made_release(installed.stick, NEXT, files=files)
    done = installed.run("update", str(installed.stick))
    assert done.returncode == 1
    assert "sudah kembali seperti sebelumnya. rusak" in done.stderr
    assert installed.version() == f"Loket {VERSION}"
    assert installed.run("verify").returncode == 0
    assert count_rows(installed.data / compose.FILES["office"], "journal") == entries
    assert "sudah kembali seperti sebelumnya. rusak" in installed.run("update").stdout


def the_next_start_ends_an_update_whose_power_went(installed: Installation, program: dict[str, bytes]) -> None:
    """The new version has changed the data when everything ends: `run.py` lets the old one take them back."""
    entries = office_of_today(installed)
    files = next_version(program)
    files["app/cli/update.py"] = files["app/cli/update.py"].replace(CHECK.encode(), KILLED_WITH_DATA.encode())
    made_release(installed.stick, NEXT, files=files)
    assert installed.run("update", str(installed.stick)).returncode == -9
    path = installed.data / compose.FILES["office"]
    assert count_rows(path, "next_one") == 0, "the table of the next version is there"
    begun = installed.run("verify")
    assert f"Loket {NEXT} tidak dipakai. Program dan data sudah kembali" in begun.stderr
    assert begun.returncode == 0
    assert count_rows(path, "journal") == entries
    assert installed.version() == f"Loket {VERSION}"


def a_version_that_does_not_start_at_all_changes_nothing(installed: Installation, program: dict[str, bytes]) -> None:
    office_of_today(installed)
    files = {**next_version(program), "app/platform/web/guard.py": b"raise RuntimeError('broken')\n"}
    made_release(installed.stick, NEXT, files=files)
    done = installed.run("update", str(installed.stick))
    assert done.returncode == 1
    assert "jadi tidak ada yang diubah. RuntimeError: broken" in done.stderr
    assert not (installed.home / "versi/pilihan.json").exists()
    assert installed.run("verify").returncode == 0


def all_but_the_switch_is_done_beside_a_running_office_and_the_way_back_is_open(
    installed: Installation, program: dict[str, bytes]
) -> None:
    entries = office_of_today(installed)
    path = installed.data / compose.FILES["office"]
    made_release(installed.stick, NEXT, files=next_version(program))
    with hold_folder(installed.data, "kantor"):
        done = installed.run("update", str(installed.stick))
        assert done.returncode == 1
        assert "Hentikan Loket yang sedang berjalan" in done.stderr
        assert installed.version() == f"Loket {VERSION}"
    assert installed.run("update", str(installed.stick)).returncode == 0
    assert installed.version() == f"Loket {NEXT}"
    back = installed.run("update", "--back")
    assert (back.returncode, back.stderr) == (0, "")
    assert "tidak dipakai. Program dan data sudah kembali" in back.stdout
    assert installed.version() == f"Loket {VERSION}"
    assert installed.run("verify").returncode == 0
    assert count_rows(path, "journal") == entries
    assert installed.run("update", "--back").returncode == 1


def a_centre_is_updated_in_the_same_way(installed: Installation, program: dict[str, bytes]) -> None:
    unpack_office(installed.data, OLD_VERSIONS[-1], "centre")
    path = installed.data / compose.FILES["centre"]
    entries = count_rows(path, "journal")
    files = {**next_version(program), "schema/centre/9000_next.sql": NEW_STEP}
    del files["schema/office/9000_next.sql"]
    made_release(installed.stick, NEXT, files=files)
    done = installed.run("update", str(installed.stick))
    assert (done.returncode, done.stderr) == (0, "")
    assert (count_rows(path, "next_one"), count_rows(path, "journal")) == (0, entries)


def the_version_after_that_is_reached_from_it_and_left_for_it(
    installed: Installation, program: dict[str, bytes]
) -> None:
    """The version before is now one that an update put there: it ends what was cut off."""
    office_of_today(installed)
    path = installed.data / compose.FILES["office"]
    made_release(installed.stick, NEXT, files=next_version(program))
    assert installed.run("update", str(installed.stick)).returncode == 0
    files = next_version(program, "9.2.0")
    files["schema/office/9001_later.sql"] = b"CREATE TABLE later_one (id INTEGER PRIMARY KEY);\n"
    files["app/cli/update.py"] = files["app/cli/update.py"].replace(CHECK.encode(), KILLED_WITH_DATA.encode())
    made_release(installed.stick, "9.2.0", files=files)
    assert installed.run("update", str(installed.stick)).returncode == -9
    assert count_rows(path, "later_one") == 0, "the table of the version after that is there"
    assert installed.version() == f"Loket {NEXT}"
    assert installed.run("verify").returncode == 0
    files["app/cli/update.py"] = program["app/cli/update.py"]
    made_release(installed.stick, "9.2.0", files=files)
    assert installed.run("update", str(installed.stick)).returncode == 0
    assert installed.version() == "Loket 9.2.0"
    assert (installed.home / "versi" / NEXT / "run.py").is_file(), "the way back"
    assert installed.run("update", "--back").returncode == 0
    assert installed.version() == f"Loket {NEXT}"
    assert installed.run("verify").returncode == 0


def an_encrypted_office_is_tried_encrypted(installed: Installation, program: dict[str, bytes]) -> None:
    office_of_today(installed)
    passphrase = installed.stick / "kata"
    passphrase.write_text("empat kata tidak berhubungan", encoding="utf-8")
    installed.environment["LOKET_PASSPHRASE_FILE"] = str(passphrase)
    assert installed.run("encrypt").returncode == 0
    made_release(installed.stick, NEXT, files=next_version(program))
    done = installed.run("update", str(installed.stick))
    assert (done.returncode, done.stderr) == (0, "")
    assert installed.run("verify").returncode == 0


def before_the_first_start_the_way_back_is_open(installed: Installation, program: dict[str, bytes]) -> None:
    made_release(installed.stick, NEXT, files=next_version(program))
    assert installed.run("update", str(installed.stick)).returncode == 0
    assert installed.version() == f"Loket {NEXT}"
    back = installed.run("update", "--back")
    assert (back.returncode, installed.version()) == (0, f"Loket {VERSION}"), back.stderr


WALKS = [
    an_office_becomes_the_next_version_and_starts_there,
    offices_of_released_versions_do_so_too,
    a_version_that_breaks_with_the_data_is_taken_back,
    the_next_start_ends_an_update_whose_power_went,
    a_version_that_does_not_start_at_all_changes_nothing,
    all_but_the_switch_is_done_beside_a_running_office_and_the_way_back_is_open,
    a_centre_is_updated_in_the_same_way,
    the_version_after_that_is_reached_from_it_and_left_for_it,
    an_encrypted_office_is_tried_encrypted,
    before_the_first_start_the_way_back_is_open,
]
"""By day the first; tests/cli/test_update_killed.py has the others at little cost."""


@pytest.mark.parametrize("walk", WALKS if NIGHTLY else WALKS[:1], ids=lambda walk: walk.__name__)
def test_whole_programs(
    installed: Installation, program: dict[str, bytes], walk: Callable[[Installation, dict[str, bytes]], None]
) -> None:
    walk(installed, program)


# -- the command in this process ---------------------------------------------------------------------------------


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation that is only looked at: its program is not started."""
    (tmp_path / "run.py").touch()
    monkeypatch.setattr(versions, "home", lambda: tmp_path)
    monkeypatch.setattr(command, "own_keys", lambda: KEYS)
    return tmp_path


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda stick: None, "tidak ada dokumen rilis Loket"),
        (lambda stick: cut(made_release(stick)), "salinannya terpotong"),
        (lambda stick: made_release(stick, signatures={}), "tidak bertanda tangan"),
        (lambda stick: made_release(stick, VERSION), "sudah berjalan di komputer ini"),
        (lambda stick: made_release(stick, "0.0.1"), "Versi hanya boleh naik"),
    ],
)
def test_what_is_not_taken_is_told_in_one_sentence(
    at_home: Path, make: Callable[[Path], object], sentence: str
) -> None:
    stick = at_home / "stick"
    stick.mkdir()
    make(stick)
    done = run("update", str(stick), "--data", str(at_home / "data"))
    assert done.returncode == 1
    assert sentence in done.stderr
    assert not (at_home / "versi").exists()


def test_root_updates_for_nobody_else(at_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What root writes for its own eyes only, the account that runs the office could not read."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(Path, "stat", lambda _path, **_how: SimpleNamespace(st_uid=1000))
    monkeypatch.setattr(Path, "owner", lambda _path: "kantor")
    with pytest.raises(click.ClickException, match=r"sudo -u kantor"):
        command.check_owner(at_home / "data")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    command.check_owner(at_home / "data")


def test_packages_come_from_beside_the_release_and_why_they_do_not_is_told_in_indonesian(tmp_path: Path) -> None:
    """A program of three lines: it keeps what it was told, and fails as `run.py` does."""
    program = "import os, sys\nopen('said', 'w').write(os.environ.get('LOKET_WHEELHOUSE', ''))\nsys.exit({end!r})\n"
    (tmp_path / "run.py").write_text(f"import os\nos.chdir({str(tmp_path)!r})\n" + program.format(end=0))
    assert updating.prepare_packages(tmp_path, tmp_path / "wheelhouse") == ""
    assert (tmp_path / "said").read_text() == ""
    (tmp_path / "wheelhouse").mkdir()
    both = "pip says much\n\nTidak lengkap.\nIncomplete."
    (tmp_path / "run.py").write_text(f"import os\nos.chdir({str(tmp_path)!r})\n" + program.format(end=both))
    assert updating.prepare_packages(tmp_path, tmp_path / "wheelhouse") == "Tidak lengkap."
    assert (tmp_path / "said").read_text() == str(tmp_path / "wheelhouse")


def test_where_nothing_was_updated_only_the_version_is_told(at_home: Path) -> None:
    assert run("update", "--data", str(at_home / "data")).stdout == f"Loket {VERSION} berjalan di komputer ini.\n"
    assert run("update", "--back", "--data", str(at_home / "data")).returncode == 1


def test_versions_and_the_last_update_are_told(at_home: Path) -> None:
    (at_home / "versi" / NEXT).mkdir(parents=True)
    (at_home / "versi" / NEXT / "run.py").touch()
    write_result(Result("done", NEXT, "2026-03-02T01:00:00Z", "Selesai."))
    assert run("update", "--data", str(at_home / "data")).stdout.splitlines() == [
        f"Loket {VERSION} berjalan di komputer ini.",
        f"Di folder versi: {NEXT}.",
        "Pemutakhiran terakhir, Senin, 2 Maret 2026 pukul 08.00: Selesai.",
    ]


def test_versions_to_which_nobody_goes_back_are_removed(at_home: Path) -> None:
    for name in ("0.9.0", "0.10.0", "0.11.0"):
        (at_home / "versi" / name / "app").mkdir(parents=True)
        (at_home / "versi" / name / "run.py").touch()
    (at_home / "versi/0.12.0.baru").mkdir()
    versions.drop_others({"0.11.0", "0.10.0"})
    assert sorted(path.name for path in (at_home / "versi").iterdir()) == ["0.10.0", "0.11.0", "0.12.0.baru"]


@pytest.fixture
def tried(at_home: Path) -> Path:
    """A trial that was cut off before the data were touched."""
    (at_home / "versi").mkdir()
    write_choice(Choice(NEXT, "", trial=True, data=str(at_home / "data")))
    return at_home


def test_a_trial_is_not_ended_while_the_update_goes_on(tried: Path) -> None:
    with hold_versions():
        assert run("update", "--settle").returncode == 1
    assert versions.read_choice().trial
    assert run("update", "--settle").returncode == 0
    assert versions.read_choice() == Choice("", data=str(tried / "data"))


def test_a_damaged_choice_is_none(at_home: Path) -> None:
    (at_home / "versi").mkdir()
    (at_home / "versi/pilihan.json").write_text("{", encoding="utf-8")
    assert versions.read_choice() == Choice("")
    write_result(Result("done", NEXT, "2026-03-02T01:00:00Z", "Selesai."))
    (at_home / "versi/hasil.json").write_bytes(b"\xff")
    assert versions.read_result() is None
    shutil.rmtree(at_home / "versi")
