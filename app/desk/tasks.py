"""What waits for a person: tasks and cards that the rooms hand to the desk. This room's own stand here.

A room's `tasks.py` exports `TASKS`, a list of functions (db, actor, now) → tasks, and may export `CARDS`, functions
(db, actor, now) → card or None by name. The page sorts, counts and draws; no provider knows another.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from app.backups.service import key_line
from app.core.clock import office_date
from app.core.permissions import Actor, may
from app.desk import checklist, drafts, limits, oversight, queries
from app.desk.queries import CaseRow
from app.office import queries as office
from app.office import standards
from app.people.access_log import newest_unread_week
from app.procedure import engine
from app.procedure.limits import amount_text, due_short, limit_named, parse_time
from schema.database import Database
from schema.service_procedure import Definition, Step
from sync.scheduler import newest_fault

MOST_TASKS = 200


class Task(msgspec.Struct, frozen=True):
    """One thing to do. `endpoint` with `values` is the page that does it, `verb` its button.

    `state` is a state class (good, wait, warn, bad, idle, back, sent) with its `word`; `main_key` is whole and is
    masked when it is shown, as `service` does with its key; `area` is that of a case (empty: outside the kecamatan) or
    None; `tab` groups the list.
    """

    tab: str
    title: str
    detail: str
    endpoint: str
    verb: str
    values: Mapping[str, Any] = msgspec.field(default_factory=dict)
    due_on: date | None = None
    case_id: int | None = None
    area: str | None = None
    main_key: str = ""
    state: str = ""
    word: str = ""
    service: str = ""


class Card(msgspec.Struct, frozen=True):
    """A small sheet beside the list, such as the blanks in stock at the centre and how old that figure is."""

    title: str
    lead: str
    text: str = ""
    lines: Sequence[tuple[str, str, str]] = ()
    endpoint: str = ""
    label: str = ""


Provider = Callable[[Database, Actor, datetime], list[Task]]
CardProvider = Callable[[Database, Actor, datetime], Card | None]


def case_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Cases whose step this desk ends itself (steps with a page of their own are told by their room)."""
    found: list[Task] = []
    for adopted in office.list_standards(db):
        definition = office.parse_definition(adopted.text)
        mine = {one.id: one for one in definition.steps if is_own_step(definition, one, actor)}
        rows = queries.waiting_cases(db, actor, list(mine), MOST_TASKS, of=(adopted.service, adopted.revision))
        lacking = checklist.lacking_items(db, [row.id for row in rows])
        found += [case_task(definition, mine[row.step], row, actor, lacking.get(row.id, [])) for row in rows]
    return found


def is_own_step(definition: Definition, step: Step, actor: Actor) -> bool:
    """Whether a generic step waits for this person: to be ended by a role, or to be brought along by the village."""
    if step.special:
        return False
    if actor.village_only:
        return step.waits_for == "applicant"
    return step.waits_for == "office" and bool(engine.outcomes_for(definition, step, actor))


def case_task(definition: Definition, step: Step, row: CaseRow, actor: Actor, lacking: Sequence[str]) -> Task:
    checks = any(one.needs_complete for one in step.outcomes) and not actor.village_only
    labels = {one.id: one.label for one in definition.requirements}
    short = ", ".join(labels.get(one, one) for one in lacking[:3])
    detail = f"{step.state_label}. Kurang: {short}" if short else f"{step.state_label}. {step.next_sentence}"
    return Task(
        step.state_label,
        row.name,
        detail,
        "case_work.show_check" if checks else "cases.show_case",
        "Periksa" if checks else "Buka",
        {"case_id": row.id},
        date.fromisoformat(row.due_on) if row.due_on else None,
        row.id,
        row.area,
        row.main_key,
        "back" if step.side else "",
        step.state_label if step.side else "",
        row.service,
    )


