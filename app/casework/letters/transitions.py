"""What may happen to a letter, in which state and by whom; and whom a letter has reached."""

import json
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from app.casework.letters.tables import Disposition, DispositionReceiver, IncomingLetter, OutgoingLetter
from app.core.permissions import Actor, may
from app.core.problems import Problem, check_found
from app.platform.office.moves import Move, Subject, become, stay, true_names
from app.platform.signatures.queries import signing_of
from app.platform.signatures.signing import ALREADY_OUT, NOT_OUT
from app.platform.signatures.tables import PaperSigning
from schema.database import Database
from schema.profiles import Profile

URGENCIES = {
    "ordinary": "Biasa",
    "important": "Penting",
    "urgent": "Segera",
    "at_once": "Sangat segera",
    "secret": "Rahasia",
}
INCOMING = {"registered": "Belum didisposisi", "disposed": "Didisposisi", "settled": "Selesai"}
OUTGOING = {
    "draft": "Konsep",
    "review": "Menunggu paraf",
    "returned": "Dikembalikan",
    "initialled": "Menunggu tanda tangan",
    "signed": "Ditandatangani, belum bernomor",
    "numbered": "Bernomor, belum dikirim",
    "sent": "Terkirim",
    "cancelled": "Dibatalkan",
}
REACHED = {"reached": "Surat ini belum sampai kepada Anda, jadi belum dapat Anda disposisi."}
OWN_DRAFT = {"drafter": "Konsep ini milik pengonsep lain. Minta pengonsepnya, atau pengelola agenda."}
SIGNATORY = {"signatory": "Surat yang sudah ditandatangani dibatalkan oleh yang berwenang menandatanganinya."}
AT_COUNTER = {"giver": "Surat ini tidak diserahkan oleh loket Anda. Pengelola agenda mencatat pengirimannya."}
TURN = {"turn": "Sekarang bukan giliran Anda pada surat ini. Paraf dan tanda tangan berurutan."}
OTHER_THAN_MAKER = {
    "leader": "Tanda tangan kedua pada notulen atau laporan diberikan pejabat lain, bukan penulisnya. Minta pejabat "
    "lain menandatanganinya."
}
SIGNED_BY_TWO = ("minutes", "report")
"""Forms that whoever wrote them signs too, as notulis or as who reports: with the PIN when they are submitted."""
BY_MAKER = {
    "maker": "Penulis notulen atau laporan ikut menandatanganinya, jadi hanya ia yang meneruskan dan memperbaiki "
    "naskahnya. Minta penulisnya, atau kembalikan konsep ini kepadanya."
}
AT_HOME = {"at_home": ALREADY_OUT}
OUT = {"out": NOT_OUT}
UNSIGNED = ("draft", "returned", "review", "initialled")

INCOMING_MOVES: dict[str, Move] = {
    "amend": Move(("letter.agenda",), stay("registered", "disposed"), "letter.amended"),
    "link": Move(("letter.agenda",), stay(*INCOMING), "letter.linked"),
    "scan": Move(("letter.agenda",), stay(*INCOMING), "file.kept"),
    "dispose": Move(("letter.dispose",), become("disposed", "registered", "disposed"), "letter.disposed", REACHED),
    "settle": Move(("letter.dispose",), become("settled", "registered", "disposed"), "letter.settled", REACHED),
    "acknowledge": Move(("letter.view",), stay("disposed"), "letter.acknowledged"),
    "report": Move(("letter.view",), stay("disposed"), "letter.reported"),
}
OUTGOING_MOVES: dict[str, Move] = {
    "edit": Move(("letter.draft",), stay("draft", "returned"), "letter.corrected", OWN_DRAFT),
    "correct": Move(
        ("letter.initial", "letter.sign"), become("review", "review", "initialled"), "letter.corrected", TURN | BY_MAKER
    ),
    "submit": Move(("letter.draft",), become("review", "draft", "returned"), "letter.submitted", OWN_DRAFT | BY_MAKER),
    "initial": Move(("letter.initial",), stay("review"), "letter.initialled", TURN),
    "return": Move(
        ("letter.initial", "letter.sign"), become("returned", "review", "initialled"), "letter.returned", TURN
    ),
    "sign": Move(("letter.sign",), become("signed", "initialled"), "letter.signed", TURN | OTHER_THAN_MAKER),
    "number": Move(("letter.agenda",), become("numbered", "signed"), "letter.numbered"),
    "hand_over": Move(("letter.view",), become("sent", "numbered"), "letter.sent", AT_COUNTER),
    "send": Move(("letter.agenda",), become("sent", "numbered"), "letter.sent"),
    "hand_out": Move(("letter.agenda",), stay("numbered"), "paper.handed_out", AT_HOME, also=("file.kept",)),
    "take_back": Move(("letter.agenda",), stay("numbered"), "paper.taken_back", OUT, also=("file.kept",)),
    "scan": Move(("letter.agenda",), stay("signed", "numbered", "sent"), "file.kept"),
    "cancel": Move(("letter.draft",), become("cancelled", *UNSIGNED), "letter.cancelled", OWN_DRAFT),
    "annul": Move(("letter.sign",), become("cancelled", "signed", "numbered"), "letter.cancelled", SIGNATORY),
}
"""Move → who may make it, state → next state, the journal kind, and what must hold. Where no initial is left to be
given, what would be `review` is `initialled` (:func:`state_of_initials`). A number is given after the signature only,
what was signed is not corrected; one who may sign it cancels it until it is sent, and its number stays used."""


