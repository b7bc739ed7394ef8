"""A student's card from the list to withdrawal, by the services: rules, clocks, money numbers, replay."""

from datetime import UTC, date, datetime
from pathlib import Path

import apsw
import pytest

from app.casework.batches import papers, products
from app.casework.batches.answers import find_case_value, open_case_value
from app.casework.desk.limits import over_cases, told_roles
from app.core.messages import LinePrinted, SealedValue
from app.core.problems import Problem
from app.core.workdays import wall_time
from app.platform.office import service as office
from app.platform.office.deadlines import read_deadlines
from app.platform.people.access_log import access_lines
from app.services.ktm import queries, service
from app.services.ktm.tables import StudentCard
from schema.definitions import load_all
from sync.journal import Journal
from sync.verification import verify_side
from tests.services.ktm.desk import KTM, CardDesk, account, nim, stranger_sealer
from tests.services.ktp.desk import Desk

PR046 = load_all()[KTM]


def clock_of(desk: CardDesk, case_id: int, limit: str, scope: str = "") -> str:
    """When a limit of a case is due, or nothing."""
    held = read_deadlines(desk.journal.db, f"case/{case_id}").get((limit, scope))
    return held.due if held else ""


def test_the_five_rows_are_those_of_the_seed() -> None:
    printed = [(row.no, row.title, row.papers, row.time.text if row.time else "", row.output) for row in PR046.rows]
    assert printed == [
        (1, "Sosialisasi Pembuatan KTM", ("Berkas kelengkapan persyaratan",), "10 menit", "Formulir"),
        (2, "Pendaftaran Pembuatan KTM", ("Formulir permintaan",), "10 menit", ""),
        (3, "Pembuatan Rekening", ("Formulir permintaan",), "1 Jam", "Draft hasil layanan"),
        (4, "Pembuatan KTM", ("Daftar Periksa",), "5 menit", ""),
        (5, "Distribusi KTM", ("Surat Keterangan, legalisir ljasah, dll",), "3 hari", "Draft dokumen hasil"),
    ]
    assert all(row.inferred_because for row in PR046.rows), "the marks of the performers were lost in the scan"


def test_every_time_of_the_seed_drives_a_clock(desk: CardDesk) -> None:
    """Thursday 12 March 2026, 09.42: rows 1, 2 and 4 in minutes, row 3 an hour, row 5 three working days."""
    session = service.begin_session(desk.journal, desk.who("sari"), intake="2026", definition=PR046, now=desk.now)
    [held] = service.session_clocks(desk.journal.db, session)
    assert held.due == "2026-03-12T09:52"
    case_id = desk.open(1)
    assert clock_of(desk, case_id, "step", "register") == "2026-03-12T09:52"
    desk.check(case_id)
    with pytest.raises(Problem, match="Pasfoto mahasiswa belum ada"):
        desk.advance(case_id, "registered")
    desk.photo(case_id)
    desk.advance(case_id, "registered")
    made = desk.send(case_id)
    assert clock_of(desk, case_id, "account") == "", "the list is not at the bank yet"
    desk.later(minutes=3).hand_list_over(made)
    assert clock_of(desk, case_id, "account") == "2026-03-12T10:45", "one working hour from the handing over"
    desk.later(minutes=15)
    desk.typed(made, 1, account(1))
    desk.complete(case_id)
    assert clock_of(desk, case_id, "step", "make") == "2026-03-12T10:05"
    desk.make(case_id)
    assert clock_of(desk, case_id, "distribution") == "2026-03-17", "Friday, Monday, Tuesday"
    desk.later(minutes=5)
    service.end_session(desk.journal, desk.who("sari"), session_id=session, attended=38, now=desk.now)
    report = queries.intake_report(desk.journal.db, PR046, "2026", 0, desk.now)
    clocks = {
        clock.clause + clock.label: (clock.standard, clock.kept, clock.late, clock.running) for clock in report.clocks
    }
    assert clocks["6.1Sosialisasi Pembuatan KTM"] == ("10 menit", 0, 1, 0), "23 minutes are more than ten"
    assert clocks["6.2Pendaftaran di loket"] == ("10 menit", 1, 0, 0)
    assert clocks["6.4Membuat KTM"] == ("5 menit", 1, 0, 0)
    assert clocks["6.5Pembagian KTM"] == ("3 hari", 0, 0, 1)
    assert report.cards == {"valid": 1}


