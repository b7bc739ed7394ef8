"""`migrate` and `verify`: commands about the database itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app import compose
from app.cli.indonesian import command
from app.cli.options import answer, data_option, json_option
from app.cli.proving import prove
from app.core.storage import RESTORE_STEPS
from schema import migrate as migration
from schema.bulk import is_damage
from schema.folder_lock import hold_folder
from schema.migrate import Side
from schema.shape import check_schema
from sync.report import count
from sync.verdict import Verdict
from sync.verifying import DAMAGED

SIDES: dict[Side, str] = {"office": "kantor", "centre": "pusat"}


def sides_or_stop(data: Path) -> list[Side]:
    """The sides with a database in this folder; stops with a sentence when there is none."""
    if sides := compose.sides_in(data):
        return sides
    raise click.ClickException(f"Di {data} belum ada basis data Loket. Periksa --data, atau siapkan dulu.")


@command(
    "migrate",
    "Mutakhirkan susunan basis data ke versi program ini.\n\n"
    "Setiap langkah berjalan utuh atau tidak sama sekali. Buat cadangan lebih dulu. Sesudahnya susunannya dibandingkan "
    "dengan program; berakhir dengan 1 bila ada yang kurang atau berbeda.",
)
@data_option
@json_option
def migrate(data: Path, as_json: bool) -> None:
    done: dict[Side, list[str]] = {}
    faults: dict[Side, list[str]] = {}
    sides = sides_or_stop(data)
    with hold_folder(data, "migrate"):
        for side in sides:
            db = compose.open_side(side, data)
            done[side] = migration.migrate(db, side)
            faults[side] = check_schema(db, side)
    lines = [
        f"Basis data {SIDES[side]}: " + (f"{len(names)} langkah dijalankan." if names else "sudah mutakhir.")
        for side, names in done.items()
    ]
    lines += [f"  {fault}" for side in sides for fault in faults[side]]
    answer({"applied": done, "faults": faults}, lines, as_json=as_json)
    if any(faults.values()):
        raise click.exceptions.Exit(1)


@command(
    "verify",
    "Periksa berkas basis data, susunannya, rantai jurnal dan bukti di luar basis data, jalankan ulang seluruh "
    "jurnal ke basis data sementara, dan cocokkan tabelnya.\n\n"
    "Catatan tidak ada yang diubah. Berakhir dengan 1 bila ada yang tidak cocok.",
)
@click.option(
    "--new", "fresh", is_flag=True,
    help="Bentuk harian: hanya yang baru sejak pemeriksaan terakhir, tanpa jalan ulang dan tanpa mencocokkan tabel.",
)  # fmt: skip
@data_option
@json_option
def verify(data: Path, fresh: bool, as_json: bool) -> None:
    verdicts = {side: verdict_of(side, data, fresh=fresh) for side in sides_or_stop(data)}
    payload: dict[str, Any] = {
        side: {
            "form": "new" if fresh else "whole",
            "entries": verdict.entries,
            "streams": verdict.streams,
            "digest": verdict.digest,
            "faults": verdict.faults,
        }
        for side, verdict in verdicts.items()
    }
    lines = [line for side, verdict in verdicts.items() for line in sentences(side, verdict, fresh=fresh)]
    answer(payload, lines, as_json=as_json)
    if any(verdict.faults for verdict in verdicts.values()):
        raise click.exceptions.Exit(1)


def verdict_of(side: Side, data: Path, *, fresh: bool) -> Verdict:
    """Prove one side. A file so damaged that it does not open is a verdict too."""
    try:
        if not migration.pending(compose.open_side(side, data), side):
            return prove(side, data, fresh=fresh, progress=progress)
    except Exception as error:
        if not is_damage(error):
            raise
        return Verdict(faults=[DAMAGED.format(what=type(error).__name__)])
    raise click.ClickException(f"Basis data {SIDES[side]} perlu dimutakhirkan dulu: migrate --data {data}")


def progress(done: int, all_entries: int) -> None:
    """One line for each part of the replay, on stderr."""
    click.echo(f"  {count(done)} dari {count(all_entries)} baris jurnal", err=True)


def is_broken(verdict: Verdict) -> bool:
    """Whether the file itself is damaged, so that only a restore helps."""
    return any(fault.startswith(DAMAGED.partition(":")[0]) for fault in verdict.faults)


def sentences(side: Side, verdict: Verdict, *, fresh: bool) -> list[str]:
    """The verdict for a person."""
    size = f"{count(verdict.entries)} baris dalam {count(verdict.streams)} aliran"
    whole = "utuh sejak pemeriksaan terakhir" if fresh else "utuh, dan tabel sama dengan jurnal"
    return [
        f"Jurnal {SIDES[side]} {'TIDAK COCOK' if verdict.faults else whole} ({size}).",
        *(f"  {fault}" for fault in verdict.faults),
        *(f"  {n}. {step}" for n, step in enumerate(RESTORE_STEPS if is_broken(verdict) else (), 1)),
        *([f"Sidik tabel: {verdict.digest}"] if verdict.digest else []),
    ]
