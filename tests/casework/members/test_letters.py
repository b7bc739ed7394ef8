"""Steps 2 to 8 of the collective card, driven by its letters, with the times that the seed prints for them."""

from datetime import date

from app.casework.desk.tables import CaseFile
from app.casework.letters import agenda, service
from app.casework.letters.agenda import Incoming, Order
from app.casework.letters.papers import letter_paper
from app.casework.letters.tables import OutgoingLetter
from app.casework.members.papers import slot_order
from app.casework.members.queries import member_rows
from app.platform.office.deadlines import read_deadlines
from tests.casework.members.desk import Bureau

PRINTED = {
    "agenda": 10,
    "head_disposition": 10,
    "division_disposition": 10,
    "plan": 10,
    "check": 20,
    "sign": 60,
}
"""Standard times of rows 2 to 7 in minutes; row 8 is one day."""


def step_of(bureau: Bureau) -> str:
    case = CaseFile.first(bureau.journal.db, id=bureau.case_id)
    assert case is not None
    return str(case.step)


def clock_of(bureau: Bureau, step: str) -> tuple[str, str]:
    one = read_deadlines(bureau.journal.db, f"case/{bureau.case_id}")["step", step]
    return one.since, one.due


def decide(bureau: Bureau, command: object, username: str, letter_id: int) -> None:
    row = OutgoingLetter.first(bureau.journal.db, id=letter_id)
    assert row is not None
    assert callable(command)
    command(bureau.journal, bureau.who(username), letter_id=letter_id, seen=row.version, now=bureau.now)


def check_annex(bureau: Bureau, letter_id: int) -> None:
    """The schedule that the text names goes with the letter: everybody with his hours, numbered as they come."""
    row = OutgoingLetter.first(bureau.journal.db, id=letter_id)
    assert row is not None
    paper = letter_paper(bureau.journal.db, row, bureau.who("taufik"), bureau.now)
    assert "terlampir" in " ".join(one.text for one in paper.blocks)
    [annex] = paper.annexes
    [table] = annex.blocks
    assert table.rows[0] == ("No.", "Nama", "Hari, tanggal", "Jam", "Tempat")
    members = sorted(member_rows(bureau.journal.db, bureau.case_id), key=slot_order)
    assert [(n, name, hours) for n, name, _, hours, _ in table.rows[1:]] == [
        (str(n), one.name, f"{one.begins}-{one.ends}") for n, one in enumerate(members, start=1)
    ]
    assert len(members) == 3
    assert paper.attachment == "", "the sheets are counted where they end up"


def test_the_letters_carry_a_request_from_the_agenda_to_the_agency(bureau: Bureau) -> None:
    journal, case_id = bureau.journal, bureau.case_id
    line = Incoming("800/012/BKD", date(2026, 3, 10), date(2026, 3, 12), "Badan Contoh", "Permohonan KTP", "800")
    if step_of(bureau) == "arrive":
        bureau.put_at("agenda")
    asked = agenda.register_incoming(
        journal, bureau.who("tuti"), line=line, case_id=case_id, letter="request", now=bureau.now
    )
    assert step_of(bureau) == "head_disposition"
    order = {"letter_id": asked, "instructions": ["Tindak lanjuti sesuai ketentuan"], "note": "", "now": bureau.now}
    agenda.dispose_letter(journal, bureau.who("kepala"), orders=[Order(role="kabag_kpp")], **order)
    assert step_of(bureau) == "division_disposition"
    agenda.dispose_letter(journal, bureau.who("kabag"), orders=[Order(role="kasubbag_tal")], **order)
    assert step_of(bureau) == "plan"

    bureau.enter(3)
    bureau.slots(date(2026, 3, 25), date(2026, 3, 26))
    bureau.plan()
    made = service.draft_letter(journal, bureau.who("taufik"), case_id=case_id, letter="notice", now=bureau.now)
    check_annex(bureau, made)
    decide(bureau, service.submit_letter, "taufik", made)
    assert step_of(bureau) == "check"
    service.return_letter(
        journal, bureau.who("kabag"), letter_id=made, seen=1, reason="Jadwal perlu diubah", now=bureau.now
    )
    assert step_of(bureau) == "plan"
    decide(bureau, service.submit_letter, "taufik", made)
    decide(bureau, service.initial_letter, "kabag", made)
    assert step_of(bureau) == "sign"
    decide(bureau, service.sign_letter, "kepala", made)
    assert step_of(bureau) == "send"
    assert service.number_letter(journal, bureau.who("tuti"), letter_id=made, now=bureau.now) == "800/1/2026"
    service.send_letter(
        journal,
        bureau.who("tuti"),
        letter_id=made,
        on=date(2026, 3, 12),
        way="messenger",
        proof="Diterima Badan Contoh",
        now=bureau.now,
    )
    assert step_of(bureau) == "record"
    since = "2026-03-12T09:42"
    due = {10: "2026-03-12T09:52", 20: "2026-03-12T10:02", 60: "2026-03-12T10:42"}
    assert {step: clock_of(bureau, step) for step in PRINTED} == {
        step: (since, due[minutes]) for step, minutes in PRINTED.items()
    }
    assert clock_of(bureau, "send") == ("2026-03-12", "2026-03-13")
