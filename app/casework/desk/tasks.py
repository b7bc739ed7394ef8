"""What waits for a person in this room: cases, limits that are over, drafts, and work of the office as a whole."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from app.casework.desk import checklist, drafts, limits, oversight, queries
from app.casework.desk.limits import changed_limits, changed_promises, due_items
from app.casework.desk.parts import MOST_TASKS, NO_BUTTON, DeskParts, Same, Task, asked_with, with_act
from app.casework.desk.queries import CaseRow
from app.core.clock import office_date
from app.core.dates import stored_date
from app.core.permissions import Actor, may
from app.core.procedure import engine
from app.core.procedure.limits import amount_text, due_short, limit_named, parse_time
from app.platform.backups.service import continuous_line, key_line
from app.platform.office import documents, standards
from app.platform.office import queries as office
from app.platform.office.deadlines import DueItem
from app.platform.office.legal_basis import outdated_standards
from app.platform.people.access_log import newest_unread_week
from app.platform.people.service import count_waiting
from schema.database import Database
from schema.service_procedure import Definition, Step
from sync.scheduler import newest_fault


@with_act("check")
def case_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Cases whose step this desk ends itself (steps with a page of their own are told by their room)."""
    found: list[Task] = []
    for adopted in office.list_standards(db):
        definition = office.parse_definition(adopted.text)
        mine = {step.id: step for step in definition.steps if is_own_step(definition, step, actor)}
        rows = queries.waiting_cases(db, actor, list(mine), (adopted.service, adopted.revision), MOST_TASKS)
        lacking = checklist.lacking_items(db, [row.id for row in rows])
        taken = queries.steps_of_others(db, actor, [row.id for row in rows if mine[row.step].taken_by_one])
        dues = limits.nearest_dues(db, definition, [row.id for row in rows])
        rows = [row._replace(due_on=row.due_on or dues.get(row.id)) for row in rows]
        found += [
            case_task(definition, mine[row.step], row, actor, lacking.get(row.id, []), taken.get(row.id, ""))
            for row in rows
        ]
        found += remaining_cases(db, actor, definition, mine, rows)
    return found


def remaining_cases(
    db: Database, actor: Actor, definition: Definition, mine: Mapping[str, Step], rows: Sequence[CaseRow]
) -> list[Task]:
    """One row for each step of which more wait than were read."""
    if len(rows) < MOST_TASKS:
        return []
    of = (definition.id, definition.identity.revision)
    shown = Counter(row.step for row in rows)
    found = []
    for step_id, count in queries.count_waiting(db, actor, list(mine), of).items():
        step = mine[step_id]
        rest = count - shown[step_id]
        where = {"layanan": definition.id, "langkah": step_id}
        same = Same("{} berkas lagi", f"{step.state_label}.", "cases.show_cases", NO_BUTTON, where, whole=False)
        if rest > 0:
            found.append(same.row(Task(step.state_label, "", "", "", "", act=act_of(step, actor)), rest))
    return found


def act_of(step: Step, actor: Actor) -> str:
    """What a step of the desk asks: the village brings, whoever checks cases checks, anybody else agrees."""
    if actor.village_only:
        return "bring"
    if may(actor, "case.check") or any(outcome.needs_complete for outcome in step.outcomes):
        return "check"
    return "approve"


def is_own_step(definition: Definition, step: Step, actor: Actor) -> bool:
    """Whether a generic step waits for this person: to be ended by a role, or to be brought along by the village."""
    if step.special:
        return False
    if actor.village_only:
        return step.waits_for == "applicant"
    return step.waits_for == "office" and engine.does_step(definition, step, actor)


def case_task(
    definition: Definition, step: Step, row: CaseRow, actor: Actor, lacking: Sequence[str], holder: str = ""
) -> Task:
    """`holder` is another person who took the step."""
    checks = any(outcome.needs_complete for outcome in step.outcomes) and not actor.village_only
    labels = {need.id: need.named() for need in definition.requirements}
    short = ", ".join(labels.get(item, item) for item in lacking[:3])
    if short:
        following = f"Kurang: {short}"
    else:
        following = step.next_sentence
    detail = f"{step.state_label}. {following}"
    tone = ""
    mark = ""
    if holder:
        detail = f"Dikerjakan {holder}. {detail}"
        tone = "idle"
        mark = "Diambil"
    elif step.side:
        tone = "back"
        mark = step.state_label
    target = ("cases.show_case", NO_BUTTON)
    if checks:
        target = ("case_work.show_check", "Periksa")
    unit = "working_days"
    if definition.promise:
        unit = definition.promise.unit
    return Task(
        step.state_label,
        row.name,
        detail,
        *target,
        {"case_id": row.id},
        stored_date(row.due_on),
        row.id,
        row.area,
        row.main_key,
        tone,
        mark,
        row.service,
        act_of(step, actor),
        unit=unit,
    )


