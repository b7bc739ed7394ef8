"""What may happen to a recap and to a promise of improvement, in which state, by whom and with what."""

from datetime import date

from app.core.permissions import Actor, may, permission_problem
from app.core.problems import check_found
from app.core.quarters import Quarter
from app.platform.office.moves import Move, Moves, Subject, become, stay, true_names
from app.quality.quarter.tables import Pledge, Recap
from schema.database import Database

STATES = {
    "draft": "Rancangan",
    "checked": "Sudah diperiksa",
    "approved": "Disetujui",
    "published": "Diumumkan",
}
FROZEN = ("approved", "published")
RETURNED = {"redrafted": "Rancangan ini dikembalikan. Petugas layanan informasi membuatnya lagi dulu."}
OWN_DRAFT = {"another": "Yang membuat rekap tidak memeriksanya sendiri. Minta orang lain memeriksa."}
AFTERWARDS = "Rekap ini sudah disetujui. Janji tambahan hanya dari pimpinan kantor, atau masuk rekap berikutnya."
PLEDGERS = ("recap.draft", "recap.check", "recap.approve")

MOVES: dict[str, Move] = {
    "draft": Move(("recap.draft",), become("draft", "", "draft"), "recap.drafted"),
    "check": Move(("recap.check",), become("checked", "draft"), "recap.checked", RETURNED | OWN_DRAFT),
    "return": Move(("recap.check",), become("draft", "draft", "checked"), "recap.returned", RETURNED),
    "refuse": Move(("recap.approve",), become("draft", "checked"), "recap.returned"),
    "approve": Move(("recap.approve",), become("approved", "checked"), "recap.approved"),
    "pledge": Move(PLEDGERS, stay("draft", "checked", "approved"), "pledge.given", {"own_name": AFTERWARDS}),
    "post": Move(("board.post",), become("published", *FROZEN), "board.posted", also=("recap.published",)),
    "addendum": Move(("recap.draft",), stay(*FROZEN), "recap.addendum_written"),
}
"""Move → who may make it, state → next state, the journal kind, and what must hold. `return` is the Sekretaris',
`refuse` the Camat's; a promise after approval stands below the Camat's name, so only he adds it."""

UNCHANGED = "Janji yang sudah disetujui tidak diubah. Tarik dengan alasan, atau tulis keterangan di daftar janji."
PLEDGE_MOVES: dict[str, Move] = {
    "correct": Move(PLEDGERS, stay("standing"), "pledge.corrected", {"unapproved": UNCHANGED}),
    "withdraw": Move(PLEDGERS, {"standing": "withdrawn"}, "pledge.withdrawn", {"withdrawable": ""}),
    "keep": Move(PLEDGERS, {"standing": "kept"}, "pledge.kept"),
}
ENDED = {"kept": "sudah ditepati", "withdrawn": "sudah ditarik"}


def find_recap(db: Database, quarter: Quarter) -> Recap | None:
    return Recap.first(db, quarter=str(quarter))


def load_recap(db: Database, quarter: Quarter) -> Recap:
    return check_found(find_recap(db, quarter), f"Rekap {quarter.label}")


def recap_facts(recap: Recap, actor: Actor) -> set[str]:
    """What holds of a recap for this person now, as `Move.needs` names it."""
    holds = {
        "redrafted": not recap.note,
        "another": recap.drafted_by != actor.username,
        "own_name": recap.state not in FROZEN or may(actor, "recap.approve"),
    }
    return true_names(holds)


def recap_subject(db: Database, actor: Actor, quarter: Quarter, _today: date) -> Subject[Recap]:
    recap = load_recap(db, quarter)
    words = {state: word.lower() for state, word in STATES.items()}
    return Subject(recap, f"recap/{quarter}", f"Rekap {recap.number}", recap.state, recap_facts(recap, actor), words)


def load_pledge(db: Database, pledge_id: int) -> Pledge:
    return check_found(Pledge.first(db, id=pledge_id), "Janji itu")


def pledge_state(pledge: Pledge) -> str:
    if pledge.kept_on:
        return "kept"
    if pledge.withdrawn_on:
        return "withdrawn"
    return "standing"


def pledge_facts(actor: Actor, recap_state: str) -> set[str]:
    """What holds of a promise whose recap is in a state: an approved one is withdrawn by whoever checks or approves."""
    if recap_state not in FROZEN:
        return {"unapproved", "withdrawable"}
    if may(actor, "recap.check") or may(actor, "recap.approve"):
        return {"withdrawable"}
    return set()


def pledge_subject(db: Database, actor: Actor, pledge_id: int, _today: date) -> Subject[Pledge]:
    pledge = load_pledge(db, pledge_id)
    facts = pledge_facts(actor, load_recap(db, Quarter.parse(pledge.quarter)).state)
    return Subject(pledge, f"recap/{pledge.quarter}", "Janji itu", pledge_state(pledge), facts, ENDED)


def withdrawable_subject(db: Database, actor: Actor, pledge_id: int, today: date) -> Subject[Pledge]:
    """A promise that this person may take back. Raises Problem `forbidden`."""
    subject = pledge_subject(db, actor, pledge_id, today)
    if subject.state == "standing" and "withdrawable" not in subject.facts:
        raise permission_problem(actor, "recap.check", "recap.approve")
    return subject


move_recap = Moves(MOVES, "quarter", recap_subject)
move_pledge = Moves(PLEDGE_MOVES, "pledge_id", pledge_subject)
take_back = Moves(PLEDGE_MOVES, "pledge_id", withdrawable_subject)
