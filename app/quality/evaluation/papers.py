"""Papers of this room: report of the team, audit sheet of a unit, Sasaran Mutu, Kebijakan Mutu."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.core.clock import office_date
from app.core.dates import plain_date
from app.core.permissions import Actor
from app.platform.office.documents import copy_lines
from app.platform.office.papers import common_fields, full_post, received_words, staff_official
from app.platform.people.queries import person_names, profile_of
from app.platform.printing.data import quality as shapes
from app.platform.printing.data.common import Control, Official, Paper
from app.quality.evaluation import documents, queries
from app.quality.evaluation.queries import SheetRow, evaluation_rules
from app.quality.evaluation.service import KINDS
from app.quality.evaluation.tables import EvaluationCycle, EvaluationSheet, FollowUp, QualityDocument, QualitySignature
from app.quality.evaluation.transitions import (
    FOLLOW_UP_STATES,
    SHEET_STATES,
    WEIGHTS,
    load_cycle,
    load_sheet,
)
from app.quality.indicators.queries import STATES
from schema.database import Database
from sync.entries import parse_utc_text

FORMS = {"evaluation_report": "MUTU/F-03", "audit_sheet": "MUTU/F-04"}
"""Form numbers in document control."""
STATE_WORDS: Mapping[str, str] = dict(STATES.items())


def form_fields(db: Database, paper: str, actor: Actor, now: datetime) -> dict[str, Any]:
    return common_fields(db, Control(document=FORMS[paper], revision="00", issued_on=None), actor, now)


def signing_officials(db: Database, rows: Sequence[QualitySignature]) -> tuple[tuple[str, Official], ...]:
    """Who signed and who still has to, as the paper names them."""
    made = []
    profile = profile_of(db)
    in_full = {profile.label(profile.chief): full_post(db, profile.chief)}
    for row in rows:
        if row.username:
            person = staff_official(db, row.username)
        else:
            person = Official(name="", post=row.post)
        at = None
        if row.at:
            at = parse_utc_text(row.at)
        post = str(in_full.get(row.post, row.post))
        seat = ""
        if row.held:
            seat = f"Selaku {row.held}"
        who = Official.of(person, name=row.name, post=post, decree=seat, approved_at=at, standing=0)
        made.append((row.label, who))
    return tuple(made)


# -- cycle ------------------------------------------------------------------------------------------------------------


def audit_part(db: Database, cycle: EvaluationCycle, sheet: EvaluationSheet, today: date) -> shapes.AuditPart:
    rows = queries.sheet_rows(db, sheet, queries.cycle_period(cycle), today)
    follow_ups = [follow_up for follow_up in queries.follow_ups_of(db, cycle.id) if follow_up.unit == sheet.unit]
    return shapes.AuditPart.of(
        sheet,
        unit=queries.unit_label(db, sheet.unit),
        state=SHEET_STATES[sheet.state],
        rows=tuple(map(audit_row, rows)),
        follow_ups=tuple(follow_up_line(db, follow_up) for follow_up in follow_ups),
    )


def audit_row(sheet_row: SheetRow) -> shapes.AuditRow:
    row = sheet_row.row
    words = {"state": STATE_WORDS[sheet_row.state], "weight": WEIGHTS.get(row.weight, "")}
    if sheet_row.state == "no_data":
        value = ""
    else:
        value = sheet_row.value
    return shapes.AuditRow.of(row, name=sheet_row.name, target=sheet_row.target, value=value, **words)


def follow_up_line(db: Database, follow_up: FollowUp) -> tuple[str, ...]:
    """What, level, person, by when, state with its note."""
    state = FOLLOW_UP_STATES[follow_up.state]
    note = follow_up.carried_why or follow_up.check_note or follow_up.done_note
    level = evaluation_rules(db).levels.get(follow_up.level, follow_up.level)
    by = plain_date(date.fromisoformat(follow_up.due_on))
    person = person_names(db).get(follow_up.person, follow_up.person)
    if note:
        state = f"{state}. {note}"
    return str(follow_up.what), str(level), str(person), by, state


def team_lines(db: Database, cycle: EvaluationCycle) -> tuple[tuple[str, ...], ...]:
    profile = profile_of(db)
    names = person_names(db)
    lines = []
    for role, members in queries.team_of(cycle).items():
        named = [names.get(member, member) for member in members]
        lines.append((profile.label(role), ", ".join(named)))
    return tuple(lines)


def sheet_paper(db: Database, sheet_id: int, actor: Actor, now: datetime) -> shapes.AuditSheet:
    sheet = load_sheet(db, sheet_id)
    cycle = load_cycle(db, sheet.cycle_id)
    today = office_date(now)
    auditor = audited = Official(name="", post="")
    if sheet.closed_by:
        auditor = staff_official(db, sheet.closed_by)
    if sheet.answered_by:
        audited = staff_official(db, sheet.answered_by)
    return shapes.AuditSheet(
        **form_fields(db, "audit_sheet", actor, now),
        number=cycle.number,
        period=queries.cycle_period(cycle).label,
        sheet=audit_part(db, cycle, sheet, today),
        team=team_lines(db, cycle),
        auditor=auditor,
        audited=audited,
    )


def report_paper(db: Database, cycle_id: int, actor: Actor, now: datetime) -> shapes.EvaluationReport:
    """The report with the sheets of all units; before it is written, with what is there."""
    cycle = load_cycle(db, cycle_id)
    today = office_date(now)
    rules = evaluation_rules(db)
    parts = tuple(audit_part(db, cycle, sheet, today) for sheet in queries.sheets_of(db, cycle_id))
    states = Counter(row.state for part in parts for row in part.rows)
    weights = Counter(row.weight or "Belum dinilai" for part in parts for row in part.rows)
    period = queries.cycle_period(cycle)
    span = (cycle.from_on, cycle.until_on)
    days = " sampai ".join(plain_date(date.fromisoformat(day)) for day in span)
    if cycle.reason:
        kind = f"{KINDS[cycle.kind]}: {cycle.reason}"
    else:
        kind = KINDS[cycle.kind]
    supervisions = queries.supervisions_of(db, cycle_id)
    return shapes.EvaluationReport.of(
        cycle,
        **form_fields(db, "evaluation_report", actor, now),
        period=period.label,
        draft=cycle.state in ("running", "drafted", "withdrawn"),
        facts=(
            ("Dasar", rules.basis),
            ("Periode", period.label),
            ("Jenis", kind),
            ("Dilaksanakan", days),
            *team_lines(db, cycle),
            ("Unit", ", ".join(part.unit for part in parts)),
        ),
        aims=rules.aims,
        counts=tuple((word, str(count)) for word, count in (*states.items(), *weights.items())),
        parts=parts,
        principles=tuple(queries.kept_principles(db, cycle)),
        supervisions=tuple(
            (plain_date(date.fromisoformat(supervision.on_date)), supervision.post, supervision.notes)
            for supervision in supervisions
        ),
        signers=signing_officials(db, queries.signatures_of(db, f"evaluation/{cycle_id}")),
    )


# -- documents of quality ---------------------------------------------------------------------------------------------


def document_paper(db: Database, row: QualityDocument, actor: Actor, now: datetime, stamp: str) -> tuple[str, Paper]:
    """(kind of paper, its data). A revision that is not in force says so in its stamp."""
    stamp = {"signing": "DRAF", "withdrawn": "BATAL"}.get(row.state, stamp)
    adopted = documents.adopted_on(row)
    control = Control(document=documents.document_number(row), revision=f"{row.revision:02d}", issued_on=adopted)
    shared = common_fields(db, control, actor, now) | {"number": documents.document_number(row), "stamp": stamp}
    given = signing_officials(db, queries.signatures_of(db, f"quality/{row.id}"))
    if row.kind != "targets":
        policy = documents.read_policy(row)
        return "quality_policy", shapes.QualityPolicy.of(policy, **shared, adopted_on=adopted, signer=given[-1][1])
    targets = documents.read_targets(row)
    document = documents.controlled_document(db, row)
    lines = copy_lines(db, document, actor, row.state != "signing")
    in_force = f"sejak {plain_date(adopted)}" if adopted else ""
    return "quality_targets", shapes.QualityTargets(
        **shared,
        title=targets.title,
        year=row.year,
        section=queries.unit_label(db, row.section),
        rows=tuple(
            (line.component, line.name, line.target, line.measured, line.responsible, line.strategy)
            for line in targets.lines
        ),
        signers=given,
        in_force=in_force,
        note=row.note,
        distribution=tuple((str(line.number), line.holder, received_words(line.received)) for line in lines),
    )
