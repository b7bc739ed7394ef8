"""`update`: a new version from a stick, and what the versions ask of each other while that goes on."""

import os
import re
import sys
from contextlib import closing
from http.client import HTTPException
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import click

from app import compose
from app.cli.options import locked_data_option, loket_command
from app.cli.proving import prove_side
from app.cli.serving import Running
from app.cli.unlocking import open_folder, take_over
from app.cli.updating import go_back_by_hand, settle, update_to
from app.core.dates import long_moment
from app.platform.updates import versions
from app.platform.updates.endorsements import endorsed_releases
from app.platform.updates.releases import check_release, find_release, own_keys
from app.platform.updates.versions import hold_versions
from schema.cipher import is_encrypted
from schema.data_folder import hold_folder
from schema.migrations import Side, pending_steps, prepare_schema
from schema.version import VERSION

CHECKING = "Memeriksa {name}."
RUNS = "Loket {version} berjalan di komputer ini."
NOT_HERE = "Versi ini tidak dipasang sebagai folder program, jadi tidak diperbarui dengan perintah ini."
OTHER_OWNER = (
    "Folder Loket milik {name}. Jalankan perintah ini sebagai {name} (tanpa sudo, atau sudo -u {name}), supaya Loket "
    "dapat membaca hasilnya."
)
NOT_WRITABLE = (
    "Folder program {home} bukan milik akun ini, jadi tidak diperbarui dengan perintah ini. Dari paket Debian? "
    "Perbarui dengan paketnya: sudo apt install ./loket_VERSI_amd64.deb"
)
NO_PAGE = "Loket hidup, tetapi halamannya tidak terbuka ({reason})."
SECONDS_FOR_PAGE = 60
FIRST_SIDE: Side = "office"
"""What is begun in an empty folder."""
HANDED_KEY = re.compile(rb"[0-9a-f]{64}\n")


@loket_command(
    "update",
    "Perbarui Loket dari dokumen rilis yang bertanda tangan, misalnya dari flashdisk.\n\n"
    "Versi baru ditaruh di samping yang lama dan dicoba dengan salinan data, selagi Loket boleh tetap berjalan. "
    "Sesudah Loket dihentikan, perintah yang sama beralih; bila versi baru tidak lulus, program dan data kembali "
    "sendiri. Tanpa isian: tampilkan versi yang berjalan dan hasil pemutakhiran terakhir.",
)
@click.argument("place", required=False, type=click.Path(path_type=Path), metavar="[RILIS|FOLDER]")
@click.option("--back", is_flag=True, help="Kembali ke versi sebelumnya, selama belum ada catatan baru.")
@click.option("--settle", "settles", is_flag=True, hidden=True)
@click.option("--try", "tries", is_flag=True, hidden=True)
@click.option("--whole", is_flag=True, hidden=True)
@locked_data_option
def update(place: Path | None, data: Path, back: bool, settles: bool, tries: bool, whole: bool) -> None:
    if tries:
        try_here(data, whole=whole)
    elif settles:
        end_trial()
    elif back:
        open_if_locked(data)
        click.echo(go_back_by_hand(data))
    elif place:
        update_from(place, data)
    else:
        click.echo("\n".join(status_lines()))


def update_from(place: Path, data: Path) -> None:
    if not (versions.home() / "run.py").is_file():
        raise click.ClickException(NOT_HERE)
    check_owner(data)
    if not os.access(versions.home(), os.W_OK):
        raise click.ClickException(NOT_WRITABLE.format(home=versions.home()))
    path = find_release(place)
    open_if_locked(data)
    click.echo(CHECKING.format(name=path.name))
    release = check_release(path, own_keys(), endorsed=endorsed_digests(data))
    with hold_versions():
        click.echo(update_to(release, data, click.echo))


def check_owner(data: Path) -> None:
    """That what an update writes stays readable for the account that runs the office. Raises ClickException."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return
    if data.exists():
        folder = data
    else:
        folder = versions.home()
    if folder.stat().st_uid:
        raise click.ClickException(OTHER_OWNER.format(name=folder.owner()))


def endorsed_digests(data: Path) -> set[str]:
    """Digests of the releases that the centre endorsed for the office of a folder; none before its first start."""
    if "office" not in compose.sides_in(data):
        return set()
    with closing(compose.open_side("office", data)) as db:
        if pending_steps(db, "office"):
            return set()
        return {release.digest for release in endorsed_releases(db, compose.journal("office", db).source)}


def open_if_locked(data: Path) -> None:
    """Raises ClickException."""
    if is_encrypted(data):
        open_folder(data)


def end_trial() -> None:
    """What `run.py` asks of the version before, where it finds a trial that nobody ends."""
    with hold_versions():
        choice = versions.read_choice()
        if choice.trial and is_encrypted(Path(choice.data)):
            take_or_ask(Path(choice.data))
        if sentence := settle():
            click.echo(sentence, err=True)


def take_or_ask(data: Path) -> None:
    """Open an encrypted folder with what a parent handed over, else as every command does."""
    if sys.stdin.isatty():
        line = b""
    else:
        line = sys.stdin.buffer.readline()
    if HANDED_KEY.fullmatch(line):
        take_over(data, line)
    else:
        open_folder(data)


def status_lines() -> list[str]:
    """What runs here, what lies beside it, how the last update ended."""
    lines = [RUNS.format(version=VERSION)]
    if beside := versions.newest_first():
        lines.append(f"Di folder {versions.versions_folder().name}: {', '.join(beside)}.")
    if result := versions.read_result():
        lines.append(f"Pemutakhiran terakhir, {long_moment(result.moment)}: {result.sentence}")
    return lines


# -- what the version before asks of this one --------------------------------------------------------------------


def try_here(data: Path, *, whole: bool) -> None:
    """Bring a data folder up to date and show a page from it, writing no entry. `whole`: prove it too, on a copy, where
    an empty folder shows a page as well.

    Raises ClickException.
    """
    if is_encrypted(data):
        take_over(data, sys.stdin.buffer.readline())
    with hold_folder(data, "update"):
        sides = compose.sides_in(data)
        for side in sides:
            check_side(side, data, whole=whole)
        # A folder that nobody has started in stays empty: a database of the new version would bar the way back.
        if whole and not sides:
            sides = [FIRST_SIDE]
        for side in sides:
            check_page(side, data)


def check_side(side: Side, data: Path, *, whole: bool) -> None:
    """Raises ClickException with the first fault."""
    db = compose.open_side(side, data)
    faults = prepare_schema(db, side)
    db.close()
    if whole and not faults:
        faults = prove_side(side, data, fresh=False).faults
    if faults:
        raise click.ClickException(faults[0])


def check_page(side: Side, data: Path) -> None:
    """Serve on a port of this PC alone and ask for the first page. Raises ClickException. The server ends with the
    process, which does nothing else."""
    running = Running(trial_application(side, data), 0)
    try:
        opener = build_opener(ProxyHandler({}))
        with opener.open(f"http://{running.address}/", timeout=SECONDS_FOR_PAGE) as answer:
            answer.read()
    except (OSError, HTTPException) as error:
        raise click.ClickException(NO_PAGE.format(reason=error)) from error


def trial_application(side: Side, data: Path) -> object:
    """The application of a side as it will run, which begins nothing: the way back stays open."""
    if side == "centre":
        from app.compose_centre import build_centre

        return build_centre(data, begins=False)
    from app.cli.office import open_office_journal
    from app.compose_office import make_office_app

    return make_office_app(open_office_journal(data), data, begins=False)
