"""Lists that somebody looks at between their reading and the decision; nobody else sees them, and no disk."""

import hashlib
import secrets
import threading
from datetime import datetime, timedelta

import msgspec

from app.core.permissions import Actor
from app.core.problems import Problem

MAX_BYTES = 2 * 1024 * 1024
KEPT = timedelta(hours=1)
MOST_KEPT = 20


class ListRow(msgspec.Struct, frozen=True):
    """A row of the file: where it stands, what its cells hold by field, and cells that cannot be read."""

    sheet: str
    number: int
    raw: dict[str, str]
    unreadable: dict[str, str]


class ReadList(msgspec.Struct, frozen=True):
    """A file that was read for a request; it is kept in memory until it is taken or forgotten."""

    token: str
    owner: str
    case_id: int
    at: datetime
    digest: str
    rows: list[ListRow]


class ReadLists:
    def __init__(self) -> None:
        self._held: dict[str, ReadList] = {}
        self._lock = threading.Lock()

    def keep_list(self, actor: Actor, case_id: int, content: bytes, rows: list[ListRow], now: datetime) -> ReadList:
        digest = hashlib.sha256(content).hexdigest()
        made = ReadList(secrets.token_hex(8), actor.username, case_id, now, digest, rows)
        with self._lock:
            fresh = [
                upload for upload in self._held.values() if upload.at > now - KEPT and upload.owner != actor.username
            ]
            self._held = {one.token: one for one in [*fresh[-MOST_KEPT:], made]}
        return made

    def find_list(self, actor: Actor, case_id: int, token: str) -> ReadList:
        """A file of this person for this request. Raises Problem `not_found`."""
        held = self._held.get(token)
        if held is None or (held.owner, held.case_id) != (actor.username, case_id):
            raise Problem.of("not_found", what="Daftar yang diunggah itu (unggah lagi dokumennya)")
        return held
