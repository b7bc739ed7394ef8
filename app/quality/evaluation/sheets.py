"""The audit sheet of a unit: assessed by the team, answered by the unit, closed by the team; its follow-ups."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec.structs import asdict

from app.core.asked import Choice, Day, Text, YesNo
from app.core.problems import SENTENCES, Problem, check_found, check_nothing_wrong
from app.core.text import field_text
from app.platform.office.moves import Act
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
from app.quality.evaluation.tables import EvaluationCycle, EvaluationSheet, FollowUp
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

LONGEST = 3000


class Assessment(msgspec.Struct, frozen=True):
    """What the team writes about an indicator."""

    question: Annotated[str, Text("Pertanyaan", "Tulis yang ditanyakan.", most=LONGEST, lines=True)] = ""
    evidence: Annotated[str, Text("Bukti yang dilihat", "Tulis bukti yang dilihat.", most=LONGEST, lines=True)] = ""
    finding: Annotated[str, Text("Temuan", most=LONGEST, lines=True)] = ""
    weight: Annotated[str, Choice("Bobot", "Pilih bobotnya.", choices=WEIGHTS)] = ""
    recommendation: Annotated[str, Text("Rekomendasi", most=LONGEST, lines=True)] = ""


@move_sheet("assess")
def assess_row(
    act: Act[EvaluationSheet], *, sheet_id: int, ordinal: int, assessment: Assessment, now: datetime
) -> None:
    """Assess an indicator: target, figure and state are written down as they are now. Raises Problem."""
    db = act.journal.db
    period = cycle_period(load_cycle(db, act.thing.cycle_id))
    rows = {sheet_row.ordinal: sheet_row for sheet_row in rows_of_sheet(db, sheet_id)}
    row = check_found(rows.get(ordinal), "Baris itu")
    now_reached = achievement(db, row.indicator, period, act.today)
    check_assessment(assessment, now_reached.state)
    said = {"target": target_words(now_reached), "value": value_words(now_reached), "state": now_reached.state}
    act.record(RowAssessed(sheet_id=sheet_id, ordinal=ordinal, **said, **asdict(assessment)))


def check_assessment(said: Assessment, state: str) -> None:
    """Refuse an assessment that lacks what its weight asks for, or does not fit the state of its indicator.

    Raises Problem `invalid`.
    """
    wrong: dict[str, str] = {}
    if said.weight != "conform" and not said.finding:
        wrong["finding"] = "Tulis temuannya."
    if said.weight in FAULTS and not said.recommendation:
        wrong["recommendation"] = "Temuan minor dan mayor perlu rekomendasi."
    if said.weight == "conform" and state == "missed":
        wrong["weight"] = "Sasaran ini belum tercapai, jadi tidak dapat dinilai sesuai."
    check_nothing_wrong(wrong)


@move_sheet("send")
def send_sheet(act: Act[EvaluationSheet], *, sheet_id: int, now: datetime) -> None:
    """The assessed sheet goes to its unit. Raises Problem."""
    act.record(SheetSent(sheet_id))


@move_sheet("answer")
def answer_sheet(
    act: Act[EvaluationSheet],
    *,
    sheet_id: int,
    activities: str,
    obstacles: str,
    responses: Mapping[int, str],
    now: datetime,
) -> None:
    """The unit reports what it did and what hindered it, and answers every finding. Raises Problem, with all that is
    wrong in the texts and in any of the rows at once."""
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
        for row in rows_of_sheet(act.journal.db, sheet_id)
        if row.weight != "conform"
    }
    check_nothing_wrong(wrong)
    act.record(SheetAnswered(sheet_id, did, hindered, answers))


@move_sheet("return")
def return_sheet(
    act: Act[EvaluationSheet],
    *,
    sheet_id: int,
    reason: Annotated[str, Text("Alasan membuka lagi", SENTENCES["reason"], most=300)],
    now: datetime,
) -> None:
    """The team opens a sheet again. Raises Problem."""
    act.record(SheetReturned(sheet_id, reason))


@move_sheet("close")
def close_sheet(act: Act[EvaluationSheet], *, sheet_id: int, now: datetime) -> None:
    """The team closes an answered sheet. Raises Problem."""
    act.record(SheetClosed(sheet_id))


# -- follow-ups ------------------------------------------------------------------------------------------------------


def responsible_people(db: Database) -> dict[str, str]:
    """User name → name of whoever may be responsible for a follow-up: all who read evaluations."""
    return people_who_may(db, "evaluation.view")


DUE = "Batas waktunya hari ini atau sesudahnya."


class NewFollowUp(msgspec.Struct, frozen=True):
    """A follow-up as it was typed; an empty `indicator` is one of the whole unit."""

    unit: Annotated[str, Text("Unit", most=120)]
    what: Annotated[str, Text("Yang dikerjakan", "Tulis yang dikerjakan.", lines=True)]
    level: Annotated[
        str, Choice("Tingkat", "Pilih tingkatnya.", choices=lambda db, _today: evaluation_rules(db).levels)
    ]
    person: Annotated[
        str,
        Choice(
            "Penanggung jawab",
            "Pilih orang yang mengerjakan tindak lanjut ini.",
            choices=lambda db, _today: responsible_people(db),
        ),
    ]
    due_on: Annotated[date, Day("Batas waktu", DUE, future=True, past=DUE)]
    indicator: Annotated[str, Text("Sasaran", most=120)] = ""


@move_cycle("follow")
def add_follow_up(act: Act[EvaluationCycle], *, cycle_id: int, new: NewFollowUp, now: datetime) -> int:
    """What follows from a cycle: by whoever answers for the unit, or by the team. Raises Problem."""
    db = act.journal.db
    sheet = check_found(
        next((sheet_row for sheet_row in sheets_of(db, cycle_id) if sheet_row.unit == new.unit), None), "Unit itu"
    )
    if not heads_unit(act.actor, sheet.unit) and act.actor.username not in team_members(act.thing):
        raise Problem.of("conflict", why="Tindak lanjut ditulis unitnya sendiri atau tim siklus ini.")
    if new.indicator and new.indicator not in {row.indicator for row in rows_of_sheet(db, sheet.id)}:
        raise Problem.of("invalid", {"indicator": "Pilih sasaran dari lembar unit ini."})
    words = new.unit, new.level, new.indicator, new.what, new.person, str(new.due_on)
    body = FollowUpSet(act.journal.next_id("follow_up"), cycle_id, *words)
    act.record(body)
    return body.id


@move_follow_up("complete")
def complete_follow_up(
    act: Act[FollowUp],
    *,
    follow_up_id: int,
    note: Annotated[str, Text("Yang dikerjakan", SENTENCES["what_was_worked"], lines=True)],
    now: datetime,
) -> None:
    act.record(FollowUpDone(follow_up_id, note))


@move_follow_up.chosen_by("accepted", {True: "accept", False: "refuse"})
def judge_follow_up(
    act: Act[FollowUp],
    *,
    follow_up_id: int,
    accepted: Annotated[
        bool, YesNo("Hasil", SENTENCES["choose_one"], "hasil", words=("Sudah selesai", "Belum selesai"))
    ],
    note: Annotated[str, Text("Yang dilihat", SENTENCES["how_seen"], lines=True)],
    now: datetime,
) -> None:
    """Somebody of the team looked at it: it is done, or open again. Raises Problem."""
    act.record(FollowUpChecked(follow_up_id, accepted, note))


@move_follow_up("carry")
def carry_follow_up(
    act: Act[FollowUp],
    *,
    follow_up_id: int,
    reason: Annotated[str, Text("Alasan", SENTENCES["reason"], most=500, lines=True)],
    now: datetime,
) -> None:
    """It goes on in the next cycle, with the reason. Raises Problem."""
    act.record(FollowUpCarried(follow_up_id, reason))
