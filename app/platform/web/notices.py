"""What stands above every page: a damaged database, changes of rights, a clock or a return that a person settles, a
disk that gets full."""

import msgspec
from flask import current_app

from app.core import dates
from app.core.dates import format_number, long_moment
from app.platform.backups import returns
from app.platform.people.queries import Changed, changes_made_alone, changes_to_tell
from app.platform.people.sessions import Session
from app.platform.web import context, forms
from schema.data_folder import MEGABYTE

MOST_LINES = 4


class AuthorityNotice(msgspec.Struct, frozen=True):
    """`own` are the unread changes about whoever is signed in, `alone` what is shown to everybody for a week."""

    own: tuple[Changed, ...]
    alone: tuple[Changed, ...]

    @property
    def newest(self) -> int:
        return max((notice.id for notice in self.own), default=0)


def authority_notice(known: Session) -> AuthorityNotice | None:
    db = context.current_db()
    own = changes_to_tell(db, known.actor.person_id, known.told_to)
    alone = changes_made_alone(db, context.current_date())
    if own or alone:
        return AuthorityNotice(own[:MOST_LINES], alone[:MOST_LINES])
    return None


class SettledWarning(msgspec.Struct, frozen=True):
    """A headline, sentences, and the endpoint of the page where a person settles it."""

    title: str
    lines: tuple[str, ...]
    endpoint: str


def clock_warning() -> SettledWarning | None:
    loket = context.current_loket()
    now = context.current_time()
    if not loket.shell.clock or not loket.journal.has_identity:
        return None
    clock = loket.journal.judge_clock(now)
    if clock.verdict == "ok":
        return None
    lines = (
        dates.clock_facts(now, clock.last, clock.told, clock.here),
        dates.clock_advice(clock.verdict, clock.differs),
        dates.CLOCK_GOES_ON,
    )
    return SettledWarning(dates.clock_title(clock.verdict, clock.differs), lines, loket.shell.clock)


DAMAGED = "Basis data perlu diperiksa"
DAMAGE_STEPS = (
    "Hentikan pekerjaan yang tidak mendesak dan beri tahu administrator sekarang.",
    "Administrator menjalankan python3 run.py verify; lembar pemulihannya ada di Panduan administrator.",
)


def damage_warning() -> SettledWarning | None:
    """What the last proof found, told to everybody: work goes on only until somebody looked."""
    loket = context.current_loket()
    fault = returns.database_fault(loket.journal.db)
    if not fault:
        return None
    return SettledWarning(DAMAGED, (fault, *DAMAGE_STEPS), loket.shell.clock)


def return_warning() -> SettledWarning | None:
    loket = context.current_loket()
    if loket.shell.returned:
        waiting = returns.unconfirmed_returns(loket.journal.db)
    else:
        waiting = ()
    if not waiting:
        return None
    facts = [
        f"{returns.RETURN_CAUSES.get(item.cause, returns.RETURN_CAUSES['older'])} Diketahui {long_moment(item.at)}."
        for item in waiting[:3]
    ]
    return SettledWarning(
        returns.RETURN_TITLE, (*facts, *returns.RETURN_ADVICE[loket.shell.side]), loket.shell.returned
    )


CLAIM_TITLE = "Pernyataan tanpa bukti menunggu keputusan"
CLAIM_ADVICE: dict[str, str] = {
    "office": "Pengiriman ke pihak itu menunggu keputusan administrator; pekerjaan dan mitra lain jalan terus.",
    "centre": "Hanya baris dari pengirim itu yang ditahan sampai administrator memutuskan; yang lain jalan terus.",
}


def claim_warning() -> SettledWarning | None:
    """What peers say without proof, each named: their lines alone wait."""
    loket = context.current_loket()
    waiting = returns.peer_claims(loket.journal.db)
    if not waiting:
        return None
    lines = (*(claim.sentence for claim in waiting[:MOST_LINES]), CLAIM_ADVICE[loket.shell.side])
    return SettledWarning(CLAIM_TITLE, lines, "claims.page")


USED_UP = (
    "Ruang cadangan Loket sudah terpakai. Simpan yang sedang dikerjakan, lalu kosongkan ruang di komputer Loket "
    "sekarang."
)
MAKE_ROOM = "Kosongkan ruang di komputer Loket hari ini juga, di luar folder data. Bila habis, tak ada yang tersimpan."


class SpaceWarning(msgspec.Struct, frozen=True):
    """The bar: `kind` as in the stylesheet, a headline and what to do."""

    kind: str
    title: str
    text: str


def space_warning() -> SpaceWarning | None:
    known = forms.data_disk(current_app)
    room = None
    if known is not None:
        room = known.look()
    if room is None or not room.little:
        return None
    left = f"Ruang simpan tinggal {format_number(room.free // MEGABYTE)} MB"
    if room.given_up:
        return SpaceWarning("bad", left, USED_UP)
    return SpaceWarning("warn", left, MAKE_ROOM)
