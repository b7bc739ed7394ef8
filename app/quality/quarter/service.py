"""The way of a recap (SP 11.8, 11.9): drafted, checked, approved, published; addenda, the notice board.

draft: information officer. check: Sekretaris, who has read the public version. approve: Camat, whose PIN the caller has
confirmed. published: hung on the board. From approval on nothing changes it, in this module and in the schema.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from app.core.asked import Day, Text, Tick, YesNo
from app.core.clock import office_date
from app.core.messages import RecapPublished
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem
from app.core.quarters import Quarter
from app.platform.office import settings
from app.platform.office.events import Number
from app.platform.office.moves import Act, Moves, Subject
from app.platform.office.numbers import epoch_letter
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
from app.quality.quarter.transitions import (
    FROZEN,
    MOVES,
    STATES,
    find_recap,
    load_recap,
    move_pledge,
    move_recap,
    recap_subject,
    take_back,
)
from app.room import office_command
from app.services.complaints.known_names import word_digest
from schema.database import Database
from sync.journal import Journal

REGENCY = "dukcapil"
"""The stream that travels to the regency."""
READ_FIRST = "Baca dulu versi untuk umum, lalu centang bahwa tidak ada nama di dalamnya."
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
    hidden = [word_digest(part) for text in (*(hide or ()), strike) for part in text.split()]
    if hide is None and known is not None:
        hidden = figures_of_recap(known).hidden + hidden
    text = canonical_text(count_quarter(journal.db, quarter, now, hidden))
    body = RecapDrafted(
        str(quarter), recap_number(journal, quarter), text, text_digest(text), office_date(now).isoformat()
    )
    journal.record(body, subject=f"recap/{quarter}", actor=actor.username, at=now)
    return body.digest


@move_recap("check")
def mark_checked(
    act: Act[Recap],
    *,
    quarter: Quarter,
    read_public: Annotated[bool, Tick("Versi untuk umum sudah saya baca", READ_FIRST)],
    now: datetime,
) -> None:
    act.record(RecapChecked(str(quarter), act.today.isoformat()))


@move_recap("approve")
def approve_recap(act: Act[Recap], *, quarter: Quarter, now: datetime, seen: str | None = None) -> None:
    """The Camat approves: the snapshot is frozen. The caller has confirmed the PIN. `seen`: the print of figures and
    pledges that the page showed (`frame.digest_of_page`). Raises Problem, also where they are no longer those."""
    db = act.journal.db
    recap = act.thing
    why = ""
    if text_digest(recap.figures) != recap.digest:
        why = "Isi rancangan tidak cocok dengan kode pengamannya. Kembalikan, lalu buat lagi."
    elif seen is not None and seen != frame.digest_of_page(db, recap):
        why = "Janji atau angkanya berubah sejak halaman ini dibuka. Baca lagi, lalu setujui."
    elif double := counted_elsewhere(db, str(quarter)):
        why = f"{', '.join(double[:5])} sudah dihitung rekap lain yang disetujui. Kembalikan, lalu susun ulang."
    if why:
        raise Problem.of("conflict", why=why)
    act.record(RecapApproved(str(quarter), recap.digest, canonical_text(frame.present_frame(db, recap, now))))


@move_recap("return", "refuse")
def return_recap(
    act: Act[Recap],
    *,
    quarter: Quarter,
    note: Annotated[str, Text("Yang harus diperbaiki", SENTENCES["what_to_mend"], lines=True)],
    now: datetime,
) -> None:
    act.record(RecapReturned(str(quarter), note))


@move_recap("addendum")
def add_addendum(
    act: Act[Recap],
    *,
    quarter: Quarter,
    text: Annotated[str, Text("Yang baru diketahui", "Tulis adendumnya.", most=3000, lines=True)],
    now: datetime,
) -> None:
    act.record(AddendumWritten(act.journal.next_id("recap_addendum"), str(quarter), text))


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


def board_subject(db: Database, actor: Actor, quarter: Quarter, today: date) -> Subject[Recap]:
    """A recap for the board. Raises Problem `conflict` with what is missing for the poster."""
    load_ready_recap(db, quarter)
    return recap_subject(db, actor, quarter, today)


hang_up = Moves(MOVES, "quarter", board_subject)


@hang_up("post")
def post_recap(
    act: Act[Recap],
    *,
    quarter: Quarter,
    on: Annotated[date, Day("Dipasang tanggal", "Isi tanggalnya, misalnya 06042026.")],
    until: Annotated[date, Day("Sampai tanggal", "Isi tanggalnya, misalnya 30062026.", future=True)],
    place: Annotated[str, Text("Tempat", "Tulis tempatnya.", most=100)],
    now: datetime,
) -> int:
    """The recap hangs on the board; once it travels to the regency too, if the office wants that. Raises Problem."""
    db = act.journal.db
    if until < on or on > act.today:
        raise Problem.of("invalid", {"until": "Dipasang paling lambat hari ini, dan berakhir sesudah dipasang."})
    body = BoardPosted(act.journal.next_id("posting"), str(quarter), on.isoformat(), until.isoformat(), place)
    act.record(body)
    if not act.thing.regency_on and settings.get_setting(db, "recap.to_regency"):
        text = canonical_text(frame.public_version(db, act.thing))
        act.record(RecapPublished(str(quarter), text, text_digest(text)), stream=REGENCY)
    return body.id


# -- promises of improvement -------------------------------------------------------------------------------------

What = Annotated[str, Text("Janji", "Tulis apa yang dijanjikan.", most=200)]
Who = Annotated[str, Text("Oleh", "Tulis siapa yang melakukannya.", most=100)]
ByOn = Annotated[date, Day("Paling lambat", SENTENCES["pledge_due"], future=True, past=SENTENCES["pledge_past"])]


@move_recap("pledge")
def give_pledge(act: Act[Recap], *, quarter: Quarter, what: What, who: Who, by_on: ByOn, now: datetime) -> int:
    """A promise of improvement for the board: what, who, by when; until the recap is published. After approval only
    the Camat adds one, whose PIN the caller has confirmed. Raises Problem."""
    pledge_id = act.journal.next_id("pledge")
    frozen = act.thing.state in FROZEN
    act.record(PledgeGiven(pledge_id, str(quarter), what, who, by_on.isoformat(), frozen))
    return pledge_id


@move_pledge("correct")
def correct_pledge(
    act: Act[Pledge],
    *,
    pledge_id: int,
    what: What,
    who: Who,
    by_on: ByOn,
    reason: Annotated[str, Text("Mengapa diperbaiki", SENTENCES["why_corrected"], most=200)],
    now: datetime,
) -> None:
    new = (what, who, by_on.isoformat())
    old = act.thing
    if new == (old.what, old.who, old.by_on):
        raise Problem.of("invalid", {"what": "Belum ada yang berubah."})
    act.record(PledgeCorrected(pledge_id, act.journal.next_id("pledge_history"), *new, reason))


@take_back("withdraw")
def withdraw_pledge(
    act: Act[Pledge],
    *,
    pledge_id: int,
    reason: Annotated[str, Text("Alasan", "Tulis mengapa ditarik.", most=200)],
    now: datetime,
) -> None:
    """Take a pledge back with the reason: before approval it was never made, afterwards the next recap says so."""
    history_id = act.journal.next_id("pledge_history")
    act.record(PledgeWithdrawn(pledge_id, history_id, act.today.isoformat(), reason))


@move_pledge("keep")
def keep_pledge(
    act: Act[Pledge],
    *,
    pledge_id: int,
    kept: Annotated[bool, YesNo("Ditepati?", name="ditepati", words=("Ditepati", "Belum, catat alasan"))],
    note: Annotated[str, Text("Keterangan", most=500, lines=True)],
    now: datetime,
) -> None:
    if not kept and not note:
        raise Problem.of("invalid", {"note": "Tulis mengapa belum ditepati."})
    on = act.today.isoformat() if kept else ""
    act.record(PledgeKept(pledge_id, act.journal.next_id("pledge_history"), on, note))


def pledges_of_quarter(db: Database, quarter: Quarter) -> list[Pledge]:
    return Pledge.rows(db, Pledge.quarter == str(quarter), order="id")


def unkept_pledges(db: Database) -> list[Pledge]:
    return Pledge.rows(db, Pledge.kept_on.is_null(), Pledge.withdrawn_on.is_null(), order="by_on, id")


def pledge_history(db: Database, pledge_ids: list[int]) -> dict[int, list[PledgeHistory]]:
    """Pledge → what it said before each change, with reason or remark, oldest first."""
    found: dict[int, list[PledgeHistory]] = {}
    if pledge_ids:
        rows = PledgeHistory.rows(db, PledgeHistory.pledge_id << pledge_ids, order="id")
    else:
        rows = []
    for row in rows:
        found.setdefault(row.pledge_id, []).append(row)
    return found
