"""Letters of the office: corrections, initials in order, signature, number, sending; the case moves with them."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec import structs

from app.casework.desk import moving
from app.casework.desk.events import CaseAdvanced
from app.casework.desk.moving import case_definition
from app.casework.desk.tables import CaseFile
from app.casework.letters import agenda, service, tasks
from app.casework.letters.agenda import Order
from app.casework.letters.cases import can_draft
from app.casework.letters.events import LetterText
from app.casework.letters.papers import letter_paper, maker_official
from app.casework.letters.tables import IncomingLetter, OutgoingLetter
from app.casework.letters.transitions import OUTGOING, OUTGOING_MOVES, roles_in
from app.core.permissions import Actor
from app.core.problems import Problem, check_found
from app.platform.office.deadlines import read_deadlines
from app.platform.office.redactions import destroy_entries
from app.room import SideHooks, hooks_of
from schema.database import SqliteDatabase
from sync.journal import Journal
from sync.verification import verify_side
from tests.casework.letters.conftest import LINE
from tests.platform.people import CAST, START

Who = Callable[[str], Actor]
TELL = {"instructions": ["Siapkan jawaban atau konsep surat"], "note": ""}
FREE = LetterText("Undangan", "Dinas Contoh", "Kami mengundang Saudara.", code="000")


def row_of(journal: Journal, letter_id: int) -> OutgoingLetter:
    row = OutgoingLetter.first(journal.db, id=letter_id)
    assert row is not None
    return row


def step_of(journal: Journal, case_id: int) -> str:
    case = CaseFile.first(journal.db, id=case_id)
    assert case is not None
    return str(case.step)


def put_at_draft(journal: Journal, case_id: int) -> None:
    """A case of tests/casework/letters/invitation.py at the step that begins its letter."""
    body = CaseAdvanced(case_id, "disposed", "agenda", "draft", "office", START.date().isoformat())
    with journal.transaction():
        journal.record(body, subject=f"case/{case_id}", actor="budi", at=START)


def free_letter(journal: Journal, who: Who, draft: LetterText = FREE) -> int:
    """A letter outside any case: Budi drafts, Ratna initials, the Camat signs."""
    return service.draft_free_letter(
        journal, who("budi"), draft=draft, initials=["sekretaris"], signatory="camat", now=START
    )


def deed(command: Callable[..., object], journal: Journal, actor: Actor, letter_id: int) -> None:
    """A decision about the present version."""
    command(journal, actor, letter_id=letter_id, seen=row_of(journal, letter_id).version, now=START)


def signed_letter(journal: Journal, who: Who) -> int:
    made = free_letter(journal, who)
    for command, username in (
        (service.submit_letter, "budi"),
        (service.initial_letter, "ratna"),
        (service.sign_letter, "camat"),
    ):
        deed(command, journal, who(username), made)
    return made


def test_a_case_goes_from_the_letter_that_came_to_the_letter_that_left(
    journal: Journal, who: Who, case_id: int, tmp_path: Path
) -> None:
    """Steps 2 to 8: each ends by itself with what is done to its letter, and not before."""
    camat, ratna, budi = who("camat"), who("ratna"), who("budi")
    with pytest.raises(Problem) as waits:
        moving.advance_case(journal, ratna, case_id=case_id, outcome="registered", now=START)
    assert "Surat permohonan belum diagendakan" in waits.value.sentence
    asked = agenda.register_incoming(journal, ratna, line=LINE, case_id=case_id, letter="request", now=START)
    assert step_of(journal, case_id) == "order"
    to_budi = {"letter_id": asked, "orders": [Order(role="kasi", due_on=date(2026, 3, 13))], **TELL, "now": START}
    agenda.dispose_letter(journal, camat, **to_budi)
    assert step_of(journal, case_id) == "pass_on"
    agenda.dispose_letter(journal, budi, **to_budi | {"orders": [Order(username="sari")]})
    assert step_of(journal, case_id) == "draft"

    made = service.draft_letter(journal, budi, case_id=case_id, letter="notice", now=START)
    text = row_of(journal, made).text
    assert "nomor 045/12 tanggal 10 Maret 2026" in text
    assert "Rabu, 25 Maret 2026 | 09.00" in text
    assert step_of(journal, case_id) == "draft"
    with pytest.raises(Problem) as twice:
        service.draft_letter(journal, budi, case_id=case_id, letter="notice", now=START)
    assert "sudah dikonsep" in twice.value.sentence
    deed(service.submit_letter, journal, budi, made)
    assert step_of(journal, case_id) == "check"
    deed(service.initial_letter, journal, ratna, made)
    assert step_of(journal, case_id) == "sign"
    deed(service.sign_letter, journal, camat, made)
    assert step_of(journal, case_id) == "send"
    # step 8: one working day; 13 March is the Friday after this Thursday
    assert read_deadlines(journal.db, f"case/{case_id}")["step", "send"].due == "2026-03-13"
    assert service.number_letter(journal, ratna, letter_id=made, now=START) == "005/1/UND/2026"
    assert step_of(journal, case_id) == "send"
    sent = {"on": START.date(), "way": "messenger", "proof": "Diterima Sekretariat Dinas Contoh"}
    service.send_letter(journal, ratna, letter_id=made, **sent, now=START)
    assert step_of(journal, case_id) == "@done"
    settled = IncomingLetter.first(journal.db, id=asked)
    assert settled is not None
    assert settled.state == "settled"
    assert verify_side(journal, "office", tmp_path / "scratch.sqlite3").faults == []


def test_a_letter_of_one_s_own_needs_nobody_else_before_the_signature(journal: Journal, who: Who) -> None:
    """What binds the office is a decree (decision 76); a letter is its writer's."""
    letter_id = service.draft_free_letter(journal, who("camat"), draft=FREE, initials=[], signatory="camat", now=START)
    at = {"letter_id": letter_id, "seen": 1, "now": START}
    service.submit_letter(journal, who("camat"), **at)
    service.sign_letter(journal, who("camat"), **at)
    assert row_of(journal, letter_id).signed_by == "camat"


