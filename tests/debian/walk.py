"""The package for Debian as an administrator gets it: no network, real systemd, an upgrade, and the data that stay."""

import json
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.cli.packaging.command import needed_wheels
from app.cli.packaging.debian import MACHINES, PYTHONS, debian_files, write_deb
from app.cli.packaging.wheels import linux_target
from schema.version import VERSION
from tests.cli.test_update import NEXT, next_version, program_files
from tests.debian.machine import Machine
from tests.rules.source import ROOT

UNITS = ("loket", "loket-pusat")
OFFICE, CENTRE = "http://127.0.0.1:8035/", "http://127.0.0.1:8135/"
DESKTOP = "kantor"
"""The user of a desktop, who is not the one of the service."""
MOST_EXPOSED = 3.0
DATABASE = "/var/lib/loket/kantor/kantor.sqlite3"
DEMO = "--data /var/lib/loket/kantor/contoh --out /var/lib/loket/kantor/kertas --cases 20 --days 74"
WALK = f"""[Service]
Type=oneshot
Restart=no
TimeoutStartSec=20min
ExecStart=
ExecStart=/usr/bin/python3 /opt/loket/run.py demo --walk {DEMO}
"""
"""The office's service with another program in it: the main job with all its papers."""


@dataclass(frozen=True)
class Installed:
    machine: Machine

    def put(self, deb: Path) -> str:
        """What dpkg says of a package that it was given. Raises AssertionError."""
        shutil.copy(deb, self.machine.folder / "root" / deb.name)
        return self.machine.done("dpkg", "--install", f"/root/{deb.name}")

    def is_active(self, unit: str) -> bool:
        return self.machine.run("systemctl", "is-active", unit).stdout.strip() == "active"


def make_packages(cache: Path) -> tuple[Path, Path]:
    """The package of this source, and of the version after it. Raises ClickException."""
    wheels = needed_wheels("requirements-centre", linux_target(PYTHONS, MACHINES["amd64"]), cache / "wheels")
    moment, made = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), []
    for version, program in ((VERSION, program_files()), (NEXT, next_version(program_files()))):
        made.append(cache / f"loket_{version}_amd64.deb")
        write_deb(made[-1], debian_files(program, wheels), version, "amd64", moment)
    return made[0], made[1]


def install_without_network(there: Installed, now: Path, _later: Path) -> None:
    said = there.put(now)
    assert "sudo systemctl enable --now loket" in said, said
    assert there.machine.done("loket", "--version") == f"Loket {VERSION}\n", "the packages are there already"
    assert not any(there.is_active(unit) for unit in UNITS), "the administrator chooses the side"
    assert there.machine.done("stat", "-c", "%U %a", "/var/lib/loket/kantor").strip() == "loket 700"


def the_system_refuses_what_the_program_never_does(there: Installed, _now: Path, _later: Path) -> None:
    for unit in UNITS:
        said = there.machine.run("systemd-analyze", "security", "--no-pager", f"{unit}.service").stdout
        found = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
        assert found, said[-500:]
        assert float(found[1]) < MOST_EXPOSED, found[0]


def an_office_is_founded_and_saved(there: Installed, _now: Path, _later: Path) -> None:
    machine = there.machine
    machine.done("systemctl", "enable", "--now", "loket")
    assert "Siapkan kantor" in machine.page(OFFICE)
    machine.from_outside(sys.executable, "-m", "tests.debian.visit", OFFICE)
    made = json.loads(machine.done("loket", "backup", "--json"))
    assert made["recovery_key"].startswith("AGE-SECRET-KEY"), made
    machine.done("loket", "verify")
    assert machine.done("stat", "-c", "%U %a", DATABASE).strip() == "loket 600"


def the_main_job_is_done_under_the_same_bounds(there: Installed, _now: Path, _later: Path) -> None:
    """Every paper, the isolated readers, both sides and their exchange; the cast of the demo lies in `tests`."""
    machine, drop_in = there.machine, "etc/systemd/system/loket.service.d/walk.conf"
    machine.done("systemctl", "stop", "loket")
    shutil.copytree(ROOT / "tests", machine.folder / "opt/loket/tests", ignore=shutil.ignore_patterns("__pycache__"))
    (machine.folder / drop_in).parent.mkdir()
    (machine.folder / drop_in).write_text(WALK, encoding="ascii")
    machine.done("systemctl", "daemon-reload")
    machine.done("systemctl", "start", "loket")
    said = machine.done("journalctl", "--unit=loket", "--no-pager")
    assert re.search(r"SELESAI: \d+ langkah, \d+ kertas", said), said[-1500:]
    (machine.folder / drop_in).unlink()
    machine.done("rm", "-rf", "/opt/loket/tests", "/var/lib/loket/kantor/contoh", "/var/lib/loket/kantor/kertas")
    machine.done("systemctl", "daemon-reload")
    machine.done("systemctl", "start", "loket")
    machine.page(OFFICE)


