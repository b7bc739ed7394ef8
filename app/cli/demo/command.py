"""`demo`: an office and a centre with a lived-in year, to look at or to see walk by itself."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from app.cli.options import OfficeDate, WholeNumber, loket_command, progress_bar
from app.cli.serving import ending_on_signals
from app.core import clock
from app.core.dates import plain_date
from schema.data_folder import temporary_folder

if TYPE_CHECKING:
    from app.cli.demo.offices import DemoOffice

NOTE = "demo.json"
"""What a demo's folder remembers: the day on which its year ended, when it was not the real one."""


class History(NamedTuple):
    """What lies behind a demo's office: its kind (`semua`: a kecamatan with all services), cases of a year, days, and
    whether its databases are encrypted."""

    kind: str = "kecamatan"
    cases: int = 800
    days: int | None = None
    encrypted: bool = False


DEMO_PASSPHRASE = "loket demo terkunci"
WALK_DAY = date(2026, 3, 2)
"""The walk's own first day: its due dates lie around the holidays of March 2026 and are the same on every run."""


@loket_command(
    "demo",
    "Coba Loket dengan data buatan: sebuah kantor dan pusatnya setelah setahun bekerja.\n\n"
    "Sekitar 800 permohonan dalam segala keadaan; semua orang karangan, semua NIK diawali 350899. Alamat dan kata "
    "sandi ditampilkan setelah siap, Ctrl+C mengakhiri. Dengan --walk seluruh alur dijalankan sendiri lewat HTTP, "
    "dari desa sampai serah terima, dan semua kertasnya ditulis ke --out.",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Simpan di folder ini (tanpa pilihan ini: folder sementara yang dihapus lagi).",
)
@click.option(
    "--port", type=WholeNumber(limit=65535), default=8035, metavar="PORT", help="Port kantor (biasanya 8035)."
)
@click.option(
    "--centre-port",
    type=WholeNumber(limit=65535),
    default=8135,
    metavar="PORT",
    help="Port pusat (biasanya 8135).",
)
@click.option("--today", type=OfficeDate(), metavar="TANGGAL", help="Hari ini menurut demo (biasanya hari ini).")
@click.option(
    "--profile",
    type=click.Choice(["kecamatan", "poltekkes", "biro"]),
    default="kecamatan",
    help="Jenis kantor (biasanya kecamatan): setahun kecamatan, atau setengah tahun yang lain.",
)
@click.option("--all-services", is_flag=True, help="Kecamatan yang menjalankan kelima layanan sekaligus.")
@click.option("--encrypted", is_flag=True, help="Basis data demo dikunci; kata sandinya ditampilkan.")
@click.option("--walk", is_flag=True, help="Jalankan seluruh alur sendiri, lalu berhenti.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder untuk semua kertas dari --walk (biasanya kertas-demo).",
)
@click.option(
    "--cases", type=WholeNumber(limit=5000), default=800, metavar="N", help="Banyaknya permohonan dalam setahun."
)
@click.option(
    "--days",
    type=WholeNumber(limit=730),
    metavar="N",
    help="Banyaknya hari yang sudah dijalani kantor (biasanya setahun kecamatan, setengah tahun yang lain).",
)
def demo(
    data: Path | None,
    port: int,
    centre_port: int,
    today: date | None,
    profile: str,
    all_services: bool,
    encrypted: bool,
    walk: bool,
    out: Path | None,
    cases: int,
    days: int | None,
) -> None:
    if all_services and profile != "kecamatan":
        raise click.UsageError("--all-services hanya untuk --profile kecamatan.")
    os.environ.pop("LOKET_CENTRE_DB", None)  # a demo never fills somebody's server
    kind = profile
    if all_services:
        kind = "semua"
    history = History(kind, cases, days, encrypted)
    with demo_data_folder(data) as place, ending_on_signals():
        if walk:
            run_walk(place, out or Path("kertas-demo"), today or WALK_DAY, (port, centre_port), history)
        else:
            serve_demo(place, today, (port, centre_port), history)


@contextmanager
def demo_data_folder(data: Path | None) -> Iterator[Path]:
    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
        yield data
        return
    with temporary_folder("loket-demo-") as made:
        yield made


def run_walk(data: Path, out: Path, today: date, ports: tuple[int, int], history: History) -> None:
    from app.cli.demo.programs import has_demo
    from app.cli.demo.walk import walk_main_job
    from app.cli.demo.walks import WALKS

    if has_demo(data) or any(data.iterdir()):
        raise click.ClickException(f"Folder {data} tidak kosong. Beri folder baru: contoh ini mulai dari awal.")
    office, centre = free_ports(*ports)
    if history.kind == "semua":  # its walk is long enough without half a year behind it
        history = history._replace(days=history.days or 1)
    create_demo(data, today, centre, history)
    if not walk_main_job(data, out, today, (office, centre), click.echo, WALKS[history.kind]):
        raise click.exceptions.Exit(1)


