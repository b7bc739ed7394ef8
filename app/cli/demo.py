"""`demo`: an office and a centre with a lived-in year, to look at or to see walk by itself."""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from app.cli.options import OfficeDate, WholeNumber, loket_command
from app.cli.serving import ending_on_signals
from app.core import clock
from schema.data_folder import temporary_folder

NOTE = "demo.json"
"""What a demo's folder remembers: the day on which its year ended, when it was not the real one."""

WALK_DAY = date(2026, 3, 2)
"""The walk's own first day: its due dates lie around the holidays of March 2026 and are the same on every run."""


@loket_command(
    "demo",
    "Coba Loket dengan data buatan: sebuah kantor dan pusat cetaknya setelah setahun bekerja.\n\n"
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
    help="Port pusat cetak (biasanya 8135).",
)
@click.option("--today", type=OfficeDate(), metavar="TANGGAL", help="Hari ini menurut demo (biasanya hari ini).")
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
def demo(
    data: Path | None, port: int, centre_port: int, today: date | None, walk: bool, out: Path | None, cases: int
) -> None:
    os.environ.pop("LOKET_CENTRE_DB", None)  # a demo never fills somebody's server
    with demo_data_folder(data) as place, ending_on_signals():
        if walk:
            run_walk(place, out or Path("kertas-demo"), today or WALK_DAY, (port, centre_port), cases)
        else:
            serve_demo(place, today, (port, centre_port), cases)


@contextmanager
def demo_data_folder(data: Path | None) -> Iterator[Path]:
    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
        yield data
        return
    with temporary_folder("loket-demo-") as made:
        yield made


def run_walk(data: Path, out: Path, today: date, ports: tuple[int, int], cases: int) -> None:
    from app.demo.programs import has_demo
    from app.demo.walk import walk_main_job

    if has_demo(data) or any(data.iterdir()):
        raise click.ClickException(f"Folder {data} tidak kosong. Beri folder baru: jalan-jalan ini mulai dari awal.")
    office, centre = free_ports(*ports)
    create_demo_year(data, today, centre, cases)
    if not walk_main_job(data, out, today, (office, centre), click.echo):
        raise click.exceptions.Exit(1)


def serve_demo(data: Path, today: date | None, ports: tuple[int, int], cases: int) -> None:
    from app.demo.programs import Programs, centre_moved, has_demo, running_clock

    office, centre = free_ports(*ports)
    if has_demo(data):
        kept = json.loads((data / NOTE).read_text(encoding="utf-8")) if (data / NOTE).is_file() else {}
        today = today or (date.fromisoformat(kept["today"]) if kept.get("today") else None)
        centre_moved(data, f"127.0.0.1:{centre}")
        click.echo(f"Demo di {data} dilanjutkan.", err=True)
    elif any(data.iterdir()):
        raise click.ClickException(f"Folder {data} tidak kosong dan bukan demo. Beri folder lain.")
    else:
        create_demo_year(data, today or clock.office_date(clock.now()), centre, cases)
        (data / NOTE).write_text(json.dumps({"today": str(today) if today else None}), encoding="utf-8")
    house = Programs(data, running_clock(today))
    addresses = house.start_office(office), house.start_centre(centre)
    house.begin_rounds()
    click.echo("\n".join(sign_in_lines(addresses, data)))
    click.echo(f"Kios pengunjung http://{house.kiosk.address if house.kiosk else ''}/")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("\nDemo selesai.", err=True)
    finally:
        house.stop()


def free_ports(*wanted: int) -> list[int]:
    from app.cli.serving import free_port

    found = [free_port(one) for one in wanted]
    for one, other in zip(wanted, found, strict=True):
        if one != other:
            click.echo(f"Port {one} sedang dipakai program lain; dipakai port {other}.", err=True)
    return found


def create_demo_year(data: Path, today: date, centre_port: int, cases: int) -> None:
    from app.demo.year import make_year

    click.echo("Menyiapkan kantor dan pusat cetak dengan data buatan setahun ...", err=True)
    began = time.monotonic()
    make_year(data, today, centre_address=f"127.0.0.1:{centre_port}", progress=progress_bar(), cases=cases).close()
    click.echo(f"Siap dalam {time.monotonic() - began:.0f} detik.", err=True)


def progress_bar() -> Callable[[int, int], None]:
    moving, last = sys.stderr.isatty(), [-1]

    def show(done: int, everything: int) -> None:
        part = done * 100 // everything
        if part // (1 if moving else 10) == last[0]:
            return
        last[0] = part // (1 if moving else 10)
        filled = "#" * (part // 4)
        ending = "\n" if part == 100 or not moving else ""
        click.echo(("\r" if moving else "") + f"  {part:>3} % [{filled:<25}]{ending}", err=True, nl=False)

    return show


def sign_in_lines(addresses: tuple[str, str], data: Path) -> list[str]:
    from tests.world.cast import CENTRE_CAST, OFFICE_CAST, PASSWORD, PIN

    rows = [("DI", "PENGGUNA", "NAMA", "PERAN", "KATA SANDI", "PIN")]
    for where, cast in (("kantor", OFFICE_CAST), ("pusat", CENTRE_CAST)):
        rows += [(where, one.username, one.name, one.post, PASSWORD, PIN) for one in cast]
    widths = [max(len(row[n]) for row in rows) for n in range(6)]
    table = ["  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows]
    return [
        "",
        f"  Kantor kecamatan  http://{addresses[0]}/",
        f"  Pusat cetak       http://{addresses[1]}/",
        f"  Data              {data}",
        "",
        *(line.rstrip() for line in table),
        "",
        "  Kiriman malam tidak berjalan di demo: kirim dari halaman Jalan ke pusat. Ctrl+C mengakhiri.",
    ]