def test_who_is_told_when_a_card_is_not_given_out_in_three_days(desk: CardDesk) -> None:
    desk.now = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)  # a Monday
    [(case_id, _)] = desk.with_card(1)
    desk.now = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)  # Friday 09.00, the day after the due day
    [over] = over_cases(desk.journal.db, desk.now, case_id)
    assert told_roles(desk.journal.db, over, desk.now) == {"counter", "kasubbag_mahasiswa"}
    desk.later(days=3, hours=4)
    assert told_roles(desk.journal.db, over, desk.now) == {"counter", "kasubbag_mahasiswa", "kabag"}
    products.hand_card_over(
        desk.journal, desk.who("sari"), case_id=case_id, receiver="Alya", relation="self", now=desk.now
    )
    assert over_cases(desk.journal.db, desk.now, case_id) == []


def test_the_three_days_may_be_read_as_calendar_days(desk: CardDesk) -> None:
    office.set_readings(desk.journal, desk.who("ratna"), chosen=["ktm/distribution/calendar"], now=desk.now)
    [(case_id, _)] = desk.with_card(1)
    assert clock_of(desk, case_id, "distribution") == "2026-03-15", "a Sunday"


def test_only_the_enrolled_and_one_request_at_a_time(desk: CardDesk) -> None:
    for status in ("graduated", "moved", "left"):
        with pytest.raises(Problem) as caught:
            desk.open(7, status=status)
        assert "terdaftar sebagai mahasiswa" in caught.value.sentence + str(caught.value.fields)
    first = desk.open(7, status="on_leave")
    assert desk.case(first).step == "register", "who is on leave stays enrolled"
    with pytest.raises(Problem):
        desk.open(7)


def test_an_account_number_stands_nowhere_in_plain_text(desk: CardDesk) -> None:
    [(case_id, _)] = desk.with_card(1)
    db = desk.journal.db
    number = account(1)
    for table in ("journal_body", "answer_value", "dispatch_line", "typed_answer", "case_event", "access_log"):
        cells = [one for row in db.run(f"SELECT * FROM {table}") for one in row]
        texts = [cell.decode("latin-1") if isinstance(cell, bytes) else str(cell) for cell in cells]
        assert not [text for text in texts if number in text], table
    held = find_case_value(db, case_id)
    assert held is not None
    assert held.mask == "*********001"
    with pytest.raises(Problem) as caught:
        open_case_value(db, desk.who("sari"), desk.sealer(), case_id=case_id, now=desk.now)
    assert caught.value.code == "forbidden"
    assert open_case_value(db, desk.who("budi"), desk.sealer(), case_id=case_id, now=desk.now) == number
    [(_, line)] = access_lines(db, actions=["answer.value"])
    assert (line.subject, line.detail) == (f"case/{case_id}", "")


def test_two_students_never_get_one_account(desk: CardDesk) -> None:
    ids = [desk.register(n) for n in (1, 2)]
    made = desk.send(*ids)
    desk.hand_list_over(made)
    desk.typed(made, 1, account(1))
    with pytest.raises(Problem) as caught:
        desk.typed(made, 2, f" {account(1)[:4]}-{account(1)[4:]} ")
    assert "sudah diberikan kepada berkas" in caught.value.fields["value"]
    for wrong in ("12345", "abc", "", "9" * 21):
        with pytest.raises(Problem) as caught:
            desk.typed(made, 2, wrong)
        assert set(caught.value.fields) == {"value"}


