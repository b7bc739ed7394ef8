"""Two notices on every page: what was changed about the own rights and not read yet, and what one person did alone."""

from __future__ import annotations

import msgspec

from app.people.authority import Changed, changes_about, done_alone
from app.people.session import Session
from app.web import context

MOST_LINES = 4


class AuthorityNotice(msgspec.Struct, frozen=True):
    """`own` are the unread changes about whoever is signed in, `alone` what is shown to everybody for a week."""

    own: tuple[Changed, ...]
    alone: tuple[Changed, ...]

    @property
    def newest(self) -> int:
        """The last of the unread changes."""
        return max((one.id for one in self.own), default=0)


def notice(known: Session) -> AuthorityNotice | None:
    """The notices of this page, or None."""
    db = context.db()
    own = changes_about(db, known.actor.person_id, known.told_to)
    alone = done_alone(db, context.today())
    return AuthorityNotice(own[:MOST_LINES], alone[:MOST_LINES]) if own or alone else None
