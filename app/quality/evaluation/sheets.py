"""The audit sheet of a unit: assessed by the team, answered by the unit, closed by the team; its follow-ups."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from app.core.permissions import Actor, require
from app.core.problems import SENTENCES, Problem, check_found, check_nothing_wrong
from app.core.text import field_text, required_text
from app.platform.people.queries import people_who_may
from app.quality.evaluation.events import (
    FollowUpCarried,
    FollowUpChecked,
    FollowUpDone,
    FollowUpSet,
    RowAssessed,
    SheetAnswered,
    SheetClosed,
    SheetReturned,
    SheetSent,
)
from app.quality.evaluation.queries import cycle_period, evaluation_rules, rows_of_sheet, sheets_of
from app.quality.evaluation.service import NO_OBSTACLES
from app.quality.evaluation.transitions import (
    FAULTS,
    WEIGHTS,
    heads_unit,
    load_cycle,
    move_cycle,
    move_follow_up,
    move_sheet,
    team_members,
)
from app.quality.indicators.queries import achievement
from app.quality.indicators.wording import target_words, value_words
from schema.database import Database
from sync.journal import Journal

LONGEST = 3000


class Assessment(msgspec.Struct, frozen=True):
    """What the team writes about an indicator."""

    question: str = ""
    evidence: str = ""
    finding: str = ""
    weight: str = ""
    recommendation: str = ""


def assess_row(
    journal: Journal, actor: Actor, *, sheet_id: int, ordinal: int, assessment: Assessment, now: datetime
) -> None:
    """Assess an indicator: target, figure and state are written down as they are now. Raises Problem."""
    with move_sheet(journal, actor, "assess", sheet_id, now) as act:
        period = cycle_period(load_cycle(journal.db, act.thing.cycle_id))
        rows = {one.ordinal: one for one in rows_of_sheet(journal.db, sheet_id)}
        row = check_found(rows.get(ordinal), "Baris itu")
        now_reached = achievement(journal.db, row.indicator, period, act.today)
        texts = check_assessment(assessment, now_reached.state)
        said = {"target": target_words(now_reached), "value": value_words(now_reached), "state": now_reached.state}
        act.record(RowAssessed(sheet_id=sheet_id, ordinal=ordinal, **said, **texts))


def check_assessment(said: Assessment, state: str) -> dict[str, str]:
    """The texts of an assessment of an indicator in a state. Raises Problem `invalid`."""
    wrong: dict[str, str] = {}
    found, fault = said.weight in WEIGHTS and said.weight != "conform", said.weight in FAULTS
    needed = {
        "question": ("Pertanyaan", "Tulis yang ditanyakan."),
        "evidence": ("Bukti yang dilihat", "Tulis bukti yang dilihat."),
        "finding": ("Temuan", "Tulis temuannya." if found else ""),
        "recommendation": ("Rekomendasi", "Temuan minor dan mayor perlu rekomendasi." if fault else ""),
    }
    texts = {
        name: field_text(wrong, name, getattr(said, name), LONGEST, label, lines=True, empty=empty)
        for name, (label, empty) in needed.items()
    }
    if said.weight not in WEIGHTS:
        wrong["weight"] = "Pilih bobotnya."
    elif said.weight == "conform" and state == "missed":
        wrong["weight"] = "Sasaran ini belum tercapai, jadi tidak dapat dinilai sesuai."
    check_nothing_wrong(wrong)
    return texts | {"weight": said.weight}


def send_sheet(journal: Journal, actor: Actor, *, sheet_id: int, now: datetime) -> None:
    """The assessed sheet goes to its unit. Raises Problem."""
    with move_sheet(journal, actor, "send", sheet_id, now) as act:
        act.record(SheetSent(sheet_id))


def answer_sheet(
    journal: Journal,
    actor: Actor,
    *,
    sheet_id: int,
    activities: str,
    obstacles: str,
    responses: Mapping[int, str],
    now: datetime,
) -> None:
    """The unit reports what it did and what hindered it, and answers every finding. Raises Problem."""
    with move_sheet(journal, actor, "answer", sheet_id, now) as act:
        wrong: dict[str, str] = {}
        did = field_text(
            wrong, "activities", activities, LONGEST, "Kegiatan", lines=True, empty="Tulis kegiatan unit dan hasilnya."
        )
        hindered = field_text(wrong, "obstacles", obstacles, LONGEST, "Hambatan", lines=True, empty=NO_OBSTACLES)
        answers = {
            row.ordinal: field_text(
                wrong,
                f"response-{row.ordinal}",
                responses.get(row.ordinal, ""),
                LONGEST,
                "Tanggapan",
                lines=True,
                empty="Tulis tanggapan unit.",
            )
            for row in rows_of_sheet(journal.db, sheet_id)
            if row.weight != "conform"
        }
        check_nothing_wrong(wrong)
        act.record(SheetAnswered(sheet_id, did, hindered, answers))


def return_sheet(journal: Journal, actor: Actor, *, sheet_id: int, reason: str, now: datetime) -> None:
    """The team opens a sheet again. Raises Problem."""
    with move_sheet(journal, actor, "return", sheet_id, now) as act:
        act.record(SheetReturned(sheet_id, required_text(reason, "reason", SENTENCES["reason"], 300)))


def close_sheet(journal: Journal, actor: Actor, *, sheet_id: int, now: datetime) -> None:
    """The team closes an answered sheet. Raises Problem."""
    with move_sheet(journal, actor, "close", sheet_id, now) as act:
        act.record(SheetClosed(sheet_id))


# -- follow-ups ------------------------------------------------------------------------------------------------------


def responsible_people(db: Database) -> dict[str, str]:
    """User name → name of whoever may be responsible for a follow-up: all who read evaluations."""
    return people_who_may(db, "evaluation.view")


class NewFollowUp(msgspec.Struct, frozen=True):
    """A follow-up as it was typed; an empty `indicator` is one of the whole unit."""

    unit: str
    what: str
    level: str
    person: str
    due_on: date | None
    indicator: str = ""


def add_follow_up(journal: Journal, actor: Actor, *, cycle_id: int, new: NewFollowUp, now: datetime) -> int:
    """What follows from a cycle: by whoever answers for the unit, or by the team. Raises Problem."""
    with move_cycle(journal, actor, "follow", cycle_id, now) as act:
        db, wrong = journal.db, dict[str, str]()
        sheet = check_found(next((one for one in sheets_of(db, cycle_id) if one.unit == new.unit), None), "Unit itu")
        if not heads_unit(actor, sheet.unit) and actor.username not in team_members(act.thing):
            raise Problem.of("conflict", why="Tindak lanjut ditulis unitnya sendiri atau tim siklus ini.")
        what = field_text(wrong, "what", new.what, 1000, "Tindak lanjut", lines=True, empty="Tulis yang dikerjakan.")
        if new.level not in evaluation_rules(db).levels:
            wrong["level"] = "Pilih tingkatnya."
        if new.indicator and new.indicator not in {one.indicator for one in rows_of_sheet(db, sheet.id)}:
            wrong["indicator"] = "Pilih sasaran dari lembar unit ini."
        if new.person not in responsible_people(db):
            wrong["person"] = "Pilih orang yang mengerjakan tindak lanjut ini."
        if new.due_on is None or new.due_on < act.today:
            wrong["due_on"] = "Batas waktunya hari ini atau sesudahnya."
        check_nothing_wrong(wrong)
        words = new.unit, new.level, new.indicator, what, new.person, str(new.due_on)
        body = FollowUpSet(journal.next_id("follow_up"), cycle_id, *words)
        act.record(body)
    return body.id


def complete_follow_up(journal: Journal, actor: Actor, *, follow_up_id: int, note: str, now: datetime) -> None:
    with move_follow_up(journal, actor, "complete", follow_up_id, now) as act:
        words = required_text(note, "note", SENTENCES["what_was_worked"], 1000, lines=True)
        act.record(FollowUpDone(follow_up_id, words))


def judge_follow_up(
    journal: Journal, actor: Actor, *, follow_up_id: int, accepted: bool, note: str, now: datetime
) -> None:
    """Somebody of the team looked at it: it is done, or open again. Raises Problem."""
    require(actor, "evaluation.assess")
    with move_follow_up(journal, actor, "accept" if accepted else "refuse", follow_up_id, now) as act:
        words = required_text(note, "note", SENTENCES["how_seen"], 1000, lines=True)
        act.record(FollowUpChecked(follow_up_id, accepted, words))


def carry_follow_up(journal: Journal, actor: Actor, *, follow_up_id: int, reason: str, now: datetime) -> None:
    """It goes on in the next cycle, with the reason. Raises Problem."""
    with move_follow_up(journal, actor, "carry", follow_up_id, now) as act:
        act.record(FollowUpCarried(follow_up_id, required_text(reason, "reason", SENTENCES["reason"], 500, lines=True)))
