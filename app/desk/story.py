"""The story of one case for its page: where it is, what was promised, what comes next, what happened, what to say."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from string import capwords

import msgspec

from app.core.clock import office_date
from app.core.dates import long_date, short_date
from app.desk.moving import case_definition, partner_label
from app.desk.promise import Promise, counted_from, describe_promise, due_days, promise_today
from app.desk.queries import Event, case_events
from app.desk.service import NOTE_ACTIONS, case_pauses
from app.desk.tables import CaseFile, CasePause
from app.office import queries as office
from app.office import settings
from app.procedure import engine
from app.procedure.deadline import DueDay
from schema.database import Database
from schema.service_procedure import Definition, Exit, Outcome, Step

OWN_WORDS = {
    "opened": "Permohonan dicatat",
    "corrected": "Data diperbaiki",
    "explained": "Perbedaan dijelaskan",
    "paused": "Hitungan dijeda",
    "imported": "Diambil dari register lama",
    "reopened": "Berkas dibuka kembali",
    "due_moved": "Tanggal janji dipindah karena kalender berubah",
    "taken_over": "Diambil alih dari komputer lain kantor ini",
    "sent_again": "Disiapkan untuk dikirim lagi",
}


class TimelineLine(msgspec.Struct, frozen=True):
    """One line of the timeline. `kind` is a state class; `at` a moment in UTC as text, empty for what is to come."""

    kind: str
    title: str
    text: str = ""
    at: str = ""
    here: bool = False
    later: bool = False


class Story(msgspec.Struct, frozen=True):
    case: CaseFile
    definition: Definition
    state: Step | Exit
    place: str
    since: str
    promise: Promise
    next_title: str
    next_text: str
    say: str
    days: list[DueDay]
    lines: list[TimelineLine]
    pauses: list[CasePause]
    way: Sequence[Event]
    counted_from: str
    moved_to: date | None

    @property
    def step(self) -> Step | None:
        return self.state if isinstance(self.state, Step) else None


def spoken_name(name: str) -> str:
    """A stored name in block letters as one reads it: `ANISA RAHMAWATI` → `Anisa Rahmawati`."""
    return capwords(name)


def case_story(db: Database, case: CaseFile, today: date, names: Mapping[str, str]) -> Story:
    """The story of a case; `names` maps user names to people's names."""
    definition = case_definition(db, case)
    state = engine.state_named(definition, case.step)
    way = case_events(db, case.id)
    held = case_pauses(db, case.id)
    calendar = office.office_calendar(db)
    place = engine.place_label(definition, case.place, case.place_number)
    return Story(
        case,
        definition,
        state,
        place,
        last_moved_at(way),
        describe_promise(definition, calendar, case, held, today),
        *what_comes_next(definition, state),
        sentence_for_applicant(db, definition, state, case, way, place, today),
        due_days(definition, calendar, case, held),
        timeline_lines(definition, state, way, names),
        held,
        way,
        counted_from(definition, case, way),
        promise_today(definition, calendar, case, held),
    )


def last_moved_at(way: Sequence[Event]) -> str:
    moved = [one for one in way if one.step_from != one.step_to]
    return moved[-1].at if moved else (way[0].at if way else "")


def what_comes_next(definition: Definition, state: Step | Exit) -> tuple[str, str]:
    if isinstance(state, Exit):
        return "Tidak ada", state.meaning
    return state.title, state.next_sentence


def sentence_for_applicant(
    db: Database,
    definition: Definition,
    state: Step | Exit,
    case: CaseFile,
    way: Sequence[Event],
    place: str,
    today: date,
) -> str:
    """The sentence to tell the applicant. A promised day that has gone by is not promised once more."""
    reason = next((one.note for one in reversed(way) if one.step_to == case.step and one.step_from != one.step_to), "")
    due = long_date(date.fromisoformat(case.due_on)) if case.due_on else ""
    if due and (note := office.office_calendar(db).estimate_note(date.fromisoformat(case.due_on or ""))):
        due = f"{due} ({note})"
    if case.due_on and case.due_on < today.isoformat():
        due = f"{due}; tanggal itu sudah lewat, kami kabari begitu {engine.product_word(definition)}nya siap"
    values = {
        "name": spoken_name(case.name),
        "due": due,
        "number": case.number,
        "reason": reason[:200].rstrip(" ."),
        "place": place,
        "office": str(settings.get_setting(db, "office.name")),
    }
    return engine.sentence_for_applicant(state, values)