def test_a_returned_draft_keeps_every_text_and_its_initials_begin_anew(journal: Journal, who: Who) -> None:
    ratna, budi, camat = who("ratna"), who("budi"), who("camat")
    made = free_letter(journal, who)
    deed(service.submit_letter, journal, budi, made)
    with pytest.raises(Problem) as reason:
        service.return_letter(journal, ratna, letter_id=made, seen=1, reason=" ", now=START)
    assert reason.value.fields == {"reason": "Tulis apa yang harus diperbaiki."}
    service.return_letter(journal, ratna, letter_id=made, seen=1, reason="Sebut tanggalnya", now=START)
    assert [task.detail for task in tasks.outgoing_tasks(journal.db, budi, START)] == ["Sebut tanggalnya"]
    better = LetterText("Undangan", "Dinas Contoh", "Kami mengundang Saudara pada 25 Maret.", code="000")
    with pytest.raises(Problem):
        service.correct_letter(journal, budi, letter_id=made, seen=1, draft=better, reason="", now=START)
    service.correct_letter(journal, budi, letter_id=made, seen=1, draft=better, reason="Tanggal ditulis", now=START)
    deed(service.submit_letter, journal, budi, made)
    deed(service.initial_letter, journal, ratna, made)
    best = LetterText("Undangan", "Dinas Contoh", "Kami mengundang Saudara pada 25 Maret 2026.", code="000")
    service.correct_letter(journal, camat, letter_id=made, seen=2, draft=best, reason="Tahun ditambah", now=START)
    row = row_of(journal, made)
    assert (row.version, row.state, row.given) == (3, "review", "[]")
    with pytest.raises(Problem) as unread:
        service.initial_letter(journal, ratna, letter_id=made, seen=2, now=START)
    assert "sudah berubah sejak Anda membukanya" in unread.value.sentence
    deed(service.initial_letter, journal, ratna, made)
    deed(service.sign_letter, journal, camat, made)
    told = [(entry.kind, entry.actor, getattr(entry.body, "text", "")) for entry in service.history_of(journal, made)]
    texts = [(who_, text) for _, who_, text in told if text]
    assert texts == [("budi", FREE.text), ("budi", better.text), ("camat", best.text)]


def test_what_was_signed_is_changed_by_nobody(journal: Journal, who: Who, office_db: SqliteDatabase) -> None:
    made = signed_letter(journal, who)
    for username in ("budi", "ratna", "camat"):
        with pytest.raises(Problem):
            service.correct_letter(
                journal, who(username), letter_id=made, seen=1, draft=FREE, reason="Salah", now=START
            )
        with pytest.raises(Problem):
            service.cancel_letter(journal, who(username), letter_id=made, reason="Salah", now=START)
    with pytest.raises(Exception, match="a signed letter is not changed"), office_db.applying():
        office_db.run("UPDATE outgoing_letter SET text = 'Lain' WHERE id = ?", (made,))


