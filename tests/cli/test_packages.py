"""Packages for machines without a network: what lies in them, and that nothing foreign comes along.

Whether they work is tried where they are used: `test --windows package` and `test --debian`.
"""

import configparser
import gzip
import hashlib
import io
import os
import struct
import sys
import tarfile
import zipfile
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

import run as front_door
from app.cli.packaging import command, debian, windows
from app.cli.packaging.wheels import (
    NOT_FETCHED,
    Target,
    fetch_wheels,
    linux_target,
    names_in,
    pins,
    read_wheels,
    run_pip,
    windows_target,
)
from app.cli.release import RELEASED, released_paths
from app.cli.update import NOT_WRITABLE
from app.platform.updates import versions
from schema.version import VERSION
from tests.cli.calling import run
from tests.rules.source import ROOT

MOMENT = datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC)
PROGRAM = {"run.py": b"print('loket')\n", "app/__init__.py": b""}
WHEELS = {"pip-26.3-py3-none-any.whl": b"pip", "click-8.5.1-py3-none-any.whl": b"click"}


def program_of_windows(machine: int = 0x8664) -> bytes:
    """The head of a program: where `PE` stands, and for which machine it is."""
    return b"MZ" + bytes(58) + struct.pack("<I", 128) + bytes(64) + b"PE\0\0" + struct.pack("<H", machine)


def embeddable(folder: Path, program: bytes, library: str = "python311.dll") -> Path:
    path = folder / "python-3.11.9-embed-amd64.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {"python.exe": program, library: b"MZ", "python311._pth": b"python311.zip\n.\n"}.items():
            archive.writestr(name, data)
    return path


# -- Windows -----------------------------------------------------------------------------------------------------


def test_the_folder_for_windows_holds_python_program_wheels_and_what_is_clicked(tmp_path: Path) -> None:
    given = embeddable(tmp_path, program_of_windows())
    version, python = windows.read_python(given, hashlib.sha256(given.read_bytes()).hexdigest().upper())
    assert version == "3.11"
    files = windows.windows_files(PROGRAM, python, WHEELS)
    for name in ("one.zip", "two.zip"):
        windows.write_zip(tmp_path / name, files, MOMENT)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.testzip() is None
        assert {member.date_time for member in archive.infolist()} == {(2026, 1, 2, 3, 4, 6)}
        assert archive.read("Loket/python/python311._pth") == b"python311.zip\n.\n", "as its makers made it"
        assert archive.read("Loket/program/run.py") == PROGRAM["run.py"]
        assert archive.read("Loket/program/wheelhouse/click-8.5.1-py3-none-any.whl") == b"click"
        assert hashlib.sha256(given.read_bytes()).hexdigest() in archive.read("Loket/python/ASAL.txt").decode()
        ours = {name: archive.read(name) for name in archive.namelist() if name.count("/") == 1}
    assert {name.removeprefix("Loket/") for name in ours} == set(windows.NAMES.values())
    for name, data in ours.items():
        assert data.decode("ascii").replace("\r\n", "").count("\n") == 0, f"{name}: a line that Windows does not end"


@pytest.mark.parametrize(
    ("program", "library"), [(program_of_windows(0x14C), "python311.dll"), (b"MZ", "python311.dll")]
)
def test_another_python_is_refused(tmp_path: Path, program: bytes, library: str) -> None:
    with pytest.raises(click.ClickException, match="bukan Python 64-bit"):
        windows.read_python(embeddable(tmp_path, program, library))


def test_a_python_that_is_not_the_one_that_was_meant_is_refused(tmp_path: Path) -> None:
    given = embeddable(tmp_path, program_of_windows())
    with pytest.raises(click.ClickException, match="bukan yang disebut"):
        windows.read_python(given, "0" * 64)
    (tmp_path / "no.zip").write_bytes(b"PK")
    with pytest.raises(click.ClickException, match="bukan Python 64-bit"):
        windows.read_python(tmp_path / "no.zip")
    with pytest.raises(click.ClickException, match="bukan Python 64-bit"):
        windows.read_python(embeddable(tmp_path, program_of_windows(), "sqlite3.dll"))


# -- Debian ------------------------------------------------------------------------------------------------------


