"""Figure `encryption`: an encrypted office against the same office plain, in the same run.

Pages: list and case page of the office with 100,000 cases, eight clients, both served side by side. Sync: the exchange
of the figure `sync`, with the databases of both sides encrypted. More than 1 is what encryption costs.
"""

import shutil
import tempfile
from pathlib import Path
from random import Random

from bench import pages, registration, sync
from bench.aims import judged
from bench.an_office import opened, villages
from bench.citizens import Citizens
from bench.clients import Site, crowd
from bench.measuring import Figure, Pair, in_turn, ratio, spread, typical
from schema import cipher
from schema.cipher import changing_folder
from schema.encrypting import change_file
from sync.database_key import encrypt_new_folder, unlock

PASSPHRASE = "kata sandi untuk ukuran"


def main(data: Path, rounds: int) -> list[Figure]:
    """Time of pages and of an exchange, encrypted against plain."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "office"
        shutil.copytree(data, copy)
        encrypt(copy, "kantor.sqlite3")
        found = [
            *measured_pages(data, copy, rounds),
            measured_commits(data, copy, rounds),
            measured_sync(Path(folder), rounds),
        ]
    cipher.forget_key(copy)
    return found


def encrypt(folder: Path, *names: str) -> None:
    """Let a folder be an encrypted one."""
    encrypt_new_folder(folder, PASSPHRASE)
    with changing_folder(folder):
        for name in names:
            change_file(folder / name, cipher.held_key(folder))


def measured_pages(data: Path, copy: Path, rounds: int) -> list[Figure]:
    """What a page takes."""
    pick = Random(3)
    lists = [f"/berkas?sebelum={pick.randint(60, pages.CASES)}" for _ in range(pages.REQUESTS)]
    cases = [f"/berkas/{pick.randint(1, pages.CASES)}" for _ in range(pages.REQUESTS)]
    with (
        pages.serving("an_office_serving.py", str(copy), PASSPHRASE) as encrypted,
        pages.serving("an_office_serving.py", str(data)) as plain,
    ):
        return [
            page_figure("covered list", encrypted, plain, lists, rounds),
            page_figure("covered case", encrypted, plain, cases, rounds),
        ]


def page_figure(key: str, encrypted: Site, plain: Site, asked: list[str], rounds: int) -> Figure:
    """One page."""
    pairs = in_turn(lambda: crowd(encrypted, asked), lambda: crowd(plain, asked), rounds)
    usual = typical(pairs)
    told = f"{len(asked) / usual.ours:.0f} against {len(asked) / usual.bare:.0f} requests/s; {spread(pairs)}"
    return judged(key, ratio(pairs), told)


def measured_commits(data: Path, copy: Path, rounds: int) -> Figure:
    """What a registration takes, with its commit."""
    with opened(copy) as covered, opened(data) as plain:
        people = [Citizens(villages(side.db), seed=7) for side in (covered, plain)]
        pairs = in_turn(
            lambda: registration.ours(covered, people[0]), lambda: registration.ours(plain, people[1]), 10 * rounds
        )
    usual = typical(pairs)
    each = [1000 * seconds / registration.TOGETHER for seconds in (usual.ours, usual.bare)]
    return judged("covered commits", ratio(pairs), f"{each[0]:.2f} against {each[1]:.2f} ms; {spread(pairs)}")


def measured_sync(folder: Path, rounds: int) -> Figure:
    """What an exchange of 10,000 entries takes."""
    base, covered, run, plain_run = (folder / name for name in ("base", "covered", "encrypted-run", "plain-run"))
    sync.prepare(base)
    shutil.copytree(base, covered)
    encrypt(covered, "office.db", "centre.db")
    shutil.copytree(covered, run)
    unlock(run, PASSPHRASE)
    carried: list[int] = []
    pairs: list[Pair] = in_turn(
        lambda: sync.ours(covered, run, carried), lambda: sync.ours(base, plain_run, carried), rounds
    )
    usual = typical(pairs)
    told = f"{sync.ENTRIES / usual.ours:,.0f} against {sync.ENTRIES / usual.bare:,.0f} entries/s; {spread(pairs)}"
    for site in (covered, run):
        cipher.forget_key(site)
    return judged("covered sync", ratio(pairs), told)