def late_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Limits that are over, for those whose turn it is to be told."""
    if actor.village_only:
        return []
    over = limits.over_cases(db, now)
    return [late_task(db, one) for one in over if limits.told_roles(db, one, now) & actor.duties]


def late_task(db: Database, one: limits.OverCase) -> Task:
    tab, detail = "Lewat janji", "Janji sudah lewat. Lihat di mana berkasnya tertahan."
    limit = limit_named(office.adopted_definition(db, one.service, one.revision), one.limit)
    if limit:
        tab = "Lewat batas"
        detail = f"{limit.label}: {amount_text(limit.most, limit.unit)} sudah lewat sejak {due_short(one.due)}."
    return Task(
        tab,
        one.name,
        detail,
        "cases.show_case",
        "Lihat",
        {"case_id": one.case_id},
        parse_time(one.due).date(),
        one.case_id,
        one.area,
        one.main_key,
        service=one.service,
    )


def draft_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    if not may(actor, "case.open"):
        return []
    found = []
    for draft in drafts.own_drafts(db, actor):
        definition = office.current_definition(db, draft.service, office_date(now))
        held = drafts.draft_fields(draft)
        name = next((held.get(one.id, "") for one in definition.fields if one.role == "name"), "")
        area = next((held.get(one.id, "") for one in definition.fields if one.role == "area"), "")
        key = next((held.get(one.id, "") for one in definition.fields if one.role == "key"), "")
        found.append(
            Task(
                "Draf",
                name or "Belum bernama",
                f"{definition.short_name}, belum didaftarkan",
                "form.show_draft",
                "Lanjutkan",
                {"draft_id": draft.id},
                area=area or None,
                main_key=key,
                state="idle",
                word="Draf",
                service=draft.service,
            )
        )
    return found


def note_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    if not may(actor, "case.correct"):
        return []
    return [
        Task(
            "Pengawasan",
            "Catatan Sekretaris",
            note.text[:160],
            "oversight.page",
            "Tindak lanjuti",
            case_id=note.case_id,
            state="wait",
            word="Menunggu tindak lanjut",
        )
        for note in oversight.oversight_notes(db)
        if not note.answered_at
    ]


def signing_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Revisions of a standard whose next signature this person gives."""
    if not may(actor, "standard.sign"):
        return []
    return [
        Task(
            "Standar pelayanan",
            f"{definition.identity.title}, revisi {proposal.revision}",
            f"{label}: menunggu tanda tangan Anda dengan PIN.",
            "standards.show_proposal",
            "Baca dan tanda tangani",
            {"service_id": proposal.service},
            state="wait",
            word="Menunggu tanda tangan",
        )
        for proposal, definition, label in standards.proposals_for(db, actor, office_date(now))
    ]


def backup_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Until a person confirmed the recovery key no backup counts: whoever answers for the data is told at the desk."""
    if not may(actor, "backup.make"):
        return []
    line = key_line(db)
    if line.kind != "warn":
        return []
    return [
        Task(
            "Cadangan",
            f"Kunci pemulihan: {line.word.lower()}",
            line.todo,
            "backups.page",
            "Buka",
            state="warn",
            word=line.word,
        )
    ]


def proof_tasks(db: Database, actor: Actor, _now: datetime) -> list[Task]:
    fault = newest_fault(db) if may(actor, "office.settings") else ""
    if not fault:
        return []
    return [
        Task(
            "Pemeriksaan",
            "Basis data tidak cocok",
            fault,
            "health.page",
            "Buka keadaan sistem",
            state="bad",
            word="Segera",
        )
    ]


def access_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    monday = newest_unread_week(db, office_date(now)) if may(actor, "access.review") else None
    if monday is None:
        return []
    return [
        Task(
            "Pengawasan",
            "Ringkasan akses minggu lalu",
            "Siapa membuka data warga, dan apa yang menonjol.",
            "access.show_week",
            "Baca",
            {"mulai": str(monday)},
        )
    ]


TASKS: list[Provider] = [
    case_tasks,
    late_tasks,
    draft_tasks,
    note_tasks,
    signing_tasks,
    backup_tasks,
    proof_tasks,
    access_tasks,
]
