"""The folders of Gammu SMSD's FILES service: what came in, what goes out, what became of it. Knows no database.

The daemon writes `IN<date>_<time>_<serial>_<sender>_<part>.txt` (UTF-16 with its mark, or the locale's bytes), takes
`OUT….smsbackup` out of the outbox and moves it to `sent` or `error` under the same name. Ours name no telephone number.
"""

import hashlib
import heapq
import logging
import os
import re
import time
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

from schema.data_folder import write_whole

log = logging.getLogger(__name__)

INCOMING = re.compile(r"(IN([0-9]{8})_([0-9]{6})_[0-9]{2,4}_(.{0,40}))_([0-9]{2,4})\.txt", re.DOTALL)
MOST_FILES = 200
"""Files that one look takes; the rest waits for the next minute."""
LARGEST_FILE = 4000
"""Bytes of a part: a real one has at most 160 letters."""
LONGEST_TEXT = 2000
SETTLED_AFTER = 2.0
"""Seconds for which a file must have been left alone: the daemon writes the parts of a message one by one."""
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Letters of GSM 03.38 that take one place of 160; those of EXTENDED take two."""
EXTENDED = frozenset("^{}\\[~]|€\f")
HEX_LINE = 200
LEFT_LYING = 900.0
"""Seconds after which a file of the inbox should have been taken in, also of a thousand that came in one minute."""
State = Literal["handed", "sent", "failed", "gone"]


class Folders(NamedTuple):
    inbox: Path
    outbox: Path
    sent: Path
    error: Path

    def faults(self) -> list[str]:
        """What keeps the office from using them, a sentence each."""
        wrong = [f"Folder {folder} tidak ada." for folder in self if not (folder.is_absolute() and folder.is_dir())]
        return wrong or [
            f"Loket tidak boleh membaca dan menulis di folder {folder}."
            for folder in self[:2]
            if not os.access(folder, os.R_OK | os.W_OK)
        ]


def folders_in(base: str) -> Folders:
    """The four folders under Gammu's own, named as Debian's package names them."""
    return Folders(*(Path(base, name) for name in Folders._fields))


class Incoming(NamedTuple):
    """A message as the folder holds it; `parts` its files, the first one first; `stamp` the time on the telephone."""

    sender: str
    text: str
    stamp: str
    digest: str
    parts: tuple[Path, ...]


# -- in ----------------------------------------------------------------------------------------------------------


def read_inbox(folders: Folders, now: float | None = None) -> list[Incoming]:
    """The oldest messages that are complete; one that cannot be read keeps none of the others. Raises OSError."""
    names = heapq.nsmallest(MOST_FILES, inbox_names(folders))
    groups = [[folders.inbox / name for name in group] for _, group in groupby(names, name_of_message)]
    if len(names) == MOST_FILES and len(groups) > 1:
        groups.pop()  # its other parts may stand behind the last name
    moment = time.time() if now is None else now
    read = [read_settled(tuple(parts), moment) for parts in groups]
    return [message for message in read if message is not None]


def name_of_message(file: str) -> str:
    """What the names of all parts of a message begin with."""
    return file.rpartition("_")[0]


def inbox_names(folders: Folders) -> list[str]:
    with os.scandir(folders.inbox) as found:
        return [file.name for file in found if INCOMING.fullmatch(file.name) and file.is_file(follow_symlinks=False)]


def count_left_lying(folders: Folders, now: float | None = None) -> int:
    """Files of the inbox that nobody took in for a long time: not readable for us, or not ours to take away."""
    if now is None:
        now = time.time()
    left = 0
    with suppress(OSError):
        for name in inbox_names(folders):
            left += now - (folders.inbox / name).stat().st_mtime > LEFT_LYING
    return left


def read_settled(parts: tuple[Path, ...], now: float) -> Incoming | None:
    """A message; None while its files are being written, and where they cannot be read."""
    try:
        if not all(is_settled(part, now) for part in parts):
            return None
        return read_message(parts)
    except OSError as error:  # without the path: it holds the sender's number
        log.warning("SMS: %s", error.strerror)
        return None


def is_settled(path: Path, now: float) -> bool:
    return not 0 <= now - path.stat().st_mtime < SETTLED_AFTER


def read_message(parts: tuple[Path, ...]) -> Incoming:
    """The parts as one text. The digest is that of the first part: it is taken away last."""
    found = INCOMING.fullmatch(parts[0].name)
    assert found is not None
    read = [read_bytes(part) for part in parts]
    digest = hashlib.sha256(parts[0].name.encode() + b"\0" + read[0]).hexdigest()
    text = clean_text("".join(map(decode_part, read)).encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    day = found[2]
    clock = found[3]
    stamp = f"{day[:4]}-{day[4:6]}-{day[6:]}T{clock[:2]}:{clock[2:4]}:{clock[4:]}"
    return Incoming(clean_text(found[4])[:20], text, stamp, digest, parts)


def read_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_FILE)


def decode_part(data: bytes) -> str:
    """A part in its encoding. A picture sign may go on in the next part; behind the end Gammu leaves rubbish."""
    for mark, encoding in ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le")):
        if data.startswith(mark):
            even = data[2 : len(data) // 2 * 2]
            return even.decode(encoding, "surrogatepass").partition("\0")[0]
    return data.decode("utf-8-sig", "replace").partition("\0")[0]


def clean_text(text: str) -> str:
    """A text without what cannot be seen, at most so long; what was cut off is told."""
    plain = ""
    for sign in text:
        plain += sign if is_seen(sign) else " "
    plain = plain.strip()
    if len(plain) <= LONGEST_TEXT:
        return plain
    return f"{plain[:LONGEST_TEXT]} … (dipotong)"


def is_seen(sign: str) -> bool:
    return sign == "\n" or unicodedata.category(sign)[0] != "C"


def remove_message(message: Incoming) -> None:
    """Take the files away, the first part last: while it is there, what is left is known by it. Raises OSError."""
    for path in reversed(message.parts):
        path.unlink(missing_ok=True)


# -- out ---------------------------------------------------------------------------------------------------------


def outgoing_name(message_id: int, now: datetime) -> str:
    """A name that no other message had, also after the office came back from a backup."""
    return f"OUTC{now:%Y%m%d_%H%M%S}_00_loket_{message_id}.smsbackup"


def notice_name(day: str, key: str) -> str:
    """The name of a notice, by an ISO day and a key that follow from its case: it bears no number of a message."""
    return f"OUTC{day.replace('-', '')}_000000_00_loket_{key}.smsbackup"


def split_text(text: str) -> list[str]:
    """The text as the messages in which it travels: 160 letters in one, 153 in several; with other signs 70 and 67."""
    plain = is_basic(text)
    if plain:
        alone = 160
        several = 153
    else:
        alone = 70
        several = 67
    if sum(places(sign, plain) for sign in text) <= alone:
        return [text]
    parts = [""]
    room = several
    for sign in text:
        if places(sign, plain) > room:
            parts = [*parts, ""]
            room = several
        parts[-1] += sign
        room -= places(sign, plain)
    return parts


def is_basic(text: str) -> bool:
    return all(sign in BASIC or sign in EXTENDED for sign in text)


def places(sign: str, plain: bool) -> int:
    """How many places a sign takes: two of the extended letters, and of whatever UTF-16 writes in two."""
    if plain:
        return 1 + (sign in EXTENDED)
    return 1 + (ord(sign) > 0xFFFF)


def backup_text(message_id: int, number: str, text: str) -> str:
    """The file of an outgoing message, as `gammu-smsd-inject` writes it: number and text stand inside."""
    parts = split_text(text)
    if is_basic(text):
        coding = "Default"
    else:
        coding = "Unicode"
    lines: list[str] = []
    for n, part in enumerate(parts, start=1):
        written = part.encode("utf-16-be").hex().upper()
        lines += [f"[SMSBackup{n - 1:03}]", "PDU = Submit", "State = Sent", f'Number = "{number}"']
        if len(parts) > 1:
            lines.append(f"UDH = 050003{message_id % 256:02X}{len(parts):02X}{n:02X}")
        for i, start in enumerate(range(0, len(written), HEX_LINE)):
            lines.append(f"Text{i:02} = {written[start : start + HEX_LINE]}")
        lines += [
            f"Coding = {coding}_No_Compression",
            "Folder = 1",
            f"Length = {len(written) // 4}",
            "Class = -1",
            "",
        ]
    return "\n".join(lines)


def put_in_outbox(folders: Folders, name: str, text: str) -> None:
    """Write a message whole, readable for the daemon's group: a cut one would stop the daemon. Raises OSError.

    While it is written it ends in `.tmp`, which the daemon does not take.
    """
    write_whole(folders.outbox / name, text.encode("ascii"), mode=0o660)


def take_back(folders: Folders, name: str) -> None:
    """Take a message out of the outbox, if it lies there still. Raises OSError."""
    (folders.outbox / name).unlink(missing_ok=True)


def state_of(folders: Folders, name: str) -> State:
    """What became of a message. The outbox is asked first: the daemon moves out of it, never into it."""
    places: Sequence[tuple[Path, State]] = (
        (folders.outbox, "handed"),
        (folders.sent, "sent"),
        (folders.error, "failed"),
    )
    return next((state for folder, state in places if (folder / name).exists()), "gone")