HELD_UP = "Lihat di mana berkasnya tertahan."
OVER = Same("{} batas berkas lewat", HELD_UP, "lists.show_due", NO_BUTTON, {"keadaan": "lewat"})
NEAR = Same(
    "{} batas berkas mendekat", "Batas terlamanya belum lewat.", "lists.show_due", NO_BUTTON, {"keadaan": "hampir"}
)


def late_work(today: date, every: int) -> Same:
    """Promises that are over, of which there are so many in the office; the rest was told to somebody else, or was
    answered."""
    until = {"sampai": (today - timedelta(days=1)).isoformat()}
    return Same("{} berkas lewat janji", HELD_UP, "lists.show_due", NO_BUTTON, until, every=every)


@with_act("decide")
def late_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Limits that are over, for those whose turn it is to be told."""
    if actor.village_only:
        return []
    over = limits.over_cases(db, now)
    today = office_date(now)
    late = late_work(today, queries.count_late(db, None, today))
    return [late_case(db, row, late) for row in over if limits.told_roles(db, row, now) & actor.duties]


@with_act("decide", NEAR)
def early_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Limits of a range whose least is over, for those who are told that early."""
    if actor.village_only:
        return []
    return [early_task(db, case) for case, roles in limits.early_cases(db, now) if roles & actor.duties]


def early_task(db: Database, row: Any) -> Task:
    limit = limit_named(office.adopted_definition(db, row.service, row.revision), row.limit_id)
    least = 0
    label = ""
    if limit and limit.range:
        least = limit.range[0]
        label = limit.label
    detail = f"{label}: {amount_text(least, row.unit)} sudah berjalan. Paling lambat {due_short(row.due)}."
    where = ("cases.show_case", NO_BUTTON, {"case_id": row.case_id}, parse_time(row.due).date(), row.case_id, row.area)
    return Task("Segera", row.name, detail, *where, row.main_key, "warn", "Segera", row.service, unit=row.unit)


def late_task(tab: str, item: DueItem) -> Task:
    """A limit of another room that is over, for whoever was told of it: what is being done, or that nobody said so."""
    detail = item.note or f"Batasnya {due_short(item.deadline.due)}, belum ada yang menulis apa yang sedang dilakukan."
    page = (item.endpoint, NO_BUTTON, item.values)
    due = parse_time(item.deadline.due).date()
    title = f"{item.title}: {item.limit[:1].lower()}{item.limit[1:]}"
    return Task(tab, title, detail, *page, due, act="decide", unit=item.deadline.unit)


def late_case(db: Database, row: Any, late: Same) -> Task:
    tab = "Lewat janji"
    detail = "Janji sudah lewat. Lihat di mana berkasnya tertahan."
    same = late
    if limit := limit_named(office.adopted_definition(db, row.service, row.revision), row.limit_id):
        tab = "Lewat batas"
        same = OVER
        amount = amount_text(limit.amount_in(row.unit), row.unit)
        detail = f"{limit.label}: {amount} sudah lewat sejak {due_short(row.due)}."
    return Task(
        tab,
        row.name,
        detail,
        "cases.show_case",
        NO_BUTTON,
        {"case_id": row.case_id},
        parse_time(row.due).date(),
        row.case_id,
        row.area,
        row.main_key,
        service=row.service,
        same=same,
        unit=row.unit,
    )


@with_act("draft")
@asked_with("case.open")
def draft_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    found = []
    for draft in drafts.own_drafts(db, actor):
        definition = office.current_definition(db, draft.service, office_date(now))
        held = drafts.draft_fields(draft)
        by_role = {field.role: held.get(field.id, "") for field in definition.fields if field.role}
        found.append(
            Task(
                "Draf",
                by_role.get("name") or "Belum bernama",
                f"{definition.short_name}, belum didaftarkan",
                "form.show_draft",
                "Lanjutkan",
                {"draft_id": draft.id},
                area=by_role.get("area") or None,
                main_key=by_role.get("key", ""),
                state="idle",
                word="Draf",
                service=draft.service,
            )
        )
    return found


