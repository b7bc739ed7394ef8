"""What travels between kecamatan and village on a flashdisk: a list one way, drafts the other, each in one Loket file.

The file is sealed to the receiver and signed by the sender like any other (`sync/file_format.py`); its type `village`
keeps it out of the exchange with partners. Each line is one JSON object.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from app.casework.villages.events import GivenNumber
from app.core.messages import LONGEST_ORIGINAL, ORIGINAL, ORIGINAL_PATTERN, TypedOriginal
from schema.data_folder import files_named
from schema.structs import decode_json, is_moment
from sync.carriers import file_label, read_plain, stick_problem
from sync.enrolment import write_stick_file
from sync.entries import BIGGEST, Code, Epoch, Fingerprint, Label, Moment, Number
from sync.file_format import MAX_LINE, MAX_LINES, MAX_SEALED, Header, Opened, lone_header, open_file, seal_file
from sync.keys import NodeKeys, PublicKeys
from sync.problems import CarrierError, EnvelopeError, SyncError

ENDING = ".desa"
"""Of a file between kecamatan and village: the page of the exchange with partners passes it over."""
LIST = "village/list"
DRAFTS = "village/drafts"
KEY_FILE = "kunci-desa"
OFFICE_KEY_FILE = "kunci-kecamatan"
CASES_A_LINE = 50
MOST_DRAFTS = 200
"""Drafts in one file."""
MOST_FILES = 200
"""Files that are looked at on one stick."""
MOST_FIELDS = 80
MOST_LINES = 2 * MOST_DRAFTS + 1
"""Lines that are read of such a file: drafts, as many that are taken back, and which list the village holds."""
NUMBERS_A_BLOCK = 200
"""Numbers that a village gives by itself before it needs a further block."""
MOST_HELD_TOLD = 4000
"""Drafts in files that wait for a decision, of which a list tells."""
BLOCKS_TOLD = 3
"""Blocks of which a list tells, the newest; a village keeps those of which it was told before."""
MOST_REASONS = 12
"""Reasons of a return slip that travel."""
LONGEST_VALUE = 4000
LONGEST_DRAFT = 65_536
"""Bytes of one draft."""
LARGEST = 3_500_000
"""Bytes of the lines of one file; what does not fit waits for the next one."""
LARGEST_FILE = MAX_SEALED
"""Bytes of a file that comes over the network."""
ADDRESS = re.compile(r"(https?://)?[a-z0-9]([a-z0-9.-]{0,80}[a-z0-9])?(:[0-9]{2,5})?", re.IGNORECASE)
Text = Annotated[str, Meta(max_length=300)]
Value = Annotated[str, Meta(max_length=LONGEST_VALUE)]
FieldName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,59}\Z")]


class NumberBlock(msgspec.Struct, frozen=True, order=True):
    """Numbers that a village gives by itself: the `nth` block, from 0, of those granted in the kecamatan's epoch
    `series`. Never two epochs of a village have one."""

    series: Epoch
    nth: Annotated[int, Meta(ge=0, le=BIGGEST // NUMBERS_A_BLOCK - 1)]

    @property
    def first(self) -> GivenNumber:
        return GivenNumber(self.series, self.nth * NUMBERS_A_BLOCK + 1)

    @property
    def last(self) -> GivenNumber:
        return GivenNumber(self.series, (self.nth + 1) * NUMBERS_A_BLOCK)


class ListHead(msgspec.Struct, frozen=True, tag="list"):
    """First line of a list: for which village, from whom, the how-manieth, and how many older cases it leaves out.
    `epoch`: that of the village's key, 0 from a program of before there were epochs; `blocks` its newest numbers.
    `held_files` wait for a decision at the kecamatan, with the drafts `held`; `doubled`: two computers work with this
    key, or the folder came back from an earlier day. `signer`: the village's key of which all this is said."""

    village: Code
    name: Label
    office: Label
    number: Number
    left_out: Number = 0
    epoch: Number = 0
    blocks: Annotated[list[NumberBlock], Meta(max_length=BLOCKS_TOLD)] = []
    held_files: Number = 0
    held: Annotated[list[Fingerprint], Meta(max_length=MOST_HELD_TOLD)] = []
    doubled: bool = False
    signer: Text = ""


