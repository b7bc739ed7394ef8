"""The deeds that exercises ask for, and whether the journal shows them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from sync.entries import Entry
from sync.journal import Journal


class Deed(msgspec.Struct, frozen=True):
    """An entry of a kind. `says`: the field in which the invented person's name must stand; `after`: the deed that
    began the thing (its `id`, `case/7` as papers name it, or the line that a partner sent) which the field `of` names.
    `only` is what one more field holds, where a kind says several things."""

    kind: str
    says: str = ""
    after: str = ""
    of: str = ""
    only: tuple[str, str] = ("", "")


ARRIVED = "line_arrived"
"""What nobody at the centre does: the sending office's line came in."""
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
        ARRIVED: Deed("dispatch.line", says="name"),
        "line_accepted": Deed("line.accepted", after=ARRIVED, of="line"),
        "line_refused": Deed("line.refused", after=ARRIVED, of="line"),
        "line_printed": Deed("line.printed", after=ARRIVED, of="line"),
        "card_shipped": Deed("shipment.sent", after=ARRIVED, of="lines"),
        "contact_changed": Deed("centre.setting_changed", says="settings"),
        "code_given": Deed("office.invited", says="name"),
        "blanks_received": Deed("blanks.received", says="letter"),
    }
)
"""What a step may ask for (`done` in schema/exercises.toml)."""


def entries_since(journal: Journal, username: str, since: int) -> list[Entry]:
    """What somebody did after the entry `since` that a deed may be, and what a partner sent since."""
    kinds = sorted({deed.kind for deed in DEEDS.values()})
    rows = journal.db.run(
        "SELECT j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id"
        f" WHERE j.id > ? AND j.kind IN ({', '.join('?' * len(kinds))}) ORDER BY j.id",
        (since, *kinds),
    )
    entries = (journal.decode(bytes(head), bytes(body)) for head, body in rows)
    return [entry for entry in entries if entry.actor == username or entry.source != journal.source]


def times_done(name: str, entries: Sequence[Entry], person: str) -> list[Entry]:
    """Every time that a deed was done about the person of an exercise."""
    deed = DEEDS[name]
    found = [entry for entry in entries if entry.kind == deed.kind]
    if deed.says:
        found = [entry for entry in found if person.casefold() in str(getattr(entry.body, deed.says)).casefold()]
    if deed.after:
        begun = {known for entry in times_done(deed.after, entries, person) for known in names_of(deed.after, entry)}
        found = [entry for entry in found if begun & things_named(getattr(entry.body, deed.of))]
    field, held = deed.only
    if field:
        return [entry for entry in found if getattr(entry.body, field) == held]
    return found


def names_of(began: str, entry: Entry) -> tuple[int | str, ...]:
    """How later entries name the thing that a deed began: by its id, by its subject, or as a partner's line."""
    if began == ARRIVED:
        return (entry.line_id,)
    return entry.body.id, f"{DEEDS[began].kind.partition('.')[0]}/{entry.body.id}"


def things_named(held: Any) -> set[int | str]:
    """What the field `of` names: one thing, or of a shipment the line of each (line, serial)."""
    if isinstance(held, list):
        return {line for line, _serial in held}
    return {held}
