"""Journal kinds of this room. `apply` sees only the entry and the tables."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from app.core.messages import LineClock
from app.core.procedure.limits import Deadline
from app.core.workdays import wall_time
from app.platform.office.tables import (
    DocumentCopy,
    DocumentPrint,
    HolidayRow,
    NumberSeries,
    NumberUsed,
    OfficeHours,
    OfficeShift,
    RunningDeadline,
    Setting,
    Standard,
    StandardProposal,
    StandardSignature,
    Village,
)
from app.room import AT, EPOCH, SUBJECT, add_row_of, alter_row_of
from schema.database import Database, to_column, to_stored_value
from schema.person_fields import OfficialName, PersonText
from schema.zone import use_zone
from sync.entries import NOBODY, Entry, Kind, to_utc_text

PUT = (
    "INSERT INTO deadline (subject, limit_id, scope, unit, since, due, paused, pauses, stopped, void)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (subject, limit_id, scope) DO UPDATE SET unit = excluded.unit,"
    " since = excluded.since, due = excluded.due, paused = excluded.paused, pauses = excluded.pauses,"
    " stopped = excluded.stopped, void = excluded.void,"
    " noted_at = CASE since WHEN excluded.since THEN noted_at ELSE '' END,"
    " noted_by = CASE since WHEN excluded.since THEN noted_by ELSE '' END,"
    " note = CASE since WHEN excluded.since THEN note ELSE '' END"
)


class VillageData(msgspec.Struct, frozen=True):
    """A desa: ten-digit code, name, head and the head's NIP."""

    code: str
    name: str
    head_name: OfficialName = ""
    head_nip: OfficialName = ""


class SeriesData(msgspec.Struct, frozen=True):
    """A number series: pattern such as `{n:04}/SURAT/{year}`, first number and the year it counts for."""

    name: str
    pattern: str
    start: int
    start_year: int


class HolidayData(msgspec.Struct, frozen=True):
    """One day off; `kind` is libur, cuti_bersama or lokal; dates as ISO text."""

    on_date: str
    name: str
    kind: str
    basis: str
    source: str


class OfficeSetUp(msgspec.Struct, frozen=True):
    settings: dict[str, Any]
    villages: list[VillageData]
    series: list[SeriesData]
    holidays: list[HolidayData]


class SettingChanged(msgspec.Struct, frozen=True):
    key: str
    value: Any


class VillageSet(msgspec.Struct, frozen=True):
    village: VillageData


class HolidaysSet(msgspec.Struct, frozen=True):
    days: list[HolidayData]
    removed: list[str]
    reason: str


class HoursSet(msgspec.Struct, frozen=True):
    """Office hours from a day on: seven texts such as `07.30-12.00, 13.00-16.00`, Monday first; `until` or empty."""

    id: int
    name: str
    since: str
    until: str
    week: list[str]
    basis: str


class ShiftSet(msgspec.Struct, frozen=True):
    """A single day has hours of its own; empty `spans` bring the usual ones back."""

    day: str
    name: str
    spans: str


