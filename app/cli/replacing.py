"""What a restore takes away and what it puts there: two offices by name, code and newest entry."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from app.cli.typed_secrets import can_ask
from app.core.dates import long_moment
from schema.database import Database, first_value, open_sqlite_file
from schema.database_errors import SqliteError
from schema.migrations import Side
from sync.backup import BackupError
from sync.entries import parse_utc_text
from sync.evidence import marker_beside, read_marker

REPLACE = "GANTI"
NAMES: dict[Side, str] = {
    "office": "SELECT value FROM setting WHERE key = 'office.name'",
    "centre": "SELECT value FROM centre_setting WHERE key = 'centre.name'",
}
SOURCE = "SELECT value FROM identity WHERE key = 'source'"
NEWEST = "SELECT at FROM journal ORDER BY id DESC LIMIT 1"
QUESTION = "Yang ada di sini: {here}.\nYang dipulihkan: {there}."
OTHER = (
    "Cadangan ini milik kantor lain. Di sini: {here}. Cadangan: {there}. Tidak ada yang diganti. Pakai cadangan kantor "
    "ini atau folder data lain; bila memang kantor lain yang harus menggantikannya, tambahkan --other-office."
)
NOTHING_REPLACED = "Tidak ada yang diganti."


class HeldOffice(msgspec.Struct, frozen=True):
    """Whose data a file holds; no name and no moment where the file cannot be read."""

    source: str
    name: str = ""
    newest_at: datetime | None = None

    @property
    def words(self) -> str:
        if self.name:
            who = f"{self.name} (kode {self.source})"
        else:
            who = f"kantor berkode {self.source or 'tidak terbaca'}"
        if self.newest_at is None:
            return f"{who}, catatan terakhir tidak terbaca"
        return f"{who}, catatan terakhir {long_moment(self.newest_at)}"


def read_held_office(database: Path, side: Side) -> HeldOffice | None:
    """Whose data lies at a place; of a damaged or emptied file the marker beside it still tells the code."""
    marked = marked_office(marker_beside(database))
    if not database.exists() or not database.stat().st_size:
        return marked
    try:
        return read_database(database, side)
    except SqliteError:
        return marked or HeldOffice("")


def marked_office(marker_file: Path) -> HeldOffice | None:
    marker = read_marker(marker_file)
    if not marker:
        return None
    return HeldOffice(marker.source)


def read_database(database: Path, side: Side) -> HeldOffice:
    """Whose data a file holds. Raises SqliteError for one that is damaged."""
    with closing(open_sqlite_file(database)) as connection:
        return held_office(side, lambda sql: connection.execute(sql).get)


def loaded_office(db: Database, side: Side) -> HeldOffice:
    return held_office(side, lambda sql: first_value(db, sql))


def held_office(side: Side, ask: Callable[[str], Any]) -> HeldOffice:
    stored_name = ask(NAMES[side])
    newest = ask(NEWEST)
    name = ""
    if stored_name:
        name = json.loads(stored_name)
    newest_at = None
    if newest:
        newest_at = parse_utc_text(newest)
    return HeldOffice(ask(SOURCE) or "", name, newest_at)


def check_same_office(here: HeldOffice | None, there: HeldOffice, other_office: bool) -> None:
    """Raises BackupError for another office that nobody asked for."""
    is_other = here and here.source and here.source != there.source
    if here and is_other and not other_office:
        raise BackupError(OTHER.format(here=here.words, there=there.words))


def agree_to_replace(here: HeldOffice | None, there: HeldOffice, other_office: bool) -> None:
    """Ask whoever sits at a terminal; anywhere else the option was the answer. Raises BackupError."""
    check_same_office(here, there, other_office)
    if here is None or not can_ask():
        return
    click.echo(QUESTION.format(here=here.words, there=there.words))
    if click.prompt(f"Ketik {REPLACE} untuk meneruskan", default="", show_default=False).strip() != REPLACE:
        raise BackupError(NOTHING_REPLACED)


def replaced_lines(here: HeldOffice | None, there: HeldOffice) -> list[str]:
    """What the answer says of both."""
    if here:
        replaced = [f"Yang digantikan: {here.words}."]
    else:
        replaced = []
    return [f"Sekarang di sini: {there.words}.", *replaced]
