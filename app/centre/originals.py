"""What villages typed: sealed by them for this side, forwarded by their office as it came, compared with its line.

The office cannot open it, so it shows here what an office changed between the village's typing and its dispatch. That
is the office's work and allowed: it is shown, nothing is refused.
"""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from app.centre.tables import IncomingLine, LineOriginal, VillageSigning
from app.core.clock import office_date
from app.core.dates import plain_date
from app.core.messages import ORIGINAL, OriginalForwarded, TypedOriginal
from app.core.permissions import SYSTEM
from schema.database import Database, to_stored_value
from schema.definitions import load_all
from schema.structs import check_fields, decode_json
from sync.entries import NOBODY, Entry, Kind, check_line, parse_utc_text
from sync.file_format import Header, open_file
from sync.journal import Journal
from sync.keys import NodeKeys, PublicKeys
from sync.problems import EnvelopeError

MOST_AT_ONCE = 200
"""Forms of villages that are opened in one minute; more wait for the next one."""
NEW_KEY_DAYS = 30
"""So long the page of a line says that its village signs with another key than before."""
REASONS = {
    "not_for_us": "disegel untuk kunci yang bukan kunci di sini",
    "damaged": "rusak, atau berubah sesudah disegel di desa",
    "gone": "datanya sudah dimusnahkan",
    "signature": "tidak ditandatangani dengan kunci desa yang dicatat kecamatan",
    "other_village": "disegel oleh desa lain",
    "other_draft": "milik draf yang lain",
    "other_service": "milik layanan yang lain",
    "used": "sudah dipakai untuk berkas lain",
}
"""Why the form of a village says nothing of a line: the first three make it unreadable, the others forged."""
UNREADABLE = ("not_for_us", "damaged", "gone")
OPENING = {"sealed_on": "not_for_us", "wrong_recipient": "not_for_us"} | dict.fromkeys(
    ("wrong_signer", "wrong_signature"), "signature"
)
"""What a problem of the file is called here; every other one means that it is damaged."""


