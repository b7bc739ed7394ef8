"""The story of one case for its page: where it is, what was promised, what comes next, what happened, what to say."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from string import capwords
from typing import NamedTuple

import msgspec

from app.casework.desk.checklist import CheckedLine, form_reasons_covered
from app.casework.desk.form import Form
from app.casework.desk.limits import case_pauses, promise_today, to_pauses
from app.casework.desk.moving import case_definition, partner_label
from app.casework.desk.queries import Event, case_events, case_form
from app.casework.desk.service import NOTE_ACTIONS, split_reasons
from app.casework.desk.tables import CaseFile, CasePause
from app.casework.desk.waiting import StepWait, shown_state, wait_of
from app.core.clock import office_date, office_time
from app.core.dates import long_date, moment_words, relative_due, short_date
from app.core.procedure import deadline, engine
from app.core.procedure.deadline import DueDay
from app.core.text import with_nya
from app.core.workdays import Calendar, Holiday
from app.platform.office import queries as office
from app.platform.office import settings
from schema.database import Database
from schema.service_procedure import Definition, Exit, Outcome, Step
from sync.entries import parse_utc_text
from sync.journal import BEHIND, UNSURE

OWN_WORDS = {
    "opened": "Permohonan dicatat",
    "corrected": "Data diperbaiki",
    "explained": "Perbedaan dijelaskan",
    "paused": "Hitungan dijeda",
    "imported": "Diimpor dari register atau daftar",
    "reopened": "Berkas dibuka kembali",
    "taken": "Langkah ini ada yang mengerjakan",
    "due_moved": "Tanggal janji dipindah karena kalender berubah",
    "taken_over": "Diambil alih dari komputer lain kantor ini",
    "reached": "Pengiriman sampai di mitra",
    "sent_again": "Disiapkan untuk dikirim lagi",
}


class TimelineLine(NamedTuple):
    """One line of the timeline. `kind` is a state class; `at` a moment in UTC as text, `when` its words, both empty for
    what is to come."""

    kind: str
    title: str
    text: str = ""
    at: str = ""
    when: str = ""
    here: bool = False
    later: bool = False


class Promise(msgspec.Struct, frozen=True):
    """The promise in words: `date_text` is what was promised, `state` a word with its class, `note` the reason."""

    date_text: str
    kind: str
    word: str
    note: str = ""


class Story(msgspec.Struct, frozen=True):
    """`since` is when the case came where it is, `moved_to` the day that the present calendar would promise.

    `wait` is what it waits for before its step can be done; `state` then says so.
    """

    case: CaseFile
    definition: Definition
    state: Step | Exit
    place: str
    since: str
    promise: Promise
    say: str
    days: tuple[DueDay, ...]
    lines: list[TimelineLine]
    pauses: list[CasePause]
    way: Sequence[Event]
    counted_from: str
    moved_to: date | None
    wait: StepWait | None

    @property
    def step(self) -> Step | None:
        if not isinstance(self.state, Step):
            return None
        return self.state

    @property
    def next_title(self) -> str:
        if not isinstance(self.state, Step):
            return "Tidak ada"
        return self.state.title

    @property
    def next_text(self) -> str:
        if isinstance(self.state, Step):
            return self.state.next_sentence
        return self.state.meaning


def spoken_name(name: str) -> str:
    """A stored name in block letters as one reads it: `ANISA RAHMAWATI` → `Anisa Rahmawati`."""
    return capwords(name)


def case_story(
    db: Database,
    case: CaseFile,
    today: date,
    names: Mapping[str, str],
    checks: Sequence[CheckedLine] = (),
    instead: str = "",
    form: Form | None = None,
) -> Story:
    """The story of a case; `names` maps user names to people's names. What its checklist lacks is named to the
    applicant; `instead` is what to tell where the step cannot be done in this office now."""
    definition = case_definition(db, case)
    calendar = office.office_calendar(db)
    wait = wait_of(db, case)
    state = engine.state_named(definition, case.step)
    way = case_events(db, case.id)
    held = case_pauses(db, case.id)
    place = engine.place_label(definition, case.place, case.place_number)
    moved = [event for event in way if event.step_from != event.step_to]
    since = ""
    if moved:
        since = moved[-1].at
    elif way:
        since = way[0].at
    return Story(
        case,
        definition,
        shown_state(state, wait),
        place,
        since,
        describe_promise(definition, calendar, case, held, today),
        sentence_for_applicant(db, Told(definition, state, case, moved, place, today, checks), instead),
        due_days(definition, calendar, case, held),
        timeline_lines(definition, state, way, names, (form or case_form(definition, case)).facts, today, wait),
        held,
        way,
        counted_from(definition, case, way),
        promise_today(definition, calendar, case, held),
        wait,
    )


class Told(NamedTuple):
    """What a sentence to the applicant is made of: the case where it is, how it came there, what its checklist says."""

    definition: Definition
    state: Step | Exit
    case: CaseFile
    moved: Sequence[Event]
    place: str
    today: date
    checks: Sequence[CheckedLine]


def sentence_for_applicant(db: Database, told: Told, instead: str = "") -> str:
    """The sentence to tell the applicant. A promised day that has gone by is not promised once more."""
    definition = told.definition
    case = told.case
    name = spoken_name(told.case.name)
    due = ""
    if instead:
        return f"{name}, {instead[:1].lower()}{instead[1:]}"
    reason = next((moved.note for moved in reversed(told.moved) if moved.step_to == case.step), "")
    if is_with_applicant(told.state):
        missing = what_is_missing(reason, told.checks)
    else:
        missing = []
    if case.due_on:
        due_on = date.fromisoformat(case.due_on)
        note = office.office_calendar(db).estimate_note(due_on)
        due = long_date(due_on)
        if note:
            due = f"{due} ({note})"
        if due_on < told.today:
            due = f"{due}; tanggal itu sudah lewat, kami kabari begitu {with_nya(engine.product_word(definition))} siap"
    values = {
        "name": name,
        "due": due,
        "number": case.number,
        "reason": "; ".join(missing) or reason[:200].rstrip(" ."),
        "place": told.place,
        "office": str(settings.get_setting(db, "office.name")),
    }
    said = engine.sentence_for_applicant(told.state, values)
    if missing:
        return said
    return " ".join(filter(None, (said, missing_sentence(told.state, told.checks))))


def is_with_applicant(state: Step | Exit) -> bool:
    """Whether the file went back: what it lacks is what it waits for."""
    return isinstance(state, Step) and state.side and state.waits_for == "applicant"


def what_is_missing(note: str, checks: Sequence[CheckedLine]) -> list[str]:
    """What a file went back for: what its checklist lacks by name, then what the officer wrote besides."""
    lacking = [line for line in checks if line.lacking]
    covered = set[str]().union(*(form_reasons_covered(lacking_line) for lacking_line in lacking))
    return [checked.text for checked in lacking] + [
        reason.rstrip(" .") for reason in split_reasons(note) if reason not in covered
    ]


def missing_sentence(state: Step | Exit, checks: Sequence[CheckedLine]) -> str:
    """What somebody found missing at a look into an open file that is not with the applicant."""
    if isinstance(state, Step):
        lacking = [line.text for line in checks if line.lacking and line.on]
    else:
        lacking = []
    if not lacking:
        return ""
    return f"Yang masih kurang: {'; '.join(lacking)}."


# -- the timeline ----------------------------------------------------------------------------------------------


def timeline_lines(
    definition: Definition,
    state: Step | Exit,
    way: Sequence[Event],
    names: Mapping[str, str],
    facts: engine.Facts,
    today: date,
    wait: StepWait | None = None,
) -> list[TimelineLine]:
    lines = [past_line(definition, event, names, today) for event in way]
    if isinstance(state, Exit):
        return lines
    here = shown_state(state, wait)
    text = f"{here.meaning} {actor_and_clause(definition, state)}"
    tone = "wait"
    if state.side:
        tone = "warn"
    lines.append(TimelineLine(tone, here.state_label, text, here=True))
    return lines + [
        TimelineLine("idle", coming.title, actor_and_clause(definition, coming), later=True)
        for coming in steps_to_come(definition, state, facts)
    ]


def steps_to_come(definition: Definition, present: Step, facts: engine.Facts) -> Sequence[Step]:
    """The official steps still to come, of a case with these facts; a detour leads back to the step that its first
    outcome names."""
    line = engine.main_line(definition)
    if engine.has_routes(definition):
        reached = engine.reached_steps(definition, present, facts)
        line = tuple(step for step in line if step.id in reached)
    if present in line:
        return line[line.index(present) + 1 :]
    back = next((place for place, stop in enumerate(line) if stop.id == present.outcomes[0].to), len(line))
    return line[back:]


def actor_and_clause(definition: Definition, step: Step) -> str:
    """Who acts, and the clause: `Seksi Pelayanan Umum, klausul 4.4.`"""
    return f"{engine.actor_of(definition, step).label}, klausul {step.clause}."


def past_line(definition: Definition, event: Event, names: Mapping[str, str], today: date) -> TimelineLine:
    nameless = event.actor
    if event.actor == "system":
        nameless = partner_label(definition)
    who = names.get(event.actor, nameless)
    noted = office_time(datetime.fromisoformat(event.at))
    same = noted.date().isoformat() == event.on_date
    if same:
        day = ""
    else:
        day = f"tertanggal {short_date(date.fromisoformat(event.on_date))}"
    text = ". ".join(filter(None, (", ".join(filter(None, (who, day))), event.note)))
    kind, title = past_words(definition, event.action, event.step_from, event.step_to)
    flagged = not same and kind == "good" and event.actor != "system" and event.action != "imported"
    if flagged:
        kind = "warn"
    return TimelineLine(kind, title, text, event.at, moment_words(noted, today.year))


def past_words(definition: Definition, action: str, step_from: str, step_to: str) -> tuple[str, str]:
    """State class and words of a past line, the definition's own before the desk's.

    A definition has few of them, and every case page asks.
    """
    known = engine.worked_out_of(definition)
    key = ("past", action, step_from, step_to)
    if key not in known:
        steps = {step.id: step for step in definition.steps}
        if step_from in steps:
            outcomes = steps[step_from].outcomes
        else:
            outcomes = ()
        ended = next((outcome for outcome in outcomes if outcome.id == action), None)
        exits = (exit_.state_label for exit_ in definition.exits if exit_.id == action)
        if ended:
            own = ended.history
        else:
            own = next(exits, "")
        title = own or OWN_WORDS.get(action) or NOTE_ACTIONS.get(action) or action
        known[key] = past_kind(definition, action, ended, step_to), title
    found: tuple[str, str] = known[key]
    return found


def past_kind(definition: Definition, action: str, ended: Outcome | None, step_to: str) -> str:
    """State class of a past line: a detour is `back`, waiting on in the same step `warn`, notes are `idle`."""
    if ended is None and (action in NOTE_ACTIONS or action in ("corrected", "explained", "due_moved", "taken")):
        return "idle"
    if step_to.startswith("@"):
        end = engine.state_named(definition, step_to)
        if isinstance(end, Exit) and end.by_hand:
            return "idle"
        return "good"
    if any(step.side for step in definition.steps if step.id == step_to):
        return "back"
    if ended is not None and ended.needs_reason and not ended.asks:
        return "warn"
    return "good"


# -- the promise -----------------------------------------------------------------------------------------------


def describe_promise(
    definition: Definition, calendar: Calendar, case: CaseFile, held: Sequence[CasePause], today: date
) -> Promise:
    if definition.promise is None:
        return Promise("Tidak dijanjikan", "idle", "Layanan ini tanpa batas waktu")
    if not case.due_on or not case.completed_on:
        if case.closed:
            return Promise("Belum ada", "idle", "Ditutup")
        return Promise("Belum ada", "idle", "Belum dihitung", "Tanggal diberikan setelah berkas lengkap dan valid.")
    due = date.fromisoformat(case.due_on)
    text = long_date(due)
    if case.kept_on:
        kept = date.fromisoformat(case.kept_on)
        kind, word = ("good", "Ditepati") if kept <= due else ("bad", "Terlambat")
        return Promise(text, kind, word, short_date(kept))
    if case.closed:
        return Promise(text, "idle", "Ditutup")
    in_workdays = definition.promise.unit == "working_days"
    total = definition.promise.days
    if in_workdays and (note := calendar.estimate_note(due)):
        text = f"{text}, {note}"
    if any(pause.to_on is None for pause in held):
        return Promise(text, "warn", "Dijeda", "Tanggal bergeser sebanyak hari jeda.")
    word = relative_due(due, today, deadline.counting_calendar(definition.promise.unit, calendar))
    if today > due:
        return Promise(text, "bad", word)
    completed = date.fromisoformat(case.completed_on)
    unit = "Hari kerja" if in_workdays else "Hari"
    ran = deadline.days_ledger(definition, calendar, completed, today, to_pauses(held)).running
    if ran == 0:
        return Promise(text, "wait", f"Mulai dihitung, {total} {unit.lower()}")
    kind = "warn" if total - ran <= 1 else "wait"
    return Promise(text, kind, word, f"{unit} ke-{ran} dari {total}.")


def completion_event(definition: Definition, way: Sequence[Event]) -> Event | None:
    """The move with which completeness was noted first."""
    begins = ""
    if definition.promise:
        begins = definition.promise.starts_on
    return next((event for event in way if f"{event.step_from}.{event.action}" == begins), None)


def counted_from(definition: Definition, case: CaseFile, way: Sequence[Event]) -> str:
    """Since when the days are counted, where that is later than completeness: *pemohon berumur 17 tahun*."""
    noted = completion_event(definition, way)
    if definition.promise is None or noted is None or (case.completed_on or "") <= noted.on_date:
        return ""
    return f"{engine.applicant_word(definition, 'pemohon')} berumur {definition.promise.from_age} tahun"


def due_days(
    definition: Definition, calendar: Calendar, case: CaseFile, held: Sequence[CasePause]
) -> tuple[DueDay, ...]:
    """Every day from completeness to the promise, by the days off with which it was reckoned where they are known."""
    if not case.completed_on:
        return ()
    if case.off_days is not None:
        return days_explained(definition)(case.off_days, case.completed_on, tuple(to_pauses(held)))
    return tuple(deadline.explain_due(definition, calendar, date.fromisoformat(case.completed_on), to_pauses(held)))


def days_explained(definition: Definition) -> Callable[[str, str, tuple[deadline.Pause, ...]], tuple[DueDay, ...]]:
    """What explains a promise by (days off as JSON, ISO date, pauses): cases complete on the same day share it."""
    known = engine.worked_out_of(definition)
    if "days_explained" not in known:

        @lru_cache(maxsize=512)
        def explain(off_days: str, completed_on: str, pauses: tuple[deadline.Pause, ...]) -> tuple[DueDay, ...]:
            calendar = Calendar({date.fromisoformat(day): Holiday(name) for day, name in json.loads(off_days)})
            return tuple(deadline.explain_due(definition, calendar, date.fromisoformat(completed_on), pauses))

        known["days_explained"] = explain
    explained: Callable[[str, str, tuple[deadline.Pause, ...]], tuple[DueDay, ...]] = known["days_explained"]
    return explained


DOUBTED_MOVES = (
    "SELECT j.at, (SELECT t.at FROM journal t WHERE t.id > j.id AND t.seq IS NOT NULL AND t.clock = 'ok'"
    " ORDER BY t.id LIMIT 1) FROM journal j WHERE j.subject = ? AND j.kind = 'case.advanced' AND j.clock <> 'ok'"
)


def is_promise_doubtful(db: Database, case: CaseFile) -> bool:
    """Whether the day from which the promise counts was written under a clock that jumped, and nobody has settled it.

    A trusted entry within a week after it (a person confirmed the clock, or the centre's time agreed) settles it; one
    that lies before it or far beyond shows that the clock was put right, and the promise has to be counted again.
    """
    if not case.completed_on:
        return False
    for moved, trusted in db.run(DOUBTED_MOVES, (f"case/{case.id}",)):
        at = parse_utc_text(moved)
        settled = False
        if trusted:
            settled = -BEHIND <= parse_utc_text(trusted) - at <= UNSURE + timedelta(days=1)
        if not settled and office_date(at).isoformat() == case.completed_on:
            return True
    return False