def members(deb: bytes) -> dict[str, bytes]:
    """The members of an `ar` archive, read after its description (deb(5), ar(5))."""
    assert deb[:8] == b"!<arch>\n"
    found, at = dict[str, bytes](), 8
    while at < len(deb):
        name, size, end = deb[at : at + 16].decode().strip(), int(deb[at + 48 : at + 58]), deb[at + 58 : at + 60]
        assert end == b"`\n"
        found[name] = deb[at + 60 : at + 60 + size]
        at += 60 + size + size % 2
    return found


def unpacked(packed: bytes) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(packed))) as archive:
        return {member.name: member for member in archive.getmembers()}


@pytest.fixture
def deb(tmp_path: Path) -> dict[str, bytes]:
    files = debian.debian_files(PROGRAM, WHEELS)
    for name in ("one.deb", "two.deb"):
        debian.write_deb(tmp_path / name, files, VERSION, "amd64", MOMENT)
    assert (tmp_path / "one.deb").read_bytes() == (tmp_path / "two.deb").read_bytes()
    return members((tmp_path / "one.deb").read_bytes())


def test_the_package_for_debian_is_roots_and_puts_no_folder_after_its_files(deb: dict[str, bytes]) -> None:
    assert list(deb) == ["debian-binary", "control.tar.gz", "data.tar.gz"]
    assert deb["debian-binary"] == b"2.0\n"
    assert [deb[f"{name}.tar.gz"][4:8] for name in ("control", "data")] == [bytes(4)] * 2, "no moment of packing"
    assert [len(debian.ar_member("one", data, 0)) for data in (b"odd", b"even")] == [64, 64], "members begin evenly"
    data = unpacked(deb["data.tar.gz"])
    assert {(member.uid, member.gid, member.mtime) for member in data.values()} == {(0, 0, int(MOMENT.timestamp()))}
    order = list(data)
    for name, member in data.items():
        parent = name.rpartition("/")[0]
        assert parent in ("", ".") or order.index(parent) < order.index(name)
        assert member.mode == (0o755 if member.isdir() or name.startswith("./usr/bin/") else 0o644), name
    wanted = {"./opt/loket/run.py", "./opt/loket/wheelhouse/click-8.5.1-py3-none-any.whl", "./usr/bin/loket-pusat"}
    assert wanted <= set(data)
    assert not [name for name in data if "/var/" in name], "data are nobody's to overwrite"


def test_what_dpkg_reads_names_version_machine_and_the_settings_it_leaves_alone(deb: dict[str, bytes]) -> None:
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(deb["control.tar.gz"]))) as archive:
        texts = {member.name: archive.extractfile(member) for member in archive.getmembers() if member.isfile()}
        said = {name: file.read().decode() for name, file in texts.items() if file}
    fields = dict(line.split(": ", 1) for line in said["./control"].splitlines() if not line.startswith(" "))
    assert (fields["Package"], fields["Version"], fields["Architecture"]) == ("loket", VERSION, "amd64")
    assert "python3 (>= 3.11), python3 (<< 3.14)" in fields["Depends"]
    assert said["./conffiles"].split() == ["/etc/default/loket", "/etc/default/loket-pusat"]
    assert {name for name, member in unpacked(deb["control.tar.gz"]).items() if member.mode == 0o755} >= {
        f"./{script}" for script in ("preinst", "postinst", "prerm", "postrm")
    }


def unit(name: str) -> str:
    return (debian.OURS / f"{name}.service").read_text(encoding="utf-8")


def test_both_services_run_as_one_of_the_system_within_the_same_bounds() -> None:
    """What stands behind `systemd-analyze security` is asked in the long form; here, that the bounds stay."""
    office, centre = unit("loket"), unit("loket-pusat")
    as_centre = office.replace("run.py office", "run.py centre").replace("kantor", "pusat")
    assert as_centre.replace("default/loket", "default/loket-pusat") == centre
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(office)
    service = read["Service"]
    assert service["User"] == "loket"
    assert "LOKET_DATA=/var/lib/loket/kantor" in service["Environment"]
    assert service["StateDirectory"] == "loket/kantor"
    assert (service["ProtectSystem"], service["CapabilityBoundingSet"]) == ("strict", "")
    for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "MemoryDenyWriteExecute"):
        assert service[name] == "yes"


def test_a_program_that_belongs_to_root_is_updated_by_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run.py").touch()
    monkeypatch.setattr(versions, "home", lambda: tmp_path)
    monkeypatch.setattr(os, "access", lambda _path, how: how != os.W_OK)
    done = run("update", str(tmp_path), "--data", str(tmp_path / "data"))
    assert (done.returncode, done.stderr.strip()) == (1, NOT_WRITABLE.format(home=tmp_path))


