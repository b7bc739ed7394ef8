"""What lies beside a database that knows nobody: keys, backups, earlier databases. With those nobody founds anew."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from app.core.dates import long_moment
from app.core.permissions import Actor, require
from app.core.problems import SENTENCES, Problem
from schema.database import Database
from schema.query_cache import cached_until_next_entry
from schema.tables import select_structs
from sync.backup import ENDING
from sync.events import ReturnConfirmed
from sync.journal import Journal
from sync.keys import AGE_FILE, SIGNING_FILE

KEY_FOLDER = "keys"
BACKUP_FOLDER = "cadangan"


class Remain(msgspec.Struct, frozen=True):
    """One file that was found: what it is in words, its path below the data folder, when it was written."""

    what: str
    path: str
    at: datetime

    @property
    def words(self) -> str:
        return f"{self.what}: {self.path}, {long_moment(self.at)}"


def find_remains(data: Path) -> list[Remain]:
    """What an earlier office or centre left in a data folder, backups first, the newest first."""
    places = (
        ("Cadangan", data / BACKUP_FOLDER, f"*{ENDING}"),
        ("Basis data sebelumnya", data, "*.sqlite3.lama*"),
        ("Penanda basis data", data, "*.penanda"),
        ("Kunci", data / KEY_FOLDER, SIGNING_FILE),
        ("Kunci", data / KEY_FOLDER, AGE_FILE),
    )
    found: list[Remain] = []
    for what, folder, pattern in places:
        paths = [path for path in folder.glob(pattern) if not path.name.endswith(("-wal", "-shm"))]
        lines = [Remain(what, path.relative_to(data).as_posix(), written_at(path)) for path in paths]
        found += sorted(lines, key=lambda one: one.at, reverse=True)
    return found


def written_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def set_apart(data: Path, now: datetime) -> Path:
    """Move everything that was found, and the empty database, into a folder of its own; nothing is deleted."""
    apart = data / f"sebelum-{now.astimezone(UTC):%Y%m%d-%H%M%S}"
    apart.mkdir(mode=0o700)
    for path in [data / KEY_FOLDER, data / BACKUP_FOLDER, *data.glob("*.sqlite3*"), *data.glob("*.penanda")]:
        if path.exists():
            path.rename(apart / path.name)
    return apart


RETURN_CAUSES: dict[str, str] = {
    "restored": "Basis data ini dipulihkan dari cadangan.",
    "older": "Berkas basis data di komputer ini diganti dengan salinan yang lebih lama atau dari komputer lain.",
    "copied": "Berkas basis data ini disalin ke sini tanpa penandanya.",
    "moved": "Folder data ini pindah ke komputer lain.",
    "rewound": "Komputer ini mundur ke keadaan lama: pihak lain memiliki catatan yang di sini sudah tidak ada.",
}
RETURN_TITLE = "Data komputer ini pernah mundur atau pindah"
OFFICE_ADVICE = (
    "Pekerjaan jalan terus. Nomor baru memakai huruf tambahan, supaya tidak ada nomor yang diberikan dua kali.",
    "Bila kantor ini terdaftar di pusat cetak, minta kode pendaftaran baru lalu daftarkan lagi. Kiriman menunggu.",
    "Yang dicatat sesudah salinan itu dan belum terkirim diketik lagi dari kertas.",
)
CENTRE_ADVICE = (
    "Baris kecamatan yang belum memberi kabar sejak itu ditahan dari antrean cetak. Kecamatan tidak perlu kode baru.",
    "Kumpulkan kartu yang sudah tercetak tetapi belum dikirim dan cocokkan sebelum mencetak; hitung juga blangkonya.",
)


def return_cause(word: str) -> str:
    return RETURN_CAUSES.get(word, RETURN_CAUSES["older"])


def return_advice(side: str) -> tuple[str, ...]:
    return OFFICE_ADVICE if side == "office" else CENTRE_ADVICE


NOTE_LIMIT = 300


class Return(msgspec.Struct, frozen=True):
    """One return: `epoch` was opened after `before`, for a cause of `sync.database_marker`."""

    epoch: int
    cause: str
    before: int
    at: datetime


@cached_until_next_entry
def unconfirmed_returns(db: Database) -> tuple[Return, ...]:
    """Returns that nobody has confirmed, the newest first. The table changes with an entry and never otherwise."""
    return tuple(select_structs(Return, db, "FROM side_return WHERE confirmed_at = '' ORDER BY epoch DESC"))


def confirm_return(journal: Journal, actor: Actor, *, permission: str, note: str, now: datetime) -> None:
    """A person has read it and says what was done. Raises Problem `forbidden`, `invalid`, `conflict`."""
    require(actor, permission)
    words = " ".join(note.split())
    if not words or len(words) > NOTE_LIMIT:
        raise Problem.of("invalid", {"note": SENTENCES["done_briefly"]})
    with journal.transaction():
        waiting = unconfirmed_returns(journal.db)
        if not waiting:
            raise Problem.of("conflict", why="Tidak ada yang perlu dipastikan lagi. Muat ulang halaman.")
        body = ReturnConfirmed(waiting[0].epoch, words)
        journal.record(body, subject=f"epoch/{journal.source}/{body.epoch}", actor=actor.username, at=now)
