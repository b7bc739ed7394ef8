"""The header of a Loket file (sync.md section 2). Unknown fields are ignored unless `needs` names them."""

import binascii
import hashlib
import lzma
import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import pyrage
from msgspec import Meta

from schema.structs import decode_json
from sync.entries import (
    GENESIS,
    Code,
    Epoch,
    Fingerprint,
    Hash,
    Label,
    Moment,
    Number,
    Sentence,
    Signature,
    Stream,
    StreamKey,
    to_utc_text,
)
from sync.keys import KeyAnnouncement, NodeKeys, PublicKeys
from sync.problems import EnvelopeError

FORMAT = "loket/1"
MOST_ITEMS = 4000
"""Items of a list in a header."""
MOST_SIGNED = 20
"""Streams in a signed statement: two sides share one in each direction, and what a partner's own code added."""
FileType = Literal["batch", "receipt", "state", "enrol", "pieces", "village"]


class Ack(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far the writer of the file holds `origin`'s stream: last number and hash (hex).

    For the writer's own streams this is its own head; `told` is then the number up to which it has read our verdicts.
    """

    origin: Code
    epoch: Epoch
    stream: Stream
    n: Number
    head: Hash
    told: Number = 0

    @property
    def where(self) -> StreamKey:
        return self.origin, self.epoch, self.stream


class LineVerdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the receiver says of the lines first..last of one stream, once and for ever. `repeat`: said before."""

    origin: Code
    epoch: Epoch
    stream: Stream
    first: Number
    last: Number
    verdict: Literal["stored", "set_aside"] = "stored"
    reason: Sentence = ""
    repeat: bool = False


class HeadProof(msgspec.Struct, frozen=True, omit_defaults=True):
    """The writer's signature over the head that the file's lines end with (`sync/head_proofs.py`), by its key `signer`.

    `keys`: with lines that go back, the writer's own statements that lead to `signer`, as it once sent them.
    """

    signer: Fingerprint
    signature: Signature
    keys: Annotated[list[KeyAnnouncement], Meta(max_length=MOST_ITEMS)] = []


class SignedAcks(msgspec.Struct, frozen=True):
    """How far a side holds the newest epoch of each shared stream, signed by itself (`sync/loss_claims.py`)."""

    acks: Annotated[list[Ack], Meta(max_length=MOST_SIGNED)]
    signer: Fingerprint
    signature: Signature


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """First line of every file. `signer` and `sealed_to` are key fingerprints, `prev` and `head` hashes in hex.

    `origin` names whose lines these are when a side returns the other's own stream; `answers` is the digest of the
    file that this one answers; both come with `needs` where ignoring them would be wrong. `keys` are
    statements that lead from earlier keys to `signer`; `proof` says that the writer of the lines signed their head;
    `chunks` are the pieces of files that the writer lacks (`sync/file_pieces.py`); a file of the type `pieces` has them
    as its lines and no entries. `clock` is there when the writer does not trust `created`; `moved`
    names the epoch that the recipient granted, where another partner has granted a later one since. `signed` is what
    the writer holds, under a signature of its own, `returned` the newest such statement that it has of the recipient.
    `unread`: how many entries of the recipient wait until the writer's program is updated. `continues`: the lines count
    only if the reader holds exactly what comes before them; comes with `needs`. `reads`: what the writer understands
    beyond the first form of these files (`FORMS`).
    """

    format: Label
    type: FileType
    sender: Code
    signer: Fingerprint
    recipient: Code
    sealed_to: Fingerprint
    epoch: Epoch
    stream: Stream
    first: Number
    last: Number
    count: Number
    prev: Hash
    head: Hash
    created: Moment
    ack: Annotated[list[Ack], Meta(max_length=MOST_ITEMS)] = []
    chunks: Annotated[list[Label], Meta(max_length=MOST_ITEMS)] = []
    needs: Annotated[list[Label], Meta(max_length=MOST_ITEMS)] = []
    origin: Code | msgspec.UnsetType = msgspec.UNSET
    answers: Hash | msgspec.UnsetType = msgspec.UNSET
    receipts: Annotated[list[LineVerdict], Meta(max_length=MOST_ITEMS)] | msgspec.UnsetType = msgspec.UNSET
    keys: Annotated[list[KeyAnnouncement], Meta(max_length=MOST_ITEMS)] | msgspec.UnsetType = msgspec.UNSET
    proof: HeadProof | msgspec.UnsetType = msgspec.UNSET
    clock: Label | msgspec.UnsetType = msgspec.UNSET
    moved: Epoch | msgspec.UnsetType = msgspec.UNSET
    signed: SignedAcks | msgspec.UnsetType = msgspec.UNSET
    returned: SignedAcks | msgspec.UnsetType = msgspec.UNSET
    unread: Number | msgspec.UnsetType = msgspec.UNSET
    continues: bool | msgspec.UnsetType = msgspec.UNSET
    reads: Number | msgspec.UnsetType = msgspec.UNSET

    @property
    def source(self) -> str:
        if isinstance(self.origin, str):
            return self.origin
        return self.sender

    @property
    def verdicts(self) -> list[LineVerdict]:
        if not isinstance(self.receipts, list):
            return []
        return self.receipts

    @property
    def successions(self) -> list[KeyAnnouncement]:
        if not isinstance(self.keys, list):
            return []
        return self.keys


def lone_header(
    file_type: FileType,
    stream: str,
    keys: NodeKeys,
    to: PublicKeys,
    epoch: int,
    now: datetime,
    count: int = 1,
    answers: str = "",
) -> Header:
    """The header of a file that belongs to no stream of entries: its lines are numbered from 1 and chained to none."""
    return Header(
        format=FORMAT,
        type=file_type,
        sender=keys.node,
        signer=keys.public.signer,
        recipient=to.node,
        sealed_to=to.sealed_to,
        epoch=epoch,
        stream=stream,
        first=1,
        last=count,
        count=count,
        prev=GENESIS.hex(),
        head=GENESIS.hex(),
        created=to_utc_text(now),
        answers=answers or msgspec.UNSET,
    )


UNDERSTOOD = frozenset(Header.__struct_fields__)
"""What `needs` may name without our refusing the file."""

MAX_LINE = 256 * 1024
MAX_LINES = 500
MAX_PLAIN = 4 * 1024 * 1024
MAX_SEALED = MAX_PLAIN + 64 * 1024
MAX_RATIO = 100
RATIO_FLOOR = 64 * 1024
"""Below this size of plain text the ratio says nothing: an empty batch of zeros is no bomb."""
MAX_DEPTH = 32
GZIP = 31
"""What zlib calls a window of 32 kB with gzip's own header and checksum."""
WITH_WORDS_FORM, XZ_FORM = 1, 2
"""Numbers of `reads`, each with those before it: `continues` and files packed with WORDS; files packed as xz."""
FORMS = XZ_FORM
"""What this program reads beyond gzip and lines that were asked for."""
WORDS = Path(__file__).with_name("words-1.txt").read_bytes().replace(b"\r\n", b"\n")  # as Git may write it
"""Names of fields and common values, known to both sides; a packed file names them by checksum. Never to be changed:
other words are another file beside it, and the next of FORMS."""
WORDS_ID = zlib.adler32(WORDS).to_bytes(4, "big")
WITH_WORDS = bytes.fromhex("78bb")
"""How a zlib stream of level 6 begins whose dictionary follows by its checksum."""

XZ_MAGIC = b"\xfd7zXZ\x00"
XZ_WINDOW = 1024 * 1024
"""Bytes that the packer looks back: more than lines of one file have, and little memory on a small PC."""
XZ_MEMORY = 8 * 1024 * 1024
"""Bytes that unpacking may take: a file that asks for more was not packed by us."""
XZ_QUICK = [
    {
        "id": lzma.FILTER_LZMA2,
        "dict_size": XZ_WINDOW,
        "mode": lzma.MODE_FAST,
        "mf": lzma.MF_HC4,
        "nice_len": 64,
        "depth": 16,
        "lc": 4,
        "lp": 0,
        "pb": 0,
    }
]
"""Five sixths of gzip's bytes in twice its time (bz2: two thirds in eight times of it)."""

AGE_MAGIC = b"age-encryption.org/"
AGE_HEAD = re.compile(rb"age-encryption\.org/v1\n.{0,2048}?\n--- [0-9A-Za-z+/]{43}\n", re.DOTALL)
"""The head of an age file; ours has some 350 bytes. age reads a long one again and again: 40 kB would cost it 13 s."""
SIGNATURE = b'{"signature":"'

FindSigner = Callable[[Header, Sequence[bytes]], PublicKeys]
"""Gives the keys that the sender signs with now, or raises EnvelopeError (unknown, fenced)."""


class Opened(msgspec.Struct, frozen=True):
    """A file that is truly from its sender and truly for us. `digest` names the batch, whichever sealing it came in."""

    header: Header
    lines: list[bytes]
    digest: str


def plain_text(header: Header, lines: Sequence[bytes]) -> bytes:
    """Header and lines as they are signed. Raises EnvelopeError for a line that no receiver could take."""
    if len(lines) > MAX_LINES:
        raise EnvelopeError("too_big", what=f"lebih dari {MAX_LINES} catatan")
    for line in lines:
        if len(line) > MAX_LINE:
            raise EnvelopeError("too_big", what="satu catatan lebih dari 256 KiB")
        if b"\n" in line or not line:
            raise EnvelopeError("wrong_line", what="baris kosong atau berganti baris")
    return b"\n".join([msgspec.json.encode(header), *lines, b""])


def compress_plain(plain: bytes, *, reads: int = 0) -> bytes:
    """In the shortest form that the reader takes (`reads`, a number up to FORMS); the same bytes for the same lines.

    Few lines as a zlib stream over WORDS, many as xz; to a reader of neither as gzip with no name and no time.
    """
    if len(plain) > MAX_PLAIN:
        raise EnvelopeError("too_big", what="lebih dari 4 MiB")
    if reads >= WITH_WORDS_FORM and len(plain) <= RATIO_FLOOR:
        packer = zlib.compressobj(6, zdict=WORDS)
        return packer.compress(plain) + packer.flush()
    if reads >= XZ_FORM:
        packed = lzma.compress(plain, check=lzma.CHECK_CRC32, filters=XZ_QUICK)
    else:
        packed = zlib.compress(plain, 6, GZIP)
    if len(plain) > RATIO_FLOOR and len(plain) > MAX_RATIO * len(packed):
        return zlib.compress(plain, 0, GZIP)  # honest but very repetitive text must not look like a bomb
    return packed


def seal_file(
    header: Header, lines: Sequence[bytes], keys: NodeKeys, recipient: PublicKeys, *, reads: int = 0
) -> tuple[bytes, str]:
    """(sealed bytes, batch digest). `signer` and `sealed_to` of the header must be those of the keys given; `reads`:
    which forms the recipient takes."""
    signed = plain_text(header, lines)
    signature = SIGNATURE + b64encode(keys.sign(signed)) + b'"}\n'
    return recipient.seal(compress_plain(signed + signature, reads=reads)), hashlib.sha256(signed).hexdigest()


def open_seal(sealed: bytes, keys: NodeKeys) -> bytes:
    """What is packed inside the age envelope. Raises EnvelopeError."""
    if len(sealed) > MAX_SEALED:
        raise EnvelopeError("too_big", what="lebih dari 4 MiB")
    if not sealed.startswith(AGE_MAGIC):
        short = AGE_MAGIC.startswith(sealed[: len(AGE_MAGIC)])
        code = "truncated" if short else "not_loket"
        raise EnvelopeError(code)
    if not AGE_HEAD.match(sealed):
        raise EnvelopeError("damaged")
    try:
        return keys.open(sealed)
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise EnvelopeError("wrong_recipient") from error
        raise EnvelopeError("damaged") from error


def find_unpacker(packed: bytes) -> "zlib._Decompress | lzma.LZMADecompressor":
    """What reads these bytes: gzip, xz, or a zlib stream over words that are known here. Raises EnvelopeError."""
    if packed.startswith(b"\x1f\x8b"):
        return zlib.decompressobj(GZIP)
    if packed.startswith(XZ_MAGIC):
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)
    if not packed.startswith(WITH_WORDS):
        raise EnvelopeError("not_loket")
    if packed[2:6] != WORDS_ID:
        raise EnvelopeError("newer_format", what="kamus")
    return zlib.decompressobj(zdict=WORDS)