def test_numbers_are_given_after_the_signature_without_a_gap_and_once(journal: Journal, who: Who) -> None:
    ratna, draft = who("ratna"), free_letter(journal, who)
    with pytest.raises(Problem) as unsigned:
        service.number_letter(journal, ratna, letter_id=draft, now=START)
    assert unsigned.value.code == "state"
    first, second, third = (signed_letter(journal, who) for _ in range(3))
    given = [service.number_letter(journal, ratna, letter_id=one, now=START) for one in (second, first)]
    assert given == ["000/1/427.86/2026", "000/2/427.86/2026"]
    with pytest.raises(Problem):
        service.number_letter(journal, ratna, letter_id=first, now=START)
    with pytest.raises(Problem) as early:
        service.send_letter(journal, ratna, letter_id=first, on=date(2026, 3, 11), way="post", proof="R1", now=START)
    assert list(early.value.fields) == ["on"]
    january = START + timedelta(days=300)
    assert service.number_letter(journal, ratna, letter_id=third, now=january) == "000/1/427.86/2027"
    with pytest.raises(Exception, match="the number of a letter is not changed"), journal.db.applying():
        journal.db.run("UPDATE outgoing_letter SET number = '9' WHERE id = ?", (first,))


def test_two_who_write_at_once_do_not_overwrite_each_other(journal: Journal, who: Who) -> None:
    made, other = free_letter(journal, who), LetterText("Undangan", "Dinas", "Teks lain.")
    service.correct_letter(journal, who("budi"), letter_id=made, seen=1, draft=other, reason="", now=START)
    with pytest.raises(Problem) as late:
        service.correct_letter(journal, who("ratna"), letter_id=made, seen=1, draft=FREE, reason="Saya", now=START)
    assert "Baca yang terbaru dulu" in late.value.sentence
    assert row_of(journal, made).text == "Teks lain."


def test_a_text_with_a_gap_goes_to_nobody(journal: Journal, who: Who, case_id: int) -> None:
    journal.db.hooks = SideHooks((), hooks_of(journal.db).kept)
    put_at_draft(journal, case_id)
    made = service.draft_letter(journal, who("budi"), case_id=case_id, letter="notice", now=START)
    assert "[belum ada: schedule]" in row_of(journal, made).text
    with pytest.raises(Problem) as gap:
        deed(service.submit_letter, journal, who("budi"), made)
    assert "belum ada datanya" in gap.value.sentence
    service.cancel_letter(journal, who("budi"), letter_id=made, reason="Salah berkas", now=START)
    again = service.draft_letter(journal, who("budi"), case_id=case_id, letter="notice", now=START)
    assert again != made


def test_a_letter_is_drafted_at_its_steps_by_who_performs_the_first(journal: Journal, who: Who, case_id: int) -> None:
    """A draft of somebody else, or from before its facts are known, would stop those whose step it is."""
    draft = partial(service.draft_letter, journal, case_id=case_id, letter="notice", now=START)
    with pytest.raises(Problem, match="dikonsep oleh Kasi pada langkah Langkah draft"):
        draft(who("budi"))
    put_at_draft(journal, case_id)
    with pytest.raises(Problem, match="dikonsep oleh Kasi"):
        draft(who("ratna"))
    case = check_found(CaseFile.first(journal.db, id=case_id), "Berkas")
    definition = case_definition(journal.db, case)
    powerless = [structs.replace(actor, roles=("counter",)) for actor in definition.actors]
    adopted_before = structs.replace(definition, actors=tuple(powerless))
    assert not can_draft(definition, case, who("ratna"), "notice")
    assert can_draft(adopted_before, case, who("ratna"), "notice"), "nobody of its step may draft in this office"
    assert row_of(journal, draft(who("budi"))).drafted_by == "budi"


def attempts(journal: Journal, letter_id: int) -> dict[str, Callable[[Actor], object]]:
    """Every command on a letter, with arguments that only who may and where it may stops."""
    at = {"letter_id": letter_id, "now": START}
    seen = {**at, "seen": row_of(journal, letter_id).version}
    write = {**seen, "draft": FREE, "reason": "Perbaikan"}
    return {
        "edit": lambda actor: service.correct_letter(journal, actor, **write),
        "submit": lambda actor: service.submit_letter(journal, actor, **seen),
        "initial": lambda actor: service.initial_letter(journal, actor, **seen),
        "return": lambda actor: service.return_letter(journal, actor, **seen, reason="Salah"),
        "sign": lambda actor: service.sign_letter(journal, actor, **seen),
        "number": lambda actor: service.number_letter(journal, actor, **at),
        "send": lambda actor: service.send_letter(journal, actor, **at, on=START.date(), way="post", proof="R1"),
        "cancel": lambda actor: service.cancel_letter(journal, actor, **at, reason="Batal"),
        "annul": lambda actor: service.annul_letter(journal, actor, **at, reason="Batal"),
    }


