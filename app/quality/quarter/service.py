"""The way of a recap (SP 11.8, 11.9): drafted, checked, approved, published; addenda, the notice board.

draft: information officer. check: Sekretaris, who has read the public version. approve: Camat, whose PIN the caller has
confirmed. published: hung on the board. From approval on nothing changes it, in this module and in the schema.
"""

from collections.abc import Sequence
from datetime import date, datetime

from app.core.clock import office_date
from app.core.codes import epoch_letter
from app.core.messages import RecapPublished
from app.core.permissions import Actor, may, require
from app.core.problems import SENTENCES, Problem
from app.core.quarters import Quarter
from app.core.text import required_text
from app.platform.office import settings
from app.platform.office.events import Number
from app.platform.people.queries import post_words
from app.quality.quarter import frame
from app.quality.quarter.counting import count_quarter
from app.quality.quarter.events import (
    AddendumWritten,
    BoardPosted,
    PledgeCorrected,
    PledgeGiven,
    PledgeKept,
    PledgeWithdrawn,
    RecapApproved,
    RecapChecked,
    RecapDrafted,
    RecapReturned,
)
from app.quality.quarter.figures import Figures, canonical_text, parse_figures, text_digest
from app.quality.quarter.membership import counted_elsewhere
from app.quality.quarter.tables import Pledge, PledgeHistory, Recap
from app.quality.quarter.transitions import FROZEN, MOVES, STATES, find_recap, load_recap, move_pledge, move_recap
from app.room import office_command
from app.services.complaints.known_names import word_digest
from schema.database import Database
from sync.journal import Journal

REGENCY = "dukcapil"
"""The stream that travels to the regency."""
DEEDS = {"corrected": "Diperbaiki", "withdrawn": "Ditarik", "kept": "Ditepati", "note": "Belum ditepati"}


def figures_of_recap(recap: Recap) -> Figures:
    return parse_figures(recap.figures)


def recap_number(journal: Journal, quarter: Quarter) -> Number:
    """A recap is numbered by its quarter: REKAP-ADU/03/2026; a restored PC adds the letter of its epoch."""
    text = f"REKAP-ADU/{quarter.n:02d}{epoch_letter(journal.epoch)}/{quarter.year}"
    return Number("recap", quarter.year, quarter.n, text)


@office_command("recap.draft")
def draft_recap(
    journal: Journal,
    actor: Actor,
    *,
    quarter: Quarter,
    now: datetime,
    hide: Sequence[str] | None = None,
    strike: str = "",
) -> str:
    """Draft the recap of a quarter that is over, or draft it again before it is approved; returns the digest.

    `hide`: words to leave out beside those found automatically (only their prints are kept); None keeps the list of
    the draft before. `strike`: one more word. Raises Problem.
    """
    if office_date(now) <= quarter.end:
        raise Problem.of(
            "conflict", why=f"{quarter.label} belum berakhir. Rekapnya dibuat sesudah {quarter.end:%d-%m-%Y}."
        )
    known = find_recap(journal.db, quarter)
    if known is not None and known.state not in MOVES["draft"].steps:
        raise Problem.of("state", what=f"Rekap {known.number}", state=STATES[known.state].lower())
    held = figures_of_recap(known).hidden if known is not None else []
    hidden = held if hide is None else [word_digest(one) for text in hide for one in text.split()]
    hidden = [*hidden, *(word_digest(one) for one in strike.split())]
    text = canonical_text(count_quarter(journal.db, quarter, now, hidden))
    body = RecapDrafted(
        str(quarter), recap_number(journal, quarter), text, text_digest(text), office_date(now).isoformat()
    )
    journal.record(body, subject=f"recap/{quarter}", actor=actor.username, at=now)
    return body.digest