def expand_packed(packed: bytes) -> bytes:
    """Unpack within the limits: never more than 4 MiB and never more than a hundredfold. Raises EnvelopeError."""
    unpacker = find_unpacker(packed)
    allowed = min(MAX_PLAIN, max(RATIO_FLOOR, MAX_RATIO * len(packed)))
    try:
        plain = unpacker.decompress(packed, allowed + 1)
    except (zlib.error, lzma.LZMAError) as error:
        raise EnvelopeError("damaged") from error
    if len(plain) > allowed:
        raise EnvelopeError("too_big", what="isinya mengembang melebihi batas")
    if not unpacker.eof or unpacker.unused_data:
        raise EnvelopeError("damaged")
    return plain


def split_signed(plain: bytes) -> tuple[bytes, list[bytes], bytes]:
    """(signed bytes, lines with the header first, signature). Raises EnvelopeError."""
    if not plain.endswith(b'"}\n'):
        raise EnvelopeError("damaged")
    cut = plain.rfind(b"\n", 0, -1) + 1
    signed = plain[:cut]
    last = plain[cut:]
    if not signed or not last.startswith(SIGNATURE):
        raise EnvelopeError("damaged")
    if signed.count(b"\n") > MAX_LINES + 1:
        raise EnvelopeError("too_big", what=f"lebih dari {MAX_LINES} catatan")
    lines = signed[:-1].split(b"\n")
    if max(map(len, lines)) > MAX_LINE:
        raise EnvelopeError("too_big", what="satu catatan lebih dari 256 KiB")
    try:
        signature = b64decode(last[len(SIGNATURE) : -3], validate=True)
    except binascii.Error as error:
        raise EnvelopeError("damaged") from error
    return signed, lines, signature


