"""What a citizen is told of a case: one large panel at the kiosk, at the end of the check and at the hand-over.

It answers what somebody at the window asks: where is it, when is it ready, what do I bring, when are you open, whom do
I ask. It says nothing of the office's own trade and holds no name: the kiosk has no account.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
from msgspec.structs import replace

from app.casework.desk import story
from app.casework.desk.checklist import CheckedLine, read_checklist, wanted_text
from app.casework.desk.tables import CaseFile
from app.core.dates import days_apart, long_date, stored_date
from app.core.procedure import engine
from app.core.procedure.deadline import DueDay, counting_calendar
from app.core.text import sentence_case
from app.core.workdays import WEEKDAYS, Calendar, week_lines
from app.platform.office import queries as office
from app.platform.office import settings
from schema.database import Database
from schema.service_procedure import Exit, Step

MOST_LATE = 21
"""Days behind a promise that its calendar shows; how many more there are stands beside it in words."""
SLIP = "Slip ini."
NOTHING = "Tidak ada. Simpan slip ini sampai selesai."
IDENTITY = "Tanda pengenal."
WENT_BACK = "Berkas yang kami kembalikan kepada Anda."
PAUSED = "Tanggal ini akan bergeser: hitungan harinya sedang berhenti."
EXPLAIN = "Tanyakan sebabnya kepada petugas; kami kabari begitu siap."
UNSURE = "Permohonan Anda sedang kami kerjakan."


class OfficeWords(msgspec.Struct, frozen=True):
    """When the office is open, in lines of days and hours, and whom to ask."""

    hours: Sequence[tuple[str, str]]
    ask: str


class CitizenPanel(msgspec.Struct, frozen=True):
    """`due_label` and `due` are a promised day in words, `days` how it was counted with the days since; `late` says by
    how much it is over, `apology` that the office is sorry. `more` are further days to wait for: (what, day)."""

    kind: str
    sentence: str
    office: OfficeWords
    due_label: str = ""
    due: str = ""
    days: tuple[DueDay, ...] = ()
    late: str = ""
    apology: str = ""
    more: Sequence[tuple[str, str]] = ()
    bring: Sequence[str] = ()


def office_words(db: Database, today: date) -> OfficeWords:
    held = office.working_time(db).hours_of(today)
    phone = settings.get_setting(db, "office.phone")
    ask = "Petugas di loket atau meja informasi"
    if phone:
        ask = f"{ask}, telepon {phone}"
    week: Sequence[tuple[str, str]] = ()
    if held:
        week = week_lines(held)
    return OfficeWords(week, f"{ask}. Sebutkan kode di slip Anda.")


def case_panel(db: Database, case: CaseFile, today: date, instead: str = "") -> CitizenPanel:
    """The panel of a case; `instead` is what to tell where the step cannot be done in this office now."""
    checks = read_checklist(db, story.case_definition(db, case), case)
    told = story.case_story(db, case, today, {}, checks)
    ended = isinstance(told.state, Exit)
    kind = "wait"
    if isinstance(told.state, Exit) and told.state.by_hand:
        kind = "idle"
    elif case.kept_on:
        kind = "good"
    bring: Sequence[str] = [NOTHING]
    if not instead:
        bring = things_to_bring(told.state, checks)
    panel = CitizenPanel(
        kind=kind,
        sentence=instead or state_sentence(told.state, case, checks),
        office=office_words(db, today),
        bring=bring,
    )
    if not case.due_on or (ended and not case.kept_on):
        return panel
    return with_promise(db, panel, told, today)


def with_promise(db: Database, panel: CitizenPanel, told: story.Story, today: date) -> CitizenPanel:
    """The panel with the promised day: how it was counted, or by how much it is over."""
    case = told.case
    promise = told.definition.promise
    product = engine.product_word(told.definition)
    unit = promise.unit if promise else ""
    counted = counting_calendar(unit, office.office_calendar(db))
    due = date.fromisoformat(case.due_on or "")
    until = stored_date(case.kept_on) or today
    if until > due or case.kept_on:
        label = "Dijanjikan paling lambat"
    else:
        label = f"{sentence_case(product)} paling lambat"
    panel = replace(panel, due_label=label, due=told.promise.date_text)
    if any(reason.to_on is None for reason in told.pauses):
        return replace(panel, kind="warn", days=told.days, late=PAUSED)
    if until <= due and case.kept_on:
        return replace(panel, more=[("Siap sejak", long_date(until))])
    if until <= due:
        return replace(panel, days=told.days)
    days = days_apart(due, until, counted)
    sorry = f"Mohon maaf, {product} Anda tidak siap pada hari yang kami janjikan."
    panel = replace(panel, days=with_late_days(counted, told.days, until))
    if case.kept_on:
        return replace(panel, late=f"Siap {days} sesudah hari itu.", apology=sorry)
    return replace(panel, kind="bad", late=f"Sudah lewat {days}.", apology=f"{sorry} {EXPLAIN}")


def days_to_show(db: Database, told: story.Story, today: date) -> tuple[DueDay, ...]:
    """The days of a promise for the case's own page; of one that is over with the days since."""
    case = told.case
    promise = told.definition.promise
    if told.promise.kind != "bad" or not case.due_on or promise is None:
        return told.days
    until = stored_date(case.kept_on) or today
    return with_late_days(counting_calendar(promise.unit, office.office_calendar(db)), told.days, until)


