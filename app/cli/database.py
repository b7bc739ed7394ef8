"""`migrate` and `verify`: commands about the database itself."""

from contextlib import closing
from pathlib import Path
from typing import Any

import click

from app import compose
from app.cli.options import data_option, json_option, loket_command, print_answer, progress_bar
from app.cli.proving import prove_side
from app.core.problems import RESTORE_STEPS
from schema import migrations as migration
from schema.data_folder import hold_folder
from schema.database import SqliteDatabase
from schema.database_errors import is_file_damage
from schema.earlier_copy import KEPT_DAYS, entries_since, newest_copy, put_back
from schema.migrations import Side, check_schema
from sync.chains import ProofResult
from sync.evidence import carry_token
from sync.journal import Journal
from sync.problems import format_count
from sync.verification import DAMAGED, UNREADABLE

SIDES: dict[Side, str] = {"office": "kantor", "centre": "pusat"}
PUT_BACK = "{name} menjadi basis data lagi. Pasang kembali program yang lama sebelum menjalankan Loket."
NO_COPY = (
    "Tidak ada salinan dari sebelum pemutakhiran untuk basis data {side}. Pulihkan cadangan dengan program yang lama: "
    "restore --help."
)
ENTRIES_LOST = (
    "Sejak pemutakhiran sudah ada {count} catatan baru, yang akan hilang. Tidak ada yang diubah. Teruskan dengan "
    "program yang baru, atau minta bantuan teknisi."
)


def open_existing(data: Path) -> tuple[Side, Journal]:
    """The side of a data folder and its journal; stops with a sentence where there is none."""
    side = existing_sides(data)[0]
    return side, compose.journal(side, compose.open_side(side, data))


def existing_sides(data: Path) -> list[Side]:
    if sides := compose.sides_in(data):
        return sides
    raise click.ClickException(f"Di {data} belum ada basis data Loket. Periksa --data, atau siapkan dulu.")


@loket_command(
    "migrate",
    "Mutakhirkan susunan basis data ke versi program ini.\n\n"
    "Setiap langkah berjalan utuh atau tidak sama sekali. Salinan keadaan sebelumnya disimpan di samping basis data, "
    f"paling lama {KEPT_DAYS} hari; --back mengembalikannya untuk program lama, selama belum ada catatan baru. "
    "Sesudahnya susunannya dibandingkan dengan program; berakhir dengan 1 bila ada yang kurang atau berbeda.",
)
@click.option("--back", is_flag=True, help="Kembalikan keadaan sebelum pemutakhiran terakhir, untuk program lama.")
@data_option
@json_option
def migrate(data: Path, back: bool, as_json: bool) -> None:
    if back:
        with hold_folder(data, "migrate"):
            names = [go_back(side, data).name for side in existing_sides(data)]
        print_answer({"put_back": names}, [PUT_BACK.format(name=name) for name in names], as_json=as_json)
        return
    done: dict[Side, list[str]] = {}
    faults: dict[Side, list[str]] = {}
    sides = existing_sides(data)
    with hold_folder(data, "migrate"):
        for side in sides:
            db = compose.open_side(side, data)
            done[side] = migration.migrate_database(db, side)
            faults[side] = check_schema(db, side)
    lines = []
    for side, names in done.items():
        state = "sudah mutakhir."
        if names:
            state = f"{len(names)} langkah dijalankan."
        lines.append(f"Basis data {SIDES[side]}: {state}")
        copy = newest_copy(data / compose.FILES[side])
        if names and copy:
            lines.append(f"  Salinan keadaan sebelumnya: {copy.name}, disimpan {KEPT_DAYS} hari.")
    lines += [f"  {fault}" for side in sides for fault in faults[side]]
    print_answer({"applied": done, "faults": faults}, lines, as_json=as_json)
    if any(faults.values()):
        raise click.exceptions.Exit(1)


def go_back(side: Side, data: Path) -> Path:
    """Put the copy from before the last update back in place. Raises ClickException; then nothing was changed."""
    path = data / compose.FILES[side]
    copy = newest_copy(path)
    if copy is None:
        raise click.ClickException(NO_COPY.format(side=SIDES[side]))
    if lost := entries_since(path, copy):
        raise click.ClickException(ENTRIES_LOST.format(count=format_count(lost)))
    with closing(SqliteDatabase(path)) as newer, closing(SqliteDatabase(copy)) as older:
        carry_token(newer, older)
    put_back(path, copy)
    return copy


@loket_command(
    "verify",
    "Periksa basis data, susunannya, rantai jurnal dan bukti di luar basis data, jalankan ulang seluruh "
    "jurnal ke basis data sementara, dan cocokkan tabelnya.\n\n"
    "Catatan tidak ada yang diubah. Berakhir dengan 1 bila ada yang tidak cocok.",
)
@click.option(
    "--new",
    "fresh",
    is_flag=True,
    help="Bentuk harian: hanya yang baru sejak pemeriksaan terakhir, tanpa ulangan penuh dan tanpa mencocokkan tabel.",
)
@data_option
@json_option
def verify(data: Path, fresh: bool, as_json: bool) -> None:
    verdicts = {side: side_verdict(side, data, fresh=fresh) for side in existing_sides(data)}
    form = "new" if fresh else "whole"
    payload: dict[str, Any] = {}
    lines: list[str] = []
    for side, verdict in verdicts.items():
        payload[side] = {
            "form": form,
            "entries": verdict.entries,
            "streams": verdict.streams,
            "digest": verdict.digest,
            "faults": verdict.faults,
        }
        lines += verdict_lines(side, verdict, fresh=fresh)
    print_answer(payload, lines, as_json=as_json)
    if any(verdict.faults for verdict in verdicts.values()):
        raise click.exceptions.Exit(1)


def side_verdict(side: Side, data: Path, *, fresh: bool) -> ProofResult:
    """Prove one side. A file so damaged that it does not open is a verdict too."""
    try:
        if not migration.pending_steps(compose.open_side(side, data), side):
            return prove_side(side, data, fresh=fresh, progress=progress_bar(in_lines=True))
    except Exception as error:
        if not is_file_damage(error):
            raise
        return ProofResult(faults=[DAMAGED.format(what=UNREADABLE)])
    raise click.ClickException(f"Basis data {SIDES[side]} perlu dimutakhirkan dulu: migrate --data {data}")


def is_file_damaged(verdict: ProofResult) -> bool:
    return any(fault.startswith(DAMAGED.partition(":")[0]) for fault in verdict.faults)


def verdict_lines(side: Side, verdict: ProofResult, *, fresh: bool) -> list[str]:
    lines = [verdict_headline(side, verdict, fresh=fresh)]
    lines += [f"  {fault}" for fault in verdict.faults]
    if is_file_damaged(verdict):
        lines += [f"  {n}. {step}" for n, step in enumerate(RESTORE_STEPS, 1)]
    if verdict.digest:
        lines.append(f"Kode pengaman tabel: {verdict.digest}")
    return lines


def verdict_headline(side: Side, verdict: ProofResult, *, fresh: bool) -> str:
    """Of a damaged file nothing was read: there is no size to tell."""
    if is_file_damaged(verdict):
        return f"Basis data {SIDES[side]} RUSAK; jurnalnya belum diperiksa."
    size = f"{format_count(verdict.entries)} baris dalam {format_count(verdict.streams)} jalur"
    if verdict.faults:
        state = "TIDAK COCOK"
    elif fresh:
        state = "utuh sejak pemeriksaan terakhir"
    else:
        state = "utuh, dan tabel sama dengan jurnal"
    return f"Jurnal {SIDES[side]} {state} ({size})."
