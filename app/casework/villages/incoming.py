"""What comes from villages, on a stick or over the network: taken, held for a decision, or refused with a sentence."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from app.casework.villages import queries
from app.casework.villages.events import DOUBLED, EARLIER_KEY, CopyNoticed, FileHeld, HeldFileJudged
from app.casework.villages.files import (
    DRAFTS,
    ENDING,
    MOST_LINES,
    BroughtForm,
    KnownList,
    Withdrawn,
    open_lines,
    village_files,
)
from app.casework.villages.service import Taking, is_here, read_brought_line, take_file
from app.casework.villages.tables import VillageFile, VillageHeld, VillageHeldContent, VillageKey
from app.core.asked import Choice
from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.platform.office import queries as office
from app.platform.office.exchange import OfficeExchange
from app.room import office_command
from schema.database import Database
from sync.entries import parse_utc_text
from sync.file_format import Header, Opened
from sync.journal import Journal
from sync.keys import PublicKeys
from sync.nodes import Node
from sync.problems import EnvelopeError, SyncError

MOST_HELD = 20
"""Files of one village that wait for a decision; further ones stay on their stick or in the village."""
MOST_HELD_BYTES = 8_000_000
BEHIND = timedelta(hours=1)
"""So much later a live request must have been written than one with a higher count, to tell that the count went back:
two commands of one computer may overtake each other."""
NO_FILES = f"Tidak ada dokumen draf dari desa (berakhiran {ENDING}) di flashdisk ini."
HELD_NOW = "ditahan: {drafts} draf menunggu keputusan administrator, di bawah."
NO_ROOM = "belum diambil: terlalu banyak dokumen desa itu menunggu keputusan. Putuskan dulu, lalu baca lagi."
JUDGED = {"taken": "Ambil drafnya", "dropped": "Buang dokumennya"}
NEW_KEY_FIRST = "Beri desa itu kode baru atau catat kunci barunya dulu; sesudah itu drafnya dapat diambil."
GONE = "Isi dokumen ini tidak ada lagi di sini. Baca flashdisknya sekali lagi, atau buang dokumennya."
FULL = "Terlalu banyak draf desa itu menunggu petugas. Selesaikan dulu sebagian, lalu ambil lagi."


# -- whose a file is --------------------------------------------------------------------------------------------------


def signing_key(db: Database, header: Header) -> VillageKey:
    """The key of the village that signed a file, of whichever epoch. Raises EnvelopeError for a stranger's."""
    key = queries.key_with_signer(db, header.sender, header.signer)
    if key is None or header.sender not in office.village_names(db):
        raise EnvelopeError("village_sender")
    return key


def known_keys(db: Database, header: Header) -> PublicKeys:
    """The keys of whoever signed a file. Raises EnvelopeError."""
    key = signing_key(db, header)
    return PublicKeys(key.village, key.signing, key.recipient)


# -- taken or held ----------------------------------------------------------------------------------------------------


def take_drafts(journal: Journal, actor: Actor, node: Node, stick: Path, *, now: datetime) -> Taking:
    """Read what villages wrote on a stick; each draft comes once, whatever is read how often. Raises SyncError for the
    stick itself; a file that is not to be used costs a sentence."""
    require(actor, "village.exchange")
    told = Taking()
    for name, sealed in village_files(stick, told.sentences):
        try:
            opened = open_lines(sealed, node.keys, lambda header: known_keys(journal.db, header), DRAFTS)
        except EnvelopeError as problem:
            if problem.code != "wrong_recipient":  # a list for a village lies there too
                told.sentences.append(f"{name}: {problem.sentence}")
            continue
        if sentence := receive_file(journal, actor.username, sealed, opened, told, now):
            told.sentences.append(f"{name}: {sentence}")
    if not (told.sentences or told.taken or told.repeated or told.set_aside or told.withdrawn or told.postponed):
        told.sentences.append(NO_FILES)
    return told


def receive_file(
    journal: Journal, username: str, sealed: bytes, opened: Opened, told: Taking, now: datetime, *, live: bool = False
) -> str:
    """In one transaction: take what a file of a village brings, or hold it; a sentence where it was held. `live`: it
    comes over the network at this moment."""
    with journal.transaction():
        key = signing_key(journal.db, opened.header)
        count = count_in(opened)
        why = why_held(journal.db, key, opened, count, live=live)
        if why == DOUBLED and not key.doubled_at:
            body = CopyNoticed(key.village, key.epoch)
            journal.record(body, subject=f"village/{key.village}", actor=username, at=now)
        if not why:
            take_file(journal, username, opened, told, now, key.epoch, count)
            return ""
        return hold_file(journal, username, sealed, opened, why, told, now)


def count_in(opened: Opened) -> int:
    """The how-manieth file with news of its key this is, as the village says; 0 where it does not."""
    first = None
    if opened.lines:
        first = read_brought_line(opened.lines[0])
    if not isinstance(first, KnownList):
        return 0
    return first.count