def is_nested_too_deep(text: bytes) -> bool:
    """Whether JSON nests deeper than 32. Counting every bracket is cheap and settles nearly all lines."""
    if text.count(b"{") + text.count(b"[") <= MAX_DEPTH:
        return False
    depth = 0
    quoted = False
    escaped = False
    for byte in text:
        if quoted:
            quoted = escaped or byte != 0x22
            escaped = not escaped and byte == 0x5C
        elif byte == 0x22:
            quoted = True
        elif byte in b"{[":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif byte in b"}]":
            depth -= 1
    return False


def read_header(text: bytes) -> Header:
    """Decode the first line. Raises EnvelopeError."""
    if is_nested_too_deep(text):
        raise EnvelopeError("bad_header", what="terlalu bersarang")
    try:
        header = decode_json(text, Header)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise EnvelopeError("bad_header", what="isian tidak lengkap") from error
    if header.format != FORMAT:
        raise EnvelopeError("newer_format", what=header.format[:20])
    unknown = [name for name in header.needs if name not in UNDERSTOOD]
    if unknown:
        raise EnvelopeError("newer_format", what=", ".join(unknown)[:80])
    return header


def check_frame(header: Header, lines: Sequence[bytes]) -> None:
    """Numbers of the header agree with each other and with the lines. Raises EnvelopeError."""
    count = len(lines)
    if header.type == "pieces":
        count = 0
    if header.count != count:
        raise EnvelopeError("bad_header", what="jumlah catatan tidak cocok")
    if header.type == "batch" and (header.first < 1 or header.last != header.first + header.count - 1):
        raise EnvelopeError("bad_header", what="nomor catatan tidak cocok")


def open_file(sealed: bytes, keys: NodeKeys, find_signer: FindSigner) -> Opened:
    """Open a file and prove whose it is. Raises EnvelopeError; after it returns, header and lines may be trusted.

    Order: size, age, gzip, lines, header, recipient, signer, signature over the received bytes.
    """
    signed, texts, signature = split_signed(expand_packed(open_seal(sealed, keys)))
    header = read_header(texts[0])
    lines = texts[1:]
    if header.recipient != keys.node or header.sealed_to not in keys.recipients:
        raise EnvelopeError("sealed_on", sender=header.sender[:40], recipient=header.recipient[:40])
    signer = find_signer(header, lines)
    if signer.node != header.sender or signer.signer != header.signer:
        raise EnvelopeError("wrong_signer", sender=header.sender[:40])
    if not signer.verify(signed, signature):
        raise EnvelopeError("wrong_signature", sender=header.sender[:40])
    check_frame(header, lines)
    return Opened(header, lines, hashlib.sha256(signed).hexdigest())
