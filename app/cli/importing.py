"""`import`: an old register from XLSX or CSV, judged line by line and loaded."""

import hashlib
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from app import compose
from app.casework.importing.file_formats import file_bytes
from app.casework.importing.isolated_reading import read_limited
from app.casework.importing.judging import VERDICTS, Report, rejects_workbook
from app.casework.importing.service import Loaded, Source, examine_register, load_report
from app.cli.options import data_option, json_option, loket_command, print_answer, progress_bar
from app.core import clock
from app.core.permissions import Actor
from app.platform.office import queries as office
from app.services.ktp.register_cases import ktp_bodies, ktp_words
from app.services.ktp.tables import SERVICE
from schema import migrations
from schema.data_folder import hold_folder
from schema.database import SqliteDatabase
from schema.postgres import CentrePostgres

AT_THE_PC = Actor(0, "Perintah di komputer", "system", frozenset({"admin"}))
"""Whoever may run commands on the office's PC holds its database anyway; the journal says that it was so."""

SHOWN = 40


@loket_command(
    "import",
    "Impor register lama (XLSX atau CSV): setiap baris mendapat putusan dan alasannya.\n\n"
    "Baris yang diterima menjadi berkas; yang ditolak dapat ditulis ke dokumen sendiri untuk diperbaiki. "
    "Diulang pun tidak akan ganda. Contoh: import register.xlsx --dry-run",
)
@click.argument("file", type=click.Path(path_type=Path), metavar="DOKUMEN")
@click.option("--service", default=SERVICE, metavar="LAYANAN", help=f"Layanan yang diimpor (tanpa pilihan: {SERVICE}).")
@click.option(
    "--blank-done", is_flag=True, help="Anggap baris tanpa keterangan sudah diambil (tanpa pilihan: terbuka)."
)
@click.option("--dry-run", is_flag=True, help="Periksa saja, jangan menulis apa pun.")
@click.option(
    "--rejected",
    "rejects",
    type=click.Path(path_type=Path),
    metavar="XLSX",
    help="Tulis baris yang ditolak dan berulang ke dokumen ini, beserta alasannya.",
)
@data_option
@json_option
def import_(
    file: Path, service: str, blank_done: bool, dry_run: bool, rejects: Path | None, data: Path, as_json: bool
) -> None:
    holding: AbstractContextManager[object] = nullcontext()
    if not dry_run:
        holding = hold_folder(data, "import")
    with holding:
        run_import(file, service, dry_run, as_json, data=data, rejects=rejects, blank_done=blank_done)


def run_import(
    path: Path,
    service: str,
    dry_run: bool,
    as_json: bool,
    *,
    data: Path,
    rejects: Path | None = None,
    blank_done: bool = False,
) -> None:
    if service != SERVICE:
        raise click.ClickException(f"Impor register baru ada untuk layanan {SERVICE}, belum untuk {service}.")
    if dry_run:
        db = office_or_none(data)
    else:
        db = office_or_stop(data)
    now = clock.now()
    content = file_bytes(path)
    book = read_limited(content, path.stem)
    on = clock.office_date(now)
    report = examine_register(ktp_words(), book, db, on, blank_done=blank_done, progress=progress_bar(in_lines=True))
    loaded = None
    if db is not None and not dry_run:
        source = Source(path.name, hashlib.sha256(content).hexdigest())
        loaded = load_report(
            compose.journal("office", db),
            AT_THE_PC,
            report,
            source=source,
            bodies=ktp_bodies,
            now=now,
            progress=progress_bar(in_lines=True),
        )
    if rejects is not None:
        from app.platform.office.papers import office_name

        name = office_name(db) if db else ""
        rejects.write_bytes(rejects_workbook(report, on, name))
    payload = report.as_json()
    if loaded:
        payload |= {"loaded": loaded.loaded, "known": loaded.known}
    print_answer(payload, import_lines(report, loaded, rejects), as_json=as_json)


def office_or_none(data: Path) -> SqliteDatabase | CentrePostgres | None:
    if "office" not in compose.sides_in(data):
        return None
    db = compose.open_side("office", data)
    if not migrations.pending_steps(db, "office") and office.is_set_up(db):
        return db
    return None


def office_or_stop(data: Path) -> SqliteDatabase | CentrePostgres:
    db = office_or_none(data)
    if db is None:
        raise click.ClickException(
            f"Di {data} belum ada kantor yang siap. Siapkan atau mutakhirkan dulu, atau pakai --dry-run."
        )
    return db


def import_lines(report: Report, loaded: Loaded | None, rejects: Path | None) -> list[str]:
    marked = [line for line in report.lines if line.verdict != "accepted"]
    lines = [f"{line.sheet} baris {line.row}: {VERDICTS[line.verdict]}. {line.reason}" for line in marked[:SHOWN]]
    if len(marked) > SHOWN:
        lines.append(f"… dan {len(marked) - SHOWN} baris lain; semuanya ada dengan --json atau --rejected.")
    sums = ", ".join(f"{count} {VERDICTS[verdict]}" for verdict, count in report.counts.items())
    lines.append(f"{len(report.lines)} baris: {sums}.")
    if loaded is not None:
        span = ""
        if loaded.loaded:
            span = f" (nomor {loaded.first} sampai {loaded.last})"
        lines.append(f"{loaded.loaded} berkas baru ditulis{span}; {loaded.known} sudah ada.")
    if rejects is not None:
        lines.append(f"{len(report.rejected)} baris ditulis ke {rejects}.")
    return lines
