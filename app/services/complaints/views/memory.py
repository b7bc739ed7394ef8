"""What pages of the book remember for a while and write nowhere: fresh slip codes, pages shown once, tokens."""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from itsdangerous import BadData, URLSafeTimedSerializer

from app.platform.web.brakes import Memory


class FreshCodes(Memory[tuple[str, str]]):
    """The code that a line got last, for whoever made it and for nobody else."""

    def __init__(self) -> None:
        super().__init__(500, timedelta(minutes=15))

    def keep_code(self, complaint_id: int, code: str, holder: str, now: datetime) -> None:
        self.put(complaint_id, (holder, code), now)

    def code_of(self, complaint_id: int, holder: str, now: datetime) -> str:
        whose, code = self.get(complaint_id, now) or ("", "")
        return code if whose == holder else ""


class Tokens:
    """Signs what a form carries with a key that lives as long as the program: no cookie, nothing to steal."""

    HOURS = 2

    def __init__(self) -> None:
        self.signer = URLSafeTimedSerializer(secrets.token_hex(32), salt="loket-kiosk")

    def make_token(self, purpose: str, value: int = 0) -> str:
        """A token of one form. Two forms never share one: it also tells a second press of the button."""
        return str(self.signer.dumps([purpose, secrets.token_hex(8), value]))

    def read_token(self, purpose: str, text: str) -> tuple[str, int] | None:
        """(mark, value) of a token of ours that is not too old, else None."""
        try:
            named, mark, value = self.signer.loads(text[:600], max_age=self.HOURS * 3600)
        except (BadData, ValueError, TypeError):
            return None
        if named != purpose:
            return None
        return (mark, value)


class Shown(NamedTuple):
    """A page that waits to be fetched: its HTML, its status, what its header says of leaving the screen."""

    page: bytes
    status: int
    refresh: str