# -- the timeline ----------------------------------------------------------------------------------------------


def timeline_lines(
    definition: Definition, state: Step | Exit, way: Sequence[Event], names: Mapping[str, str]
) -> list[TimelineLine]:
    lines = [past_line(definition, one, names) for one in way]
    if isinstance(state, Exit):
        return lines
    here = TimelineLine(
        "warn" if state.side else "wait",
        state.state_label,
        f"{state.meaning} {actor_and_clause(definition, state)}",
        here=True,
    )
    return [
        *lines,
        here,
        *(
            TimelineLine("idle", one.title, actor_and_clause(definition, one), later=True)
            for one in steps_to_come(definition, state)
        ),
    ]


def steps_to_come(definition: Definition, here: Step) -> list[Step]:
    """The official steps still to come; a detour leads back to the step that its first outcome names."""
    line = list(engine.main_line(definition))
    if here in line:
        return line[line.index(here) + 1 :]
    back = next((place for place, one in enumerate(line) if one.id == here.outcomes[0].to), len(line))
    return line[back:]


def actor_and_clause(definition: Definition, step: Step) -> str:
    """Who acts, and the clause: `Seksi Pelayanan Umum, klausul 4.4.`"""
    return f"{engine.actor_of(definition, step).label}, klausul {step.clause}."


def past_line(definition: Definition, event: Event, names: Mapping[str, str]) -> TimelineLine:
    who = names.get(event.actor, event.actor if event.actor != "system" else partner_label(definition))
    same = office_date(datetime.fromisoformat(event.at)).isoformat() == event.on_date
    day = "" if same else f"tertanggal {short_date(date.fromisoformat(event.on_date))}"
    text = ". ".join(part for part in (", ".join(one for one in (who, day) if one), event.note) if part)
    kind, title = past_words(definition, event.action, event.step_from, event.step_to)
    flagged = not same and kind == "good" and event.actor != "system" and event.action != "imported"
    return TimelineLine("warn" if flagged else kind, title, text, event.at)


def past_words(definition: Definition, action: str, step_from: str, step_to: str) -> tuple[str, str]:
    """State class and words of a past line; a definition has few of them, and every case page asks."""
    known, key = engine.worked_out_of(definition), ("past", action, step_from, step_to)
    if key not in known:
        known[key] = past_kind(definition, action, step_from, step_to), past_title(definition, action, step_from)
    found: tuple[str, str] = known[key]
    return found


def past_title(definition: Definition, action: str, step_from: str) -> str:
    """The definition's own words, else the desk's."""
    ended = outcome_of(definition, action, step_from)
    own = ended.history if ended else next((one.state_label for one in definition.exits if one.id == action), "")
    return own or OWN_WORDS.get(action) or NOTE_ACTIONS.get(action) or action


def outcome_of(definition: Definition, action: str, step_from: str) -> Outcome | None:
    steps = (one for one in definition.steps if one.id == step_from)
    return next((one for step in steps for one in step.outcomes if one.id == action), None)


def past_kind(definition: Definition, action: str, step_from: str, step_to: str) -> str:
    """State class of a past line: a detour is `back`, waiting on in the same step `warn`, notes are `idle`."""
    outcome = outcome_of(definition, action, step_from)
    if outcome is None and (action in NOTE_ACTIONS or action in ("corrected", "explained", "due_moved")):
        return "idle"
    if step_to.startswith("@"):
        end = engine.state_named(definition, step_to)
        return "idle" if isinstance(end, Exit) and end.by_hand else "good"
    step = next((one for one in definition.steps if one.id == step_to), None)
    if step is not None and step.side:
        return "back"
    return "warn" if outcome is not None and outcome.needs_reason else "good"
