"""What the computers of the book begin with: a minimal Debian 12, and every package that the page installs, not yet
installed. This alone needs the network, and is kept."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

SUITE = "bookworm"
FIRST = ("systemd-sysv", "dbus", "sudo", "ca-certificates", "iproute2", "login", "passwd", "less")
"""What every installed Debian has, and a minimal one lacks."""


def build(cache: Path, packages: list[str]) -> Path:
    """The folder of the base, made once for a list of packages."""
    digest = hashlib.sha256(" ".join([SUITE, *FIRST, *packages]).encode()).hexdigest()[:12]
    base = cache / f"debian-{SUITE}-{digest}"
    if base.is_dir():
        return base
    made = cache / f"{base.name}.new"
    subprocess.run(["rm", "-rf", made], check=True)
    fetch_later = f'APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get install -y -qq --download-only {" ".join(packages)}'
    bootstrap = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(FIRST)}"]
    bootstrap += ["--skip=cleanup/apt,cleanup/reproducible", f"--customize-hook={fetch_later}", SUITE, str(made)]
    sources = [str(path) for path in sorted(Path("/etc/apt/sources.list.d").glob("*.sources")) if is_debian(path)]
    subprocess.run([*bootstrap, *sources], check=True, capture_output=True, text=True)
    made.rename(base)
    return base


def is_debian(path: Path) -> bool:
    return SUITE in path.read_text(encoding="utf-8")


def fetch_wheels(command: str, folder: Path, requirements: Path) -> None:
    """The page's own command on another computer, of the same kind and with internet: this one."""
    folder.mkdir(parents=True, exist_ok=True)
    words = command.replace("requirements", str(requirements / "requirements")).split()
    same_kind = ["--python-version", "3.11"] if sys.version_info[:2] != (3, 11) else []
    subprocess.run([sys.executable, *words[1:], *same_kind], cwd=folder, check=True, env=os.environ)