class OfferedService(msgspec.Struct, frozen=True, tag="service", omit_defaults=True):
    """A service of which the village may type drafts: the text of its standard, and the keys of the partner to whom its
    cases go, where that one runs Loket."""

    id: Code
    text: str
    partner: PublicKeys | None = None


class KnownCase(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a village clerk reads of a case on the kecamatan's own pages; days are ISO text. `reasons`: those of the
    return slip, of a case that waits for its applicant since `returned_on`. `given`: the number on the village's
    receipt."""

    number: Text
    service: Text
    kind: Text
    name: Text
    state: Text
    received_on: Text
    due_on: Text = ""
    missing: Annotated[list[Text], Meta(max_length=60)] = []
    returned_on: Text = ""
    reasons: Annotated[list[Text], Meta(max_length=MOST_REASONS)] = []
    given: Text = ""


class KnownCases(msgspec.Struct, frozen=True, tag="cases"):
    cases: Annotated[list[KnownCase], Meta(max_length=CASES_A_LINE)]


class DraftFate(msgspec.Struct, frozen=True, tag="draft", omit_defaults=True):
    """What became of a draft: it waits, was registered (`number`), came back with a reason, or is to be sent again.
    `given`: the village's own number, where it counts at the kecamatan."""

    code: Fingerprint
    state: Literal["waiting", "registered", "returned", "set_aside", "lost"]
    number: Text = ""
    reason: Text = ""
    given: Text = ""


class SealedOriginal(msgspec.Struct, frozen=True):
    """What was typed once more, in a file that only the partner of the service opens: base64, and the fingerprints of
    the village's key that signed it and of the partner's key."""

    sealed: Annotated[str, Meta(pattern=rf"\A{ORIGINAL_PATTERN}\Z")]
    signer: Fingerprint
    sealed_to: Fingerprint


class BroughtForm(msgspec.Struct, frozen=True, tag="form", omit_defaults=True):
    """A draft as it was typed in the village, under a code that the village drew for it. `given`: the number on the
    receipt that its applicant took home; none where the village had no numbers left."""

    code: Fingerprint
    service: Code
    typed_at: Moment
    fields: Annotated[dict[FieldName, Value], Meta(max_length=MOST_FIELDS)]
    given: GivenNumber | None = None
    original: SealedOriginal | None = None


class Withdrawn(msgspec.Struct, frozen=True, tag="withdrawn"):
    """The village takes back the draft of this code, whether it came or not."""

    code: Fingerprint


class KnownList(msgspec.Struct, frozen=True, tag="known", omit_defaults=True):
    """Which list the village holds, by epoch and number; both are 0 where it has none. `count`: how many files with
    news this key has written, this one with them; 0 from a program that did not count."""

    epoch: Number
    number: Number
    count: Number = 0


class Admitted(msgspec.Struct, frozen=True):
    """What the kecamatan answers to a good code: the epoch that begins with the village's new keys."""

    epoch: Epoch


BroughtLine = BroughtForm | Withdrawn | KnownList
ListLine = ListHead | OfferedService | KnownCases | DraftFate


def is_address(text: str) -> bool:
    """Whether villages could reach an office there: a name or number, with a port or without."""
    return ADDRESS.fullmatch(text) is not None


def fitting(lines: Iterable[msgspec.Struct], room: int = LARGEST) -> list[msgspec.Struct]:
    """The first of these lines that fit into a file together; one that is too large leaves room for those behind it."""
    taken = list[msgspec.Struct]()
    for line in lines:
        size = len(msgspec.json.encode(line)) + 1
        if size <= min(room, MAX_LINE) and len(taken) < MAX_LINES - 1:
            taken.append(line)
            room -= size
    return taken


def seal_lines(
    keys: NodeKeys, to: PublicKeys, stream: str, lines: Sequence[msgspec.Struct], *, epoch: int, now: datetime
) -> bytes:
    """A file for the other side. Raises EnvelopeError for more than a file holds."""
    header = lone_header("village", stream, keys, to, epoch, now, count=len(lines))
    return seal_file(header, [msgspec.json.encode(line) for line in lines], keys, to)[0]


def seal_original(
    keys: NodeKeys, partner: PublicKeys, typed: TypedOriginal, epoch: int, now: datetime
) -> SealedOriginal | None:
    """What was typed, for the partner alone; nothing where it would be longer than a draft may carry."""
    text = b64encode(seal_lines(keys, partner, ORIGINAL, [typed], epoch=epoch, now=now)).decode()
    if len(text) > LONGEST_ORIGINAL:
        return None
    return SealedOriginal(text, keys.public.signer, partner.sealed_to)


def open_lines(sealed: bytes, keys: NodeKeys, find: Callable[[Header], PublicKeys], stream: str) -> Opened:
    """A file that is truly from the other side, for us, and goes this way. Raises EnvelopeError."""

    def find_signer(header: Header, _lines: Sequence[bytes]) -> PublicKeys:
        if header.type != "village" or header.stream != stream:
            raise EnvelopeError("wrong_direction")
        return find(header)

    opened = open_file(sealed, keys, find_signer)
    if not is_moment(opened.header.created):
        raise EnvelopeError("bad_header", what="tanggal dokumen desa")
    return opened


def decode_line(line: bytes, kind: object) -> object:
    """One line as one of the structs of its direction. Raises EnvelopeError("bad_header")."""
    try:
        return decode_json(line, kind)  # type: ignore[arg-type]  # a union of structs
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise EnvelopeError("bad_header", what="isi dokumen desa") from error


def village_files(folder: Path, told: list[str]) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of the files between kecamatan and village on a stick, one after the other; what lies there and
    cannot be read costs a sentence in `told`. Raises CarrierError."""
    if not folder.is_dir():
        raise CarrierError("stick_missing", folder=folder.name or str(folder))
    try:
        for path in files_named(folder, f"*{ENDING}")[:MOST_FILES]:
            try:
                yield path.name[:80], read_plain(path, MAX_SEALED + 1) or b"\0"
            except CarrierError as problem:
                told.append(f"{path.name[:80]}: {problem.sentence}")
    except OSError as error:
        raise stick_problem(error, folder) from error


# -- keys and their fingerprints ---------------------------------------------------------------------------------


def spoken_fingerprint(keys: PublicKeys) -> str:
    """The fingerprint of both keys and their owner's code, in fours, as it is read aloud."""
    text = keys.digest().hex()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def is_fingerprint_of(typed: str, keys: PublicKeys) -> bool:
    """Whether what was typed is the fingerprint of these keys; blanks, hyphens and capitals do not matter."""
    return "".join(typed.split()).replace("-", "").lower() == keys.digest().hex()


def write_key_file(folder: Path, kind: str, keys: PublicKeys, label: str) -> Path:
    return write_stick_file(folder, f"{kind}-{file_label(label)}.json", msgspec.json.encode(keys))


def find_keys(folder: Path, kind: str, fingerprint: str, node: str = "") -> PublicKeys:
    """The keys on a stick that have this fingerprint (and this owner). Raises SyncError: "no_key_file" for a stick
    without any such file, "key_differs" where none of them has it."""
    found = False
    try:
        for path in files_named(folder, f"{kind}-*.json"):
            keys = read_keys(path)
            if keys is None or (node and keys.node != node):
                continue
            if keys.sound() and is_fingerprint_of(fingerprint, keys):
                return keys
            found = True
    except OSError as error:
        raise stick_problem(error, folder) from error
    if found:
        raise SyncError("key_differs")
    raise SyncError("no_key_file")


def read_keys(path: Path) -> PublicKeys | None:
    try:
        return decode_json(read_plain(path, 4096), PublicKeys)
    except (msgspec.MsgspecError, UnicodeDecodeError, CarrierError):
        return None
