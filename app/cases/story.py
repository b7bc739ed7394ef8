"""The story of one case for its page: where it is, what was promised, what comes next, what happened, what to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from string import capwords

import msgspec

from app.cases.moving import definition_of, partner_of
from app.cases.promise import Promise, counted_from, due_days, moved_to, promise_of
from app.cases.queries import Event, events
from app.cases.service import NOTE_ACTIONS, pauses
from app.cases.tables import CaseFile, CasePause
from app.core.clock import office_date
from app.core.dates import long_date, short_date
from app.office import service as office
from app.office import settings
from app.sop import engine
from app.sop.deadline import DueDay
from schema.database import Database
from schema.service_flow import Definition, Exit, Step

OWN_WORDS = {
    "opened": "Permohonan dicatat",
    "corrected": "Data diperbaiki",
    "explained": "Perbedaan dijelaskan",
    "paused": "Hitungan dijeda",
    "imported": "Diambil dari register lama",
    "reopened": "Berkas dibuka kembali",
    "taken_over": "Diambil alih dari komputer lain kantor ini",
    "sent_again": "Disiapkan untuk dikirim lagi",
}


class Line(msgspec.Struct, frozen=True):
    """One line of the timeline. `kind` is a state class; `at` a moment in UTC as text, empty for what is to come."""

    kind: str
    title: str
    text: str = ""
    at: str = ""
    here: bool = False
    later: bool = False


class Story(msgspec.Struct, frozen=True):
    """What a case page shows before anything is asked."""

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
    lines: list[Line]
    pauses: list[CasePause]
    way: Sequence[Event]
    counted_from: str
    moved_to: date | None

    @property
    def step(self) -> Step | None:
        """The step in which an open case waits."""
        return self.state if isinstance(self.state, Step) else None


def spoken(name: str) -> str:
    """A stored name in block letters as one reads it: `ANISA RAHMAWATI` → `Anisa Rahmawati`."""
    return capwords(name)


def tell(db: Database, case: CaseFile, today: date, names: Mapping[str, str]) -> Story:
    """The story of a case; `names` maps user names to people's names."""
    definition = definition_of(db, case)
    state = engine.state(definition, case.step)
    way = events(db, case.id)
    held = pauses(db, case.id)
    calendar = office.calendar(db)
    place = engine.place_label(definition, case.place, case.place_number)
    return Story(
        case,
        definition,
        state,
        place,
        since(way),
        promise_of(definition, calendar, case, held, today),
        *next_of(definition, state),
        say(db, definition, state, case, way, place, today),
        due_days(definition, calendar, case, held),
        timeline(definition, state, way, names),
        held,
        way,
        counted_from(definition, case, way),
        moved_to(definition, calendar, case, held),
    )


def since(way: Sequence[Event]) -> str:
    """The moment at which the case came to where it is."""
    moved = [one for one in way if one.step_from != one.step_to]
    return moved[-1].at if moved else (way[0].at if way else "")


def next_of(definition: Definition, state: Step | Exit) -> tuple[str, str]:
    """Title and sentence of what comes next."""
    if isinstance(state, Exit):
        return "Tidak ada", state.meaning
    return state.title, state.next_sentence


def say(
    db: Database,
    definition: Definition,
    state: Step | Exit,
    case: CaseFile,
    way: Sequence[Event],
    place: str,
    today: date,
) -> str:
    """The sentence to tell the applicant. A promised day that has gone by is not promised once more."""
    reason = next(
        (one.note for one in reversed(way) if one.step_to == case.step and one.step_from != one.step_to), ""
    )
    due = long_date(date.fromisoformat(case.due_on)) if case.due_on else ""
    if case.due_on and case.due_on < today.isoformat():
        due = f"{due}; tanggal itu sudah lewat, kami kabari begitu kartunya siap"
    values = {
        "name": spoken(case.name),
        "due": due,
        "number": case.number,
        "reason": reason[:200].rstrip(" ."),
        "place": place,
        "office": str(settings.get(db, "office.name")),
    }
    return engine.say(state, values)


# -- the timeline ----------------------------------------------------------------------------------------------


def timeline(
    definition: Definition, state: Step | Exit, way: Sequence[Event], names: Mapping[str, str]
) -> list[Line]:
    """What happened, where the case is, and the official steps that are still to come."""
    lines = [past(definition, one, names) for one in way]
    if isinstance(state, Exit):
        return lines
    here = Line(
        "warn" if state.side else "wait",
        state.state_label,
        f"{state.meaning} {standing(definition, state)}",
        here=True,
    )
    return [
        *lines,
        here,
        *(Line("idle", one.title, standing(definition, one), later=True) for one in ahead(definition, state)),
    ]


def ahead(definition: Definition, here: Step) -> list[Step]:
    """The official steps still to come; a detour leads back to the step that its first outcome names."""
    line = list(engine.main_line(definition))
    if here in line:
        return line[line.index(here) + 1 :]
    back = next((place for place, one in enumerate(line) if one.id == here.outcomes[0].to), len(line))
    return line[back:]


def standing(definition: Definition, step: Step) -> str:
    """Who acts, and the clause: `Seksi Pelayanan Umum, klausul 4.4.`"""
    return f"{engine.actor_of(definition, step).label}, klausul {step.clause}."


def past(definition: Definition, event: Event, names: Mapping[str, str]) -> Line:
    """One thing that happened."""
    who = names.get(event.actor, event.actor if event.actor != "system" else partner_of(definition))
    same = office_date(datetime.fromisoformat(event.at)).isoformat() == event.on_date
    day = "" if same else f"tertanggal {short_date(date.fromisoformat(event.on_date))}"
    text = ". ".join(part for part in (", ".join(one for one in (who, day) if one), event.note) if part)
    kind, title = words_of(definition, event.action, event.step_from, event.step_to)
    flagged = not same and kind == "good" and event.actor != "system" and event.action != "imported"
    return Line("warn" if flagged else kind, title, text, event.at)


def words_of(definition: Definition, action: str, step_from: str, step_to: str) -> tuple[str, str]:
    """State class and words of a past line; a definition has few of them, and every case page asks."""
    known, key = engine.worked_out(definition), ("past", action, step_from, step_to)
    if key not in known:
        known[key] = kind_of(definition, action, step_from, step_to), title_of(definition, action, step_from)
    found: tuple[str, str] = known[key]
    return found


def title_of(definition: Definition, action: str, step_from: str) -> str:
    """The words of an entry: an outcome's history line, an exit's label, or the desk's own word."""
    own = OWN_WORDS.get(action) or NOTE_ACTIONS.get(action)
    if own:
        return own
    step = next((one for one in definition.steps if one.id == step_from), None)
    if step is not None:
        found = next((one.history for one in step.outcomes if one.id == action), None)
        if found:
            return found
    return next((one.state_label for one in definition.exits if one.id == action), action)


def kind_of(definition: Definition, action: str, step_from: str, step_to: str) -> str:
    """State class of a past line: a detour is `back`, waiting on in the same step `warn`, notes are `idle`."""
    if action in NOTE_ACTIONS or action in ("corrected", "explained"):
        return "idle"
    if step_to.startswith("@"):
        end = engine.state(definition, step_to)
        return "idle" if isinstance(end, Exit) and end.by_hand else "good"
    step = next((one for one in definition.steps if one.id == step_to), None)
    if step is not None and step.side:
        return "back"
    outcome = next(
        (
            one
            for each in definition.steps
            if each.id == step_from
            for one in each.outcomes
            if one.id == action
        ),
        None,
    )
    return "warn" if outcome is not None and outcome.needs_reason else "good"