def hear(desk: CardDesk, ordinal: int, sealed: SealedValue, reference: str) -> None:
    """An answer of the bank's own writing, as it would come by the exchange."""
    desk_of_ktp = Desk(desk.journal, desk.now)
    line = desk_of_ktp.line(1, ordinal)
    desk_of_ktp.hear(LinePrinted(line, reference, "2026-03-12", value=sealed))


def test_a_bank_that_answers_wrongly_gets_no_card_made(desk: CardDesk, tmp_path: Path) -> None:
    """Sealed for another office; one account for two students under two references; a changed answer."""
    ids = [desk.register(n) for n in (1, 2, 3)]
    assert desk.send(*ids) == 1
    own, stranger = desk.sealer(), stranger_sealer(tmp_path / "other")
    first, second = own.seal(account(1)), own.seal(account(1))
    foreign = stranger.seal(account(3))
    hear(desk, 1, SealedValue(first.sealed, first.mask), "A" * 20)
    hear(desk, 2, SealedValue(second.sealed, second.mask), "B" * 20)
    hear(desk, 3, SealedValue(foreign.sealed, foreign.mask), "C" * 20)
    assert [desk.case(number).step for number in ids] == ["check"] * 3
    for case_id, words in ((ids[1], "sama dengan milik berkas"), (ids[2], "disegel untuk kunci lain")):
        with pytest.raises(Problem, match=words):
            desk.complete(case_id)
    desk.complete(ids[0])
    other = own.seal(account(9))
    hear(desk, 1, SealedValue(other.sealed, other.mask), "D" * 20)
    held = find_case_value(desk.journal.db, ids[0])
    assert held is not None
    assert own.open(held.sealed) == account(1), "a changed answer waits for a person"


def test_a_withdrawn_card_never_counts_again(desk: CardDesk) -> None:
    [(case_id, card)] = desk.with_card(1)
    db = desk.journal.db
    with pytest.raises(Problem, match="bukan wewenang"):
        service.withdraw_cards(
            desk.journal, desk.who("sari"), codes=[card.code], why="graduated", given_back="owed", now=desk.now
        )
    desk.withdraw(card.code, "graduated", "owed")
    held = queries.find_card(db, card.code)
    assert (held.state, held.why, held.given_back) == ("withdrawn", "Lulus", "owed")
    assert [one.code for one in queries.search_cards(db, nim(1))] == [card.code], "found by the student's number"
    assert queries.search_cards(db, card.code)[0].state == "withdrawn", "and by the QR"
    with pytest.raises(Problem, match="sudah dicabut"):
        desk.withdraw(card.code, "moved")
    service.return_card(desk.journal, desk.who("budi"), code=card.code, given_back="returned", now=desk.now)
    assert queries.find_card(db, card.code).given_back == "returned"
    with pytest.raises(apsw.ConstraintError), db.applying(), db.writing():
        StudentCard.alter(db, {"code": card.code}, withdrawn_on=None, withdrawn_why="", given_back="")
    assert desk.case(case_id).step == "distribute"


def test_a_lost_card_is_replaced_after_it_was_withdrawn(desk: CardDesk) -> None:
    [(case_id, card)] = desk.with_card(1)
    products.hand_card_over(
        desk.journal, desk.who("sari"), case_id=case_id, receiver="Alya", relation="self", now=desk.now
    )
    again = desk.open(1, kind="lost", why="Tercecer di angkutan")
    desk.check(again)
    desk.photo(again)
    with pytest.raises(Problem, match="masih berlaku"):
        desk.advance(again, "registered_again")
    desk.withdraw(card.code, "lost", "lost")
    desk.advance(again, "registered_again")
    assert desk.case(again).step == "check", "the account stays the same: nothing goes to the bank"
    desk.complete(again)
    [new] = desk.make(again)
    cards = queries.cards_of_key(desk.journal.db, nim(1))
    assert [(one.code, one.state) for one in cards] == [(new.code, "valid"), (card.code, "withdrawn")]


