"""The guard of this PC's clock: judged against the last entry whose time was trusted and the time the centre signed.

A clock that jumped is flagged on each entry and told on every page, never corrected and never refused; a person
settles it (sync.md section 1). The centre's time comes in two strengths: an answer to our own question is the time of
now; a file that travelled only says that it is not earlier than this.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from schema.database import Database
from schema.decoding import decode
from schema.remembered import remembered
from sync import marks
from sync.line import Clock, moment, stamp

BEHIND = timedelta(minutes=5)
UNSURE = timedelta(days=7)
WRONG = timedelta(minutes=10)
"""How far this PC may be from the centre's time: an answer takes seconds, a cheap clock drifts a minute a week."""
HEARD = "clock.heard"


class Heard(msgspec.Struct, frozen=True, omit_defaults=True):
    """The centre's signed time `told` when this PC's clock said `here`; `after` is the last entry of the journal then.

    `fresh`: it answered our own question, so both were the same moment.
    """

    told: str
    here: str
    after: int
    fresh: bool = False

    @property
    def off(self) -> timedelta:
        """How much this PC's clock was ahead; negative when it was behind. Nothing for a file that travelled."""
        return moment(self.here) - moment(self.told) if self.fresh else timedelta()

    @property
    def wrong(self) -> bool:
        """Whether the two clocks differ by more than can be forgiven."""
        return abs(self.off) > WRONG


class Trusted(msgspec.Struct, frozen=True):
    """Time and id of the last entry whose clock was `ok`; id 0 before the first."""

    at: datetime | None = None
    id: int = 0


@remembered
def trusted(db: Database) -> Trusted:
    """The last entry of our own whose time was trusted, or that a person settled."""
    row = db.one("SELECT at, id FROM journal WHERE seq IS NOT NULL AND clock = 'ok' ORDER BY id DESC LIMIT 1")
    return Trusted(moment(row[0]), row[1]) if row else Trusted()


def heard(db: Database) -> Heard | None:
    """The centre's time as it was last heard, unless a trusted entry came after it."""
    known = last_heard(db)
    return known if known and known.after >= trusted(db).id else None


def last_heard(db: Database) -> Heard | None:
    """The centre's time as it was last heard."""
    text = marks.get(db, HEARD)
    return decode(text, Heard) if text else None


class Standing(msgspec.Struct, frozen=True):
    """The verdict on a moment, and what it rests on: the last trusted time, and what the centre signed.

    `differs`: the centre's answer shows that this clock is wrong.
    """

    verdict: Clock
    last: datetime | None
    heard: Heard | None = None
    differs: bool = False

    @property
    def told(self) -> datetime | None:
        """The centre's time, where it shows that this clock is wrong."""
        return moment(self.heard.told) if self.heard and self.differs else None

    @property
    def here(self) -> datetime | None:
        """What this clock said at that moment."""
        return moment(self.heard.here) if self.heard and self.differs else None


def standing(db: Database, at: datetime) -> Standing:
    """Judge this PC's clock at a moment that it shows."""
    last, known = trusted(db).at, heard(db)
    if known:
        here, told = moment(known.here), moment(known.told)
        floor = (
            here if known.fresh and not known.wrong else told
        )  # a forgiven difference is forgiven here too
        last = max(last, floor) if last else floor
        if known.wrong and here <= at <= here + UNSURE:  # it runs on as it was found
            return Standing("unsure" if known.off > timedelta() else "behind", last, known, differs=True)
    verdict: Clock = "ok"
    if last and at < last - BEHIND:
        verdict = "behind"
    elif last and at > last + UNSURE:
        verdict = "unsure"
    return Standing(verdict, last, known)


def hear(db: Database, told: datetime, now: datetime, *, fresh: bool) -> bool:
    """In the open transaction: keep the centre's time; whether it shows a wrong clock that was not known before.

    What a person settled stays settled as long as the two clocks differ by as much as they did then.
    """
    known = last_heard(db)
    row = db.one("SELECT max(id) FROM journal")
    found = Heard(stamp(told), stamp(now), int(row[0] or 0) if row else 0, fresh)
    if not fresh and (told <= now + BEHIND or (known and found.told <= known.told)):
        return False
    again = bool(known and known.wrong and found.wrong and abs(known.off - found.off) <= WRONG)
    if again and known:
        found = msgspec.structs.replace(found, after=known.after)
    marks.put(db, HEARD, msgspec.json.encode(found).decode())
    return found.wrong and not again
