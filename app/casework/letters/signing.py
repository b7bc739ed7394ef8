"""The electronic signature of a numbered letter: its PDF is handed out, and the signed one becomes its paper."""

from datetime import datetime
from functools import partial

import msgspec

from app.casework.letters.papers import letter_paper, paper_kind, signer_official
from app.casework.letters.tables import OutgoingLetter
from app.casework.letters.transitions import OUTGOING_MOVES, load_outgoing, outgoing_subject
from app.core.clock import office_date
from app.core.permissions import Actor, require
from app.platform.office.moves import Act, Moves, make_move
from app.platform.signatures.signing import SignedPaper, hand_out_paper, judge_returned, keep_returned
from app.platform.signatures.verdict import Verdict
from sync.journal import Journal

move = Moves(OUTGOING_MOVES, "letter_id", outgoing_subject)


def signed_paper(letter_id: int) -> SignedPaper:
    return SignedPaper(f"outgoing/{letter_id}", f"outgoing/{letter_id}", f"surat-{letter_id}")


@move("hand_out")
def hand_out_letter(act: Act[OutgoingLetter], *, letter_id: int, now: datetime) -> int:
    """Make the PDF that is to be signed and keep it; returns the id of its file. Raises Problem."""
    journal = act.journal
    row = act.thing
    data = msgspec.structs.replace(letter_paper(journal.db, row, act.actor, now), electronic=True)
    handed = hand_out_paper(journal, act.actor, signed_paper(letter_id), kind=paper_kind(row), data=data, now=now)
    act.record(handed)
    return handed.handed_file_id


def take_back_letter(
    journal: Journal, actor: Actor, *, letter_id: int, data: bytes, name: str, now: datetime
) -> Verdict:
    """Check the signed PDF and make it the paper of the letter. Raises Problem with what is wrong with it."""
    require(actor, "letter.agenda")
    db = journal.db
    paper = signed_paper(letter_id)
    holder = signer_official(db, load_outgoing(db, actor, letter_id), office_date(now))
    verdict = judge_returned(db, paper, data, holder, now)
    load = partial(outgoing_subject, db, actor, letter_id, office_date(now))
    with make_move(journal, actor, OUTGOING_MOVES["take_back"], now, load) as act:
        act.record(keep_returned(journal, actor, paper, data=data, name=name, verdict=verdict, now=now))
    return verdict