class OriginalCompared(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a village typed was opened here and compared with its line; `fields` are those that differ, by name."""

    line: str
    verdict: str
    why: str = ""
    fields: list[str] = []
    typed_at: str = ""


def apply_forwarded(db: Database, entry: Entry) -> None:
    body: OriginalForwarded = entry.body
    LineOriginal.add_from(db, body, "DO NOTHING", source=entry.source, original_key=body.signing)


def check_forwarded(db: Database, entry: Entry) -> None:
    """Only of a line that the office sent itself, the very one. Raises AuthorityError."""
    check_line(db, entry.source, entry.body.line, entry.body.line_hash)


def apply_compared(db: Database, entry: Entry) -> None:
    body: OriginalCompared = entry.body
    where = {"source": entry.stream.removeprefix("office/"), "line": body.line}
    said = {"verdict": body.verdict, "why": body.why, "fields": json.dumps(body.fields), "typed_at": body.typed_at}
    LineOriginal.alter(db, where, **said)
    original = LineOriginal.first(db, **where)
    if original is not None and not body.why:
        whose = {"source": original.source, "village": original.village, "original_key": original.original_key}
        VillageSigning.add(db, "DO NOTHING", **whose, since=to_stored_value(entry.at))


KINDS = [
    Kind("line.original_forwarded", 1, OriginalForwarded, apply_forwarded, check=check_forwarded),
    Kind("line.original_compared", 1, OriginalCompared, apply_compared, NOBODY),
]


# -- opening and comparing -----------------------------------------------------------------------------------------


def read_originals(journal: Journal, keys: NodeKeys, now: datetime) -> int:
    """Open what came and was not read yet, and write down how it compares with its line; how many. What came before its
    line waits for it."""
    if not unread_originals(journal.db):
        return 0
    with journal.transaction():
        journal.db.hold("line_original")
        unread = unread_originals(journal.db)
        for original in unread:
            body = compare(journal.db, keys, original)
            subject = f"line/{original.source}/{original.line}"
            stream = f"office/{original.source}"
            journal.record(body, subject=subject, actor=SYSTEM.username, at=now, stream=stream, lane=original.source)
    return len(unread)


def unread_originals(db: Database) -> list[LineOriginal]:
    """Those whose lines are here, with `number`, `service` and `held` (the fields as JSON) of the line."""
    rest = (
        "JOIN incoming_line l ON l.source = o.source AND l.line = o.line WHERE o.verdict = ''"
        f" ORDER BY o.source, o.line LIMIT {MOST_AT_ONCE}"
    )
    return LineOriginal.joined(db, "o", rest, number="l.number", service="l.service", held="l.fields")


def compare(db: Database, keys: NodeKeys, original: LineOriginal) -> OriginalCompared:
    if not original.sealed:
        return no_use(original, "gone")
    try:
        sender, typed = open_original(keys, original)
    except EnvelopeError as problem:
        return no_use(original, OPENING.get(problem.code, "damaged"))
    except (ValueError, msgspec.MsgspecError, RecursionError):  # not base64, not JSON, beyond what its fields may hold
        return no_use(original, "damaged")
    if why := why_forged(db, original, sender, typed):
        return no_use(original, why)
    fields = changed_fields(original, typed)
    result = "differs" if fields else "same"
    return OriginalCompared(original.line, result, "", fields, typed.typed_at)


def no_use(original: LineOriginal, why: str) -> OriginalCompared:
    if why in UNREADABLE:
        return OriginalCompared(original.line, "unreadable", why)
    return OriginalCompared(original.line, "forged", why)


def open_original(keys: NodeKeys, original: LineOriginal) -> tuple[str, TypedOriginal]:
    """(who sealed it, what was typed). Raises EnvelopeError, ValueError, msgspec.MsgspecError."""

    def find_signer(header: Header, _lines: Sequence[bytes]) -> PublicKeys:
        if header.type != "village" or header.stream != ORIGINAL:
            raise EnvelopeError("bad_header", what="jenis dokumen")
        return PublicKeys(header.sender, original.original_key, "")

    opened = open_file(b64decode(original.sealed, validate=True), keys, find_signer)
    typed = decode_json(b"".join(opened.lines), TypedOriginal)
    check_fields(typed)
    return opened.header.sender, typed


def why_forged(db: Database, original: LineOriginal, sender: str, typed: TypedOriginal) -> str:
    """Why what a village typed does not belong to this line; empty where it does."""
    if sender != original.village:
        return "other_village"
    if typed.code != original.code:
        return "other_draft"
    if typed.service != original.service:
        return "other_service"
    if is_used(db, original):
        return "used"
    return ""


def is_used(db: Database, original: LineOriginal) -> bool:
    """Whether the same draft was taken for another case. The same case may come again, after a refusal."""
    sql = (
        "SELECT 1 FROM line_original o JOIN incoming_line l ON l.source = o.source AND l.line = o.line"
        " WHERE o.village = ? AND o.code = ? AND o.verdict IN ('same', 'differs')"
        " AND NOT (l.source = ? AND l.number = ?) LIMIT 1"
    )
    return db.one(sql, (original.village, original.code, original.source, original.number)) is not None


def changed_fields(original: LineOriginal, typed: TypedOriginal) -> list[str]:
    """Names of the fields that the office sent otherwise than the village typed them, in the order of the form."""
    held: Mapping[str, str] = json.loads(original.held)
    return [name for name, value in typed.fields.items() if held.get(name, "") != value]


# -- what people read ----------------------------------------------------------------------------------------------


class Told(NamedTuple):
    """What the page of a line says of what its village typed: the colour of the note, its title and what to do."""

    kind: str
    title: str
    text: str = ""


def tell_original(db: Database, line: IncomingLine, word: str, on: date) -> Told | None:
    """Nothing of a line that no village typed; `word`: what its sender is called (kecamatan), `on`: the day it is."""
    original = LineOriginal.first(db, source=line.source, line=line.line)
    if original is None:
        return None
    village = f"desa {original.village_name or original.village}"
    if not original.verdict:
        return Told("idle", f"Berkas ini diketik di {village}. Isian aslinya dibaca sebentar lagi.")
    if original.why:
        if original.verdict == "unreadable":
            word_of = "tidak terbaca"
        else:
            word_of = "tidak sah"
        title = f"Isian asli dari {village} {word_of}: {REASONS[original.why]}."
        return Told("warn", title, f"Cocokkan data berkas ini dengan {word} sebelum dikerjakan.")
    day = plain_date(office_date(parse_utc_text(original.typed_at)))
    typed = f"Diketik di {village} pada {day}, dikirim {word}"
    new_key = tell_new_key(db, original, on)
    kind = "warn" if new_key else "idle"
    if original.verdict == "same":
        return Told(kind, f"{typed} tanpa diubah.", new_key)
    names = ", ".join(field_label(line.service, name) for name in json.loads(original.fields))
    text = f"Membetulkan isian termasuk tugas {word}. Tanyakan bila ada yang tidak jelas. {new_key}".strip()
    return Told(kind, f"{typed} dengan perubahan pada: {names}.", text)


def tell_new_key(db: Database, original: LineOriginal, on: date) -> str:
    """A sentence for as long as the key is a new one of a village that had another before: we take its office's word
    for it. Nothing of its first key."""
    own = {"source": original.source, "village": original.village}
    for key in VillageSigning.rows(db, **own, order="since, original_key")[1:]:
        since = office_date(parse_utc_text(key.since))
        if key.original_key == original.original_key and (on - since).days < NEW_KEY_DAYS:
            return f"Kunci desa ini baru sejak {plain_date(since)}. Pastikan desa memang mengganti komputernya."
    return ""


def field_label(service: str, name: str) -> str:
    """The label of a field as its standard writes it; one that is not known here keeps its own name."""
    definition = load_all().get(service)
    if definition:
        known = {field.id: field.heading for field in definition.fields}
    else:
        known = {}
    return known.get(name, name.replace("_", " ").capitalize())