def mark_checked(journal: Journal, actor: Actor, *, quarter: Quarter, read_public: bool, now: datetime) -> None:
    require(actor, "recap.check")
    if not read_public:
        why = "Baca dulu versi untuk umum, lalu centang bahwa tidak ada nama di dalamnya."
        raise Problem.of("invalid", {"read_public": why})
    with move_recap(journal, actor, "check", quarter, now) as act:
        act.record(RecapChecked(str(quarter), act.today.isoformat()))


def approve_recap(journal: Journal, actor: Actor, *, quarter: Quarter, now: datetime, seen: str | None = None) -> None:
    """The Camat approves: the snapshot is frozen. The caller has confirmed the PIN. `seen`: the print of figures and
    pledges that the page showed (`frame.digest_of_page`). Raises Problem, also where they are no longer those."""
    with move_recap(journal, actor, "approve", quarter, now) as act:
        recap, why = act.thing, ""
        if text_digest(recap.figures) != recap.digest:
            why = "Isi rancangan tidak cocok dengan kode pengamannya. Kembalikan, lalu buat lagi."
        elif seen is not None and seen != frame.digest_of_page(journal.db, recap):
            why = "Janji atau angkanya berubah sejak halaman ini dibuka. Baca lagi, lalu setujui."
        elif double := counted_elsewhere(journal.db, str(quarter)):
            why = f"{', '.join(double[:5])} sudah dihitung rekap lain yang disetujui. Kembalikan, lalu susun ulang."
        if why:
            raise Problem.of("conflict", why=why)
        act.record(
            RecapApproved(str(quarter), recap.digest, canonical_text(frame.present_frame(journal.db, recap, now)))
        )


def return_recap(journal: Journal, actor: Actor, *, quarter: Quarter, note: str, now: datetime) -> None:
    with move_recap(journal, actor, "return" if may(actor, "recap.check") else "refuse", quarter, now) as act:
        text = required_text(note, "note", SENTENCES["what_to_mend"], 1000, lines=True)
        act.record(RecapReturned(str(quarter), text))


def add_addendum(journal: Journal, actor: Actor, *, quarter: Quarter, text: str, now: datetime) -> None:
    with move_recap(journal, actor, "addendum", quarter, now) as act:
        clean = required_text(text, "text", "Tulis adendumnya.", 3000, lines=True)
        act.record(AddendumWritten(journal.next_id("recap_addendum"), str(quarter), clean))


# -- the board -------------------------------------------------------------------------------------------------


def poster_lacks(db: Database, recap: Recap) -> str:
    """What is still missing for the poster, in a sentence; empty when it is ready: the recap is approved, and has at
    least one pledge (those withdrawn before approval not counted)."""
    if recap.state not in FROZEN:
        return f"Poster hanya dari rekap yang sudah disetujui {post_words(db)['chief']}."
    if Pledge.first(db, Pledge.quarter == recap.quarter, Pledge.void == 0) is None:
        chief = post_words(db)["chief"]
        return f"Poster perlu paling sedikit satu janji perbaikan. {chief} menulis janjinya dulu."
    return ""


def load_ready_recap(db: Database, quarter: Quarter) -> Recap:
    recap = load_recap(db, quarter)
    if lacks := poster_lacks(db, recap):
        raise Problem.of("conflict", why=lacks)
    return recap


def post_recap(
    journal: Journal, actor: Actor, *, quarter: Quarter, on: date, until: date, place: str, now: datetime
) -> int:
    """The recap hangs on the board; once it travels to the regency too, if the office wants that. Raises Problem."""
    require(actor, "board.post")
    if until < on or on > office_date(now):
        raise Problem.of("invalid", {"until": "Dipasang paling lambat hari ini, dan berakhir sesudah dipasang."})
    load_ready_recap(journal.db, quarter)
    with move_recap(journal, actor, "post", quarter, now) as act:
        where, days = required_text(place, "place", "Tulis di mana dipasang.", 100), (on.isoformat(), until.isoformat())
        body = BoardPosted(journal.next_id("posting"), str(quarter), *days, where)
        act.record(body)
        if not act.thing.regency_on and settings.get_setting(journal.db, "recap.to_regency"):
            text = canonical_text(frame.public_version(journal.db, act.thing))
            act.record(RecapPublished(str(quarter), text, text_digest(text)), stream=REGENCY)
    return body.id