class Undone(Exception):
    """What was tried went well and is rolled back."""


def able(journal: Journal, who: Who, letter_id: int, name: str) -> str:
    """Who of the cast gets a command through on a letter as it stands."""
    passed = []
    for username in sorted(CAST):
        try:
            with journal.db.atomic():
                attempts(journal, letter_id)[name](who(username))
                raise Undone
        except Undone:
            passed.append(username)
        except Problem:
            pass
    return " ".join(passed)


def test_every_role_and_every_state(journal: Journal, who: Who) -> None:
    """Default deny: of all the cast only those named here get through, in no other state."""
    made = free_letter(journal, who)
    way: list[tuple[str, dict[str, str]]] = [
        ("draft", {"edit": "budi ratna", "submit": "budi ratna", "cancel": "budi ratna"}),
        ("review", {"edit": "ratna", "initial": "ratna", "return": "ratna", "cancel": "budi ratna"}),
        ("initialled", {"edit": "camat", "return": "camat", "sign": "camat", "cancel": "budi ratna"}),
        ("signed", {"number": "ratna", "annul": "camat"}),
        ("numbered", {"send": "ratna", "annul": "camat"}),
        ("sent", {}),
    ]
    onward = {"draft": ("submit", "budi"), "review": ("initial", "ratna"), "initialled": ("sign", "camat")}
    onward |= {"signed": ("number", "ratna"), "numbered": ("send", "ratna")}
    for state, allowed in way:
        assert row_of(journal, made).state == state
        known = {name: able(journal, who, made, name) for name in attempts(journal, made)}
        assert {name: people for name, people in known.items() if people} == allowed, state
        if state in onward:
            name, username = onward[state]
            attempts(journal, made)[name](who(username))
    assert set(OUTGOING) == {*(state for state, _ in way), "returned", "cancelled"}
    assert {kind for move in OUTGOING_MOVES.values() for kind in move.steps.values()} <= set(OUTGOING)


def test_an_earlier_text_is_destroyed_and_what_the_row_rests_on_is_not(
    journal: Journal, who: Who, tmp_path: Path
) -> None:
    """A name that should not have been written: the draft that held it goes, the present text stays proved."""
    wrong = LetterText("Undangan", "Dinas Contoh", "Kami mengundang Saudari Rekaan Rahasia.")
    made = free_letter(journal, who, wrong)
    service.correct_letter(journal, who("budi"), letter_id=made, seen=1, draft=FREE, reason="Nama", now=START)
    first, second = ((entry.epoch, entry.stream, entry.n) for entry in service.history_of(journal, made))
    at = {"reason": "Permintaan warga", "folder": tmp_path, "now": START}
    with pytest.raises(Problem):
        destroy_entries(journal, "office", who("ratna"), [second], **at)
    destroy_entries(journal, "office", who("ratna"), [first], **at)
    assert [recorded.body.text for recorded in service.history_of(journal, made)] == ["(dimusnahkan)", FREE.text]
    assert verify_side(journal, "office", tmp_path / "scratch.sqlite3").faults == []


def test_a_numbered_letter_that_is_cancelled_keeps_its_number_and_the_next_takes_another(
    journal: Journal, who: Who, tmp_path: Path
) -> None:
    first, second = signed_letter(journal, who), signed_letter(journal, who)
    at = {"now": START}
    assert service.number_letter(journal, who("ratna"), letter_id=first, **at) == "000/1/427.86/2026"
    with pytest.raises(Problem):
        service.annul_letter(journal, who("camat"), letter_id=first, reason=" ", **at)
    service.annul_letter(journal, who("camat"), letter_id=first, reason="Tanggal rapat berubah", **at)
    row = row_of(journal, first)
    assert (row.state, row.number, row.cancelled_why) == ("cancelled", "000/1/427.86/2026", "Tanggal rapat berubah")
    with pytest.raises(Problem, match="Dibatalkan"):
        service.send_letter(journal, who("ratna"), letter_id=first, on=START.date(), way="post", proof="R1", **at)
    assert service.number_letter(journal, who("ratna"), letter_id=second, **at) == "000/2/427.86/2026"
    paper = letter_paper(journal.db, row, who("ratna"), START)
    assert (paper.stamp, paper.number) == ("DIBATALKAN", "000/1/427.86/2026")
    assert verify_side(journal, "office", tmp_path / "scratch.sqlite3").faults == []