@with_act("follow")
@asked_with("case.correct")
def note_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    open_notes = [note for note in oversight.oversight_notes(db) if not note.answered_at]
    task = partial(Task, "Pengawasan", "Catatan Sekretaris", endpoint="oversight.page", verb="Tindak lanjuti")
    word = "Menunggu tindak lanjut"
    return [task(open_note.text[:160], case_id=open_note.case_id, state="wait", word=word) for open_note in open_notes]


@with_act("approve")
@asked_with("standard.sign")
def signing_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Revisions of a standard whose next signature this person gives."""
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


@with_act("keep")
@asked_with("standard.propose")
def law_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Standards in force that rest on law which was replaced, until the next revision is proposed."""
    return [
        Task(
            "Standar pelayanan",
            f"{definition.identity.title}: {count} dasar hukum sudah diganti",
            "Putuskan per butir: tetap, ganti, atau cabut. Hasilnya diusulkan sebagai revisi berikutnya.",
            "documents.decide_laws",
            "Putuskan",
            {"service_id": definition.id},
            state="warn",
            word="Dasar hukum lama",
        )
        for definition, count in outdated_standards(db, office_date(now))
    ]


@with_act("keep")
@asked_with("standard.view")
def copy_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Controlled copies that were printed for this person, who has not yet said that they came."""
    return [
        Task(
            "Kendali dokumen",
            f"{definition.identity.title}, salinan nomor {number}",
            "Salinan terkendali sudah dicetak untuk Anda. Catat bila sudah diterima.",
            "documents.show_control",
            "Catat penerimaan",
            {"service_id": definition.id},
            state="wait",
            word="Menunggu tanda terima",
        )
        for definition, number in documents.copies_for(db, actor, office_date(now))
    ]


@with_act("keep")
@asked_with("backup.make")
def backup_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Until a person confirmed the recovery key no backup counts: whoever answers for the data is told at the desk."""
    line = key_line(db)
    tasks = minute_copy_tasks(db, now)
    if line.kind != "warn":
        return tasks
    title = f"Kunci pemulihan: {line.word.lower()}"
    task = Task("Cadangan", title, line.todo, "backups.page", NO_BUTTON, state="warn", word=line.word)
    return [task, *tasks]


def minute_copy_tasks(db: Database, now: datetime) -> list[Task]:
    """A continuous copy that stands still: what is written now lies on this PC's disk alone."""
    line = continuous_line(db, now)
    title = f"Salinan tiap menit: {line.word.lower()}"
    task = Task("Cadangan", title, line.todo, "backups.page", NO_BUTTON, state="warn", word=line.word)
    return [task] if line.kind == "warn" else []


@with_act("keep")
@asked_with("office.settings")
def proof_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    fault = newest_fault(db)
    if not fault:
        return []
    title = "Basis data tidak cocok"
    return [Task("Pemeriksaan", title, fault, "health.page", NO_BUTTON, state="bad", word="Segera")]


@with_act("approve")
@asked_with("people.second")
def second_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Changes of rights and new PINs that wait for a second person."""
    count = count_waiting(db, actor, now)
    if not count:
        return []
    many = f"{count} perubahan petugas menunggu persetujuan kedua"
    detail = "Anda orang keduanya."
    page = ("second.list_waiting", "Baca dan setujui")
    return [Task("Persetujuan kedua", many, detail, *page, count=count)]


@with_act("verify")
@asked_with("access.review")
def access_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    monday = newest_unread_week(db, office_date(now))
    if not monday:
        return []
    title = "Ringkasan akses minggu lalu"
    text = "Siapa membuka data warga, dan apa yang menonjol."
    values = {"mulai": str(monday)}
    return [Task("Catatan akses", title, text, "access.show_week", "Baca", values)]


DESK = DeskParts(
    tasks=[
        case_tasks,
        late_tasks,
        early_tasks,
        draft_tasks,
        note_tasks,
        signing_tasks,
        law_tasks,
        copy_tasks,
        backup_tasks,
        proof_tasks,
        second_tasks,
        access_tasks,
    ],
    due_changes=(changed_promises, changed_limits),
    due_items=(due_items,),
)