def test_a_misprint_is_withdrawn_and_made_again_under_another_code(desk: CardDesk) -> None:
    [(case_id, card)] = desk.with_card(1)
    products.note_misprint(desk.journal, desk.who("sari"), case_id=case_id, reason="Foto miring", now=desk.now)
    assert desk.case(case_id).step == "check"
    assert queries.find_card(desk.journal.db, card.code).why == "Salah cetak"
    desk.complete(case_id)
    [new] = desk.make(case_id)
    assert (new.number, new.code != card.code) == (f"{card.number}-2", True)


def test_the_journal_gives_the_same_tables_again(desk: CardDesk, tmp_path: Path) -> None:
    [(_, card), *_] = desk.with_card(1, 2)
    desk.withdraw(card.code, "left", "owed")
    service.begin_session(desk.journal, desk.who("sari"), intake="2026", definition=PR046, now=desk.now)
    assert verify_side(desk.journal, "office", tmp_path / "scratch.sqlite3").faults == []


def test_no_list_of_one_procedure_shows_the_other(desk: CardDesk, journal: Journal) -> None:
    desk.with_card(1)
    ktp = Desk(journal, desk.now)
    other = ktp.open()
    names = [student.name for student in queries.list_students(journal.db, KTM, "2026")]
    assert len(names) == 1
    assert desk.case(other).service == "ktp-el"
    assert wall_time(desk.now).date() == date(2026, 3, 12)


def test_the_letter_to_the_bank_asks_for_what_a_bank_does(desk: CardDesk) -> None:
    sent = desk.send(desk.register(1))
    letter = papers.covering_letter(desk.journal.db, sent, desk.who("sari"), desk.now)
    assert letter.closing[0].startswith("Mohon berkas diterima dan rekening dibuka. Hasil")


def test_what_became_of_an_owed_card_is_told_once(desk: CardDesk) -> None:
    """PR/046: a withdrawn card that is still out came back or was reported lost; nothing else, and no second time."""
    [(_, owed), (_, gone), (_, valid)] = desk.with_card(1, 2, 3)
    for card in (owed, gone):
        service.withdraw_cards(
            desk.journal,
            desk.who("budi"),
            codes=[card.code],
            why="left",
            given_back="owed",
            now=desk.now,
            note="Diminta lewat surat",
        )

    def tell(card: StudentCard, given_back: str, note: str = "", by: str = "budi") -> None:
        service.return_card(desk.journal, desk.who(by), code=card.code, given_back=given_back, now=desk.now, note=note)

    for wrong in ("owed", "", "kept"):
        with pytest.raises(Problem) as refused:
            tell(owed, wrong)
        assert list(refused.value.fields) == ["given_back"]
    with pytest.raises(Problem, match="tidak sedang ditunggu"):
        tell(valid, "returned")
    with pytest.raises(Problem, match="bukan wewenang"):
        tell(owed, "returned", by="sari")
    tell(owed, "returned")
    with pytest.raises(Problem) as refused:
        tell(gone, "lost", note="Tercecer di pasar " + "x" * 283)
    assert list(refused.value.fields) == ["note"], "nothing that was typed is cut off"
    tell(gone, "lost", note="  Tercecer di pasar " + "x" * 282)
    held = queries.find_card(desk.journal.db, owed.code)
    assert (held.given_back, held.note) == ("returned", "Diminta lewat surat"), "an empty note leaves the one before"
    lost = queries.find_card(desk.journal.db, gone.code)
    assert (lost.given_back, lost.note[:17], len(lost.note)) == ("lost", "Tercecer di pasar", 300)
    for card in (owed, gone):
        with pytest.raises(Problem, match="tidak sedang ditunggu"):
            tell(card, "returned")


