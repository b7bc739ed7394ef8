"""How a program becomes the next version: prepared and tried beside it, one switch, tried again, or the way back.

Whatever kills this process, the next start of Loket is whole: before the switch nothing has changed, after it the
choice says that a version is on trial, and `run.py` lets the version before end that (docs/decisions/0095-releases.md).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import click

from app import compose
from app.cli.database import go_back
from app.cli.unlocking import hand_over
from app.core import clock
from app.platform.updates import versions
from app.platform.updates.releases import Release
from app.platform.updates.versions import Choice, Result
from schema import cipher
from schema.data_folder import FolderHeld, hold_folder, scratch_folder
from schema.earlier_copy import SPARE
from schema.migrations import MigrationError, Side, pending_steps
from sync.entries import to_utc_text

OWN_VERSION = "LOKET_OWN_VERSION"
"""As in `run.py`: the program of this very folder is meant."""
MEGABYTE = 1 << 20
PACKAGES_SECONDS, TRIAL_SECONDS = 3600, 7200
"""For the packages of a weak PC, and for a trial, which replays ten years of a journal."""
BESIDE = ("rahasia-pin", cipher.KEY_FILE)
"""What a trial needs besides databases and their markers; without keys nothing can be sent from there."""

UNPACKING = "Menaruh Loket {version} di samping program yang berjalan."
PREPARING = "Menyiapkan paketnya."
REHEARSING = "Mencoba Loket {version} dengan salinan data; data kantor tidak disentuh."
SWITCHING = "Beralih ke Loket {version}."
TRYING = "Memeriksa Loket {version} dengan data kantor."
RETURNING = "Loket {version} tidak lulus pemeriksaan. Kembali ke versi sebelumnya."
DONE = "Loket {version} terpasang dan teruji. Jalankan Loket seperti biasa."
READY = (
    "Loket {version} sudah siap dan teruji dengan salinan data. Hentikan Loket yang sedang berjalan, lalu jalankan "
    "perintah ini sekali lagi."
)
NOT_PREPARED = "Paket Loket {version} tidak dapat disiapkan, jadi tidak ada yang diubah. {reason}"
NOT_REHEARSED = "Loket {version} tidak lulus percobaan dengan salinan data, jadi tidak ada yang diubah. {reason}"
BACK = "Loket {version} tidak lulus pemeriksaan. Program dan data sudah kembali seperti sebelumnya. {reason}"
GIVEN_UP = "Loket {version} tidak dipakai. Program dan data sudah kembali seperti sebelumnya."
STAYS = "Loket {version} tetap dipakai, karena data tidak dapat dikembalikan. {why}"
STOP_FIRST = "Hentikan dulu Loket yang sedang berjalan, lalu ulangi."
NO_ROOM = "Ruang kosong kurang: percobaan memerlukan {needed} MB, yang kosong {free} MB. Kosongkan ruang, lalu ulangi."
NO_POSTGRES = (
    "Pusat di PostgreSQL belum dapat diperbarui dengan perintah ini: salinannya dibuat dengan pg_dump. Ikuti "
    "Memperbarui program di panduan administrator."
)
NO_WAY_BACK = "Tidak ada versi sebelumnya yang dipasang dengan perintah ini."
NOTHING_MORE: Mapping[str, str] = {}
Tell = Callable[[str], None]


def update_to(release: Release, data: Path, tell: Tell) -> str:
    """Become the version of a release that was checked; returns the sentence. Raises ClickException, Problem, OSError.

    The caller holds the versions and has opened the data folder.
    """
    version = release.version
    if isinstance(compose.place("centre", data), str):
        raise click.ClickException(NO_POSTGRES)
    tell(UNPACKING.format(version=version))
    folder = versions.unpack_release(release)
    tell(PREPARING)
    if reason := prepare_packages(folder, release.path.absolute().parent / "wheelhouse"):
        raise refused(version, NOT_PREPARED.format(version=version, reason=reason))
    tell(REHEARSING.format(version=version))
    if reason := rehearse(folder, data):
        raise refused(version, NOT_REHEARSED.format(version=version, reason=reason))
    keep_result("ready", version, READY.format(version=version))
    check_stopped(data, READY.format(version=version))
    tell(SWITCHING.format(version=version))
    before = versions.own_name()
    versions.write_choice(Choice(version, before, trial=True, data=str(data.absolute())))
    tell(TRYING.format(version=version))
    if reason := call_program(folder, "update", "--try", "--data", str(data), key=hand_over(data)):
        tell(RETURNING.format(version=version))
        settle()
        keep_result("back", version, BACK.format(version=version, reason=reason))
        raise click.ClickException(BACK.format(version=version, reason=reason))
    versions.write_choice(Choice(version, before, data=str(data.absolute())))
    keep_result("done", version, DONE.format(version=version))
    versions.drop_others({version, before})
    return DONE.format(version=version)


def refused(version: str, sentence: str) -> click.ClickException:
    keep_result("refused", version, sentence)
    return click.ClickException(sentence)


def keep_result(outcome: str, version: str, sentence: str) -> None:
    versions.write_result(Result(outcome, version, to_utc_text(clock.now()), sentence))


def check_stopped(data: Path, sentence: str) -> None:
    """That no Loket works in the data folder. Raises ClickException with the sentence."""
    try:
        with hold_folder(data, "update"):
            pass
    except FolderHeld as error:
        raise click.ClickException(sentence) from error


def prepare_packages(folder: Path, wheelhouse: Path) -> str:
    """Let a version make its packages, from a folder beside its release where there is one; returns why it failed."""
    if wheelhouse.is_dir():
        named = {"LOKET_WHEELHOUSE": str(wheelhouse)}
    else:
        named = {}
    # `run.py` says it in Indonesian, then in English.
    return call_program(folder, "--version", limit=PACKAGES_SECONDS, environment=named, said_in=2)


def call_program(
    folder: Path,
    *arguments: str,
    key: bytes = b"",
    limit: int = TRIAL_SECONDS,
    environment: Mapping[str, str] = NOTHING_MORE,
    said_in: int = 1,
) -> str:
    """Run a version's program to its end, by the Python that makes its packages; returns why it failed, if it did.

    `said_in`: in how many languages it says so, the first of which is Indonesian.
    """
    python = getattr(sys, "_base_executable", None) or sys.executable
    call = [python, str(folder / "run.py"), *arguments]
    own = {**os.environ, OWN_VERSION: "1", **environment}
    try:
        done = subprocess.run(call, input=key, capture_output=True, env=own, timeout=limit)
    except subprocess.TimeoutExpired:
        return f"Tidak selesai dalam {limit // 60} menit."
    except OSError as error:
        return f"Program tidak dapat dijalankan ({error.strerror})."
    if not done.returncode:
        return ""
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if said:
        return said[-said_in:][0]
    return f"Program berakhir dengan {done.returncode}."


def rehearse(folder: Path, data: Path) -> str:
    """Let a version bring a copy of the data up to date, prove it and show a page; returns why it failed, if it did."""
    data.mkdir(parents=True, exist_ok=True)
    with scratch_folder(data) as scratch:
        copy = scratch / "coba"
        copy_data(data, copy)
        return call_program(folder, "update", "--try", "--whole", "--data", str(copy), key=hand_over(data))


def copy_data(data: Path, copy: Path) -> None:
    """Copy the databases of a folder, also of one that is in use. Raises ClickException where there is no room."""
    copy.mkdir(mode=0o700)
    sides = compose.sides_in(data)
    check_room(data, sides)
    for name in BESIDE:
        if (data / name).is_file():
            shutil.copy2(data / name, copy / name)
    for side in sides:
        path = data / compose.FILES[side]
        with closing(cipher.connect(path)) as own:
            cipher.vacuum_into(own, copy / path.name, cipher.key_of(path))
        marker = compose.marker_file(side, data)
        if marker.is_file():
            shutil.copy2(marker, copy / marker.name)


def check_room(data: Path, sides: list[Side]) -> None:
    """Copy, its own copy of before and its replayed journal lie there at once. Raises ClickException."""
    needed = 3 * sum((data / compose.FILES[side]).stat().st_size for side in sides) + SPARE
    free = shutil.disk_usage(data).free
    if free < needed:
        raise click.ClickException(NO_ROOM.format(needed=needed // MEGABYTE, free=free // MEGABYTE))


def settle() -> str:
    """End a trial that nobody ends any more: data first, then the choice; returns what was done. The program that runs
    is the version before. Raises ClickException, FolderHeld."""
    choice = versions.read_choice()
    if not choice.trial:
        return ""
    data = Path(choice.data)
    if data.is_dir():
        try:
            take_data_back(data)
        except click.ClickException as error:
            versions.write_choice(Choice(choice.version, choice.before, data=choice.data))
            sentence = STAYS.format(version=choice.version, why=error.message)
            keep_result("done", choice.version, sentence)
            return sentence
    versions.write_choice(Choice(choice.before, data=choice.data))
    keep_result("back", choice.version, GIVEN_UP.format(version=choice.version))
    return GIVEN_UP.format(version=choice.version)


def take_data_back(data: Path) -> None:
    """Put the copies from before back where a database is newer than this program. Raises ClickException."""
    with hold_folder(data, "update"):
        for side in compose.sides_in(data):
            if is_newer(side, data):
                go_back(side, data)


def is_newer(side: Side, data: Path) -> bool:
    """Whether a newer program has changed this database."""
    db = compose.open_side(side, data)
    try:
        pending_steps(db, side)
    except MigrationError:
        return True
    finally:
        db.close()
    return False


def go_back_by_hand(data: Path) -> str:
    """Choose the version before again, with its data, as long as nothing was written since: that version does it.

    Raises ClickException. The caller holds no versions: the version before does.
    """
    choice = versions.read_choice()
    if not choice.version or choice.version != versions.own_name():
        raise click.ClickException(NO_WAY_BACK)
    check_stopped(data, STOP_FIRST)
    versions.write_choice(Choice(choice.version, choice.before, trial=True, data=str(data.absolute())))
    if reason := call_program(versions.program_folder(choice.before), "update", "--settle", key=hand_over(data)):
        raise click.ClickException(reason)
    result = versions.read_result()
    return result.sentence if result else ""