# -- promises of improvement -------------------------------------------------------------------------------------


def check_day(by_on: date, now: datetime) -> str:
    if by_on < office_date(now):
        raise Problem.of("invalid", {"by_on": SENTENCES["pledge_past"]})
    return by_on.isoformat()


def parse_pledge(what: str, who: str, by_on: date, now: datetime) -> tuple[str, str, str]:
    return (
        required_text(what, "what", "Tulis janjinya.", 200),
        required_text(who, "who", "Tulis siapa yang mengerjakan.", 100),
        check_day(by_on, now),
    )


def give_pledge(
    journal: Journal, actor: Actor, *, quarter: Quarter, what: str, who: str, by_on: date, now: datetime
) -> int:
    """A promise of improvement for the board: what, who, by when; until the recap is published. After approval only
    the Camat adds one, whose PIN the caller has confirmed. Raises Problem."""
    with move_recap(journal, actor, "pledge", quarter, now) as act:
        said, frozen = parse_pledge(what, who, by_on, now), act.thing.state in FROZEN
        body = PledgeGiven(journal.next_id("pledge"), str(quarter), *said, frozen)
        act.record(body)
    return body.id


def correct_pledge(
    journal: Journal, actor: Actor, *, pledge_id: int, what: str, who: str, by_on: date, reason: str, now: datetime
) -> None:
    with move_pledge(journal, actor, "correct", pledge_id, now) as act:
        new, old = parse_pledge(what, who, by_on, now), act.thing
        if new == (old.what, old.who, old.by_on):
            raise Problem.of("invalid", {"what": "Belum ada yang berubah."})
        why = required_text(reason, "reason", SENTENCES["why_corrected"], 200)
        act.record(PledgeCorrected(pledge_id, journal.next_id("pledge_history"), *new, why))


def withdraw_pledge(journal: Journal, actor: Actor, *, pledge_id: int, reason: str, now: datetime) -> None:
    """Take a pledge back with the reason: before approval it was never made, afterwards the next recap says so."""
    with move_pledge(journal, actor, "withdraw", pledge_id, now) as act:
        why = required_text(reason, "reason", "Tulis mengapa ditarik.", 200)
        act.record(PledgeWithdrawn(pledge_id, journal.next_id("pledge_history"), act.today.isoformat(), why))


def keep_pledge(journal: Journal, actor: Actor, *, pledge_id: int, kept: bool, note: str, now: datetime) -> None:
    with move_pledge(journal, actor, "keep", pledge_id, now) as act:
        missing = "Tulis mengapa belum ditepati."
        text = note.strip()[:500] if kept else required_text(note, "note", missing, 500, lines=True)
        on = act.today.isoformat() if kept else ""
        act.record(PledgeKept(pledge_id, journal.next_id("pledge_history"), on, text))


def pledges_of_quarter(db: Database, quarter: Quarter) -> list[Pledge]:
    return Pledge.rows(db, Pledge.quarter == str(quarter), order=Pledge.id)


def unkept_pledges(db: Database) -> list[Pledge]:
    return Pledge.rows(db, Pledge.kept_on.is_null(), Pledge.withdrawn_on.is_null(), order=(Pledge.by_on, Pledge.id))


def pledge_history(db: Database, pledge_ids: list[int]) -> dict[int, list[PledgeHistory]]:
    """Pledge → what it said before each change, with reason or remark, oldest first."""
    found: dict[int, list[PledgeHistory]] = {}
    rows = PledgeHistory.rows(db, PledgeHistory.pledge_id << pledge_ids, order=PledgeHistory.id) if pledge_ids else []
    for row in rows:
        found.setdefault(row.pledge_id, []).append(row)
    return found