def test_a_withdrawal_says_why_and_where_the_card_is(desk: CardDesk) -> None:
    [(_, card)] = desk.with_card(1)

    def wrong(**changed: object) -> list[str]:
        said = {"codes": [card.code], "why": "moved", "given_back": "returned", "note": "", "now": desk.now} | changed
        with pytest.raises(Problem) as refused:
            service.withdraw_cards(desk.journal, desk.who("budi"), **said)  # type: ignore[arg-type]
        return sorted(refused.value.fields)

    assert wrong(why="misprint") == ["why"], "a misprint is told at the printing"
    assert wrong(given_back="") == ["given_back"]
    assert wrong(codes=[]) == ["codes"]
    assert wrong(codes=[card.code] * 5001) == ["codes"]
    assert wrong(note="x" * 301) == ["note"]
    for why in ("graduated", "moved", "left", "lost", "damaged"):
        with desk.journal.db.atomic() as undone:
            service.withdraw_cards(
                desk.journal,
                desk.who("budi"),
                codes=[card.code],
                why=why,
                given_back="owed",
                now=desk.now,
                note="x" * 300,
            )
            assert queries.find_card(desk.journal.db, card.code).withdrawn_why == why
            undone.rollback()


def test_a_socialisation_that_runs_stands_among_what_is_due(desk: CardDesk) -> None:
    """Row 1 of PR/046 has ten minutes: it is told to who may look, and opened by who may act once it is over."""
    session = service.begin_session(desk.journal, desk.who("sari"), intake="2026", definition=PR046, now=desk.now)
    [running] = queries.due_items(desk.journal.db, desk.who("sari"), desk.now)
    assert (running.title, running.limit) == ("Sosialisasi angkatan 2026", "Waktu baku sosialisasi")
    assert (running.endpoint, running.values) == ("student_cards.show_intake", {"angkatan": "2026"})
    assert running.subject == "", "nothing to say before it is over"
    assert queries.due_items(desk.journal.db, desk.who("desi"), desk.now) == []
    desk.later(minutes=11)
    [over] = queries.due_items(desk.journal.db, desk.who("sari"), desk.now)
    assert over.subject == f"intake/{session}"
    desk.later(minutes=4)
    service.end_session(desk.journal, desk.who("sari"), session_id=session, attended=40, now=desk.now)
    assert queries.due_items(desk.journal.db, desk.who("sari"), desk.now) == []
    [held] = queries.list_sessions(desk.journal.db, "2026")
    assert queries.session_minutes(held) == 15


def test_who_came_to_a_socialisation_is_a_number_up_to_five_thousand(desk: CardDesk) -> None:
    def end(attended: int, note: str = "") -> None:
        service.end_session(
            desk.journal, desk.who("sari"), session_id=session, attended=attended, now=desk.now, note=note
        )

    session = service.begin_session(desk.journal, desk.who("sari"), intake="2026", definition=PR046, now=desk.now)
    with pytest.raises(Problem, match="sedang berlangsung"):
        service.begin_session(desk.journal, desk.who("sari"), intake="2026", definition=PR046, now=desk.now)
    for attended in (0, 5001):
        with pytest.raises(Problem) as refused:
            end(attended)
        assert list(refused.value.fields) == ["attended"]
    with pytest.raises(Problem) as long:
        end(1, "x" * 301)
    assert list(long.value.fields) == ["note"]
    end(5000, "x" * 300)
    with pytest.raises(Problem, match="sudah diakhiri"):
        end(1)
    again = service.begin_session(desk.journal, desk.who("sari"), intake="2026", definition=PR046, now=desk.now)
    assert again != session


