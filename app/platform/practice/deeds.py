"""The deeds that exercises ask for, and whether the journal shows them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from sync.entries import Entry
from sync.journal import Journal


class Deed(msgspec.Struct, frozen=True):
    """An entry of a kind. `says`: the field in which the invented person's name must stand; `after`: the deed that
    began the thing (its `id`, or `case/7` as papers name it) which the field `of` names. `only` is what one more field
    holds, where a kind says several things."""

    kind: str
    says: str = ""
    after: str = ""
    of: str = ""
    only: tuple[str, str] = ("", "")


DEEDS: Mapping[str, Deed] = MappingProxyType(
    {
        "case_opened": Deed("case.opened", says="name"),
        "case_noted": Deed("case.noted", after="case_opened", of="case_id"),
        "case_examined": Deed("case.items_checked", after="case_opened", of="case_id"),
        "case_corrected": Deed("case.corrected", after="case_opened", of="case_id"),
        "device_noted": Deed("facility.moved"),
        "letter_registered": Deed("letter.registered", says="sender"),
        "slip_printed": Deed("paper.printed", after="case_opened", of="subject"),
        "letter_amended": Deed("letter.amended", after="letter_registered", of="id"),
        "letter_submitted": Deed("letter.submitted", after="letter_drafted", of="id"),
        "letter_disposed": Deed("letter.disposed", after="letter_registered", of="letter_id"),
        "letter_drafted": Deed("letter.drafted", says="subject"),
        "letter_corrected": Deed("letter.corrected", after="letter_drafted", of="id"),
        "complaint_written": Deed("complaint.written", says="name"),
        "complaint_classed": Deed("complaint.classed", after="complaint_written", of="complaint_id"),
        "complaint_answered": Deed(
            "complaint.column_written", after="complaint_written", of="complaint_id", only=("name", "first_answer")
        ),
        "complaint_noted": Deed(
            "complaint.column_written", after="complaint_written", of="complaint_id", only=("name", "note")
        ),
        "receipt_printed": Deed("paper.printed", after="complaint_written", of="subject"),
        "standard_printed": Deed("office.document_printed", only=("form", "standard")),
        "sop_printed": Deed("office.document_printed", only=("form", "sop")),
        "report_opened": Deed("capa.opened", says="problem"),
        "setting_changed": Deed("office.setting_changed", says="value"),
        "holiday_set": Deed("office.holidays_set", says="reason"),
        "shift_set": Deed("office.shift_set", says="name"),
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
        begun = {known for body in bodies_of(deed.after, entries, person) for known in names_of(deed.after, body.id)}
        found = [body for body in found if getattr(body, deed.of) in begun]
    field, held = deed.only
    return [body for body in found if getattr(body, field) == held] if field else found


def names_of(began: str, id_: int) -> tuple[int, str]:
    """How later entries name the thing that a deed began: by its id, or by its subject."""
    return id_, f"{DEEDS[began].kind.partition('.')[0]}/{id_}"