def an_upgrade_keeps_the_office_and_starts_it_again(there: Installed, _now: Path, later: Path) -> None:
    machine = there.machine
    there.put(later)
    assert "Masuk" in machine.page(OFFICE)
    assert there.is_active("loket")
    assert machine.done("loket", "--version") == f"Loket {NEXT}\n"
    machine.done("loket", "verify")
    refused = machine.run("loket", "update", "/usr/share")
    assert refused.returncode == 1
    assert "sudo apt install" in refused.stderr, refused.stderr


def another_python_is_taken_after_an_upgrade_of_debian(there: Installed, _now: Path, _later: Path) -> None:
    """The Python that the environment was made with is gone, as after the next Debian; one command of the page."""
    machine = there.machine
    machine.done("systemctl", "stop", "loket")
    machine.done("sh", "-c", "rm /opt/loket/.venv/bin/python* && ln -s /usr/bin/python3.1 /opt/loket/.venv/bin/python")
    assert machine.run("/opt/loket/.venv/bin/python", "--version").returncode, "nothing is there any more"
    machine.done("dpkg-reconfigure", "loket")
    machine.done("systemctl", "start", "loket")
    assert "Masuk" in machine.page(OFFICE)
    machine.done("loket", "verify")


def a_desktops_stick_is_open_to_its_user_and_nothing_else_is(there: Installed, _now: Path, _later: Path) -> None:
    """A drop-in names the user of the desktop: the data become his, and the stick that comes later is seen."""
    machine, drop_in = there.machine, "etc/systemd/system/loket.service.d/user.conf"
    machine.done("useradd", "--create-home", "kantor")
    (machine.folder / drop_in).parent.mkdir(exist_ok=True)
    (machine.folder / drop_in).write_text("[Service]\nUser=kantor\n", encoding="ascii")
    machine.done("systemctl", "daemon-reload")
    machine.done("mkdir", "-p", "/media")
    machine.done("systemctl", "restart", "loket")
    machine.page(OFFICE)
    machine.done("mkdir", "-p", "/media/kantor/STIK")
    machine.done("mount", "-t", "tmpfs", "-o", "uid=kantor,mode=700", "stik", "/media/kantor/STIK")
    assert machine.done("stat", "-c", "%U", DATABASE).strip() == "kantor"
    machine.done("loket", "verify")
    number = machine.done("systemctl", "show", "--property=MainPID", "--value", "loket").strip()
    own = ("nsenter", f"--target={number}", "--mount", "--", "runuser", "-u", "kantor", "--", "touch")
    machine.done(*own, "/media/kantor/STIK/cadangan")
    machine.done("test", "-f", "/media/kantor/STIK/cadangan")
    for closed in (f"/home/{DESKTOP}/here", "/usr/here", "/opt/loket/here", "/etc/here"):
        assert machine.run(*own, closed).returncode, closed
    (machine.folder / drop_in).unlink()
    machine.done("systemctl", "daemon-reload")
    machine.done("systemctl", "restart", "loket")
    machine.page(OFFICE)


def a_centre_starts_beside_it(there: Installed, _now: Path, _later: Path) -> None:
    there.machine.done("systemctl", "start", "loket-pusat")
    assert "Siapkan pusat" in there.machine.page(CENTRE)
    there.machine.done("systemctl", "stop", "loket-pusat")


def the_package_goes_and_the_data_stay(there: Installed, _now: Path, _later: Path) -> None:
    machine = there.machine
    machine.done("dpkg", "--remove", "loket")
    assert not there.is_active("loket")
    assert not (machine.folder / "opt/loket").exists()
    assert "data tetap ada di /var/lib/loket" in machine.done("dpkg", "--purge", "loket")
    assert machine.done("stat", "-c", "%U %a", DATABASE).strip() == "loket 600"


def an_older_office_is_found_again(there: Installed, _now: Path, later: Path) -> None:
    machine = there.machine
    there.put(later)
    machine.done("loket", "verify")
    machine.done("rm", "-rf", "/var/lib/loket/kantor", "/var/lib/loket/pusat")
    machine.done("dpkg", "--purge", "loket")
    assert not (machine.folder / "var/lib/loket").exists(), "an empty folder does not stay"
    assert machine.run("getent", "passwd", "loket").returncode == 2


STEPS: tuple[Callable[[Installed, Path, Path], None], ...] = (
    install_without_network,
    the_system_refuses_what_the_program_never_does,
    an_office_is_founded_and_saved,
    the_main_job_is_done_under_the_same_bounds,
    an_upgrade_keeps_the_office_and_starts_it_again,
    another_python_is_taken_after_an_upgrade_of_debian,
    a_desktops_stick_is_open_to_its_user_and_nothing_else_is,
    a_centre_starts_beside_it,
    the_package_goes_and_the_data_stay,
    an_older_office_is_found_again,
)
