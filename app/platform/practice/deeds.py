"""The deeds that exercises ask for, and whether the journal shows them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from sync.entries import Entry
from sync.journal import Journal


class Deed(msgspec.Struct, frozen=True):
    """An entry of a kind. `says`: the field in which the invented person's name must stand; `after`: the deed that
    began the thing (its `id`) which the field `of` names."""

    kind: str
    says: str = ""
    after: str = ""
    of: str = ""


DEEDS: Mapping[str, Deed] = MappingProxyType(
    {
        "case_opened": Deed("case.opened", says="name"),
        "case_noted": Deed("case.noted", after="case_opened", of="case_id"),
        "case_examined": Deed("case.items_checked", after="case_opened", of="case_id"),
        "case_corrected": Deed("case.corrected", after="case_opened", of="case_id"),
        "device_noted": Deed("facility.moved"),
        "letter_registered": Deed("letter.registered", says="sender"),
        "letter_disposed": Deed("letter.disposed", after="letter_registered", of="letter_id"),
        "letter_drafted": Deed("letter.drafted", says="subject"),
        "letter_corrected": Deed("letter.corrected", after="letter_drafted", of="id"),
        "complaint_written": Deed("complaint.written", says="name"),
        "complaint_answered": Deed("complaint.column_written", after="complaint_written", of="complaint_id"),
        "report_opened": Deed("capa.opened", says="problem"),
        "setting_changed": Deed("office.setting_changed", says="value"),
    }
)
"""What a step may ask for (`done` in schema/exercises.toml)."""


def entries_since(journal: Journal, username: str, since: int) -> list[Entry]:
    """What somebody did after the entry `since` that a deed may be."""
    kinds = sorted({deed.kind for deed in DEEDS.values()})
    rows = journal.db.run(
        "SELECT j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id"
        f" WHERE j.id > ? AND j.kind IN ({', '.join('?' * len(kinds))}) ORDER BY j.id",
        (since, *kinds),
    )
    entries = (journal.decode(bytes(head), bytes(body)) for head, body in rows)
    return [entry for entry in entries if entry.actor == username]


def bodies_of(name: str, entries: Sequence[Entry], person: str) -> list[Any]:
    """Every time that a deed was done about the person of an exercise."""
    deed = DEEDS[name]
    found = [entry.body for entry in entries if entry.kind == deed.kind]
    if deed.says:
        found = [body for body in found if person.casefold() in str(getattr(body, deed.says)).casefold()]
    if deed.after:
        begun = {body.id for body in bodies_of(deed.after, entries, person)}
        found = [body for body in found if getattr(body, deed.of) in begun]
    return found
