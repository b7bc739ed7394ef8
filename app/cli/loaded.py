"""`restore` without a backup file: the database was loaded by other tools, such as PostgreSQL's, and begins anew."""

from __future__ import annotations

from pathlib import Path

import click

from app import compose
from app.cli.ledger import SIDES, progress
from app.core import clock
from schema.migrate import MigrationError, Side, migrate
from schema.scratch import scratch
from sync.keys import SIGNING_FILE
from sync.marker import begin_after_restore
from sync.problems import RoadError
from sync.verifying import Verdict, verify

NO_FILE = (
    "Pusat ini memakai PostgreSQL: muat dulu hasil pg_dump dengan pg_restore atau psql, lalu jalankan perintah ini "
    "tanpa berkas."
)


def take_over(side: Side, data: Path) -> Verdict:
    """Prove the loaded database and open its next epoch. Raises ClickException."""
    db = compose.open_side(side, data)
    try:
        migrate(db, side)
        journal = compose.journal(side, db)
        if not journal.founded:
            raise click.ClickException(f"Basis data {SIDES[side]} masih kosong. Muat dulu salinannya.")
        data.mkdir(parents=True, exist_ok=True)
        with scratch(data) as folder:
            verdict = verify(journal, side, folder / "scratch.sqlite3", progress)
        if verdict.faults:
            raise click.ClickException("Isi basis data tidak lulus pemeriksaan: " + verdict.faults[0])
        begin_after_restore(journal, data / "keys", clock.now())
    except (MigrationError, RoadError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        db.close()
    return verdict


def next_step(side: Side, had_keys: bool) -> str:
    """What a person does after a restore; `had_keys`: the centre's own keys were there."""
    if side == "office":
        return "Kantor dapat langsung bekerja. Minta kode pendaftaran baru dari pusat cetak sebelum mengirim."
    if had_keys:
        return "Pusat cetak dapat langsung bekerja; kecamatan tidak perlu kode baru. Lihat halaman Sesudah pemulihan."
    return (
        "Kunci pusat cetak tidak ada, jadi dibuat yang baru: setiap kecamatan perlu kode pendaftaran baru. Bila folder "
        "keys masih tersimpan, kembalikan dulu ke folder data, lalu ulangi."
    )


def has_keys(data: Path) -> bool:
    """Whether signing keys lie in a data folder."""
    return (data / "keys" / SIGNING_FILE).exists()
