"""The Sekretaris' view: what the files show, notes and what was done about them."""

from datetime import datetime, timedelta
from functools import partial

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.casework.desk import oversight
from app.casework.desk.parts import parts_of
from app.casework.desk.pictures import MOST_NAMED, PROMISE_DAYS, Picture, case_picture, scope_without
from app.casework.desk.queries import count_late
from app.core.permissions import Actor, may
from app.core.problems import SENTENCES
from app.platform.people.queries import person_names
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import current_actor, current_date, current_db, current_loket, current_time
from app.platform.web.forms import asked_slice, read_slice, show_page
from app.platform.web.guard import needs_permission
from schema.database import Database

pages = Blueprint("oversight", __name__, url_prefix="/pengawasan")
CASE_PAGE = "cases.show_case"
SHOWN = 20
DEED_WORDS = {
    "corrected": "Data diperbaiki",
    "returned": "Dikembalikan",
    "withdrawn": "Dibatalkan pemohon",
    "refused": "Ditolak",
    "died": "Pemohon meninggal",
    "moved": "Pemohon pindah",
    "uncollected": "Tidak diambil",
    "misprint": "Salah cetak",
}


def open_note_count(database: Database, actor: Actor, _at: datetime) -> int | None:
    if not may(actor, "oversight.answer"):
        return None
    return oversight.open_notes(database) or None


def watched_lists() -> list[oversight.Watched]:
    """What the other rooms put under supervision; lists without a line are left out."""
    providers = (ask for parts in parts_of(current_loket().rooms) for ask in parts.watched)
    return [watched for ask in providers if (watched := ask(current_db(), current_time())).lines]


def drawn_pictures() -> list[Picture]:
    """Cases first, without those that another room draws, then the pictures of the rooms."""
    asked = (current_db(), current_actor(), current_time())
    providers = (draw for parts in parts_of(current_loket().rooms) for draw in parts.pictures)
    others = [picture for draw in providers if (picture := draw(*asked)) is not None]
    elsewhere = [service for picture in others for service in picture.services]
    return [case_picture(*asked, scope_without(current_db(), elsewhere), "Berkas", "berkas"), *others]


@pages.get("/", endpoint="page")
@needs_permission("oversight.view")
def show_oversight(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """What the files show, with notes; a refused form keeps what was typed, the note that it answers stays in sight."""
    db = current_db()
    today = current_date()
    wrong = refused.place.get("note_id", 0)
    notes = sorted(oversight.oversight_notes(db), key=lambda note: note.id != wrong)
    return show_page(
        "casework/desk/oversight.html",
        status=status,
        form=refused.form_for(oversight.write_note),
        pictures=drawn_pictures(),
        most_named=MOST_NAMED,
        promises=oversight.recent_promises(db, today),
        over=count_late(db, None, today),
        since=today - timedelta(days=PROMISE_DAYS),
        deeds=read_slice(partial(oversight.deeds_by_hand, db), SHOWN),
        late=read_slice(partial(oversight.late_entries, db), SHOWN, "mundur"),
        notes=asked_slice(notes, SHOWN, "catatan"),
        open=oversight.open_notes(db),
        watched=watched_lists(),
        names=person_names(db),
        words=DEED_WORDS,
        case_page=CASE_PAGE,
        answer=refused.form_for(oversight.answer_note),
        wrong=wrong,
    )


PAGE = "oversight.page"
add_command(pages, "/catatan", oversight.write_note, show_oversight, SENTENCES["note_saved"], to=PAGE)
add_command(pages, "/catatan/<int:note_id>", oversight.answer_note, show_oversight, "Tindak lanjut disimpan.", to=PAGE)