class DeadlineNoted(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody who was told that a limit is over writes what is being done; whoever comes next is told later.

    `unit`, `since` and `due` are those of a limit that its room reckons itself (recap, LTPP); else the table has them.
    """

    subject: str
    limit: str
    scope: str
    note: PersonText
    unit: str = ""
    since: str = ""
    due: str = ""


class SeriesSet(msgspec.Struct, frozen=True):
    series: SeriesData


class SignatureDue(msgspec.Struct, frozen=True, omit_defaults=True):
    """A signature that a standard asks: its id, words and post there, the roles that may give it, whose section.

    `on_paper` and `may_repeat` are those of the standard's signatory.
    """

    signatory: str
    label: str
    post: str
    roles: list[str]
    section: str = ""
    on_paper: bool = False
    may_repeat: bool = False


class StandardProposed(msgspec.Struct, frozen=True):
    service: str
    revision: str
    text: str
    digest: str
    effective_on: str
    signatures: list[SignatureDue]


class StandardSigned(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody signed; `post` is the post as it is printed, with Plt., Plh. or a.n. before it, `held` the post of this
    office in which he did, with his decree."""

    service: str
    revision: str
    ordinal: int
    username: OfficialName
    name: OfficialName
    post: str
    held: str = ""


class StandardWithdrawn(msgspec.Struct, frozen=True):
    service: str
    revision: str
    reason: str


class StandardAdopted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A revision takes effect: the one that was proposed and signed. Before there were signatures the entry held the
    full text and three names that the office entered for it."""

    service: str
    revision: str
    digest: str
    effective_on: str
    text: str = ""
    maker: OfficialName = ""
    checker: OfficialName = ""
    approver: OfficialName = ""


class DocumentPrinted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A procedure was printed as original (`copy` 0), as a numbered copy or uncontrolled (None), for the `nth` time."""

    id: int
    service: str
    revision: str
    form: str
    nth: int
    copy: int | None = None


class CopyReceived(msgspec.Struct, frozen=True):
    """A holder has the numbered copy; `old_returned`: the one of the revision before was given back for it."""

    service: str
    revision: str
    number: int
    holder: OfficialName
    received_by: OfficialName
    old_returned: bool


def put_setting(db: Database, key: str, value: Any) -> None:
    if key == "office.zone":
        use_zone(value)
    Setting.put(db, key=key, value=json.dumps(value, ensure_ascii=False))


def apply_set_up(db: Database, entry: Entry) -> None:
    body: OfficeSetUp = entry.body
    for key, value in body.settings.items():
        put_setting(db, key, value)
    for table, rows in ((Village, body.villages), (NumberSeries, body.series), (HolidayRow, body.holidays)):
        for row in rows:
            table.put_from(db, row)


def apply_setting(db: Database, entry: Entry) -> None:
    put_setting(db, entry.body.key, entry.body.value)


def apply_village(db: Database, entry: Entry) -> None:
    Village.put_from(db, entry.body.village)


def apply_holidays(db: Database, entry: Entry) -> None:
    for on_date in entry.body.removed:
        HolidayRow.remove(db, on_date=on_date)
    for day in entry.body.days:
        HolidayRow.put_from(db, day)


def apply_hours(db: Database, entry: Entry) -> None:
    own = {"until": entry.body.until or None, "set_at": to_utc_text(entry.at), "set_by": entry.actor}
    OfficeHours.add_from(db, entry.body, **own)


def apply_shift(db: Database, entry: Entry) -> None:
    OfficeShift.remove(db, day=entry.body.day)
    if entry.body.spans:
        OfficeShift.add_from(db, entry.body, set_by=entry.actor)


def put_deadlines(db: Database, subject: str, deadlines: Sequence[Deadline | LineClock]) -> None:
    """In an `apply`: the deadlines of a subject as an entry says that they stand."""
    for deadline in deadlines:
        values = (
            deadline.unit,
            deadline.since,
            deadline.due,
            deadline.paused,
            deadline.pauses,
            deadline.stopped,
            deadline.void,
        )
        db.run(PUT, (subject, deadline.limit, deadline.scope, *map(to_column, values)))


def apply_deadline_noted(db: Database, entry: Entry) -> None:
    body: DeadlineNoted = entry.body
    key = {"subject": body.subject, "limit_id": body.limit, "scope": body.scope}
    if body.since:  # `void`: the row keeps the reaction and runs nowhere
        RunningDeadline.remove(db, **key)
        RunningDeadline.add(db, **key, unit=body.unit, since=body.since, due=body.due, void=1)
    RunningDeadline.alter(
        db,
        key,
        noted_at=wall_time(entry.at).isoformat(timespec="minutes"),
        noted_by=entry.actor,
        note=body.note,
    )


def apply_series(db: Database, entry: Entry) -> None:
    NumberSeries.put_from(db, entry.body.series)


def apply_proposed(db: Database, entry: Entry) -> None:
    body: StandardProposed = entry.body
    own = {"proposed_by": entry.actor, "proposed_at": to_stored_value(entry.at)}
    StandardProposal.add_from(db, body, **own)
    for ordinal, due in enumerate(body.signatures, start=1):
        values = StandardSignature.take(due, roles=" ".join(due.roles), username="", name="")
        values |= {"on_paper": int(due.on_paper), "may_repeat": int(due.may_repeat)}
        StandardSignature.add(db, service=body.service, revision=body.revision, ordinal=ordinal, **values)


def apply_withdrawn(db: Database, entry: Entry) -> None:
    for table in (StandardProposal, StandardSignature):
        table.remove(db, service=entry.body.service, revision=entry.body.revision)


def apply_standard(db: Database, entry: Entry) -> None:
    body: StandardAdopted = entry.body
    proposal = StandardProposal.first(db, service=body.service, revision=body.revision)
    text = body.text
    if not text and proposal:
        text = proposal.text
    Standard.put_from(db, body, text=text)
    StandardProposal.remove(db, service=body.service, revision=body.revision)
    blank = {"service": body.service, "revision": body.revision}
    blank |= dict.fromkeys(("label", "post", "roles", "section", "username"), "")
    for ordinal, signatory in enumerate(("maker", "checker", "approver"), start=1):
        if name := getattr(body, signatory):
            StandardSignature.add(db, ordinal=ordinal, signatory=signatory, name=name, **blank)


class Number(msgspec.Struct, frozen=True):
    """A number taken from a series (n > 0) or typed from the paper agenda (n = 0)."""

    series: str
    year: int
    n: int
    text: str


def use_number(db: Database, entry: Entry, number: Number) -> None:
    """Mark a number as used; called by the `apply` of the entry that carries it."""
    own = {"epoch": entry.epoch, "subject": entry.subject}
    NumberUsed.add_from(db, number, "DO NOTHING", **own)


use_own_number = add_row_of(NumberUsed, inside="number", conflict="DO NOTHING", epoch=EPOCH, subject=SUBJECT)
"""The same as the apply of a kind whose body has the number in its field `number`."""


KINDS = [
    Kind("office.set_up", 1, OfficeSetUp, apply_set_up),
    Kind("office.setting_changed", 1, SettingChanged, apply_setting, NOBODY),
    Kind("office.village_set", 1, VillageSet, apply_village),
    Kind("office.holidays_set", 1, HolidaysSet, apply_holidays, NOBODY),
    Kind("office.hours_set", 1, HoursSet, apply_hours, NOBODY),
    Kind("office.shift_set", 1, ShiftSet, apply_shift, NOBODY),
    Kind("deadline.noted", 1, DeadlineNoted, apply_deadline_noted),
    Kind("office.series_set", 1, SeriesSet, apply_series, NOBODY),
    Kind("office.standard_proposed", 1, StandardProposed, apply_proposed, NOBODY),
    Kind(
        "office.standard_signed",
        1,
        StandardSigned,
        alter_row_of(StandardSignature, key=("service", "revision", "ordinal"), at=AT),
    ),
    Kind("office.standard_withdrawn", 1, StandardWithdrawn, apply_withdrawn, NOBODY),
    Kind("office.standard_adopted", 1, StandardAdopted, apply_standard),
    Kind("office.document_printed", 1, DocumentPrinted, add_row_of(DocumentPrint), NOBODY),
    Kind("office.copy_received", 1, CopyReceived, add_row_of(DocumentCopy)),
]