# -- wheels ------------------------------------------------------------------------------------------------------


def listed(name: str, data: bytes) -> str:
    return f"{name}==1.0 \\\n    --hash=sha256:{hashlib.sha256(data).hexdigest()}\n"


def test_only_wheels_of_the_list_come_along_by_their_digest(tmp_path: Path) -> None:
    lines = listed("flask-wtf", b"good") + listed("click", b"click")
    (tmp_path / "flask_wtf-1.0-py3-none-any.whl").write_bytes(b"good")
    (tmp_path / "flask_wtf-0.9-py3-none-any.whl").write_bytes(b"of an earlier version")
    (tmp_path / "click-1.0-py3-none-any.whl").write_bytes(b"changed by somebody")
    with pytest.raises(click.ClickException, match=r"tidak ada paket click dengan kode pengaman"):
        read_wheels(lines, tmp_path)
    (tmp_path / "click-1.0-py3-none-any.whl").write_bytes(b"click")
    assert sorted(read_wheels(lines, tmp_path)) == ["click-1.0-py3-none-any.whl", "flask_wtf-1.0-py3-none-any.whl"]


def test_what_was_fetched_for_the_same_machine_is_not_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[str]()
    monkeypatch.setattr("app.cli.packaging.wheels.run_pip", lambda python, _platforms, _wanted: asked.append(python))
    for target in (windows_target("3.11"), windows_target("3.11"), linux_target(("3.11", "3.13"), "x86_64")):
        fetch_wheels("click==1.0", target, tmp_path)
    assert asked == ["3.11", "3.11", "3.13"]
    platforms = linux_target(("3.11",), "aarch64").platforms
    assert {"manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"} <= set(platforms)
    assert "manylinux_2_29_aarch64" not in platforms, "newer than the oldest system that is served"


def test_pins_of_some_packages_come_with_their_digests_and_without_conditions() -> None:
    lines = (
        "# made by a program\n"
        'click==8.5.1 ; python_version >= "3.11" \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via flask\n'
        "colorama==0.4.6 \\\n    --hash=sha256:cc\n"
        "pip==26.3\n"
    )
    assert pins(lines, ["click", "pip"]) == (
        "click==8.5.1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\npip==26.3 \\\n"
    )
    assert pins(lines, ["colorama"]) == "colorama==0.4.6 \\\n    --hash=sha256:cc\n"
    assert pins(lines, []) == ""


class Pip:
    """What is asked of pip: whether it is there, then to fetch for another machine."""

    def __init__(self, *codes: int, complaint: str = "") -> None:
        self.codes, self.complaint, self.calls = list(codes), complaint, list[list[str]]()

    def run(self, call: list[str], **_how: object) -> SimpleNamespace:
        self.calls.append(call)
        return SimpleNamespace(returncode=self.codes.pop(0), stderr=self.complaint)