def test_cards_are_drawn_for_a_hundred_at_most_and_only_where_they_are_made(desk: CardDesk) -> None:
    [(case_id, card)] = desk.with_card(1)

    def draw(*case_ids: int, by: str = "sari") -> list[StudentCard]:
        return service.draw_cards(desk.journal, desk.who(by), case_ids=case_ids, now=desk.now)

    for ids in ((), (case_id,) * 101):
        with pytest.raises(Problem) as refused:
            draw(*ids)
        assert refused.value.fields == {"case_ids": "Centang 1 sampai 100 mahasiswa."}
    assert len(draw(*(case_id,) * 100)) == 100
    assert [one.code for one in draw(case_id)] == [card.code], "who has a card keeps it"
    with pytest.raises(Problem, match="Berkas itu"):
        draw(case_id + 99)
    with pytest.raises(Problem, match="Berkas itu"):
        draw(Desk(desk.journal, desk.now).open())
    with pytest.raises(Problem, match="belum atau tidak lagi pada pembuatan"):
        draw(desk.register(2))
    with pytest.raises(Problem, match="bukan wewenang"):
        draw(case_id, by="desi")
    with pytest.raises(Problem, match="Cetak dulu kartunya"):
        service.make_cards(desk.journal, desk.who("sari"), case_ids=[case_id], now=desk.now)


def test_many_cases_are_completed_together_or_none_and_the_first_in_the_way_is_named(desk: CardDesk) -> None:
    ready, early = desk.register(1), desk.open(2)
    number = desk.case(early).number

    def complete(*case_ids: int) -> int:
        return service.complete_cases(
            desk.journal, desk.who("sari"), case_ids=case_ids, outcome="registered", now=desk.now
        )

    with pytest.raises(Problem) as refused:
        complete(early, ready)
    assert refused.value.sentence.count(number) == 1, "named once, also where the sentence names it already"
    named = service.named_problem(Problem.of("conflict", why="Belum lengkap."), number)
    assert named.sentence == f"Berkas {number}: Belum lengkap."
    assert service.named_problem(Problem.of("conflict", why=f"{number} tutup."), number).sentence == f"{number} tutup."
    assert service.named_problem(Problem.of("invalid", {"why": "Isi alasan."}), "").sentence == "Isi alasan."
    for ids in ((), (ready,) * 101):
        with pytest.raises(Problem) as many:
            complete(*ids)
        assert list(many.value.fields) == ["case_ids"]


def test_the_report_of_an_intake_counts_every_standard_time(desk: CardDesk) -> None:
    """A student who waits longer than ten working minutes at the counter stands as late."""
    desk.open(1)
    desk.later(minutes=11)
    before = {clock.label: (clock.kept, clock.late, clock.running) for clock in _clocks(desk)}
    assert before["Pendaftaran di loket"] == (0, 1, 1)
    assert before["Membuat KTM"] == (0, 0, 0), "nobody is there yet"
    assert before["Pembagian KTM"] == (0, 0, 0)


def _clocks(desk: CardDesk) -> list[queries.ClockFigure]:
    return list(queries.intake_report(desk.journal.db, PR046, "2026", 0, desk.now).clocks)


def test_a_lost_card_is_not_replaced_by_one_that_was_withdrawn_as_damaged(desk: CardDesk) -> None:
    [(case_id, card)] = desk.with_card(1)
    products.hand_card_over(
        desk.journal, desk.who("sari"), case_id=case_id, receiver="Alya", relation="self", now=desk.now
    )
    desk.withdraw(card.code, why="damaged")
    again = desk.open(1, kind="lost", why="Tercecer di angkutan")
    desk.check(again)
    desk.photo(again)
    with pytest.raises(Problem, match="Belum ada KTM mahasiswa ini yang dicabut karena hilang"):
        desk.advance(again, "registered_again")


def test_an_account_that_reads_otherwise_than_its_mask_is_in_doubt(desk: CardDesk) -> None:
    ids = [desk.register(n) for n in (1, 2)]
    desk.send(*ids)
    own = desk.sealer()
    for ordinal, (text, mask) in enumerate((("99000000A123", "•••123"), (account(2), "•••999")), 1):
        hear(desk, ordinal, SealedValue(own.seal(text).sealed, mask), "A" * 19 + str(ordinal))
    for case_id in ids:
        with pytest.raises(Problem, match="tidak terbaca sebagai nomor"):
            desk.complete(case_id)
