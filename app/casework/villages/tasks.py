"""Rows of *Meja kerja*: drafts of villages that wait for a clerk, files of villages that wait for a decision."""

from datetime import datetime

from app.casework.desk.parts import DeskParts, Task, asked_with, with_act
from app.casework.villages.queries import held_files, waiting_count
from app.core.permissions import Actor
from schema.database import Database


@with_act("check")
@asked_with("village.exchange")
def brought_tasks(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """One row for all of them, with the page where they are opened or given back."""
    count = waiting_count(db, actor, now)
    if not count:
        return []
    detail = f"{count} draf menunggu dicocokkan dengan berkas kertasnya."
    return [
        Task(
            "Desa",
            "Draf dari desa",
            detail,
            "villages.show_villages",
            "Lihat draf",
            state="wait",
            word="Menunggu",
            count=count,
        )
    ]


@with_act("decide")
@asked_with("village.keys")
def held_tasks(db: Database, _actor: Actor, _now: datetime) -> list[Task]:
    """One row for all files of villages that wait for a decision."""
    count = len(held_files(db))
    if not count:
        return []
    detail = f"{count} dokumen desa ditahan: dari komputer lama, atau dari dua komputer."
    return [
        Task(
            "Desa",
            "Dokumen desa yang ditahan",
            detail,
            "villages.show_villages",
            "Putuskan",
            state="wait",
            word="Menunggu",
            count=count,
        )
    ]


DESK = DeskParts(tasks=[brought_tasks, held_tasks])
