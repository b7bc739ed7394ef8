"""Who may write what: every line of another side is judged here before it is applied (docs/kinds.md, decision 11).

A message declares who sends it and what it is about (`schema.structs`); what declares nothing is for nobody. The values
of its fields are held to their bounds here too. A line that is not allowed is set aside with its sentence.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from schema.database import Database
from schema.structs import Sender, check_fields, is_moment, text_like, text_up_to
from sync.entries import Entry, Head, Kind

NOT_SENT = "Catatan {kind} tidak boleh datang dari {sender}; isinya tidak dipakai."
WRONG_SUBJECT = "Pokok catatan {kind} tidak cocok dengan isinya."
WRONG_HEAD = "Kepala baris di luar batas yang boleh."
NO_LINE = "Catatan ini tentang baris yang tidak ada di sini; nomor dan kuncinya perlu dicocokkan di kedua sisi."
OTHER_LINE = "Catatan ini tentang baris lain dengan nomor urut yang sama; tidak dipakai, cocokkan di kedua sisi."

SENDERS: dict[Sender, str] = {"office": "kecamatan", "centre": "pusat cetak"}
known_type, known_subject, known_actor = (
    text_like("[a-z_]{1,40}([.][a-z_]{1,40})?").holds,
    text_up_to(200).holds,
    text_up_to(100).holds,
)


class AuthorityError(ValueError):
    """A line speaks about what its sender has no say in. `sentence` may be shown on both sides."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def sender_of(lane: str, own: bool) -> Sender:
    """Which side wrote a line: at the centre each office has a lane, an office has none. `own`: ours, returned."""
    return "office" if own != bool(lane) else "centre"


def check_head(parts: Head) -> None:
    """Bounds of what stands before the body, also of a kind that this program does not know. Raises AuthorityError."""
    if not (known_subject(parts.subject) and is_head_sound(parts.type, parts.actor, parts.time, parts.dataschema)):
        raise AuthorityError(WRONG_HEAD)


@lru_cache(maxsize=1024)
def is_head_sound(kind: str, actor: str, time: str, version: str) -> bool:
    named = known_type(kind) and known_actor(actor) and is_moment(time)
    return bool(named and re.fullmatch("[1-9][0-9]{0,3}", version))


def check_sender(kind: Kind, lane: str, own: bool) -> None:
    """Raise AuthorityError unless the side that wrote it may send this kind at all."""
    sender = sender_of(lane, own)
    if kind.travel is None or kind.travel.sender != sender:
        raise AuthorityError(NOT_SENT.format(kind=kind.name, sender=SENDERS[sender]))


def check_entry(kind: Kind, entry: Entry) -> None:
    """Bounds of the body, and that the line's subject is the one that the message is about. Raises ValueError."""
    check_fields(entry.body)
    travel = kind.travel
    if travel is None or not is_about_subject(travel.subject, entry):
        raise AuthorityError(WRONG_SUBJECT.format(kind=kind.name))


def is_about_subject(pattern: str, entry: Entry) -> bool:
    fields = {name: getattr(entry.body, name) for name in pattern_fields(pattern)}
    wanted = pattern.removesuffix("*").format(**fields | {"stream": entry.stream})
    if not pattern.endswith("*"):
        return entry.subject == wanted
    return re.fullmatch(re.escape(wanted) + "[1-9][0-9]{0,15}", entry.subject) is not None


@lru_cache(maxsize=64)
def pattern_fields(pattern: str) -> tuple[str, ...]:
    return tuple(name for name in re.findall(r"{(\w+)}", pattern) if name != "stream")


def check_records(kind: Kind, db: Database, entries: Sequence[Entry]) -> None:
    """Compare received entries with the records that they name. Raises AuthorityError."""
    if kind.check:
        for entry in entries:
            kind.check(db, entry)


# -- a line is named by its id and its hash ----------------------------------------------------------------------


def held_line_hash(db: Database, source: str, line: str) -> str:
    """Hash (hex) of a source's entry `epoch/stream/n` that this side holds; empty when it does not.

    Where two PCs of an office wrote under one id and a person took over the line that the centre has, the id means that
    line on both sides from then on.
    """
    epoch, stream, n = line.split("/")
    where = (source, int(epoch), stream, int(n))
    taken = "SELECT hash FROM twin_line WHERE source = ? AND epoch = ? AND stream = ? AND n = ? AND held = 1"
    if row := db.one(taken + " AND state = 'taken'", where):
        return str(row[0])
    row = db.one("SELECT hash FROM journal WHERE source = ? AND epoch = ? AND stream = ? AND n = ?", where)
    return bytes(row[0]).hex() if row else ""


def check_line(db: Database, source: str, line: str, said: str) -> None:
    """That a message speaks of the very line that is held under this id: number, NIK and all. Raises AuthorityError.

    An older program says no hash; then the id alone has to do.
    """
    held = held_line_hash(db, source, line)
    if not held:
        raise AuthorityError(NO_LINE)
    if said and said != held:
        raise AuthorityError(OTHER_LINE)


def travelling_kinds(kinds: Sequence[Kind]) -> list[Kind]:
    return sorted((kind for kind in kinds if kind.travel), key=lambda kind: (kind.travel or ("",))[0] + kind.name)
