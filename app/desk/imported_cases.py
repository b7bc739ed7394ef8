"""Cases that come out of an old register: what an entry says of one, and writing many at once.

The entry itself belongs to the service's room, which knows what else a line proves.
"""

from collections.abc import Sequence

import msgspec

from app.office.events import Number
from schema.database import Database
from sync.entries import Entry, Kind, apply_nothing, to_utc_text


class ImportedCase(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of an old register became a case. `step` is a step, or an exit such as `@done` with `closed_on`.

    `fingerprint` keeps the same line from being taken twice; `note` says where it stood and what else it said.
    The clock of the promise never runs for it: the old register does not tell when the file was complete.
    """

    id: int
    service: str
    revision: str
    number: Number
    code: str
    kind: str
    name: str
    area: str
    main_key: str
    fields: dict[str, str]
    step: str
    place: str
    received_on: str
    fingerprint: str
    birth_on: str | None = None
    phone: str = ""
    keys: list[tuple[str, str]] = []
    blocks: list[str] = []
    closed_on: str | None = None
    note: str = ""


class RegisterImported(msgspec.Struct, frozen=True):
    """An import was carried through: file name, SHA-256 of the file, and what became of its lines."""

    service: str
    file: str
    digest: str
    loaded: int
    known: int
    refused: int
    repeated: int


INSERTS = {
    "case": (
        "INSERT INTO case_file (id, service, revision, number, code, kind, name, area, main_key, birth_on, phone,"
        " fields, step, closed, place, place_number, received_on, entered_at, entered_by, late_reason, closed_on,"
        " changed_at, origin)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, '', ?, ?, 'import')"
    ),
    "key": "INSERT OR IGNORE INTO case_key (value, name, case_id) VALUES (?, ?, ?)",
    "likeness": "INSERT OR IGNORE INTO case_likeness (block, case_id) VALUES (?, ?)",
    "names": "INSERT INTO case_fts (rowid, name) VALUES (?, ?)",
    "way": (
        "INSERT INTO case_event (case_id, at, on_date, action, step_from, step_to, actor, note)"
        " VALUES (?, ?, ?, 'imported', '', ?, ?, ?)"
    ),
    "number": ("INSERT OR IGNORE INTO number_used (series, text, year, epoch, n, subject) VALUES (?, ?, ?, ?, ?, ?)"),
    "line": "INSERT OR IGNORE INTO import_line (fingerprint, case_id) VALUES (?, ?)",
}


def write_cases(db: Database, entries: Sequence[Entry], cases: Sequence[ImportedCase]) -> None:
    """Write the cases of a batch of entries table by table, in the order of each index."""
    times = {at: to_utc_text(at) for at in {entry.at for entry in entries}}
    db.many(
        INSERTS["case"],
        [case_row(entry, one, times[entry.at]) for entry, one in zip(entries, cases, strict=True)],
    )
    # Sorted as their trees are, rows fall into neighbouring pages; that halves the time of these tables.
    db.many(INSERTS["key"], sorted((value, name, body.id) for body in cases for name, value in body.keys))
    db.many(INSERTS["likeness"], sorted((block, body.id) for body in cases for block in body.blocks))
    db.many(INSERTS["names"], [(body.id, body.name) for body in cases])
    db.many(
        INSERTS["way"],
        [
            (body.id, times[entry.at], body.received_on, body.step, entry.actor, body.note)
            for entry, body in zip(entries, cases, strict=True)
        ],
    )
    db.many(
        INSERTS["number"],
        sorted(
            (body.number.series, body.number.text, body.number.year, entry.epoch, body.number.n, entry.subject)
            for entry, body in zip(entries, cases, strict=True)
        ),
    )
    db.many(INSERTS["line"], sorted((body.fingerprint, body.id) for body in cases))


def case_row(entry: Entry, body: ImportedCase, at: str) -> tuple[object, ...]:
    return (
        body.id,
        body.service,
        body.revision,
        body.number.text,
        body.code,
        body.kind,
        body.name,
        body.area,
        body.main_key,
        body.birth_on,
        body.phone,
        msgspec.json.encode(body.fields).decode(),
        body.step,
        int(body.closed_on is not None),
        body.place,
        body.received_on,
        at,
        entry.actor,
        body.closed_on,
        at,
    )


IMPORT_KINDS = [
    Kind("register.imported", 1, RegisterImported, apply_nothing),
]
