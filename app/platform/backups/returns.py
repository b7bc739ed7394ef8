"""What every page warns of: a damaged database, a side that came back from a copy, words of a peer without proof."""

from datetime import datetime
from typing import Annotated

import msgspec

from app.core.asked import Choice, Text
from app.core.dates import format_number, long_moment
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem
from app.room import office_command
from schema.database import Database, cached_until_next_entry
from schema.migrations import Side
from schema.struct_rows import select_structs
from sync.entries import parse_utc_text
from sync.events import ReturnConfirmed
from sync.journal import Journal
from sync.loss_claims import decide_claim, open_claims
from sync.nodes import read_peers
from sync.problems import SyncError
from sync.scheduler import newest_fault


def database_fault(db: Database) -> str:
    """What the last proofs found first, in a sentence; empty when they found nothing."""
    return newest_fault(db)


RETURN_CAUSES: dict[str, str] = {
    "restored": "Basis data ini dipulihkan dari cadangan.",
    "older": "Basis data di komputer ini diganti dengan salinan yang lebih lama atau dari komputer lain.",
    "copied": "Basis data ini disalin ke sini tanpa penandanya.",
    "moved": "Folder data ini pindah ke komputer lain.",
    "rewound": "Komputer ini mundur ke keadaan lama: pihak lain memiliki catatan yang di sini sudah tidak ada.",
}
RETURN_TITLE = "Data komputer ini pernah mundur atau pindah"
RETURN_ADVICE: dict[Side, tuple[str, ...]] = {
    "office": (
        "Pekerjaan jalan terus. Nomor baru memakai huruf tambahan, supaya tidak ada nomor yang diberikan dua kali.",
        "Bila kantor ini terdaftar di mitra, minta kode pendaftaran baru lalu daftarkan lagi. Pengiriman menunggu.",
        "Yang dicatat sesudah salinan itu dan belum terkirim diketik lagi dari kertas.",
    ),
    "centre": (
        ("Baris kantor yang belum memberi kabar sejak itu ditahan dari antrean. Kantor tidak perlu kode baru."),
        (
            "Kumpulkan kartu yang sudah tercetak tetapi belum dikirim dan cocokkan sebelum mencetak; hitung juga "
            "blangkonya."
        ),
    ),
}


NOTE_LIMIT = 300
DECIDES: dict[Side, str] = {"office": "office.settings", "centre": "centre.offices"}
"""Who decides on each side; nobody has both permissions."""


class Return(msgspec.Struct, frozen=True):
    """One return: `epoch` was opened after `before`, for a cause of `sync.evidence`."""

    epoch: int
    cause: str
    before: int
    at: datetime


@cached_until_next_entry
def unconfirmed_returns(db: Database) -> tuple[Return, ...]:
    """Returns that nobody has confirmed, the newest first. The table changes with an entry and never otherwise."""
    return tuple(select_structs(Return, db, "FROM side_return WHERE confirmed_at = '' ORDER BY epoch DESC"))


@office_command(*DECIDES.values())
def confirm_return(
    journal: Journal,
    actor: Actor,
    *,
    note: Annotated[str, Text("Yang sudah dilakukan", SENTENCES["done"], most=NOTE_LIMIT)],
    now: datetime,
) -> None:
    """A person has read it and says what was done. Raises Problem `forbidden`, `invalid`, `conflict`."""
    waiting = unconfirmed_returns(journal.db)
    if not waiting:
        raise Problem.of("conflict", why="Tidak ada yang perlu dipastikan lagi. Muat ulang halaman.")
    body = ReturnConfirmed(waiting[0].epoch, note)
    journal.record(body, subject=f"epoch/{journal.source}/{body.epoch}", actor=actor.username, at=now)


class PeerClaim(msgspec.Struct, frozen=True):
    """What a peer says without proof: that this side held `said` lines of a stream, `held` of which are here."""

    peer: str
    label: str
    said: int
    held: int
    at: datetime

    @property
    def sentence(self) -> str:
        return (
            f"{self.label} menyatakan komputer ini pernah memiliki {format_number(self.said)} catatan. Di sini ada"
            f" {format_number(self.held)}. Diketahui {long_moment(self.at)}."
        )


@cached_until_next_entry
def peer_claims(db: Database) -> tuple[PeerClaim, ...]:
    """Words of peers that wait for a decision. The table changes with an entry and never otherwise."""
    labels = {peer.name: peer.label for peer in read_peers(db)}
    return tuple(
        PeerClaim(
            claim.peer, labels.get(claim.peer) or claim.peer, claim.said, claim.held, parse_utc_text(claim.said_at)
        )
        for claim in open_claims(db)
    )


BELIEVED = {
    "untrue": "Tidak benar. Tidak ada catatan yang hilang di sini",
    "true": "Benar. Komputer ini mundur ke keadaan lama",
}


@office_command(*DECIDES.values())
def answer_claim(
    journal: Journal,
    actor: Actor,
    *,
    peer: str,
    answer: Annotated[str, Choice("Keputusan", SENTENCES["choose_one"], choices=BELIEVED, radio=True)],
    note: Annotated[str, Text("Dengan apa dipastikan", SENTENCES["done"], most=NOTE_LIMIT)],
    now: datetime,
) -> None:
    """A person says whether this side has lost what a peer says. Raises Problem `forbidden`, `invalid`, `conflict`."""
    try:
        decide_claim(journal, peer, believed=answer == "true", note=note, actor=actor.username, now=now)
    except SyncError as problem:
        raise Problem.of("conflict", why=problem.sentence) from problem
