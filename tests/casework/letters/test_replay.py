"""Every kind of this room, written once by its commands: the journal replayed gives the same tables."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from app.casework.letters import agenda, service
from app.casework.letters.agenda import Order
from app.casework.letters.events import KINDS, LetterText
from app.casework.letters.queries import case_numbers
from app.core.permissions import Actor
from sync.journal import Journal
from sync.verification import verify_side
from tests.casework.letters.conftest import LINE
from tests.casework.letters.test_drafts import FREE, deed, free_letter
from tests.casework.letters.test_signing import hand_out, holder, take_back, trust_authority
from tests.platform.people import START
from tests.world import authority


def test_every_kind_is_replayed(
    journal: Journal, who: Callable[[str], Actor], case_id: int, letter_id: int, tmp_path: Path
) -> None:
    ratna, camat, budi, sari = who("ratna"), who("camat"), who("budi"), who("sari")
    of_letter = {"letter_id": letter_id, "now": START}
    agenda.amend_incoming(journal, ratna, line=replace(LINE, subject="Rapat"), reason="Salah ketik", **of_letter)
    number = str(case_numbers(journal.db, [case_id])[case_id])
    agenda.link_incoming(journal, ratna, case_number=number, letter="request", **of_letter)
    for giver, receiver in ((camat, Order(role="kasi", due_on=date(2026, 3, 16))), (budi, Order(username="sari"))):
        agenda.dispose_letter(journal, giver, orders=[receiver], instructions=["Selesaikan"], note="", **of_letter)
    part = agenda.open_parts(journal.db, letter_id, sari)[0].id
    agenda.acknowledge(journal, sari, receiver_id=part, **of_letter)
    agenda.report_done(journal, sari, receiver_id=part, report="Sudah", **of_letter)
    other = agenda.register_incoming(journal, ratna, line=replace(LINE, letter_number="7"), now=START)
    agenda.settle_letter(journal, camat, letter_id=other, note="Untuk diketahui", now=START)

    made, dropped = free_letter(journal, who), free_letter(journal, who)
    service.cancel_letter(journal, budi, letter_id=dropped, reason="Ganda", now=START)
    deed(service.submit_letter, journal, budi, made)
    service.return_letter(journal, ratna, letter_id=made, seen=1, reason="Sebut tanggalnya", now=START)
    better: LetterText = replace(FREE, text="Pada 25 Maret 2026.")
    service.correct_letter(journal, budi, letter_id=made, seen=1, draft=better, reason="Tanggal", now=START)
    for command, actor in (
        (service.submit_letter, budi),
        (service.initial_letter, ratna),
        (service.sign_letter, camat),
    ):
        deed(command, journal, actor, made)
    service.number_letter(journal, ratna, letter_id=made, now=START)
    trust_authority(journal, who)
    handed = hand_out(journal, who, made)
    signed = authority.sign(handed, authority.person(holder(journal, made)))
    assert take_back(journal, who, made, signed) == ""
    service.send_letter(journal, ratna, letter_id=made, on=START.date(), way="post", proof="R1", now=START)

    subjects = (f"incoming/{letter_id}", f"incoming/{other}", f"outgoing/{made}", f"outgoing/{dropped}")
    written = {entry.kind for subject in subjects for entry in journal.about(subject)}
    assert written == {kind.name for kind in KINDS} | {"paper.handed_out", "paper.taken_back"}
    assert verify_side(journal, "office", tmp_path / "scratch.sqlite3").faults == []
