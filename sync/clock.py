"""The guard of this PC's clock: judged against the last entry whose time was trusted and the time the centre signed.

A clock that jumped is flagged on each entry and told on every page, never corrected and never refused; a person
settles it (sync.md section 1). The centre's time comes in two strengths: an answer to our own question is the time of
now; a file that travelled only says that it is not earlier than this.
"""

from datetime import datetime, timedelta

import msgspec

from schema.database import Database, first_value
from schema.query_cache import cached_until_next_entry
from schema.structs import decode_json
from sync.entries import Clock, keep_fact, parse_utc_text, read_fact, to_utc_text

BEHIND = timedelta(minutes=5)
UNSURE = timedelta(days=7)
WRONG = timedelta(minutes=10)
"""How far this PC may be from the centre's time: an answer takes seconds, a cheap clock drifts a minute a week."""
CENTRE_TIME_KEY = "clock.heard"


class CentreTime(msgspec.Struct, frozen=True, omit_defaults=True):
    """The centre's signed time `told` when this PC's clock said `here`; `after` is the last entry of the journal then.

    `fresh`: it answered our own question, so both were the same moment.
    """

    told: str
    here: str
    after: int
    fresh: bool = False

    @property
    def off(self) -> timedelta:
        return parse_utc_text(self.here) - parse_utc_text(self.told) if self.fresh else timedelta()

    @property
    def wrong(self) -> bool:
        return abs(self.off) > WRONG


class Trusted(msgspec.Struct, frozen=True):
    at: datetime | None = None
    id: int = 0


@cached_until_next_entry
def last_trusted(db: Database) -> Trusted:
    row = db.one("SELECT at, id FROM journal WHERE seq IS NOT NULL AND clock = 'ok' ORDER BY id DESC LIMIT 1")
    return Trusted(parse_utc_text(row[0]), row[1]) if row else Trusted()


def centre_time_in_force(db: Database) -> CentreTime | None:
    """The centre's time as it was last heard, unless a trusted entry came after it."""
    known = last_centre_time(db)
    return known if known and known.after >= last_trusted(db).id else None


def last_centre_time(db: Database) -> CentreTime | None:
    text = read_fact(db, CENTRE_TIME_KEY)
    return decode_json(text, CentreTime) if text else None


class ClockJudgement(msgspec.Struct, frozen=True):
    """The verdict on a moment, and what it rests on: the last trusted time, and what the centre signed.

    `differs`: the centre's answer shows that this clock is wrong.
    """

    verdict: Clock
    last: datetime | None
    heard: CentreTime | None = None
    differs: bool = False

    @property
    def told(self) -> datetime | None:
        return parse_utc_text(self.heard.told) if self.heard and self.differs else None

    @property
    def here(self) -> datetime | None:
        return parse_utc_text(self.heard.here) if self.heard and self.differs else None


def judge_clock(db: Database, at: datetime) -> ClockJudgement:
    last, known = last_trusted(db).at, centre_time_in_force(db)
    if known:
        own, signed = parse_utc_text(known.here), parse_utc_text(known.told)
        earliest = own if known.fresh and not known.wrong else signed  # a forgiven difference is forgiven here too
        last = max(last, earliest) if last else earliest
        if known.wrong and own <= at <= own + UNSURE:  # it runs on as it was found
            return ClockJudgement("unsure" if known.off > timedelta() else "behind", last, known, differs=True)
    verdict: Clock = "ok"
    if last and at < last - BEHIND:
        verdict = "behind"
    elif last and at > last + UNSURE:
        verdict = "unsure"
    return ClockJudgement(verdict, last, known)


def keep_centre_time(db: Database, signed: datetime, now: datetime, *, fresh: bool) -> bool:
    """In the open transaction: keep the centre's time; whether it shows a wrong clock that was not known before.

    What a person settled stays settled as long as the two clocks differ by as much as they did then.
    """
    known = last_centre_time(db)
    newest = first_value(db, "SELECT max(id) FROM journal") or 0
    heard = CentreTime(to_utc_text(signed), to_utc_text(now), newest, fresh)
    if not fresh and (signed <= now + BEHIND or (known and heard.told <= known.told)):
        return False
    again = bool(known and known.wrong and heard.wrong and abs(known.off - heard.off) <= WRONG)
    if again and known:
        heard = msgspec.structs.replace(heard, after=known.after)
    keep_fact(db, CENTRE_TIME_KEY, msgspec.json.encode(heard).decode())
    return heard.wrong and not again