def why_held(db: Database, key: VillageKey, opened: Opened, count: int, *, live: bool) -> str:
    """Why this file must wait for a decision; empty where it need not. A count that never came is no reason: sticks
    come late, in any order, or not at all."""
    if key.ended_at:
        return EARLIER_KEY
    if key.doubled_at:
        return DOUBLED
    epoch = {"village": key.village, "epoch": key.epoch}
    same = VillageFile.first(db, **epoch, count=count)
    if same is not None and same.digest != opened.digest and len(opened.lines) > 1:
        return DOUBLED
    newest = VillageFile.first(db, **epoch, order="count DESC")
    if not (live and count and newest is not None and count < newest.count):
        return ""
    later = parse_utc_text(opened.header.created) - parse_utc_text(newest.written_at)
    return DOUBLED if later > BEHIND else ""


def hold_file(
    journal: Journal, username: str, sealed: bytes, opened: Opened, why: str, told: Taking, now: datetime
) -> str:
    """Keep a file with drafts that are not here, sealed as it came; what came of it, in words."""
    db = journal.db
    village = opened.header.sender
    codes, back = news_of(db, opened)
    if (known := VillageHeld.first(db, digest=opened.digest)) is not None:
        keep_content(db, known, sealed)
    if known is not None or not (codes or back):
        told.repeated += 1
        return ""
    files, size = queries.held_room(db, village)
    if files >= MOST_HELD or size + len(sealed) > MOST_HELD_BYTES:
        told.postponed += len(codes)
        return NO_ROOM
    epoch = signing_key(db, opened.header).epoch
    number = journal.next_id("village_held")
    body = FileHeld(number, village, epoch, opened.digest, opened.header.created, codes, back, why)
    journal.record(body, subject=f"village/{village}", actor=username, at=now)
    VillageHeldContent.put(db, digest=opened.digest, content=sealed)
    return HELD_NOW.format(drafts=len(codes))


def keep_content(db: Database, held: VillageHeld, sealed: bytes) -> None:
    """The content once more, where a restored backup knows of the file and has it no longer."""
    if held.state == "held":
        VillageHeldContent.put(db, digest=held.digest, content=sealed)


def news_of(db: Database, opened: Opened) -> tuple[list[str], list[str]]:
    """Codes of the drafts that are neither here nor in a held file, and of those here or held that it takes back, where
    no held file does that."""
    village = opened.header.sender
    lines = [read_brought_line(line) for line in opened.lines[:MOST_LINES]]
    held = set(queries.held_codes(db, village))
    gone = set(queries.held_codes(db, village, back=True))
    forms = dict.fromkeys(line.code for line in lines if isinstance(line, BroughtForm))
    back = dict.fromkeys(line.code for line in lines if isinstance(line, Withdrawn))
    here = [code for code in back if code in held or queries.waiting_draft(db, village, code) is not None]
    return (
        [code for code in forms if code not in held and not is_here(db, village, code)],
        [code for code in here if code not in gone],
    )


# -- the decision -----------------------------------------------------------------------------------------------------


@office_command("village.keys")
def judge_held_file(
    journal: Journal,
    actor: Actor,
    exchange: OfficeExchange,
    *,
    held_id: int,
    verdict: Annotated[str, Choice("Keputusan", "Pilih keputusannya.", choices=JUDGED)],
    now: datetime,
) -> None:
    """Take what a held file brings, each draft once, or drop it. The caller has confirmed the PIN. Raises Problem
    `not_found`, `conflict`."""
    db = journal.db
    with journal.transaction():
        held = VillageHeld.first(db, id=held_id, state="held")
        if held is None:
            raise Problem.of("not_found", what="Dokumen tertahan itu")
        if verdict == "taken":
            take_held(journal, actor.username, exchange, held, now)
        body = HeldFileJudged(held.id, verdict)
        journal.record(body, subject=f"village/{held.village}", actor=actor.username, at=now)
        if VillageHeldContent.first(db, digest=held.digest) is not None:
            VillageHeldContent.remove(db, digest=held.digest)


def take_held(journal: Journal, username: str, exchange: OfficeExchange, held: VillageHeld, now: datetime) -> None:
    """In the open transaction. Raises Problem `conflict`."""
    if held.epoch >= queries.epoch_of(journal.db, held.village):
        raise Problem.of("conflict", why=NEW_KEY_FIRST)
    content = VillageHeldContent.first(journal.db, digest=held.digest)
    if content is None:
        raise Problem.of("conflict", why=GONE)
    try:
        keys = exchange.open_node().keys
        opened = open_lines(bytes(content.content), keys, lambda header: known_keys(journal.db, header), DRAFTS)
    except SyncError as problem:
        raise Problem.of("conflict", why=problem.sentence) from problem
    told = Taking()
    take_file(journal, username, opened, told, now)
    if told.postponed:
        raise Problem.of("conflict", why=FULL)
