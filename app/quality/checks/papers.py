"""The paper of an internal check."""

import json
from datetime import date, datetime

from app.core.clock import office_date
from app.core.dates import plain_date
from app.core.permissions import Actor
from app.platform.office.papers import (
    common_fields,
    head_official,
    overseer_official,
    shared_control,
)
from app.platform.office.queries import service_names, services_in_force
from app.platform.people.queries import person_names
from app.platform.printing.data.checks import CheckedCase, CheckFindingSheet, CheckSheet
from app.quality.capa.service import load_report
from app.quality.checks.queries import (
    PARTS,
    STATES,
    VERDICTS,
    FindingLine,
    SampledCase,
    faults_of,
    findings_of,
    load_check,
    population_digest,
    population_of,
    questions_of,
    sampled_cases,
    verdicts_of,
)
from app.quality.checks.tables import InternalCheck
from schema.database import Database
from sync.entries import parse_utc_text

FORM = "F-30"


def check_paper(db: Database, check_id: int, actor: Actor, now: datetime) -> CheckSheet:
    check = load_check(db, check_id)
    on = office_date(now)
    names = service_names(db, on)
    chosen: list[str] = json.loads(check.services)
    control = shared_control([service for service in services_in_force(db, on) if service.id in chosen], FORM)
    questions = tuple((label, text) for part, label in PARTS.items() for text in questions_of(check, part))
    cases = tuple(case_sheet(db, check, case) for case in sampled_cases(db, check_id))
    findings = findings_of(db, check)
    findings_on_paper = tuple(finding_sheet(db, finding) for finding in findings)
    section = min((finding.row.section for finding in findings), default="")
    from_on = date.fromisoformat(check.from_on)
    until_on = date.fromisoformat(check.until_on)
    closed_at = None
    if check.state == "closed":
        closed_at = parse_utc_text(check.ended_at)
    return CheckSheet(
        **common_fields(db, control, actor, now),
        number=check.number,
        on=date.fromisoformat(check.on_date),
        services=", ".join(names.get(service, service) for service in chosen),
        purpose=check.purpose,
        state=STATES[check.state],
        span=f"selesai {plain_date(from_on)} sampai {plain_date(until_on)}",
        drawing=drawing_words(check),
        questions=questions,
        cases=cases,
        findings=findings_on_paper,
        conclusion=check.ended_note,
        overseer=overseer_official(db, on, closed_at),
        head_official=head_official(db, on, section),
    )


def drawing_words(check: InternalCheck) -> tuple[str, ...]:
    """How the sample came about, so that somebody else can draw it again; nothing before it was drawn."""
    if not check.seed:
        return ("Sampel belum ditarik.",)
    populations = {part: population_of(check, part) for part in PARTS}
    return (
        f"Nomor undian: {check.seed}. Dengan nomor yang sama terpilih berkas yang sama.",
        *(
            f"{PARTS[part]}: dari {len(ids)} berkas, kode pengaman daftar {population_digest(ids)[:16]}."
            for part, ids in populations.items()
            if ids
        ),
    )


def case_sheet(db: Database, check: InternalCheck, case: SampledCase) -> CheckedCase:
    verdicts = verdicts_of(db, check.id, case.part, case.ordinal)
    faults = [fault for fault in faults_of(db, check.id) if (fault.part, fault.ordinal) == (case.part, case.ordinal)]
    return CheckedCase(
        part=PARTS[case.part],
        ordinal=case.ordinal,
        number=case.number,
        conforms=len(verdicts) - len(faults),
        faults=len(faults),
    )


def finding_sheet(db: Database, finding: FindingLine) -> CheckFindingSheet:
    row = finding.row
    capa = ""
    if row.capa_id is not None:
        capa = f"LTPP {load_report(db, row.capa_id).number}"
    return CheckFindingSheet.of(
        row,
        case=finding.number,
        question=finding.question,
        weight=VERDICTS[finding.weight],
        note=finding.note,
        answered_by=person_names(db).get(row.answered_by, row.answered_by),
        capa=capa,
    )
