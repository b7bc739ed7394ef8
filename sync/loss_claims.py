"""A peer says that this side lacks what it once held: believed at once with our own signature, else by a person alone.

Each file signs how far its writer holds the shared streams; the reader keeps the newest such statement and brings it
back with every file of its own. Whoever came back from an older state unnoticed is shown its own word, and opens an
epoch. A word without that may be a lie: it costs its speaker alone (docs/decisions/0077-words-without-proof.md).
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from schema.database import Database
from schema.structs import decode_json
from sync.entries import keep_fact, own_identity, read_fact
from sync.epochs import JUMP, MAX_EPOCH, open_provisional
from sync.events import LossClaim, LossClaimed, LossDecided
from sync.file_format import Ack, Header, SignedAcks
from sync.forks import REWOUND
from sync.head_proofs import own_signing_key
from sync.journal import Journal
from sync.keys import PublicKeys, is_text_signed, sign_text
from sync.nodes import Node, Peer
from sync.problems import SyncError

KEPT = "signed_acks."
WAITS = (
    "SELECT 1 FROM loss_claim WHERE peer = ? AND decided_at = ''"
    " AND epoch = (SELECT CAST(value AS INTEGER) FROM identity WHERE key = 'epoch')"
)
MOST_EPOCH = MAX_EPOCH - 100 * JUMP
"""Above this nobody is believed: epochs would come to an end."""


def statement_text(writer: str, reader: str, acks: Sequence[Ack]) -> bytes:
    return f"loket-acks-1\n{writer}\n{reader}\n".encode() + msgspec.json.encode(acks)


def newest_acks(acks: Sequence[Ack]) -> list[Ack]:
    """The last epoch of each stream alone: what came before is closed."""
    newest: dict[tuple[str, str], Ack] = {}
    for ack in acks:
        known = newest.get((ack.origin, ack.stream))
        if known is None or ack.epoch > known.epoch:
            newest[(ack.origin, ack.stream)] = ack
    return list(newest.values())


def sign_acks(node: Node, peer: Peer, acks: Sequence[Ack]) -> SignedAcks:
    keys = node.keys_for(peer.name)
    said = newest_acks(acks)
    return SignedAcks(said, keys.public.signer, sign_text(keys, statement_text(node.name, peer.name, said)))


def kept_statement(db: Database, peer: str) -> SignedAcks | None:
    text = read_fact(db, KEPT + peer)
    if not text:
        return None
    return decode_json(text, SignedAcks)


def keep_statement(db: Database, peer: str, header: Header) -> None:
    """In the open transaction: keep the statement of a truly signed file, unless the known one proves more.

    An older file comes late; or its writer has come back from an older state without knowing, and has written on: what
    it says of its own stream grows, while it holds less of ours than it signed before.
    """
    said = header.signed
    known = kept_statement(db, peer)
    if isinstance(said, SignedAcks) and (known is None or goes_further(said, known, peer)):
        keep_fact(db, KEPT + peer, msgspec.json.encode(said).decode())


def goes_further(said: SignedAcks, known: SignedAcks, writer: str) -> bool:
    """Whether a statement holds every stream at least as far as the known one, or comes from a newer epoch."""
    epoch = newest_epoch_of(writer, said)
    known_epoch = newest_epoch_of(writer, known)
    if epoch != known_epoch:
        return epoch > known_epoch
    ends = {(ack.origin, ack.stream): (ack.epoch, ack.n) for ack in said.acks}
    return all(ends.get((ack.origin, ack.stream), (0, 0)) >= (ack.epoch, ack.n) for ack in known.acks)


def newest_epoch_of(side: str, said: SignedAcks) -> int:
    """The newest epoch of one side that signed acknowledgements name; 0 for none."""
    return max((ack.epoch for ack in said.acks if ack.origin == side), default=0)


# -- what a file says of us ------------------------------------------------------------------------------------------


def note_rewound(node: Node, peer: Peer, header: Header, acks: Sequence[Ack], now: datetime) -> None:
    """In the open transaction: open an epoch where the file brings our own signature on what we lack; note what it
    says without one, once until a person has decided."""
    proved = proved_loss(node, peer, header)
    if proved:
        open_provisional(node.journal, REWOUND, now, above=proved)
        return
    said = claimed_loss(node, peer, acks)
    if said is None or has_claim(node.db, peer.name) or is_refuted(node.db, peer.name, said):
        return
    held = node.journal.tail(*said.where).n
    body = LossClaimed(peer.name, node.journal.epoch, *said.where, said.n, held)
    node.journal.record(
        body, subject=f"road/{peer.name}", actor="road", at=now, stream=peer.local_stream, lane=peer.lane
    )


def proved_loss(node: Node, peer: Peer, header: Header) -> int:
    """The epoch in which we signed to hold what we lack now, as our own statement in the file proves; else 0."""
    said = header.returned
    if not isinstance(said, SignedAcks):
        return 0
    epoch = newest_epoch_of(node.name, said)
    ours = all(peer.owns(ack.origin, ack.stream, node.name) for ack in said.acks)
    lost = any(ack.n > node.journal.tail(*ack.where).n for ack in said.acks)
    if not (ours and lost and node.journal.epoch <= epoch <= MOST_EPOCH):
        return 0
    known = node.keys_for(peer.name).public
    signing: str | None = known.signing
    if said.signer != known.signer:
        signing = own_signing_key(node, said.signer)
    text = statement_text(node.name, peer.name, said.acks)
    if signing and is_text_signed(PublicKeys(node.name, signing, ""), text, said.signature):
        return epoch
    return 0


def claimed_loss(node: Node, peer: Peer, acks: Sequence[Ack]) -> Ack | None:
    """What the file says of lines that we must have held once and lack now, of the stream where most is missing.

    That is: lines of ours beyond our running epoch's end, or lines of the peer that we acknowledged in it (`told`).
    """
    epoch = node.journal.epoch
    claims = []
    knows = any((ack.origin, ack.epoch) == (node.name, epoch) for ack in acks)
    for ack in acks:
        if not peer.owns(ack.origin, ack.stream, node.name) or not 0 < ack.epoch <= MOST_EPOCH:
            continue
        own = ack.origin == node.name
        held = node.journal.tail(*ack.where).n
        if own and ack.n > held and ack.epoch >= epoch:
            claims.append(ack)
        elif not own and knows and ack.told > held:
            claims.append(msgspec.structs.replace(ack, n=ack.told))
    return max(claims, key=lambda ack: (ack.epoch, ack.n), default=None)


def is_unproved(node: Node, ack: Ack) -> bool:
    """Whether an acknowledgement is of lines that we never wrote in our running epoch: it is not gone by."""
    return (
        ack.origin == node.name
        and ack.epoch >= node.journal.epoch
        and ack.n > node.journal.tail(node.name, ack.epoch, ack.stream).n
    )


# -- the word of one peer, and the decision of a person --------------------------------------------------------------


def open_claims(db: Database) -> list[LossClaim]:
    """Words that wait for a decision, by peer; an epoch that was opened since has answered the earlier ones."""
    return LossClaim.rows(db, decided_at="", epoch=own_identity(db)[1], order="peer")


def has_claim(db: Database, peer: str) -> bool:
    """Whether a word of a peer waits for a decision."""
    return db.one(WAITS, (peer,)) is not None


def find_claim(db: Database, peer: str) -> LossClaim | None:
    return LossClaim.first(db, peer=peer, decided_at="", epoch=own_identity(db)[1])


def is_refuted(db: Database, peer: str, said: Ack) -> bool:
    """Whether a person has said of this very word, or of one that went further, that it is not true."""
    sql = (
        "SELECT 1 FROM loss_claim WHERE peer = ? AND origin = ? AND of_epoch = ? AND stream = ? AND said >= ?"
        " AND decided_at <> ''"
    )
    return db.one(sql, (peer, *said.where, said.n)) is not None


def decide_claim(journal: Journal, peer: str, *, believed: bool, note: str, actor: str, now: datetime) -> None:
    """A person decides whether this side has lost what the peer says. `believed` opens an epoch, as a proof would.

    Raises SyncError("no_claim") where nothing waits, and ("epoch_full").
    """
    with journal.transaction():
        claim = find_claim(journal.db, peer)
        if claim is None:
            raise SyncError("no_claim")
        journal.record(LossDecided(peer, believed, note), subject=f"road/{peer}", actor=actor, at=now)
        if believed:
            open_provisional(journal, REWOUND, now, above=claim.of_epoch)
