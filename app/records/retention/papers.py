"""The minutes of a destruction: what went, who decided, which backups are still there. No person stands on it."""

from datetime import datetime

from msgspec.structs import replace

from app.core.clock import office_date
from app.core.permissions import Actor
from app.core.problems import check_found
from app.platform.office.papers import common_fields, staff_official
from app.platform.printing.data.common import Control
from app.platform.printing.data.records import DestroyedGroup, DestroyedLine, DestructionMinutes, OldBackup
from app.records.retention import queries
from app.records.retention.queries import BackupLeft
from app.records.retention.tables import DestroyedRecord, Destruction
from schema.database import Database
from sync.entries import parse_utc_text


def old_backup(backup: BackupLeft) -> OldBackup:
    made_on = office_date(parse_utc_text(backup.made_at))
    return OldBackup(name=backup.name, place=backup.copied_to or backup.place, made_on=made_on)


def minutes_paper(db: Database, destruction_id: int, actor: Actor, now: datetime) -> DestructionMinutes:
    row = check_found(Destruction.first(db, id=destruction_id, state="done"), "Berita acara itu")
    done = parse_utc_text(row.done_at)
    labels = queries.labels(db)
    records = queries.records_of(db, row.id)
    going = [record for record in records if not record.kept_why]
    return DestructionMinutes.of(
        row,
        **common_fields(db, Control(document="BA-MUSNAH", revision="00", issued_on=None), actor, now),
        on=office_date(done),
        groups=grouped(going, labels),
        kept=tuple(f"{record.number}: {record.kept_why}" for record in records if record.kept_why),
        records=tuple(DestroyedLine.of(record, label=labels.get(record.kind, str(record.kind))) for record in going),
        backups=tuple(map(old_backup, queries.backups_of(row))),
        proposed=replace(staff_official(db, row.proposed_by), approved_at=parse_utc_text(row.proposed_at)),
        confirmed=replace(staff_official(db, row.confirmed_by), approved_at=parse_utc_text(row.confirmed_at)),
    )


def grouped(records: list[DestroyedRecord], labels: dict[str, str]) -> tuple[DestroyedGroup, ...]:
    counts: dict[tuple[str, str], int] = {}
    for record in records:
        key = labels.get(record.kind, str(record.kind)), str(record.closed_on)[:4]
        counts[key] = counts.get(key, 0) + 1
    return tuple(DestroyedGroup(label=label, year=year, count=count) for (label, year), count in sorted(counts.items()))
