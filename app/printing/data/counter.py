"""Papers of the counter: application form, receipt, promise slip, return slip, hand-over, call list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from app.core.workdays import Day
from app.printing.data.common import Official, Paper, Part, Subject


class Choice(Part):
    """One option with its box."""

    label: str
    chosen: bool = False


class FormField(Part):
    """One line of a form: text on a rule, `boxes` single-character boxes, or options to tick."""

    label: str
    value: str = ""
    boxes: int = 0
    options: tuple[Choice, ...] = ()
    help: str = ""
    half: bool = False  # two half-width fields share a line


class FormSection(Part):
    """Fields under one heading; sections are lettered A, B, C."""

    title: str
    fields: tuple[FormField, ...]


class FormRequirement(Part):
    """A paper that is brought along. `rule` says who asks for it; `chosen` when it was handed in."""

    label: str
    rule: str = ""
    chosen: bool = False


class FormBody(Part):
    """A form built from a service definition. `form_label` never is a bare code (domain brief 1.1)."""

    title: str
    form_label: str
    sections: tuple[FormSection, ...]
    requirements: tuple[FormRequirement, ...] = ()
    photo: str = ""  # colour word of the background; "" draws an empty frame with both rules
    village: str = ""
    village_head: str = ""
    statement: str = ""


class FilledForm(Paper):
    """Application form with what was typed."""

    number: str
    code: str
    body: FormBody
    applicant: str
    received_at: datetime
    received_by: str
    received_on: date | None = None  # when the papers came on another day than they were entered
    qr: str = ""


class ReservedNumber(Part):
    """A number kept for a form that is filled in by hand."""

    number: str
    qr: str = ""


class BlankForm(Paper):
    """Empty forms, one sheet for each reserved number, for villages without a network and for power cuts."""

    body: FormBody
    numbers: tuple[ReservedNumber, ...]
    reserved_for: str = ""


class Receipt(Paper):
    """Receipt at opening. No date is promised on it."""

    subject: Subject
    received_at: datetime
    received_by: str
    received_on: date | None = None  # when the papers came on another day than they were entered
    brought: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class CalendarDay(Part):
    """A day between completeness and promise: `number` counts working days, 0 is the start or a day off."""

    on: date
    number: int = 0
    off: str = ""  # why it does not count: "Sabtu", "Nyepi", ...


def calendar_days(explained: Iterable[Day]) -> tuple[CalendarDay, ...]:
    """The days of `Calendar.explain` as the slip prints them."""
    return tuple(
        CalendarDay(
            on=day.date, number=day.number or 0, off="" if day.kind in {"start", "workday"} else day.reason
        )
        for day in explained
    )


class PromiseSlip(Paper):
    """Slip with the due date, explained day by day (clause 5: counted from complete requirements)."""

    subject: Subject
    complete_at: datetime
    due_on: date
    working_days: int
    days: tuple[CalendarDay, ...]
    fee: str = "GRATIS"
    estimate: str = ""  # what the date says beside itself while its year waits for a decree
    complete_on: date | None = None  # when completeness was noted on a later day
    counted_from: str = ""  # "pemohon berumur 17 tahun, 12 Juni 2026": the days begin later than completeness


class ReturnReason(Part):
    """What is wrong and what the applicant should bring or mend."""

    what: str
    remedy: str = ""


class ReturnSlip(Paper):
    """A file that goes back to the applicant under the same number."""

    subject: Subject
    returned_at: datetime
    checked_by: str
    reasons: tuple[ReturnReason, ...]


class HandOver(Paper):
    """Receipt for a card, one half for the archive and one for the receiver."""

    subject: Subject
    product: str
    receiver: str
    relation: str  # "pemohon sendiri", "suami", "penerima kuasa"
    handed_on: date
    handed_by: Official
    authority: str = ""  # letter of authority: number, date
    identity: str = ""  # what the receiver showed
    surrendered: str = ""  # damaged or old card that was taken back
    serial: str = ""
    due_on: date | None = None
    arrived_on: date | None = None
    handed_at: datetime | None = None  # nothing when it was written on paper first


class CallLine(Part):
    """One card that waits. `contact` is a telephone number or "lewat desa"."""

    code: str
    number: str
    name: str
    arrived_on: date
    contact: str = ""
    address: str = ""
    calls: str = ""  # earlier calls, in words


class CallGroup(Part):
    """The waiting cards of one village."""

    village: str
    lines: tuple[CallLine, ...]


class CallList(Paper):
    """Cards to be called, per village."""

    on: date
    service: str
    groups: tuple[CallGroup, ...]


class ReadyCodes(Paper):
    """Slip codes of what may be fetched, for the notice board; nothing else about anybody."""

    service: str
    on: date
    codes: tuple[str, ...]


class RecordingLine(Part):
    """One person on the recording list. `result` is empty on a list that is still to be worked through."""

    number: str
    name: str
    nik: str
    birth_on: date | None
    address: str = ""
    time: str = ""
    status: str = ""
    result: str = ""


class RecordingGroup(Part):
    """A village or a session."""

    title: str
    lines: tuple[RecordingLine, ...]


class RecordingList(Paper):
    """Who waits for recording, per village, or who comes when, per schedule."""

    title: str
    arrangement: Literal["village", "schedule"]
    on: date | None
    place: str
    device: str
    groups: tuple[RecordingGroup, ...]
    officer: Official | None = None


class Label(Part):
    """Label of one folder. `barcode` is printed as Code 128."""

    number: str
    title: str
    note: str = ""
    barcode: str = ""
    qr: str = ""


class Labels(Paper):
    """A sheet of folder labels, to be cut."""

    labels: tuple[Label, ...]
