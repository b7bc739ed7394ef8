"""The page of backups, the same on both sides: how they stand, make one now, the recovery key."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, current_app, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField, SelectField, StringField

from app.core.permissions import Actor
from app.core.problems import SENTENCES
from app.platform.backups.asked import AskedBackups, broken_off
from app.platform.backups.continuous import LONGEST_FOLDER, CopyKeeper
from app.platform.backups.service import (
    BackupResult,
    Backups,
    Remain,
    has_continuous_copy,
    key_in_force,
    key_line,
    key_to_confirm,
    lines_on_their_page,
    read_standing,
)
from app.platform.web.context import current_actor, current_db, current_time, remote_address, surroundings
from app.platform.web.forms import AtMost, Form, has_pin, redirect_to, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission, passive
from schema.database import Database
from schema.migrations import Side
from schema.postgres import CentrePostgres

pages = Blueprint("backups", __name__, url_prefix="/cadangan")


class PlaceForm(Form):
    folder = SelectField("Tempat", choices=[])


class KeyForm(Form):
    pin = PasswordField("PIN", [AtMost(6)])


class TypedForm(Form):
    """The end of the recovery key, typed back from paper."""

    typed = StringField("Kelompok terakhir kunci", [AtMost(120)])


class FolderForm(Form):
    """Where the continuous copy goes; empty ends it."""

    folder = StringField("Folder di luar komputer ini", [AtMost(LONGEST_FOLDER)])


def own_backups() -> Backups:
    """The backups of this side as whoever asks now uses them: the access log says from where."""
    known = cast(Backups, surroundings().backups)
    return Backups(known.journal, known.side, known.data, remote_address())


def asked_backups() -> AskedBackups:
    held: AskedBackups = current_app.extensions.setdefault("loket_asked_backups", AskedBackups())
    return held


def waiting_count(known: Database, _actor: Actor, _now: datetime) -> int | None:
    if isinstance(known, CentrePostgres):
        return None
    if key_line(known).kind == "warn":
        return 1
    return None


@pages.get("/", endpoint="page")
@needs_permission("backup.make")
def backup_overview(
    status: int = 200,
    made: BackupResult | None = None,
    place: PlaceForm | None = None,
    key: KeyForm | None = None,
    typed: TypedForm | None = None,
    copy: FolderForm | None = None,
) -> ResponseReturnValue:
    db = current_db()
    place = place or PlaceForm(formdata=None)
    place.folder.choices = to_choices(own_backups().places())
    copy_folder = ""
    if has_continuous_copy(db) and (standing := read_standing(db)):
        copy_folder = standing.folder
    return show_page(
        "platform/backups/page.html",
        status=status,
        lines=lines_on_their_page(db, current_time()),
        **asked_for(made),
        place=place,
        key=key or KeyForm(formdata=None),
        typed=typed or TypedForm(formdata=None),
        has_pin=has_pin(),
        in_force=key_in_force(db) is not None,
        to_confirm=key_to_confirm(db) is not None,
        here=not isinstance(db, CentrePostgres),
        continuous=has_continuous_copy(db),
        copy=copy or FolderForm(formdata=None, folder=copy_folder),
    )


def asked_for(made: BackupResult | None) -> dict[str, Any]:
    """What the page says of the backup that somebody asked for: while it runs, and what it came to."""
    asked = asked_backups()
    person = current_actor().username
    working = asked.running
    why_broken_off = ""
    if not working:
        why_broken_off = broken_off(current_db())
    return {
        "working": working,
        "made": made or asked.result_for(person),
        "broken_off": why_broken_off,
        "key_waits": asked.holds_key(person),
    }


@pages.post("/")
@needs_permission("backup.make")
def make_backup() -> ResponseReturnValue:
    place = PlaceForm()
    place.folder.choices = to_choices(own_backups().places())
    backups = own_backups()
    actor = current_actor()
    now = current_time()
    folder = place.folder.data
    return run_command(
        lambda: asked_backups().begin(
            backups.db, actor.username, lambda told: backups.make(actor, folder, now, told), now, with_key=False
        ),
        lambda _: backup_overview(422, place=place),
        lambda made: show_made(made, place=place),
        form=place,
    )


def show_made(made: BackupResult | None, **forms: Any) -> ResponseReturnValue:
    """What a backup came to, or the page with the bar of one that goes on."""
    if made is None:
        return redirect_to(url_for("backups.page"))
    status = 200
    if not made.ok:
        status = 422
    return backup_overview(status, made, **forms)


@pages.get("/kemajuan")
@needs_permission("backup.make")
@passive
def show_progress() -> ResponseReturnValue:
    """How far the backup is that was asked for; when none runs any more, the page that tells what it came to."""
    working = asked_backups().running
    if working:
        return show_page("platform/backups/_working.html", working=working)
    return redirect_to(url_for("backups.page"))


@pages.post("/kunci")
@needs_permission("backup.make")
def make_key() -> ResponseReturnValue:
    """Make a new recovery key. The answer is the page itself, for the key is shown once and kept nowhere; where its
    backup takes longer, the page offers it afterwards to whoever asked."""
    key = KeyForm()
    backups = own_backups()
    actor = current_actor()
    now = current_time()
    return run_command(
        lambda: asked_backups().begin(
            backups.db, actor.username, lambda told: backups.make_key(actor, now, told), now, with_key=True
        ),
        lambda _: backup_overview(422, key=key),
        lambda made: show_made(made, key=key),
        form=key,
        pin=True,
    )


@pages.post("/kunci/tampilkan")
@needs_permission("backup.make")
def show_key() -> ResponseReturnValue:
    """The key of a backup that took long: a desk that nobody sits at any more shows none by itself."""
    key = KeyForm()
    person = current_actor().username
    return run_command(
        lambda: asked_backups().take_key(person),
        lambda problem: backup_overview(problem.status, key=key),
        lambda made: backup_overview(made=made),
        form=key,
        pin=True,
    )


@pages.post("/kunci/pastikan")
@needs_permission("backup.make")
def confirm_key() -> ResponseReturnValue:
    typed = TypedForm()
    return run_command(
        lambda: own_backups().confirm_key(current_actor(), typed.typed.data or "", current_time()),
        lambda _: backup_overview(422, typed=typed),
        url_for("backups.page"),
        SENTENCES["key_confirmed"],
        form=typed,
    )


@pages.post("/salinan")
@needs_permission("backup.make")
def choose_copy() -> ResponseReturnValue:
    copy = FolderForm()
    folder = (copy.folder.data or "").strip()
    toast = SENTENCES["copy_ended"]
    if folder:
        toast = SENTENCES["copy_chosen"]
    return run_command(
        lambda: CopyKeeper(own_backups()).choose(current_actor(), folder, current_time()),
        lambda _: backup_overview(422, copy=copy),
        url_for("backups.page"),
        toast,
        form=copy,
    )


def remains_page(found: Sequence[Remain], side: Side) -> ResponseReturnValue:
    """What lies beside an empty database, with the steps of a restore, in the place of the set-up page."""
    data: Path = surroundings().data
    newest = next((str(data / remain.path) for remain in found if remain.what == "Cadangan"), "")
    return show_page("platform/backups/remains.html", status=409, found=found, newest=newest, side=side)
