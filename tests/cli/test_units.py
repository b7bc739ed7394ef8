"""The units for systemd: sound, all hardened in the same way, and close to nothing that a service does not need."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.cli.network import UNIT, UNITS, systemd_unit
from app.cli.packaging import debian

OWN = {"User", "WorkingDirectory", "Environment", "EnvironmentFile", "ExecStart", "TimeoutStopSec", "ReadWritePaths"}
OWN |= {"AmbientCapabilities", "CapabilityBoundingSet", "ProtectHome", "StateDirectory", "StateDirectoryMode"}
"""What differs between the services."""
EXPOSED = 30
"""In tenths, as systemd-analyze reckons: a service without any of this stands at 9.6."""


def written(name: str) -> str:
    """The proxy's is filled in by `network`."""
    filled_in = Path("/opt/loket/data/proksi/caddy.json")
    return systemd_unit(filled_in) if name == UNIT else (UNITS / name).read_text("utf-8")


def names() -> list[str]:
    return sorted(path.name for path in UNITS.iterdir())


def analyze(folder: Path, name: str, *call: str) -> tuple[int, str]:
    """What systemd says about a unit that is not installed."""
    assert shutil.which("systemd-analyze"), "systemd-analyze is missing: apt-get install systemd"
    text = re.sub(r"^(ExecStart=)\S+", r"\1/bin/true", written(name), flags=re.MULTILINE)
    (folder / name).write_text(text, encoding="utf-8")
    done = subprocess.run(["systemd-analyze", *call, str(folder / name)], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", names())
def test_a_unit_is_sound_and_little_exposed(name: str, tmp_path: Path) -> None:
    assert analyze(tmp_path, name, "verify") == (0, "")
    code, said = analyze(tmp_path, name, "security", "--offline=true", f"--threshold={EXPOSED}", "--no-pager")
    assert code == 0, said


def test_a_unit_without_its_guards_is_noticed(tmp_path: Path) -> None:
    bare = tmp_path / "bare.service"
    bare.write_text("[Service]\nUser=kantor\nExecStart=/bin/true\n", encoding="utf-8")
    call = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSED}", str(bare)]
    assert subprocess.run(call, capture_output=True).returncode != 0


def test_all_are_hardened_in_the_same_way() -> None:
    """Those of the package for Debian too."""
    packaged = {path: path.read_text("utf-8") for path in sorted(debian.OURS.glob("*.service"))}
    guards = {name: guards_in(text) for name, text in [*((name, written(name)) for name in names()), *packaged.items()]}
    assert len(guards) == 6
    assert len(set(guards.values())) == 1, guards


def guards_in(text: str) -> frozenset[str]:
    """The lines of `[Service]` that are not its own."""
    part = text.split("[Service]\n")[1].split("\n[Install]")[0]
    lines = [line for line in part.splitlines() if line and not line.startswith("#")]
    return frozenset(line for line in lines if line.partition("=")[0] not in OWN)