@pytest.mark.parametrize(
    ("text", "attachment", "refused"),
    [
        ("Jadwal terlampir.", "", True),
        ("Salam.\n\nLAMPIRAN: Jadwal\n\nTerlampir kartu.", "", False),
        ("Jadwal terlampir.", "1 (satu) lembar", False),
        ("Jadwal Terlampir.\n\nLAMPIRAN: Jadwal\n\nNo. | Hari\n1 | Senin", "", False),
        ("Jadwal terlampir.\n\nlampiran: Jadwal", "", True),
    ],
)
def test_a_text_that_names_an_annex_has_one_or_says_how_much_goes_along(
    journal: Journal, who: Who, text: str, attachment: str, refused: bool
) -> None:
    made = free_letter(journal, who, structs.replace(FREE, text=text, attachment=attachment))
    at = {"letter_id": made, "seen": 1, "now": START}
    if refused:
        with pytest.raises(Problem, match="Naskah menyebut lampiran, tetapi lampirannya tidak ada"):
            service.submit_letter(journal, who("budi"), **at)
    else:
        service.submit_letter(journal, who("budi"), **at)
    assert (row_of(journal, made).state == "draft") is refused


@pytest.mark.parametrize(
    ("typed", "printed"),
    [("1", "1 (satu) lembar"), ("12", "12 (dua belas) lembar"), ("satu berkas", "satu berkas"), ("", "")],
)
def test_a_bare_number_of_sheets_is_said_in_words(typed: str, printed: str) -> None:
    assert service.counted_sheets(typed) == printed


LIMITS: list[tuple[str, LetterText, LetterText]] = [
    ("subject", structs.replace(FREE, subject="x" * 300), structs.replace(FREE, subject="x" * 301)),
    ("addressed_to", structs.replace(FREE, addressed_to="x" * 1000), structs.replace(FREE, addressed_to="x" * 1001)),
    ("text", structs.replace(FREE, text="x" * 60_000), structs.replace(FREE, text="x" * 60_001)),
    ("attachment", structs.replace(FREE, attachment="x" * 200), structs.replace(FREE, attachment="x" * 201)),
    ("copies", structs.replace(FREE, copies=["x" * 300, " "]), structs.replace(FREE, copies=["x" * 301])),
    ("copies", structs.replace(FREE, copies=["x"] * 15), structs.replace(FREE, copies=["x"] * 16)),
    ("subject", FREE, structs.replace(FREE, subject=" ")),
    ("addressed_to", FREE, structs.replace(FREE, addressed_to=" ")),
    ("text", FREE, structs.replace(FREE, text=" ")),
    ("code", structs.replace(FREE, code=""), structs.replace(FREE, code="999")),
    ("urgency", structs.replace(FREE, urgency="secret"), structs.replace(FREE, urgency="later")),
]


@pytest.mark.parametrize(("field", "fits", "too_much"), LIMITS)
def test_a_text_of_a_letter_may_be_as_long_as_its_form_says(
    journal: Journal, who: Who, field: str, fits: LetterText, too_much: LetterText
) -> None:
    row = row_of(journal, free_letter(journal, who, fits))
    assert (row.subject, row.addressed_to, row.text, row.attachment) == (
        fits.subject,
        fits.addressed_to,
        fits.text,
        fits.attachment,
    )
    with pytest.raises(Problem) as refused:
        free_letter(journal, who, too_much)
    assert list(refused.value.fields) == [field]
    with pytest.raises(Problem) as corrected:
        service.correct_letter(journal, who("budi"), letter_id=row.id, seen=1, draft=too_much, reason="", now=START)
    assert list(corrected.value.fields) == [field]


@pytest.mark.parametrize(
    ("initials", "signatory", "field"),
    [
        (["counter"], "camat", "initials"),
        (["sekretaris", "kasi", "camat", "counter", "operator", "information", "village"], "camat", "initials"),
        (["sekretaris"], "counter", "signatory"),
        ([], "", "signatory"),
    ],
)
def test_initials_and_signature_are_of_those_who_may(
    journal: Journal, who: Who, initials: list[str], signatory: str, field: str
) -> None:
    with pytest.raises(Problem) as refused:
        service.draft_free_letter(journal, who("budi"), draft=FREE, initials=initials, signatory=signatory, now=START)
    assert list(refused.value.fields) == [field]