def with_late_days(counted: Calendar, days: tuple[DueDay, ...], until: date) -> tuple[DueDay, ...]:
    """The days of a promise with those since, up to a day: each that counts is late."""
    if not days:
        return days
    since = [days[-1].date + timedelta(days=step) for step in range(1, MOST_LATE + 1)]
    return days + tuple(late_day(counted, day) for day in since if day <= until)


def late_day(counted: Calendar, day: date) -> DueDay:
    if counted.is_workday(day):
        return DueDay(day, None, "lewat", "late")
    holiday = counted.holiday(day)
    if holiday:
        reason = holiday.name
    else:
        reason = WEEKDAYS[day.weekday()]
    return DueDay(day, None, reason, "off")


def without_due(said: str) -> str:
    """A sentence without the part that says the promised day: the panel says it large, with its calendar."""
    before, due, after = said.partition("{due}")
    if not due:
        return said
    start = max(before.rfind(mark) for mark in ".,;")
    return before[: max(start, 0)] + after


def state_sentence(state: Step | Exit, case: CaseFile, checks: Sequence[CheckedLine]) -> str:
    """What the file says to the applicant at this step, for everybody's eyes: without a name, without the promised day
    and without words that somebody typed; what is missing is named by the standard."""
    said = without_due(state.say.removeprefix("{name}, "))
    lacking = ""
    if story.is_with_applicant(state):
        lacking = "; ".join(checked.text for checked in checks if checked.lacking)
    if not lacking:
        said = said.replace(": {reason}", "").replace("{reason}", "")
    values = {"name": "Anda", "reason": lacking, "number": case.number, "place": "", "office": ""}
    sentence = sentence_case(said.format_map({"due": "", **values}).strip(" .")) or UNSURE.rstrip(".")
    return f"{sentence}."


def things_to_bring(state: Step | Exit, checks: Sequence[CheckedLine]) -> Sequence[str]:
    """What to bring the next time; of a case that ended nothing.

    Papers that the applicant has at home are all brought, also those that a village has seen or that went back.
    """
    if isinstance(state, Exit):
        return ()
    went_back = story.is_with_applicant(state)
    at_home = state.actor == "applicant" and not went_back
    missing = [
        f"{wanted_text(checked).rstrip('.')}."
        for checked in checks
        if checked.lacking or (at_home and checked.need.mandatory)
    ]
    if went_back:
        return [SLIP, WENT_BACK, *missing]
    if state.special == "batches.hand_over":
        old = [f"{line.name}, untuk ditukar." for line in checks if line.need.surrendered and line.state == "present"]
        return [SLIP, IDENTITY, *old, "Surat kuasa, jika diambil orang lain."]
    if state.special == "ktp.recording":
        return [SLIP, *missing, "Pemohon datang sendiri; tidak dapat diwakilkan."]
    if missing or state.waits_for == "applicant":
        return [SLIP, *missing]
    return [NOTHING]
