"""What the computers of the book begin with: a minimal Debian 12, and every package that the page installs, not yet
installed; and the page's own packages of Python. This alone needs the network, and is kept."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from tests.book.page import ADMINISTRATORS, command, commands
from tests.rules.source import ROOT

SUITE = "bookworm"
PYTHON = "3.11"
"""What Debian 12 has."""
FIRST = ("systemd-sysv", "dbus", "sudo", "ca-certificates", "iproute2", "login", "passwd", "less")
"""What every installed Debian has, and a minimal one lacks."""
INSTALLS = "sudo apt-get install "


class CannotBuild(Exception):
    """The sentence says what is missing."""


def run_quietly(call: list[str], cwd: Path | None = None) -> None:
    done = subprocess.run(call, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise CannotBuild(f"{call[0]} gagal: {done.stderr.strip()[-800:]}")


def installed_by_page() -> list[str]:
    """What stands behind `apt-get install` on the page, options too; once each."""
    typed = [text.split(" && ")[0] for _, text in commands(ADMINISTRATORS) if text.startswith(INSTALLS)]
    return list(dict.fromkeys(text.removeprefix(INSTALLS) for text in typed))


def build_base(cache: Path) -> Path:
    """The folder of the base, made once for what the page installs. Raises CannotBuild."""
    asked = installed_by_page()
    base = cache / f"debian-{SUITE}-{digest_of([SUITE, *FIRST, *asked])}"
    if base.is_dir():
        return base
    made = cache / f"{base.name}.new"
    shutil.rmtree(made, ignore_errors=True)
    fetch = (
        'APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get -o APT::Install-Recommends=true install -y -qq --download-only '
    )
    call = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(FIRST)}"]
    call += ["--skip=cleanup/apt,cleanup/reproducible", *(f"--customize-hook={fetch}{names}" for names in asked)]
    run_quietly([*call, SUITE, str(made), *debian_sources()])
    made.rename(base)
    return base


def debian_sources() -> list[str]:
    """Where this machine has its Debian from; elsewhere mmdebstrap knows by itself."""
    lists = sorted(Path("/etc/apt/sources.list.d").glob("*.sources"))
    return [str(path) for path in lists if f" {SUITE}" in path.read_text(encoding="utf-8")]


def wheelhouses() -> dict[str, str]:
    """Folder → the page's command that fills it, on another computer with internet."""
    own = command("Memasang", "pip download")
    return {
        "wheelhouse": own,
        "wheelhouse-pusat": command("Pusat di PostgreSQL", "pip download"),
        "wheelhouse-tanda-tangan": own.replace("requirements.txt", "requirements-signatures.txt"),
    }


def build_wheelhouses(cache: Path) -> Path:
    """The page's own commands on another computer of the same kind: this one. Raises CannotBuild."""
    lists = [path.read_bytes().hex() for path in sorted(ROOT.glob("requirements*.txt"))]
    folder = cache / f"wheels-{digest_of([*lists, *wheelhouses().values()])}"
    if folder.is_dir():
        return folder
    made = cache / f"{folder.name}.new"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    same_kind = [] if sys.version_info[:2] == (3, 11) else ["--python-version", PYTHON]
    for house, typed in wheelhouses().items():
        words = typed.replace("-r ", f"-r {ROOT}/").split()
        run_quietly([sys.executable, *words[1:-1], house, *same_kind], cwd=made)
    made.rename(folder)
    return folder


def digest_of(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