def filled_roles(actor: Actor) -> frozenset[str]:
    """The roles of a person, with those of other kinds of office that he fills here."""
    return actor.profile.fills(actor.roles)


# -- incoming letters ------------------------------------------------------------------------------------------


def load_incoming(db: Database, actor: Actor, letter_id: int) -> IncomingLetter:
    """A letter that this person may read. Raises Problem `not_found`, also where it has not reached him."""
    row = IncomingLetter.first(db, id=letter_id)
    if row is not None and not can_read_incoming(db, actor, row):
        row = None
    return check_found(row, "Surat masuk itu")


def can_read_incoming(db: Database, actor: Actor, row: IncomingLetter) -> bool:
    """Whoever reads the whole agenda, keeps it (a secret letter: who entered it), or whom the letter has reached."""
    if may(actor, "letter.book") or actor.username == row.registered_by or has_reached(db, actor, row):
        return True
    return may(actor, "letter.agenda") and row.urgency != "secret"


def receivers_of(db: Database, letter_id: int) -> list[DispositionReceiver]:
    return DispositionReceiver.rows(db, letter_id=letter_id, order="id")


def is_for(actor: Actor, row: DispositionReceiver) -> bool:
    if row.username:
        return row.username == actor.username
    return row.role in filled_roles(actor)


def has_reached(db: Database, actor: Actor, row: IncomingLetter) -> bool:
    if row.to_role in filled_roles(actor) or any(is_for(actor, receiver) for receiver in receivers_of(db, row.id)):
        return True
    return Disposition.first(db, letter_id=row.id, actor=actor.username) is not None


def stands_above(actor: Actor, roles: Collection[str]) -> bool:
    """Whether a person holds a post above one of these, in the order of the profile."""
    posts = actor.profile.posts
    own = min((posts.index(role) for role in actor.roles if role in posts), default=len(posts))
    return any(own < posts.index(role) for role in roles if role in posts)


def incoming_facts(db: Database, row: IncomingLetter, actor: Actor) -> set[str]:
    """What holds of a letter for this person, as `Move.needs` names it: the posts above may act on it too."""
    roles = {row.to_role, *(receiver.role for receiver in receivers_of(db, row.id))}
    if has_reached(db, actor, row) or stands_above(actor, roles):
        return {"reached"}
    return set()


def incoming_subject(db: Database, actor: Actor, letter_id: int, _today: date) -> Subject[IncomingLetter]:
    row = load_incoming(db, actor, letter_id)
    facts = incoming_facts(db, row, actor)
    return Subject(row, f"incoming/{letter_id}", f"Surat masuk {row.number}", row.state, facts, INCOMING)


def can_see_incoming(db: Database, actor: Actor, letter_id: int, _now: datetime) -> bool:
    """Whether somebody may see the scans of a letter that came."""
    row = IncomingLetter.first(db, id=letter_id)
    return row is not None and may(actor, "letter.view") and can_read_incoming(db, actor, row)


def can_see_outgoing(db: Database, actor: Actor, letter_id: int, _now: datetime) -> bool:
    row = OutgoingLetter.first(db, id=letter_id)
    return row is not None and may(actor, "letter.view") and can_read_outgoing(actor, row)


