"""The page of backups, the same on both sides: how they stand, make one now, the recovery key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import cast

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import Length

from app.backups import standing
from app.backups.desk import BackupDesk, BackupTold
from app.backups.remains import Remain
from app.core.permissions import Actor
from app.web.context import Nav, WebRoom, current_actor, db, now, surroundings
from app.web.forms import Form, options, sound, told
from app.web.guard import needs
from app.web.pages import done, page
from app.web.pin import confirm_pin, has_pin
from schema.database import CentrePostgres, Database
from schema.migrate import Side

pages = Blueprint("backups", __name__, url_prefix="/cadangan")


class PlaceForm(Form):
    """Where a backup goes."""

    folder = SelectField("Tempat", choices=[])


class KeyForm(Form):
    """A new recovery key, decided with the PIN."""

    pin = PasswordField("PIN", validators=[Length(max=12)])


class TypedForm(Form):
    """The end of the recovery key, typed back from paper."""

    typed = StringField("Kelompok terakhir kunci", validators=[Length(max=120)])


def desk() -> BackupDesk:
    """Backups as the composition root put them together."""
    return cast(BackupDesk, surroundings().backups)


def waiting(known: Database, _actor: Actor, _now: datetime) -> int | None:
    """Whether the recovery key waits for a person, for the rail."""
    if isinstance(known, CentrePostgres):
        return None
    return 1 if standing.key_line(known).kind == "warn" else None


def show(
    status: int = 200, made: BackupTold | None = None, place: PlaceForm | None = None, key: KeyForm | None = None,
    typed: TypedForm | None = None,
) -> ResponseReturnValue:  # fmt: skip
    """Draw the page."""
    place = place or PlaceForm(formdata=None)
    place.folder.choices = options(desk().places())
    return page("backups/page.html", status=status, lines=standing.lines(db(), now()), made=made, place=place,
                key=key or KeyForm(formdata=None), typed=typed or TypedForm(formdata=None), has_pin=has_pin(),
                in_force=standing.has_key(db()), to_confirm=standing.key_waits(db()),
                here=not isinstance(db(), CentrePostgres))  # fmt: skip


@pages.get("/", endpoint="page")
@needs("backup.make")
def overview() -> ResponseReturnValue:
    """How it stands."""
    return show()


@pages.post("/")
@needs("backup.make")
def make() -> ResponseReturnValue:
    """Make a backup now."""
    place, made = PlaceForm(), None
    place.folder.choices = options(desk().places())
    if place.validate():
        with told(place):
            made = desk().make(current_actor(), place.folder.data, now())
    return show(200 if made and made.ok else 422, made, place)


@pages.post("/kunci")
@needs("backup.make")
def make_key() -> ResponseReturnValue:
    """Make a new recovery key. The answer is the page itself, for the key is shown once and kept nowhere."""
    key, made = KeyForm(), None
    if key.validate():
        with told(key):
            confirm_pin(key.pin.data)
            made = desk().make_key(current_actor(), now())
    return show(200 if made and made.ok else 422, made, key=key)


@pages.post("/kunci/pastikan")
@needs("backup.make")
def confirm_key() -> ResponseReturnValue:
    """The key was copied to paper: its last group is typed back."""
    typed = TypedForm()
    if typed.validate():
        with told(typed):
            desk().confirm_key(current_actor(), typed.typed.data or "", now())
    if not sound(typed):
        return show(422, typed=typed)
    return done(
        url_for("backups.page"), "Kunci pemulihan dipastikan. Cadangan sekarang dibuat sendiri setiap malam."
    )


def remains_page(found: Sequence[Remain], side: Side) -> ResponseReturnValue:
    """What lies beside an empty database, with the steps of a restore, in the place of the set-up page."""
    data: Path = surroundings().data
    newest = next((str(data / one.path) for one in found if one.what == "Cadangan"), "")
    return page("backups/remains.html", status=409, found=found, newest=newest, side=side)


ROOM = WebRoom(
    (pages,),
    (Nav("Cadangan", "backups.page", "backup.make", group="Kantor", order=45, count=waiting, live=True),),
)