def serve_demo(data: Path, today: date | None, ports: tuple[int, int], history: History) -> None:
    from app.cli.demo.offices import OFFICES
    from app.cli.demo.programs import Programs, centre_moved, has_demo, running_clock

    office, centre = free_ports(*ports)
    if has_demo(data):
        if (data / NOTE).is_file():
            kept = json.loads((data / NOTE).read_text(encoding="utf-8"))
        else:
            kept = {}
        open_demo(data)
        if today is None and kept.get("today"):
            today = date.fromisoformat(kept["today"])
        history = history._replace(kind=kept.get("profile", history.kind))
        centre_moved(data, f"127.0.0.1:{centre}")
        click.echo(f"Demo di {data} dilanjutkan.", err=True)
    elif any(data.iterdir()):
        raise click.ClickException(f"Folder {data} tidak kosong dan bukan demo. Beri folder lain.")
    else:
        create_demo(data, today or clock.office_date(clock.now()), centre, history)
        note = json.dumps({"today": today, "profile": history.kind}, default=str)
        (data / NOTE).write_text(note, encoding="utf-8")
    programs = Programs(data, running_clock(today))
    shown = OFFICES[history.kind]
    addresses = [programs.start_office(office, centre)]
    if shown.partner:
        addresses.append(programs.start_centre(centre))
    programs.begin_rounds()
    click.echo("\n".join(sign_in_lines(shown, addresses, data)))
    click.echo(f"Kios pengunjung http://{programs.kiosk_address}/")
    try:
        while True:  # Windows does not hear Ctrl+C while it waits without a limit
            time.sleep(1)
    except KeyboardInterrupt:
        click.echo("\nDemo selesai.", err=True)
    finally:
        programs.stop()


def free_ports(*wanted: int) -> list[int]:
    from app.cli.serving import free_port

    found = [free_port(port) for port in wanted]
    for port, other in zip(wanted, found, strict=True):
        if port != other:
            click.echo(f"Port {port} sedang dipakai program lain; dipakai port {other}.", err=True)
    return found


def create_demo(data: Path, today: date, centre_port: int, history: History) -> None:
    """The office of a kind after its year or half-year."""
    from app.cli.demo.half_year import make_half_year
    from app.cli.demo.offices import OFFICES
    from app.cli.demo.year import fewest_days, make_year

    if history.kind == "kecamatan" and history.days and history.days < (least := fewest_days(today)):
        raise click.UsageError(
            f"Kecamatan memerlukan paling sedikit {least} hari sebelum {plain_date(today)}: beri --days {least} atau "
            "lebih."
        )
    click.echo("Menyiapkan kantor dengan data buatan ...", err=True)
    if history.encrypted:
        encrypt_demo(data)
    began = time.monotonic()
    address = f"127.0.0.1:{centre_port}"
    more: dict[str, Any] = {"centre_address": address, "progress": progress_bar(in_lines=True)}
    more |= {"days": history.days} if history.days else {}
    if history.kind == "kecamatan":
        make_year(data, today, cases=history.cases, **more).close()
    else:
        make_half_year(data, OFFICES[history.kind], today, **more)
    click.echo(f"Siap dalam {time.monotonic() - began:.0f} detik.", err=True)


def encrypt_demo(data: Path) -> None:
    """Let every side of a demo write into an encrypted folder from its first byte."""
    from app.cli.demo.sides import FOLDERS, SECOND
    from sync.database_key import encrypt_new_folder

    for folder in (*(data / name for name in FOLDERS.values()), data / SECOND / FOLDERS["centre"]):
        folder.mkdir(parents=True)
        encrypt_new_folder(folder, DEMO_PASSPHRASE)
    click.echo(f"Basis data dikunci dengan kata sandi: {DEMO_PASSPHRASE}", err=True)


def open_demo(data: Path) -> None:
    """Open what an encrypted demo left."""
    from schema.cipher import KEY_FILE
    from sync.database_key import unlock

    for path in data.rglob(KEY_FILE):
        unlock(path.parent, DEMO_PASSPHRASE)


def sign_in_lines(demo: DemoOffice, addresses: Sequence[str], data: Path) -> list[str]:
    from schema.profiles import load_profile
    from tests.world.cast import PASSWORD, PIN

    sides = [("kantor", load_profile(demo.profile).name, demo.cast)]
    if demo.partner:
        sides.append((demo.partner.word, demo.partner.title, demo.partner.cast))
    rows = [("DI", "PENGGUNA", "NAMA", "PERAN", "KATA SANDI", "PIN")]
    for where, _, cast in sides:
        rows += [(where, person.username, person.name, person.post, PASSWORD, PIN) for person in cast]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [""]
    lines += [f"  {title:<20}  http://{at}/" for (_, title, _), at in zip(sides, addresses, strict=True)]
    lines += [f"  {'Data':<20}  {data}", ""]
    for row in rows:
        cells = map(str.ljust, row, widths)
        lines.append(f"  {'  '.join(cells)}".rstrip())
    return [
        *lines,
        "",
        "  Pengiriman malam tidak berjalan di demo: kirim dari halaman Sambungan. Ctrl+C: berhenti.",
    ]