def can_remove_scan(actor: Actor, row: Any) -> bool:
    """Whether this person destroys scans of letters: whoever attaches them. A signed paper is no scan."""
    return row.purpose == "scan" and may(actor, "letter.agenda")


# -- outgoing letters ------------------------------------------------------------------------------------------


def load_outgoing(db: Database, actor: Actor, letter_id: int) -> OutgoingLetter:
    """A letter that this person may read. Raises Problem `not_found`, also where he has no part in it."""
    row = OutgoingLetter.first(db, id=letter_id)
    if row is not None and not can_read_outgoing(actor, row):
        row = None
    return check_found(row, "Surat keluar itu")


def can_read_outgoing(actor: Actor, row: OutgoingLetter) -> bool:
    """Whoever drafted it, initials, signs, reads the whole agenda, or keeps it (a secret letter: once it is signed),
    and who hands it over once it is signed."""
    if actor.username == row.drafted_by or may(actor, "letter.book"):
        return True
    if filled_roles(actor) & {*roles_in(row.initials), *roles_in(row.signatories)}:
        return True
    if row.signed_at is not None and hands_over(actor, row):
        return True
    return may(actor, "letter.agenda") and (row.urgency != "secret" or row.signed_at is not None)


def hands_over(actor: Actor, row: OutgoingLetter) -> bool:
    """Whether this person gives the letter to whoever comes for it at the counter."""
    return bool(filled_roles(actor) & {*roles_in(row.handed_by)})


def roles_in(text: str) -> list[str]:
    roles: list[str] = json.loads(text)
    return roles


def given_initials(row: OutgoingLetter) -> list[tuple[str, str, str]]:
    """(role, user name, moment) of the initials of the present version."""
    return [(role, username, at) for role, username, at in json.loads(row.given)]


def awaited_roles(row: OutgoingLetter) -> list[str]:
    """Roles of which one is to act now: the next that initials, or whoever may sign."""
    if row.state == "review":
        return roles_in(row.initials)[len(given_initials(row)) :][:1]
    if row.state != "initialled":
        return []
    return roles_in(row.signatories)


def who_is_awaited(profile: Profile, row: OutgoingLetter) -> str:
    """Who is to act on a letter now, in words: whoever initials or signs, then the keepers of the agenda."""
    if row.state in ("signed", "numbered"):
        return profile.who_may("letter.agenda")
    return profile.labels(awaited_roles(row))


def awaited_role(row: OutgoingLetter, actor: Actor) -> str:
    """The role in which this person is to act now; empty for none."""
    return next((role for role in awaited_roles(row) if role in filled_roles(actor)), "")


def state_of_initials(row: OutgoingLetter, given: int) -> str:
    """The state of a letter under review after so many initials."""
    if given >= len(roles_in(row.initials)):
        return "initialled"
    return "review"


def outgoing_facts(row: OutgoingLetter, actor: Actor, signing: PaperSigning | None = None) -> set[str]:
    """What holds of a letter for this person now, as `Move.needs` names it."""
    own = actor.username == row.drafted_by
    by_two = row.form in SIGNED_BY_TWO
    holds = {
        "drafter": own or may(actor, "letter.agenda"),
        "maker": own or not by_two,
        "turn": awaited_role(row, actor),
        "leader": not (own and by_two),
        "giver": hands_over(actor, row),
        "signatory": filled_roles(actor) & {*roles_in(row.signatories)},
        "at_home": signing is None,
        "out": signing is not None and not signing.taken_at,
    }
    return true_names(holds)


def title_of(row: OutgoingLetter) -> str:
    if row.number:
        return f"Surat {row.number}"
    return f"Konsep surat {row.id}"


def outgoing_subject(db: Database, actor: Actor, letter_id: int, _today: date) -> Subject[OutgoingLetter]:
    row = load_outgoing(db, actor, letter_id)
    key = f"outgoing/{letter_id}"
    facts = outgoing_facts(row, actor, signing_of(db, key))
    return Subject(row, key, title_of(row), row.state, facts, OUTGOING)


def check_version(letter: OutgoingLetter, seen: int) -> None:
    """Refuse a deed on a text that was read before it changed. Raises Problem `conflict`."""
    if seen != letter.version:
        raise Problem.of(
            "conflict", why="Naskah surat ini sudah berubah sejak Anda membukanya. Baca yang terbaru dulu."
        )
