"""The way of a recap (SP 11.8, 11.9): drafted, checked, approved, published; addenda, the notice board.

draft: information officer. check: Sekretaris, who has read the public version. approve: Camat, whose PIN the caller has
confirmed. published: hung on the board. From approval on nothing changes it, in this module and in the schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from app.complaints.masks import word_digest
from app.core.clock import office_date
from app.core.codes import epoch_letter
from app.core.messages import RecapPublished
from app.core.permissions import Actor, may, require
from app.core.problems import Problem, ValueProblem
from app.core.quarters import Quarter
from app.core.text import limit_text
from app.office import settings
from app.office.events import Number
from app.quarter import frame
from app.quarter.counting import count_quarter
from app.quarter.events import (
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
from app.quarter.figures import Figures, canonical_text, parse_figures, text_digest
from app.quarter.frame import public_text
from app.quarter.membership import counted_elsewhere
from app.quarter.tables import Pledge, PledgeHistory, Recap
from schema.database import Database
from sync.journal import Journal

STATES = {
    "draft": "Rancangan",
    "checked": "Sudah diperiksa",
    "approved": "Disetujui",
    "published": "Diumumkan",
}
FROZEN = ("approved", "published")
REGENCY = "dukcapil"
"""The stream that travels to the regency."""


def find_recap(db: Database, quarter: Quarter) -> Recap | None:
    return Recap.first(db, Recap.quarter == str(quarter))


def load_recap(db: Database, quarter: Quarter) -> Recap:
    found = find_recap(db, quarter)
    if found is None:
        raise Problem.of("not_found", what=f"Rekap {quarter.label}")
    return found


def figures_of_recap(recap: Recap) -> Figures:
    return parse_figures(recap.figures)


def check_state(recap: Recap, *wanted: str) -> str:
    """The state of a recap. Raises Problem `state` unless it is one of those wanted."""
    if recap.state not in wanted:
        raise Problem.of("state", what=f"Rekap {recap.number}", state=STATES[recap.state].lower())
    return recap.state


def recap_number(journal: Journal, quarter: Quarter) -> Number:
    """A recap is numbered by its quarter: REKAP-ADU/03/2026; a restored PC adds the letter of its epoch."""
    text = f"REKAP-ADU/{quarter.n:02d}{epoch_letter(journal.epoch)}/{quarter.year}"
    return Number("recap", quarter.year, quarter.n, text)


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
    require(actor, "recap.draft")
    if office_date(now) <= quarter.end:
        raise Problem.of(
            "conflict", why=f"{quarter.label} belum berakhir. Rekapnya dibuat sesudah {quarter.end:%d-%m-%Y}."
        )
    with journal.transaction():
        known = find_recap(journal.db, quarter)
        if known is not None:
            check_state(known, "draft")
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
        raise Problem.of(
            "invalid",
            {"read_public": "Baca dulu versi untuk umum, lalu centang bahwa tidak ada nama di dalamnya."},
        )
    with journal.transaction():
        recap = load_recap(journal.db, quarter)
        check_state(recap, "draft")
        if recap.note:
            raise Problem.of(
                "conflict", why="Rancangan ini dikembalikan. Petugas layanan informasi membuatnya lagi dulu."
            )
        if recap.drafted_by == actor.username:
            raise Problem.of(
                "conflict", why="Yang membuat rekap tidak memeriksanya sendiri. Minta Sekretaris memeriksa."
            )
        journal.record(
            RecapChecked(str(quarter), office_date(now).isoformat()),
            subject=f"recap/{quarter}",
            actor=actor.username,
            at=now,
        )


def approve_recap(journal: Journal, actor: Actor, *, quarter: Quarter, now: datetime, seen: str | None = None) -> None:
    """The Camat approves: the snapshot is frozen. The caller has confirmed the PIN. `seen`: the print of figures and
    pledges that the page showed (`frame.digest_of_page`). Raises Problem, also where they are no longer those."""
    require(actor, "recap.approve")
    with journal.transaction():
        recap = load_recap(journal.db, quarter)
        check_state(recap, "checked")
        if text_digest(recap.figures) != recap.digest:
            raise Problem.of("conflict", why="Isi rancangan tidak cocok dengan sidiknya. Kembalikan, lalu buat lagi.")
        if seen is not None and seen != frame.digest_of_page(journal.db, recap):
            why = "Janji atau angkanya berubah sejak halaman ini dibuka. Baca lagi, lalu setujui."
            raise Problem.of("conflict", why=why)
        if double := counted_elsewhere(journal.db, str(quarter)):
            why = f"{', '.join(double[:5])} sudah dihitung rekap lain yang disetujui. Kembalikan, lalu susun ulang."
            raise Problem.of("conflict", why=why)
        journal.record(
            RecapApproved(str(quarter), recap.digest, frame.freeze_frame(journal.db, recap, now)),
            subject=f"recap/{quarter}",
            actor=actor.username,
            at=now,
        )


def return_recap(journal: Journal, actor: Actor, *, quarter: Quarter, note: str, now: datetime) -> None:
    if not may(actor, "recap.check"):
        require(actor, "recap.approve")
    with journal.transaction():
        recap = load_recap(journal.db, quarter)
        check_state(recap, "draft", "checked")
        journal.record(
            RecapReturned(str(quarter), parse_text(note, "note", "Tulis apa yang harus diperbaiki.", 1000)),
            subject=f"recap/{quarter}",
            actor=actor.username,
            at=now,
        )


def add_addendum(journal: Journal, actor: Actor, *, quarter: Quarter, text: str, now: datetime) -> None:
    """What became known after approval; the recap itself stays as it is. Raises Problem."""
    require(actor, "recap.draft")
    with journal.transaction():
        check_state(load_recap(journal.db, quarter), *FROZEN)
        body = AddendumWritten(
            journal.next_id("recap_addendum"), str(quarter), parse_text(text, "text", "Tulis adendumnya.", 3000)
        )
        journal.record(body, subject=f"recap/{quarter}", actor=actor.username, at=now)


# -- the board -------------------------------------------------------------------------------------------------


def poster_lacks(db: Database, recap: Recap) -> str:
    """What is still missing for the poster, in a sentence; empty when it is ready: the recap is approved, and has at
    least one pledge (those withdrawn before approval not counted)."""
    if recap.state not in FROZEN:
        return "Poster hanya dari rekap yang sudah disetujui Camat."
    if Pledge.first(db, Pledge.quarter == recap.quarter, Pledge.void == 0) is None:
        return "Poster perlu paling sedikit satu janji perbaikan. Camat menulis janjinya dulu."
    return ""


def load_ready_recap(db: Database, quarter: Quarter) -> Recap:
    """A recap whose poster lacks nothing: only that is printed and hung. Raises Problem."""
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
    with journal.transaction():
        db = journal.db
        recap = load_ready_recap(db, quarter)
        body = BoardPosted(
            journal.next_id("posting"),
            str(quarter),
            on.isoformat(),
            until.isoformat(),
            parse_text(place, "place", "Tulis di mana dipasang.", 100),
        )
        journal.record(body, subject=f"recap/{quarter}", actor=actor.username, at=now)
        if not recap.regency_on and settings.get_setting(db, "recap.to_regency"):
            text = public_text(db, recap)
            journal.record(
                RecapPublished(str(quarter), text, text_digest(text)),
                subject=f"recap/{quarter}",
                actor=actor.username,
                at=now,
                stream=REGENCY,
            )
    return body.id


def parse_text(text: str, field: str, empty: str, limit: int) -> str:
    try:
        clean = limit_text(text, limit=limit, label="Isian", lines=limit > 200)
    except ValueProblem as problem:
        raise Problem.of("invalid", {field: problem.sentence}) from problem
    if not clean:
        raise Problem.of("invalid", {field: empty})
    return clean


PLEDGING = ("draft", "checked", "approved")
"""States of a recap in which a promise may still be given; once it is approved by the Camat alone, and it stands below
his name with its own date."""
DEEDS = {"corrected": "Diperbaiki", "withdrawn": "Ditarik", "kept": "Ditepati", "note": "Belum ditepati"}


def can_pledge(actor: Actor) -> bool:
    """Whether somebody may write pledges and their keeping: whoever drafts, checks or approves."""
    return any(may(actor, one) for one in ("recap.draft", "recap.check", "recap.approve"))


def check_pledging(actor: Actor) -> None:
    if not can_pledge(actor):
        raise Problem.of("forbidden")


def can_give_pledge(actor: Actor, state: str) -> bool:
    """Whether somebody may add a pledge to a recap in this state: after approval nobody but the Camat."""
    return state in PLEDGING and (may(actor, "recap.approve") if state in FROZEN else can_pledge(actor))


def can_withdraw_pledge(actor: Actor, state: str) -> bool:
    """Whether somebody may take a pledge back: once it is approved, whoever checks or approves only."""
    return can_pledge(actor) and (state not in FROZEN or may(actor, "recap.check") or may(actor, "recap.approve"))


def parse_pledge(what: str, who: str) -> tuple[str, str]:
    return (
        parse_text(what, "what", "Tulis janjinya.", 200),
        parse_text(who, "who", "Tulis siapa yang mengerjakan.", 100),
    )


def give_pledge(
    journal: Journal, actor: Actor, *, quarter: Quarter, what: str, who: str, by_on: date, now: datetime
) -> int:
    """A promise of improvement for the board: what, who, by when; until the recap is published. After approval only
    the Camat adds one, whose PIN the caller has confirmed. Raises Problem."""
    check_pledging(actor)
    if by_on < office_date(now):
        raise Problem.of("invalid", {"by_on": "Batas janji tidak boleh sudah lewat."})
    with journal.transaction():
        state = check_state(load_recap(journal.db, quarter), *PLEDGING)
        if not can_give_pledge(actor, state):
            why = "Rekap ini sudah disetujui. Janji tambahan hanya dari Camat, atau masuk rekap berikutnya."
            raise Problem.of("conflict", why=why)
        body = PledgeGiven(
            journal.next_id("pledge"), str(quarter), *parse_pledge(what, who), by_on.isoformat(), state in FROZEN
        )
        journal.record(body, subject=f"recap/{quarter}", actor=actor.username, at=now)
    return body.id


def load_pledge(db: Database, pledge_id: int) -> Pledge:
    found = Pledge.first(db, Pledge.id == pledge_id)
    if found is None:
        raise Problem.of("not_found", what="Janji itu")
    return found


def pledge_due(pledge: Pledge) -> date:
    return date.fromisoformat(pledge.by_on)


def load_standing_pledge(db: Database, pledge_id: int) -> Pledge:
    found = load_pledge(db, pledge_id)
    if found.kept_on or found.withdrawn_on:
        raise Problem.of("state", what="Janji itu", state="sudah ditepati" if found.kept_on else "sudah ditarik")
    return found


def recap_state_of(db: Database, pledge: Pledge) -> str:
    return load_recap(db, Quarter.parse(pledge.quarter)).state


def correct_pledge(
    journal: Journal,
    actor: Actor,
    *,
    pledge_id: int,
    what: str,
    who: str,
    by_on: date,
    reason: str,
    now: datetime,
) -> None:
    """Put a mistyped pledge right before the Camat approves; what stood before stays readable. Raises Problem."""
    check_pledging(actor)
    with journal.transaction():
        found = load_standing_pledge(journal.db, pledge_id)
        if recap_state_of(journal.db, found) in FROZEN:
            why = "Janji yang sudah disetujui tidak diubah. Tarik dengan alasan, atau tulis keterangan di daftar janji."
            raise Problem.of("conflict", why=why)
        if by_on < office_date(now):
            raise Problem.of("invalid", {"by_on": "Batas janji tidak boleh sudah lewat."})
        new = (*parse_pledge(what, who), by_on.isoformat())
        if new == (found.what, found.who, found.by_on):
            raise Problem.of("invalid", {"what": "Belum ada yang berubah."})
        body = PledgeCorrected(
            found.id,
            journal.next_id("pledge_history"),
            *new,
            parse_text(reason, "reason", "Tulis mengapa diperbaiki.", 200),
        )
        journal.record(body, subject=f"recap/{found.quarter}", actor=actor.username, at=now)


def withdraw_pledge(journal: Journal, actor: Actor, *, pledge_id: int, reason: str, now: datetime) -> None:
    """Take a pledge back with the reason: before approval it was never made, afterwards the next recap says so."""
    check_pledging(actor)
    with journal.transaction():
        found = load_standing_pledge(journal.db, pledge_id)
        if not can_withdraw_pledge(actor, recap_state_of(journal.db, found)):
            raise Problem.of("forbidden")
        text = parse_text(reason, "reason", "Tulis mengapa ditarik.", 200)
        body = PledgeWithdrawn(found.id, journal.next_id("pledge_history"), office_date(now).isoformat(), text)
        journal.record(body, subject=f"recap/{found.quarter}", actor=actor.username, at=now)


def keep_pledge(journal: Journal, actor: Actor, *, pledge_id: int, kept: bool, note: str, now: datetime) -> None:
    check_pledging(actor)
    with journal.transaction():
        found = load_standing_pledge(journal.db, pledge_id)
        text = note.strip()[:500] if kept else parse_text(note, "note", "Tulis mengapa belum ditepati.", 500)
        body = PledgeKept(
            found.id, journal.next_id("pledge_history"), office_date(now).isoformat() if kept else "", text
        )
        journal.record(body, subject=f"recap/{found.quarter}", actor=actor.username, at=now)


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
