"""Letters of the office: drafted, initialled in order, corrected, signed, numbered, sent."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal

import msgspec

from app.casework.desk.moving import case_definition, require_open_step
from app.casework.desk.opening import get_case
from app.casework.letters import events
from app.casework.letters.agenda import class_codes
from app.casework.letters.cases import (
    ANNEX,
    OPEN_GAP,
    can_draft,
    drafting_steps,
    end_step,
    fill_text,
    letter_code,
    letter_facts,
    letter_named,
    letter_of_case,
    letter_texts,
)
from app.casework.letters.events import LetterText
from app.casework.letters.kinds import following_kinds, kind_named
from app.casework.letters.queries import letter_of_code
from app.casework.letters.tables import IncomingLetter, OutgoingLetter
from app.casework.letters.transitions import (
    INCOMING_MOVES,
    OUTGOING_MOVES,
    SIGNED_BY_TWO,
    awaited_role,
    check_version,
    given_initials,
    incoming_subject,
    load_incoming,
    load_outgoing,
    outgoing_subject,
    roles_in,
    state_of_initials,
)
from app.core.asked import Choice, Day, Offered, Seen, Text, Ticked
from app.core.clock import office_date
from app.core.codes import new_code
from app.core.permissions import Actor, require
from app.core.problems import SENTENCES, Problem, check_nothing_wrong
from app.core.procedure import engine
from app.platform.files.service import SCAN, keep_file
from app.platform.office.moves import Act, Moves, Subject, make_move
from app.platform.office.numbers import CODED, next_coded_number
from app.platform.office.papers import signing_official, staff_official, to_kept
from app.platform.people.two_people import check_two_people
from app.platform.printing.data.common import Official
from app.room import office_command
from schema.database import Database
from schema.service_fields import Letter
from schema.service_procedure import Definition
from schema.service_words import number_in_words
from sync.journal import Journal

WAYS = {
    "messenger": "Diantar kurir",
    "taken": "Diambil penerima",
    "post": "Pos atau ekspedisi",
    "mail": "Surel",
    "other": "Lainnya",
}
CHOOSE_SIGNATORY = "Pilih penanda tangan dari daftar."
MOST_INITIALS = 6


@office_command("letter.draft")
def draft_letter(journal: Journal, actor: Actor, *, case_id: int, letter: str, now: datetime) -> int:
    """Begin the letter with this name in the procedure of a case, from its text; returns its id. Raises Problem."""
    db = journal.db
    case = get_case(journal.db, actor, case_id)
    definition = case_definition(db, case)
    require_open_step(definition, case)
    named = letter_named(definition, letter)
    if named is None or named.direction != "out":
        raise Problem.of("not_found", what="Surat itu")
    if letter_of_case(db, case_id, letter) is not None:
        raise Problem.of("conflict", why=f"{named.label} berkas {case.number} sudah dikonsep. Buka konsepnya.")
    if not can_draft(definition, case, actor, letter):
        raise_draft_refusal(definition, named)
    facts = letter_facts(db, case, definition, now)
    asked = IncomingLetter.first(db, case_id=case_id, order="id")
    reply_to = asked.id if asked else None
    of_case = {"case_id": case_id, "letter": letter, "reply_to": reply_to}
    return draft_from(journal, actor, named, facts, now, code=letter_code(actor.profile, definition, named), **of_case)


def raise_draft_refusal(definition: Definition, letter: Letter) -> None:
    """Say when a letter of a case is begun, and by whom: nobody else could go on with such a draft."""
    steps = drafting_steps(definition, letter.id)
    if not steps:
        raise Problem.of("not_found", what="Surat itu")
    by = engine.actor_of(definition, steps[0]).label
    raise Problem.of("conflict", why=f"{letter.label} dikonsep oleh {by} pada langkah {steps[0].title}.")


def draft_from(
    journal: Journal,
    actor: Actor,
    named: Letter,
    facts: Mapping[str, str],
    now: datetime,
    code: str = "",
    **of_case: Any,
) -> int:
    """Begin a letter of a procedure from its text, inside the open transaction; returns its id. The caller asked
    whether the actor may. `code` is the classification where the letter is of a service that has one."""
    said: dict[str, Any] = letter_texts(named, facts)
    body = events.LetterDrafted(
        id=journal.next_id("outgoing_letter"),
        initials=list(named.initials),
        signatories=list(named.signatories),
        handed_by=list(named.handed_by),
        form=named.form,
        pattern=named.number,
        copies=[fill_text(copy, facts) for copy in named.copies],
        code=code or named.classification,
        urgency=named.urgency,
        **said,
        **of_case,
    )
    record_draft(journal, actor, body, now)
    return body.id


@office_command("letter.draft")
def draft_free_letter(
    journal: Journal,
    actor: Actor,
    *,
    draft: LetterText,
    initials: Annotated[Sequence[str], Ticked("Pemaraf", of=str)],
    signatory: Annotated[str, Offered("Penanda tangan", CHOOSE_SIGNATORY)],
    now: datetime,
    reply_to: int | None = None,
    kind: str = "",
    follows: int | None = None,
    about_case: int | None = None,
) -> int:
    """Begin a letter that no procedure asks for, perhaps an answer to one that came; returns its id. Raises Problem.

    `kind` is the kind of letter from which it began, which gives form, title and the pattern of its number; `follows`
    the letter of ours on which it reports, `about_case` the case of which it tells.
    """
    wrong = dict[str, str]()
    profile = actor.profile
    values = text_values(journal.db, draft, wrong)
    if kind:
        values |= kind_values(journal.db, actor, kind, follows)
    if about_case is not None:
        check_about_case(journal.db, actor, kind, about_case)
    able = {"initials": profile.rights["letter.initial"], "signatory": profile.rights["letter.sign"]}
    if len(initials) > MOST_INITIALS or set(initials) - able["initials"]:
        wrong["initials"] = "Pilih pemaraf dari daftar, paling banyak enam."
    if signatory not in able["signatory"]:
        wrong["signatory"] = CHOOSE_SIGNATORY
    check_nothing_wrong(wrong)
    if reply_to is not None:
        case_id = load_incoming(journal.db, actor, reply_to).case_id
    else:
        case_id = about_case
    new_id = journal.next_id("outgoing_letter")
    roles = (list(initials), [signatory])
    record_draft(
        journal,
        actor,
        events.LetterDrafted(
            id=new_id, initials=roles[0], signatories=roles[1], case_id=case_id, reply_to=reply_to, **values
        ),
        now,
    )
    return new_id


def kind_values(db: Database, actor: Actor, kind_id: str, follows: int | None) -> dict[str, Any]:
    """What a kind gives to a draft. Raises Problem, also where it does not follow that letter."""
    kind = kind_named(db, kind_id)
    if follows is not None and kind not in following_kinds(db, load_outgoing(db, actor, follows)):
        raise Problem.of("conflict", why=f"{kind.name} tidak menyusul surat itu. Buka suratnya dan mulai dari sana.")
    form = {"form": kind.form, "title": kind.heading, "pattern": kind.number}
    return {"kind": kind.id, "follows": follows, **form}


def check_about_case(db: Database, actor: Actor, kind_id: str, case_id: int) -> None:
    """Whether this person sees the case and the kind tells of its service. Raises Problem."""
    case = get_case(db, actor, case_id, "case.view")
    kind = kind_named(db, kind_id)
    if case.service not in kind.of_case:
        raise Problem.of("conflict", why=f"{kind.name} bukan jenis surat untuk berkas {case.number}.")


def record_draft(journal: Journal, actor: Actor, body: events.LetterDrafted, now: datetime) -> None:
    journal.record(body, subject=f"outgoing/{body.id}", actor=actor.username, at=now)
    end_step(journal, actor, OutgoingLetter, body.id, now)


def text_values(db: Database, draft: LetterText, wrong: dict[str, str], code: str = "") -> dict[str, Any]:
    """What a letter says; a code that the list does not have goes into `wrong`. `code` is the one that it has."""
    if draft.code not in {"", code, *class_codes(db)}:
        wrong["code"] = SENTENCES["choose_from_list"]
    return msgspec.structs.asdict(draft) | {"attachment": counted_sheets(draft.attachment)}


def counted_sheets(text: str) -> str:
    """`2 (dua) lembar` of a bare 2, as letters say it; every other text as it was typed."""
    if re.fullmatch("[1-9][0-9]?", text):
        return f"{int(text)} ({number_in_words(int(text))}) lembar"
    return text


# -- the way to the signature ----------------------------------------------------------------------------------


SEEN = Seen("Naskah yang dibaca")


@office_command("letter.draft", "letter.initial", "letter.sign")
def correct_letter(
    journal: Journal,
    actor: Actor,
    *,
    letter_id: int,
    seen: Annotated[int, SEEN],
    draft: LetterText,
    reason: Annotated[str, Text("Mengapa diperbaiki", most=300)],
    now: datetime,
) -> int:
    """Another text: by its drafter before it goes round, by whoever's turn it is while it does. Returns the version.

    A text that somebody else has seen changes with a reason only, and its initials begin anew. Raises Problem.
    """
    row = OutgoingLetter.first(journal.db, id=letter_id)
    if row is not None and row.state in ("review", "initialled"):
        name = "correct"
    else:
        name = "edit"
    load = partial(outgoing_subject, journal.db, actor, letter_id, office_date(now))
    with make_move(journal, actor, OUTGOING_MOVES[name], now, load) as act:
        check_version(act.thing, seen)
        wrong: dict[str, str] = {}
        values = text_values(journal.db, draft, wrong, act.thing.code)
        fresh = act.thing.state == "draft" and act.thing.drafted_by == actor.username
        if not (reason or fresh):
            wrong["reason"] = SENTENCES["why_corrected"]
        check_nothing_wrong(wrong)
        version = act.thing.version + 1
        state = act.state
        if name == "correct":
            state = state_of_initials(act.thing, 0)
        act.record(events.LetterCorrected(id=letter_id, version=version, state=state, reason=reason, **values))
    return version


move = Moves(OUTGOING_MOVES, "letter_id", outgoing_subject)


@move("submit")
def submit_letter(act: Act[OutgoingLetter], *, letter_id: int, seen: Annotated[int, SEEN], now: datetime) -> bool:
    """Send a draft on its way to the initials and the signature. Whoever initials first and drafted it gives that
    initial with it, and whoever wrote what two sign (`SIGNED_BY_TWO`) the own signature: the PIN was asked before.
    Returns whether an initial was given."""
    row = act.thing
    check_version(row, seen)
    lacks = what_text_lacks(row)
    if lacks:
        raise Problem.of("conflict", why=lacks)
    act.record(events.LetterSubmitted(letter_id, state_of_initials(row, 0), row.form in SIGNED_BY_TWO))
    first = initials_first(row, act.actor)
    if first:
        initial_letter(act.journal, act.actor, letter_id=letter_id, seen=seen, now=now)
    return first


OPEN_GAPS = "Naskah masih berisi bagian yang belum ada datanya, bertanda [belum ada: …]. Lengkapi atau hapus dulu."
MISSING_ANNEX = (
    "Naskah menyebut lampiran, tetapi lampirannya tidak ada. Tulis isinya di bawah baris LAMPIRAN: judulnya, atau isi "
    "Lampiran dengan banyaknya berkas yang disertakan."
)


def what_text_lacks(row: OutgoingLetter) -> str:
    """Why a draft does not go on its way yet, in words; empty where nothing is wanting."""
    if any(OPEN_GAP in text for text in (row.subject, row.addressed_to, row.text, row.attachment, row.copies)):
        return OPEN_GAPS
    if not names_missing_annex(row):
        return ""
    return MISSING_ANNEX


def names_missing_annex(row: OutgoingLetter) -> bool:
    """Whether a text says that something is attached, and neither an annex nor its count is there."""
    body = ANNEX.split(row.text)[0]
    return "terlampir" in body.lower() and not row.attachment and body == row.text


Submission = Literal["sign", "initial", "pass"]
"""What a submission is beside itself: the signature of who wrote the text, the first initial (both with the PIN), or
nothing."""


def kind_of_submission(row: OutgoingLetter, actor: Actor) -> Submission:
    if row.form in SIGNED_BY_TWO:
        return "sign"
    if initials_first(row, actor):
        return "initial"
    return "pass"


def initials_first(row: OutgoingLetter, actor: Actor) -> bool:
    """Whether this person gives the first initial with the submission."""
    able = bool(actor.roles & actor.profile.rights["letter.initial"])
    return able and roles_in(row.initials)[:1] != [] and roles_in(row.initials)[0] in actor.profile.fills(actor.roles)


@move("initial")
def initial_letter(act: Act[OutgoingLetter], *, letter_id: int, seen: Annotated[int, SEEN], now: datetime) -> None:
    """Initial the version that was read. The PIN was asked before. Raises Problem."""
    check_version(act.thing, seen)
    state = state_of_initials(act.thing, len(given_initials(act.thing)) + 1)
    role = awaited_role(act.thing, act.actor)
    act.record(events.LetterInitialled(letter_id, act.thing.version, role, state))
    end_step(act.journal, act.actor, OutgoingLetter, letter_id, now, pin=True)


@move("return")
def return_letter(
    act: Act[OutgoingLetter],
    *,
    letter_id: int,
    seen: Annotated[int, SEEN],
    reason: Annotated[str, Text("Yang harus diperbaiki", SENTENCES["what_to_mend"], most=1000, lines=True)],
    now: datetime,
) -> None:
    """Back to the drafter, with what is to be corrected; all initials are void."""
    check_version(act.thing, seen)
    act.record(events.LetterReturned(letter_id, act.thing.version, reason))
    end_step(act.journal, act.actor, OutgoingLetter, letter_id, now, note=reason)


@move("sign")
def sign_letter(act: Act[OutgoingLetter], *, letter_id: int, seen: Annotated[int, SEEN], now: datetime) -> None:
    """Sign the version that was read; from now on it does not change. The PIN was asked before. Raises Problem."""
    row = act.thing
    actor = act.actor
    db = act.journal.db
    check_version(row, seen)
    role = awaited_role(row, actor)
    if row.form == "decree":
        check_two_people(db, [row.drafted_by, *(who for _, who, _ in given_initials(row)), actor.username])
    signer = to_kept(signer_of(db, actor, role, now))
    if row.form in SIGNED_BY_TWO:
        maker = to_kept(staff_official(db, row.drafted_by))
    else:
        maker = {}
    act.record(events.LetterSigned(letter_id, row.version, role, signer, maker))
    end_step(act.journal, actor, OutgoingLetter, letter_id, now, pin=True)


def signer_of(db: Database, actor: Actor, role: str, now: datetime) -> Official:
    """How a signature is printed: as the post that fills the role, with Plt., Plh. or a.n., else as the person."""
    for own in actor.profile.filled_by(role):
        official = signing_official(db, own, office_date(now))
        if official.name == actor.name:
            return official
    return staff_official(db, actor.username)


WHY_CANCELLED = Text("Mengapa dibatalkan", "Tulis mengapa dibatalkan.", "note", most=300)


@move("cancel")
def cancel_letter(
    act: Act[OutgoingLetter], *, letter_id: int, reason: Annotated[str, WHY_CANCELLED], now: datetime
) -> None:
    """Give a draft up. Raises Problem."""
    act.record(events.LetterCancelled(letter_id, reason))


@move("annul")
def annul_letter(
    act: Act[OutgoingLetter], *, letter_id: int, reason: Annotated[str, WHY_CANCELLED], now: datetime
) -> None:
    """Cancel a letter that was signed and not sent. The PIN was asked before. Raises Problem."""
    act.record(events.LetterCancelled(letter_id, reason))


# -- number and sending ----------------------------------------------------------------------------------------


@move("number")
def number_letter(act: Act[OutgoingLetter], *, letter_id: int, now: datetime) -> str:
    """Enter a signed letter in the agenda: the next number of the year, without a gap. Returns it."""
    row = act.thing
    journal = act.journal
    number = next_coded_number(journal.db, CODED, act.today, journal.epoch, row.code or "000", row.pattern)
    code = new_code(lambda drawn: letter_of_code(journal.db, drawn))
    act.record(events.LetterNumbered(letter_id, number, act.today.isoformat(), code))
    end_step(journal, act.actor, OutgoingLetter, letter_id, now)
    return number.text


@move("send")
def send_letter(
    act: Act[OutgoingLetter],
    *,
    letter_id: int,
    on: Annotated[date, Day("Tanggal kirim", "Isi tanggal kirim.")],
    way: Annotated[str, Choice("Cara", SENTENCES["choose_one"], choices=WAYS)],
    proof: Annotated[str, Text("Bukti", SENTENCES["sending_proof"], most=300)],
    now: datetime,
) -> None:
    """Write down when, how and with what proof a letter left. Raises Problem."""
    if not date.fromisoformat(act.thing.numbered_on or "") <= on <= act.today:
        raise Problem.of("invalid", {"on": "Tanggal kirim tidak boleh sebelum surat bernomor atau di masa depan."})
    act.record(events.LetterSent(letter_id, on.isoformat(), way, proof))
    end_step(act.journal, act.actor, OutgoingLetter, letter_id, now)


@move("hand_over")
def hand_over_letter(
    act: Act[OutgoingLetter],
    *,
    letter_id: int,
    receiver: Annotated[str, Text("Diterima oleh", SENTENCES["letter_receiver"], most=100)],
    now: datetime,
) -> None:
    """Give a numbered letter to whoever came for it: from then on it is sent. Raises Problem."""
    act.record(events.LetterSent(letter_id, act.today.isoformat(), "taken", f"Diterima {receiver}"))
    end_step(act.journal, act.actor, OutgoingLetter, letter_id, now)


def attach_scan(
    journal: Journal, actor: Actor, *, direction: str, letter_id: int, data: bytes, name: str, now: datetime
) -> None:
    """Keep a scan of a letter: of one that came (`in`), or of ours as it was signed or received. Raises Problem."""
    require(actor, "letter.agenda")
    came = direction == "in"
    if came:
        moves = INCOMING_MOVES
        subject = incoming_subject
    else:
        moves = OUTGOING_MOVES
        subject = outgoing_subject
    load: Callable[[], Subject[Any]] = partial(subject, journal.db, actor, letter_id, office_date(now))
    with make_move(journal, actor, moves["scan"], now, load) as act:
        keep_file(journal, actor, data=data, rule=SCAN, subject=act.subject.key, name=name, now=now, field="scan")


def history_of(journal: Journal, letter_id: int) -> list[Any]:
    """Every entry about a letter of ours, the oldest first: its versions, initials, returns, signature, sending."""
    return journal.about(f"outgoing/{letter_id}")
