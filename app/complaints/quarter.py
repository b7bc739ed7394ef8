"""The way of a recap (SP 11.8, 11.9): drafted, checked, approved, published; addenda, the notice board.

draft: information officer. check: Sekretaris, who has read the public version. approve: Camat, whose PIN the caller has
confirmed. published: hung on the board. From approval on nothing changes it, in this module and in the schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from app.complaints import frame
from app.complaints.figures import Figures, canonical, digest, read
from app.complaints.masks import print_of
from app.complaints.membership import counted_elsewhere
from app.complaints.public import public_text
from app.complaints.quarter_events import (
    AddendumWritten,
    BoardPosted,
    RecapApproved,
    RecapChecked,
    RecapDrafted,
    RecapReturned,
)
from app.complaints.recap import snapshot
from app.complaints.tables import Pledge, Recap
from app.core.clock import office_date
from app.core.epochs import epoch_letter
from app.core.messages import RecapPublished
from app.core.permissions import Actor, may, require
from app.core.problems import Problem
from app.core.quarters import Quarter
from app.core.text import limit_text
from app.core.value_problem import ValueProblem
from app.office import settings
from app.office.events import Number
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


def find(db: Database, quarter: Quarter) -> Recap | None:
    """The recap of a quarter, if one was drafted."""
    return Recap.first(db, Recap.quarter == str(quarter))


def get(db: Database, quarter: Quarter) -> Recap:
    """The recap of a quarter. Raises Problem `not_found`."""
    found = find(db, quarter)
    if found is None:
        raise Problem.of("not_found", what=f"Rekap {quarter.label}")
    return found


def figures_of(recap: Recap) -> Figures:
    """The figures that a recap keeps."""
    return read(recap.figures)


def in_state(recap: Recap, *wanted: str) -> str:
    """The state of a recap. Raises Problem `state` unless it is one of those wanted."""
    if recap.state not in wanted:
        raise Problem.of("state", what=f"Rekap {recap.number}", state=STATES[recap.state].lower())
    return recap.state


def own_number(journal: Journal, quarter: Quarter) -> Number:
    """A recap is numbered by its quarter: REKAP-ADU/03/2026; a restored PC adds the letter of its epoch."""
    text = f"REKAP-ADU/{quarter.n:02d}{epoch_letter(journal.epoch)}/{quarter.year}"
    return Number("recap", quarter.year, quarter.n, text)


def draft(
    journal: Journal, actor: Actor, *, quarter: Quarter, now: datetime, hide: Sequence[str] | None = None,
    strike: str = "",
) -> str:  # fmt: skip
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
        known = find(journal.db, quarter)
        if known is not None:
            in_state(known, "draft")
        held = figures_of(known).hidden if known is not None else []
        hidden = held if hide is None else [print_of(one) for text in hide for one in text.split()]
        hidden = [*hidden, *(print_of(one) for one in strike.split())]
        text = canonical(snapshot(journal.db, quarter, now, hidden))
        body = RecapDrafted(
            str(quarter), own_number(journal, quarter), text, digest(text), office_date(now).isoformat()
        )
        journal.record(body, subject=f"recap/{quarter}", actor=actor.username, at=now)
    return body.digest


def check(journal: Journal, actor: Actor, *, quarter: Quarter, read_public: bool, now: datetime) -> None:
    """The Sekretaris has checked it and read the public version with his own eyes. Raises Problem."""
    require(actor, "recap.check")
    if not read_public:
        raise Problem.of(
            "invalid",
            {"read_public": "Baca dulu versi untuk umum, lalu centang bahwa tidak ada nama di dalamnya."},
        )
    with journal.transaction():
        recap = get(journal.db, quarter)
        in_state(recap, "draft")
        if recap.note:
            raise Problem.of(
                "conflict", why="Rancangan ini dikembalikan. Petugas layanan informasi membuatnya lagi dulu."
            )
        if recap.drafted_by == actor.username:
            raise Problem.of(
                "conflict", why="Yang membuat rekap tidak memeriksanya sendiri. Minta Sekretaris memeriksa."
            )
        journal.record(RecapChecked(str(quarter), office_date(now).isoformat()), subject=f"recap/{quarter}",
                       actor=actor.username, at=now)  # fmt: skip


def approve(
    journal: Journal, actor: Actor, *, quarter: Quarter, now: datetime, seen: str | None = None
) -> None:
    """The Camat approves: the snapshot is frozen. The caller has confirmed the PIN. `seen`: the print of figures and
    pledges that the page showed (`frame.digest_of_page`). Raises Problem, also where they are no longer those."""
    require(actor, "recap.approve")
    with journal.transaction():
        recap = get(journal.db, quarter)
        in_state(recap, "checked")
        if digest(recap.figures) != recap.digest:
            raise Problem.of(
                "conflict", why="Isi rancangan tidak cocok dengan sidiknya. Kembalikan, lalu buat lagi."
            )
        if seen is not None and seen != frame.digest_of_page(journal.db, recap):
            why = "Janji atau angkanya berubah sejak halaman ini dibuka. Baca lagi, lalu setujui."
            raise Problem.of("conflict", why=why)
        if double := counted_elsewhere(journal.db, str(quarter)):
            why = f"{', '.join(double[:5])} sudah dihitung rekap lain yang disetujui. Kembalikan, lalu susun ulang."
            raise Problem.of("conflict", why=why)
        journal.record(
            RecapApproved(str(quarter), recap.digest, frame.frozen(journal.db, recap, now)),
            subject=f"recap/{quarter}",
            actor=actor.username,
            at=now,
        )


def send_back(journal: Journal, actor: Actor, *, quarter: Quarter, note: str, now: datetime) -> None:
    """Sekretaris or Camat returns a draft with a note. Raises Problem."""
    if not may(actor, "recap.check"):
        require(actor, "recap.approve")
    with journal.transaction():
        recap = get(journal.db, quarter)
        in_state(recap, "draft", "checked")
        journal.record(RecapReturned(str(quarter), written(note, "note", "Tulis apa yang harus diperbaiki.", 1000)),
                       subject=f"recap/{quarter}", actor=actor.username, at=now)  # fmt: skip


def add_addendum(journal: Journal, actor: Actor, *, quarter: Quarter, text: str, now: datetime) -> None:
    """What became known after approval; the recap itself stays as it is. Raises Problem."""
    require(actor, "recap.draft")
    with journal.transaction():
        in_state(get(journal.db, quarter), *FROZEN)
        body = AddendumWritten(
            journal.next_id("recap_addendum"), str(quarter), written(text, "text", "Tulis adendumnya.", 3000)
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


def ready_for_board(db: Database, quarter: Quarter) -> Recap:
    """A recap whose poster lacks nothing: only that is printed and hung. Raises Problem."""
    recap = get(db, quarter)
    if lacks := poster_lacks(db, recap):
        raise Problem.of("conflict", why=lacks)
    return recap


def post(
    journal: Journal, actor: Actor, *, quarter: Quarter, on: date, until: date, place: str, now: datetime
) -> int:
    """The recap hangs on the board; once it travels to the regency too, if the office wants that. Raises Problem."""
    require(actor, "board.post")
    if until < on or on > office_date(now):
        raise Problem.of(
            "invalid", {"until": "Dipasang paling lambat hari ini, dan berakhir sesudah dipasang."}
        )
    with journal.transaction():
        db = journal.db
        recap = ready_for_board(db, quarter)
        body = BoardPosted(journal.next_id("posting"), str(quarter), on.isoformat(), until.isoformat(),
                           written(place, "place", "Tulis di mana dipasang.", 100))  # fmt: skip
        journal.record(body, subject=f"recap/{quarter}", actor=actor.username, at=now)
        if not recap.regency_on and settings.get(db, "recap.to_regency"):
            text = public_text(db, recap)
            journal.record(RecapPublished(str(quarter), text, digest(text)), subject=f"recap/{quarter}",
                           actor=actor.username, at=now, stream=REGENCY)  # fmt: skip
    return body.id


def written(text: str, field: str, empty: str, limit: int) -> str:
    """A text within its limit. Raises Problem with a sentence for the field."""
    try:
        clean = limit_text(text, limit=limit, label="Isian", lines=limit > 200)
    except ValueProblem as problem:
        raise Problem.of("invalid", {field: problem.sentence}) from problem
    if not clean:
        raise Problem.of("invalid", {field: empty})
    return clean
