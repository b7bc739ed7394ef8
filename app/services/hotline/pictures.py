"""The picture of contacts under Pengawasan."""

from datetime import datetime

from app.casework.desk.pictures import Picture, Scope, case_picture
from app.core.permissions import Actor
from app.services.hotline.queries import SERVICE, is_in_use
from schema.database import Database


def contact_picture(db: Database, actor: Actor, now: datetime) -> Picture | None:
    """Contacts are cases of the hotline; an office without one has no such picture."""
    if not is_in_use(db):
        return None
    return case_picture(db, actor, now, Scope((SERVICE,), {"layanan": SERVICE}), "Kontak hotline", "kontak")