def test_who_is_named_twice_initials_once(journal: Journal, who: Who) -> None:
    twice = ["sekretaris", "sekretaris"]
    made = service.draft_free_letter(journal, who("budi"), draft=FREE, initials=twice, signatory="camat", now=START)
    assert roles_in(row_of(journal, made).initials) == ["sekretaris"]


def test_whoever_wrote_minutes_signed_them_from_when_they_go_on_their_way(journal: Journal, who: Who) -> None:
    made = service.draft_free_letter(
        journal, who("budi"), draft=FREE, initials=["sekretaris"], signatory="camat", kind="notulen", now=START
    )

    def signed_at() -> object:
        maker = maker_official(journal.db, row_of(journal, made))
        assert maker is not None
        assert maker.name == "Budi Santoso"
        return maker.approved_at

    assert signed_at() is None, "a draft"
    deed(service.submit_letter, journal, who("budi"), made)
    assert signed_at() == START
    service.return_letter(journal, who("ratna"), letter_id=made, seen=1, reason="Sebut tanggalnya", now=START)
    assert signed_at() is None, "he signs the text that he submits anew"
    assert maker_official(journal.db, row_of(journal, free_letter(journal, who))) is None, "a letter has one signature"


def test_a_reply_names_the_letter_that_it_answers(journal: Journal, who: Who, letter_id: int) -> None:
    draft = partial(service.draft_free_letter, journal, who("ratna"), draft=FREE, initials=[], signatory="camat")
    made = row_of(journal, draft(reply_to=letter_id, now=START))
    assert (made.reply_to, made.case_id, row_of(journal, draft(now=START)).reply_to) == (letter_id, None, None)
    with pytest.raises(Problem) as unknown:
        draft(reply_to=letter_id + 1, now=START)
    assert unknown.value.code == "not_found"


def test_what_is_written_about_a_letter_on_its_way_has_its_limits(journal: Journal, who: Who) -> None:
    """Words of 300 and 1000 letters, as their fields say."""
    ratna, camat, at = who("ratna"), who("camat"), {"now": START}
    back, gone = free_letter(journal, who), free_letter(journal, who)
    off, sent = signed_letter(journal, who), signed_letter(journal, who)
    deed(service.submit_letter, journal, who("budi"), back)
    service.number_letter(journal, ratna, letter_id=sent, **at)
    ways: list[tuple[int, str, Callable[[str], object]]] = [
        (1000, "reason", lambda text: service.return_letter(journal, ratna, letter_id=back, seen=1, reason=text, **at)),
        (300, "note", lambda text: service.cancel_letter(journal, ratna, letter_id=gone, reason=text, **at)),
        (300, "note", lambda text: service.annul_letter(journal, camat, letter_id=off, reason=text, **at)),
        (
            300,
            "proof",
            lambda text: service.send_letter(
                journal, ratna, letter_id=sent, on=START.date(), way="post", proof=text, **at
            ),
        ),
    ]
    for most, field, say in ways:
        for text in ("", "x" * (most + 1)):
            with pytest.raises(Problem) as refused:
                say(text)
            assert list(refused.value.fields) == [field], (field, len(text))
        say("x" * most)
    assert [row_of(journal, one).state for one in (back, gone, off, sent)] == [
        "returned",
        "cancelled",
        "cancelled",
        "sent",
    ]


def test_a_letter_leaves_on_a_day_between_its_number_and_today(journal: Journal, who: Who) -> None:
    made, ratna = signed_letter(journal, who), who("ratna")
    service.number_letter(journal, ratna, letter_id=made, now=START)
    later = START + timedelta(days=3)
    send = partial(service.send_letter, journal, ratna, letter_id=made, way="post", proof="R1", now=later)
    for day in (date(2026, 3, 11), date(2026, 3, 16)):
        with pytest.raises(Problem) as refused:
            send(on=day)
        assert list(refused.value.fields) == ["on"]
    with pytest.raises(Problem) as unknown:
        send(on=START.date(), way="pigeon")
    assert list(unknown.value.fields) == ["way"]
    other = signed_letter(journal, who)
    service.number_letter(journal, ratna, letter_id=other, now=START)
    for letter_id, day in ((made, date(2026, 3, 12)), (other, date(2026, 3, 15))):
        send(letter_id=letter_id, on=day)
        assert row_of(journal, letter_id).sent_on == day.isoformat()
