"""What the quarter asks for at *Meja kerja*: to draft, to mend, to check, to approve, to post."""

from __future__ import annotations

from datetime import datetime

from app.cases.tasks import Task
from app.complaints.quarter_queries import missing
from app.complaints.tables import Recap
from app.core.clock import office_date
from app.core.permissions import Actor, may
from app.core.quarters import Quarter
from schema.database import Database

TAB = "Rekap triwulan"
PAGE = "recap.show"
MOST = 4


def waiting(db: Database, actor: Actor, now: datetime) -> list[Task]:
    """Recaps that are not published, and ended quarters without one, for whoever has the next step."""
    rows = Recap.rows(db, Recap.state != "published", order=Recap.quarter)
    found = [step for row in rows if (step := next_step(row, actor)) is not None]
    if may(actor, "recap.draft"):
        begun = {row.quarter for row in rows}
        todo = [one for one in missing(db, office_date(now)) if str(one) not in begun][:MOST]
        why = "Triwulan sudah berakhir. Angkanya dihitung dari buku."
        found += [task(str(one), "Susun rekap", why, "Susun") for one in todo]
    return found


def next_step(row: Recap, actor: Actor) -> Task | None:
    """What a recap asks of this person."""
    if row.state == "draft" and row.note and may(actor, "recap.draft"):
        return task(row.quarter, "Rekap dikembalikan", row.note[:160], "Perbaiki", "back", "Dikembalikan")
    if row.state == "draft" and not row.note and may(actor, "recap.check"):
        return task(
            row.quarter, "Periksa rekap", "Cocokkan angka dan lihat versi papan pengumuman.", "Periksa"
        )
    if row.state == "checked" and may(actor, "recap.approve"):
        return task(row.quarter, "Setujui rekap", "Sudah diperiksa Sekretaris.", "Baca")
    if row.state == "approved" and may(actor, "recap.draft"):
        return task(
            row.quarter, "Pasang rekap", "Cetak poster, pasang di papan pengumuman, lalu catat.", "Pasang"
        )
    return None


def task(quarter: str, title: str, detail: str, verb: str, state: str = "", word: str = "") -> Task:
    """A recap as a task."""
    return Task(
        TAB,
        f"{title} {Quarter.parse(quarter).label}",
        detail,
        PAGE,
        verb,
        {"code": quarter},
        state=state,
        word=word,
    )
