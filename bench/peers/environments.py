"""The peers' packages, by name and digest, in environments beside the program's own; made once, kept in a cache."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from app.cli.source_tree import cache_folder

PACKAGES = Path(__file__).parent / "packages"
LISTS = {
    "morango": ("morango.txt",),
    "datasette": ("datasette.txt",),
    "kolibri": ("kolibri.txt",),
    "pouchdb": ("package.json", "package-lock.json"),
}
"""What each environment is made from; a changed list makes it anew."""
CACHE = "LOKET_PEERS_CACHE"


class NotToBeHad(Exception):
    """An environment cannot be made on this machine; the sentence says which and what is missing."""


def environment(name: str) -> Path:
    """The folder of a peer's environment. Raises NotToBeHad."""
    folder = cache_folder(CACHE, "loket-peers") / name
    stamp = folder / "made-from"
    if stamp.is_file() and stamp.read_text(encoding="ascii") == digest_of_lists(name):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (make_node if name == "pouchdb" else make_python)(name, folder)
    stamp.write_text(digest_of_lists(name), encoding="ascii")
    return folder


def digest_of_lists(name: str) -> str:
    """What the lists of an environment hold."""
    return hashlib.sha256(b"".join((PACKAGES / file).read_bytes() for file in LISTS[name])).hexdigest()


def make_python(name: str, folder: Path) -> None:
    """A virtual environment with the pinned wheels."""
    run(name, sys.executable, "-m", "venv", str(folder))
    listed = str(PACKAGES / LISTS[name][0])
    run(name, str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--require-hashes", "-r", listed)


def make_node(name: str, folder: Path) -> None:
    """A folder of npm; the compiled store comes ready in its package, so no script of a package runs."""
    npm = shutil.which("npm")
    if not npm:
        raise NotToBeHad(f"{name}: npm (Node.js 18 or newer) is not installed here.")
    for file in LISTS[name]:
        shutil.copy(PACKAGES / file, folder)
    run(name, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", cwd=folder)


def run(name: str, *call: str, cwd: Path | None = None) -> None:
    """One step. Its own words stay out of the answer: they name addresses of registries."""
    if subprocess.run(call, cwd=cwd, capture_output=True).returncode:
        raise NotToBeHad(f"{name}: its packages could not be fetched; without the registries there is no comparison.")