def test_pip_fetches_wheels_alone_for_the_other_machine_and_its_complaint_is_told_without_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = tmp_path / "daftar.txt"

    def fetch(pip: Pip) -> None:
        monkeypatch.setattr("app.cli.packaging.wheels.subprocess.run", pip.run)
        run_pip("3.11", ("one", "two"), wanted)

    good = Pip(0, 0)
    fetch(good)
    asked, call = good.calls
    assert asked == [sys.executable, "-m", "pip", "--version"]
    assert call[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--require-hashes", "--no-deps"} <= set(call)
    pairs = list(pairwise(call))
    for pair in (
        ("--only-binary", ":all:"),
        ("--python-version", "3.11"),
        ("-d", str(tmp_path)),
        ("-r", str(wanted)),
        ("--platform", "one"),
        ("--platform", "two"),
    ):
        assert pair in pairs, pair
    with pytest.raises(click.ClickException) as told:
        fetch(Pip(0, 1, complaint="x" * 600 + " https://mirror.invalid/simple is gone\n"))
    assert told.value.message == NOT_FETCHED.format(reason=("x" * 600 + " (...) is gone")[-500:])
    without = Pip(1)
    with pytest.raises(click.ClickException, match="diperlukan pip"):
        fetch(without)
    assert len(without.calls) == 1


def test_a_list_that_changed_is_fetched_again_into_a_folder_that_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[tuple[object, ...]]()

    def noting(python: str, platforms: tuple[str, ...], wanted: Path) -> None:
        asked.append((python, platforms, wanted.read_text()))

    monkeypatch.setattr("app.cli.packaging.wheels.run_pip", noting)
    kept = tmp_path / "deep/wheels"
    for lines in ("click==1.0", "click==1.0", "click==2.0"):
        fetch_wheels(lines, windows_target("3.11"), kept)
    assert asked == [("3.11", ("win_amd64",), lines) for lines in ("click==1.0", "click==2.0")]

    def fail(*_call: object) -> None:
        raise click.ClickException("no network")

    monkeypatch.setattr("app.cli.packaging.wheels.run_pip", fail)
    for _ in range(2):  # what failed is tried again
        with pytest.raises(click.ClickException, match="no network"):
            fetch_wheels("click==3.0", windows_target("3.11"), kept)


@pytest.mark.parametrize("name", ["requirements", "requirements-centre"])
def test_a_package_needs_the_whole_list_of_its_program_and_pip(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[tuple[object, ...]]()
    monkeypatch.setattr(command, "fetch_wheels", lambda *call: asked.append(call))
    monkeypatch.setattr(command, "read_wheels", lambda lines, folder: {lines: bytes(folder)})
    target = windows_target("3.11")
    [(lines, there)] = command.needed_wheels(name, target, tmp_path).items()
    assert (asked, there) == ([(lines, target, tmp_path)], bytes(tmp_path))
    own = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
    assert names_in(lines) == [*names_in(own), "pip"]
    assert ";" not in lines


def test_the_moment_of_all_files_is_that_of_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[tuple[str, ...]]()
    monkeypatch.setattr(command, "ask_git", lambda *words: asked.append(words) or ["1767323046", "1"])
    assert command.commit_moment() == MOMENT
    assert asked == [("log", "-1", "--format=%ct")]


# -- the command, and the front door on the other side -------------------------------------------------------------


def test_the_command_tells_what_it_made_and_its_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "released_paths", lambda: ["run.py", "schema/version.py"])
    kept = list[Path]()
    monkeypatch.setattr(command, "needed_wheels", lambda _name, _target, folder: kept.append(folder) or WHEELS)
    monkeypatch.setattr(command, "commit_moment", lambda: MOMENT)
    run("package", "debian", "--out", str(tmp_path / "out"), "--wheels", str(tmp_path / "roda"))
    done = run("package", "debian", "--out", str(tmp_path / "out"))
    assert kept == [tmp_path / "roda", tmp_path / "out" / "paket-debian"], "where wheels lie, or beside the package"
    made = tmp_path / "out" / f"loket_{VERSION}_amd64.deb"
    assert done.stdout.splitlines() == [f"Paket: {made}", f"SHA-256: {hashlib.sha256(made.read_bytes()).hexdigest()}"]
    if os.name == "posix":  # Windows knows no such bits
        assert made.stat().st_mode & 0o777 == 0o644, "everybody may read what is handed on"
    given = embeddable(tmp_path, program_of_windows())
    done = run("package", "windows", "--out", str(tmp_path / "out"), "--python", str(given))
    made = tmp_path / "out" / f"loket-{VERSION}-windows.zip"
    assert hashlib.sha256(given.read_bytes()).hexdigest() in done.stdout, "whoever builds sees which Python it is"
    assert f"SHA-256: {hashlib.sha256(made.read_bytes()).hexdigest()}" in done.stdout
    assert run("package", "windows", "--out", str(tmp_path / "out")).returncode == 2


def test_a_release_holds_the_makings_of_a_package_under_names_that_it_may_hold() -> None:
    """Its own names with blanks are given when a package is made."""
    assert "app" in RELEASED
    assert not [path for path in released_paths_or_files() if " " in path]


def released_paths_or_files() -> list[str]:
    try:
        return released_paths()
    except click.ClickException:  # something is not committed yet
        return [path.relative_to(ROOT).as_posix() for path in (ROOT / "app/cli/packaging").rglob("*")]


def test_a_python_that_makes_no_environment_is_copied_without_what_shuts_packages_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The embeddable Python, which has no `venv`: its copy takes packages, and pip comes out of the wheelhouse."""
    given, venv, calls = tmp_path / "python", tmp_path / "program/.venv", list[list[str]]()
    (given / "Lib/site-packages").mkdir(parents=True)
    for name in ("python.exe", "python311.dll", "python311._pth", "Lib/site-packages/old.py"):
        (given / name).touch()
    (tmp_path / "wheelhouse").mkdir()
    pip = tmp_path / "wheelhouse/pip-26.3-py3-none-any.whl"
    pip.touch()
    (venv / "left").mkdir(parents=True)

    def quietly(call: list[str]) -> bool:
        calls.append(call)
        return str(pip / "pip") in call

    own = {"VENV": venv, "VENV_PYTHON": venv / "Scripts/python.exe", "WHEELHOUSES": [tmp_path / "wheelhouse"]}
    for name, value in {**own, "quietly": quietly}.items():
        monkeypatch.setattr(front_door, name, value)
    monkeypatch.setattr(front_door.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(sys, "_base_executable", str(given / "python.exe"))
    assert front_door.make_venv() == [str(venv / "Scripts/python.exe"), str(pip / "pip")]
    assert sorted(path.relative_to(venv).as_posix() for path in venv.rglob("*")) == [
        "Scripts",
        "Scripts/python.exe",
        "Scripts/python311.dll",
    ]
    pip.unlink()
    with pytest.raises(SystemExit, match="tidak ada pip"):
        front_door.make_venv()


def test_each_system_gets_the_list_and_the_machine_that_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package for Debian serves a centre too; Windows has the Python that was given."""
    asked = list[tuple[str, Target]]()
    monkeypatch.setattr(command, "released_paths", lambda: ["run.py"])
    monkeypatch.setattr(command, "needed_wheels", lambda name, target, _folder: asked.append((name, target)) or WHEELS)
    monkeypatch.setattr(command, "commit_moment", lambda: MOMENT)
    out = tmp_path / "deep/out"
    given = embeddable(tmp_path, program_of_windows())
    for words in (["debian"], ["debian", "--machine", "arm64"], ["windows", "--python", str(given)]):
        done = run("package", *words, "--out", str(out))
        assert done.returncode == 0, done.stderr
    assert asked == [
        ("requirements-centre", linux_target(debian.PYTHONS, "x86_64")),
        ("requirements-centre", linux_target(debian.PYTHONS, "aarch64")),
        ("requirements", windows_target("3.11")),
    ]
    names = [f"loket-{VERSION}-windows.zip", f"loket_{VERSION}_amd64.deb", f"loket_{VERSION}_arm64.deb"]
    assert sorted(path.name for path in out.iterdir()) == names
    refused = run("package", "windows", "--python", str(given), "--sha256", "0" * 64, "--out", str(out))
    assert (refused.returncode, "bukan yang disebut" in refused.stderr) == (1, True)
    assert run("package", "debian").returncode == 2, "a folder is needed"


def test_heads_of_a_debian_package_and_its_size_are_as_the_manual_has_them(tmp_path: Path) -> None:
    """`ar`: name, moment, owner, group, mode and length in their columns; a size in kilobytes that were begun."""
    head = debian.ar_member("one", b"odd", 1767323046)[:60].decode()
    columns = [head[begin:end].strip() for begin, end in pairwise((0, 16, 28, 34, 40, 48, 58, 60))]
    assert columns == ["one", "1767323046", "0", "0", "100644", "3", "`"]
    files = {"opt/a": bytes(1024), "opt/b": bytes(1025), "opt/c": b"", "opt/d": b"x"}
    debian.write_deb(tmp_path / "made.deb", files, "9.1", "arm64", MOMENT)
    found = members((tmp_path / "made.deb").read_bytes())
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(found["control.tar.gz"]))) as archive:
        control = archive.extractfile("./control")
        assert control is not None
        lines = control.read().decode().splitlines()
    assert {"Installed-Size: 4", "Version: 9.1", "Architecture: arm64"} <= set(lines)
    packed = unpacked(found["data.tar.gz"])
    assert list(packed) == [".", "./opt", "./opt/a", "./opt/b", "./opt/c", "./opt/d"]
    assert {(member.uname, member.gname) for member in packed.values()} == {("root", "root")}
    assert [member.size for member in packed.values()] == [0, 0, 1024, 1025, 0, 1]


@pytest.mark.parametrize(
    ("program", "good"),
    [
        (program_of_windows(), True),
        (program_of_windows(0xAA64), False),
        (b"MZ" + bytes(61), False),
        (b"MZ" + bytes(62), False),
        (b"ZM" + program_of_windows()[2:], False),
        (program_of_windows().replace(b"PE", b"NE"), False),
        (b"", False),
    ],
)
def test_a_program_of_windows_is_known_by_its_head(program: bytes, good: bool) -> None:
    assert windows.is_for_64_bit(program) is good
