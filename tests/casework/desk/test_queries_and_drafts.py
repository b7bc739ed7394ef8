"""Lists, search, register, story, drafts."""

from datetime import date, timedelta

import pytest

from app.casework.desk import drafts, opening, queries, register_book, service, story, tasks
from app.casework.desk.opening import Opened
from app.casework.desk.print_events import PaperPrinted
from app.core import codes
from app.core.permissions import Actor
from app.core.problems import Problem
from sync.journal import Journal
from tests.casework.desk.papers import ALL_ITEMS, RED, application, open_anew, open_many, other
from tests.platform.people import MUNDER, START, actor_of

NAMES = {"sari": "Sari Wulandari", "budi": "Budi Santoso"}


def test_the_list_goes_on_below_an_id_without_gap_or_double(journal: Journal, sari: Actor) -> None:
    made = [one.id for one in open_many(journal, sari, 7)]
    seen: list[int] = []
    before = None
    for _ in range(9):
        page = queries.latest_cases(journal.db, sari, before=before, size=3)
        seen += [row.id for row in page.rows]
        before = page.before
        if before is None:
            break
    assert seen == made[::-1]


def test_search_knows_number_code_nik_and_beginnings_of_names(journal: Journal, sari: Actor, opened: Opened) -> None:
    open_many(journal, sari, 3)
    spaced = "3508 9944 0209 0008"
    for text in (
        opened.number,
        opened.number.lower(),
        opened.code,
        opened.code[:4] + "-" + opened.code[4:],
        spaced,
        "ani rahma",
    ):
        assert [row.id for row in queries.search_cases(journal.db, sari, text)] == [opened.id], text
    for text in ("", "   ", "*", '"', "NEAR(", "a" * 5000, "tidak ada"):
        assert queries.search_cases(journal.db, sari, text) == []


def test_the_register_is_by_month_of_receipt(journal: Journal, sari: Actor, opened: Opened) -> None:
    february = open_anew(
        journal, sari, raw=other(2), ticked={}, received_on=date(2026, 2, 28), late_reason="listrik padam"
    )
    march = register_book.register_lines(journal.db, sari, "ktp-el", date(2026, 3, 1))
    assert [line.row.id for line in march] == [opened.id]
    earlier = register_book.register_lines(journal.db, sari, "ktp-el", date(2026, 2, 1))
    assert [line.row.id for line in earlier] == [february.id]
    cells = march[0].cells()
    assert (cells[1], cells[4], cells[10]) == (date(2026, 3, 12), "350899******0008", "Menunggu validasi")
    assert dict(register_book.register_totals(march, START.date()))["Diterima"] == 1
    assert register_book.register_lines(journal.db, sari, "ktp-el", date(2026, 1, 1)) == []


def test_the_story_says_where_what_next_and_why(journal: Journal, sari: Actor, opened: Opened) -> None:
    service.check_case(
        journal,
        sari,
        case_id=opened.id,
        states=dict.fromkeys(ALL_ITEMS, ("present", "")),
        seen=RED,
        outcome="complete",
        now=START,
    )
    case = service.case_by_id(journal.db, opened.id)
    assert case is not None
    told = story.case_story(journal.db, case, START.date() + timedelta(days=4), NAMES)
    assert told.promise.note == "Hari kerja ke-2 dari 12."
    assert "Anisa Rahmawati" in told.say
    assert "Selasa, 7 April 2026" in told.say
    assert [day.number for day in told.days if day.number][-1] == 12
    assert [line.title for line in told.lines if line.here] == ["Menunggu perekaman"]
    assert next(line.title for line in told.lines if line.later) == "Mengirim berkas ke Kantor Dispenduk Capil"
    late = story.case_story(journal.db, case, date(2026, 4, 9), NAMES)
    assert (late.promise.kind, late.promise.word) == ("bad", "Lewat 2 hari kerja")


def test_a_detour_leads_back_into_the_main_line(journal: Journal, sari: Actor, opened: Opened) -> None:
    service.check_case(
        journal,
        sari,
        case_id=opened.id,
        states=dict.fromkeys(ALL_ITEMS, ("present", "")),
        seen=RED,
        outcome="returned",
        note="KK buram",
        now=START,
    )
    case = service.case_by_id(journal.db, opened.id)
    assert case is not None
    told = story.case_story(journal.db, case, START.date(), NAMES)
    assert "KK buram" in told.say
    assert next(line.title for line in told.lines if line.later) == "Memvalidasi data pemohon"
    assert told.promise.date_text == "Belum ada"


def test_a_draft_keeps_each_field_and_is_its_authors_alone(journal: Journal, sari: Actor, budi: Actor) -> None:
    draft = drafts.start_draft(journal.db, sari, service="ktp-el", now=START)
    drafts.save_draft(journal.db, sari, draft, {"full_name": "Anisa"}, START)
    assert drafts.save_draft(journal.db, sari, draft, {"kk": "35"}, START) == {"full_name": "Anisa", "kk": "35"}
    with pytest.raises(Problem) as told:
        drafts.get_draft(journal.db, budi, draft)
    assert told.value.status == 404
    with pytest.raises(Problem) as long:
        drafts.save_draft(journal.db, sari, draft, {"full_name": "x" * 4001}, START)
    assert long.value.status == 413
    assert drafts.draft_fields(drafts.get_draft(journal.db, sari, draft))["full_name"] == "Anisa"


def test_a_village_shares_its_drafts_and_old_ones_go(journal: Journal, desi: Actor) -> None:
    draft = drafts.start_draft(journal.db, desi, service="ktp-el", now=START)
    colleague = Actor(77, "Rini", "rini", frozenset({"village"}), MUNDER)
    assert drafts.get_draft(journal.db, colleague, draft).id == draft
    assert drafts.sweep_drafts(journal.db, START + timedelta(days=29)) == 0
    assert drafts.sweep_drafts(journal.db, START + timedelta(days=31)) == 1
    assert drafts.own_drafts(journal.db, desi) == []


def test_beginning_twice_goes_on_with_the_same_draft(journal: Journal, sari: Actor) -> None:
    first = drafts.resume_draft(journal.db, sari, service="ktp-el", now=START, fields={"nik": application()["nik"]})
    again = drafts.resume_draft(journal.db, sari, service="ktp-el", now=START, fields={"nik": application()["nik"]})
    empty = drafts.resume_draft(journal.db, sari, service="ktp-el", now=START, fields={"nik": ""})
    assert first == again != empty
    assert drafts.resume_draft(journal.db, sari, service="ktp-el", now=START, fields={"nik": ""}) == empty


def test_reserved_forms_are_found_by_code_or_number(journal: Journal, sari: Actor, desi: Actor) -> None:
    form_codes = service.reserve_forms(journal, sari, service="ktp-el", count=2, area=MUNDER, now=START)
    assert queries.find_reserved_form(journal.db, form_codes[0].lower()).number == "0001/KTP/2026"
    assert queries.find_reserved_form(journal.db, "0002/ktp/2026").code == form_codes[1]
    printed = f"0002/KTP/2026-{codes.check_character('0002KTP2026')}"
    assert queries.find_reserved_form(journal.db, printed).code == form_codes[1], "as it stands on the sheet"
    for wrong in (f"{printed[:-1]}{'B' if printed.endswith('A') else 'A'}", "", " "):
        with pytest.raises(Problem):
            queries.find_reserved_form(journal.db, wrong)
    assert [one.code for one in queries.reserved_batch(journal.db, desi, form_codes[1])] == form_codes
    with pytest.raises(Problem) as told:
        queries.find_reserved_form(journal.db, "9999/KTP/2026")
    assert "kode" in told.value.fields
    with pytest.raises(Problem):
        queries.reserved_batch(journal.db, Actor(8, "W", "wati", frozenset({"village"}), "3508992007"), form_codes[0])


def test_fresh_codes_are_all_different_and_free(
    journal: Journal, sari: Actor, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn are one of a case, one of a blank form and one of two twice, before two that are free."""
    [reserved] = service.reserve_forms(journal, sari, service="ktp-el", count=1, area=MUNDER, now=START)
    drawn = iter([opened.code, reserved, "FREE0001", "FREE0001", "FREE0002"])
    monkeypatch.setattr(codes, "new_code", lambda: next(drawn))
    assert sorted(opening.unused_codes(journal.db, 2)) == ["FREE0001", "FREE0002"]
    assert list(drawn) == []


def test_more_codes_than_one_statement_asks_for(journal: Journal) -> None:
    fresh = opening.unused_codes(journal.db, 2 * opening.AT_ONCE + 1)
    assert len(fresh) == len(set(fresh)) == 2 * opening.AT_ONCE + 1


def test_prints_are_counted_and_a_spoiled_one_is_not(journal: Journal, sari: Actor) -> None:
    subject = "case/1"
    assert service.record_print(journal, sari, subject=subject, paper="receipt", now=START) == 1
    service.judge_print(journal, sari, subject=subject, paper="receipt", came_out=False, now=START)
    assert service.record_print(journal, sari, subject=subject, paper="receipt", now=START) == 1
    service.judge_print(journal, sari, subject=subject, paper="receipt", came_out=True, now=START)
    assert service.next_copy_number(journal.db, subject, "receipt", "") == 2


def test_a_paper_is_a_copy_only_when_this_content_was_printed_before(journal: Journal, sari: Actor) -> None:
    """Prints from before contents were kept count for whatever the next print says, and for it alone."""
    subject, paper = "register/ktp-el/2026-03", "register"

    def printed(content: str, right: bool = True) -> int:
        copy = service.record_print(journal, sari, subject=subject, paper=paper, content=content, now=START)
        service.judge_print(journal, sari, subject=subject, paper=paper, came_out=right, now=START)
        return copy

    with journal.transaction():
        journal.record(PaperPrinted(subject, paper, 1), subject=subject, actor="sari", at=START)
    assert [printed("march"), printed("march"), printed("march and one more")] == [2, 3, 1]
    assert [printed("march"), printed("march and one more", right=False), printed("march and one more")] == [4, 2, 2]
    assert service.next_copy_number(journal.db, subject, paper, "april") == 1


def test_a_draft_is_read_by_its_author_and_in_its_own_village(journal: Journal, sari: Actor, budi: Actor) -> None:
    desi, wati = (actor_of(journal.db, name, START.date()) for name in ("desi", "wati"))
    of_munder = drafts.start_draft(journal.db, desi, service="ktp-el", now=START, fields={"full_name": "Anisa"})
    of_counter = drafts.start_draft(journal.db, sari, service="ktp-el", now=START, fields={"full_name": "Tumini"})
    for draft, reader, seen in (
        (of_munder, desi, True),
        (of_munder, wati, False),
        (of_munder, sari, False),
        (of_counter, sari, True),
        (of_counter, budi, False),
        (of_counter, wati, False),
    ):
        if seen:
            assert drafts.get_draft(journal.db, reader, draft).id == draft
        else:
            with pytest.raises(Problem, match="Draf itu"):
                drafts.get_draft(journal.db, reader, draft)


def test_a_draft_waits_with_what_is_typed_of_it(journal: Journal, sari: Actor) -> None:
    typed = {"full_name": "Tumini", "village": MUNDER, "nik": "3508994402090008"}
    for fields in ({}, typed):
        drafts.start_draft(journal.db, sari, service="ktp-el", now=START, fields=fields)
    found = {task.title: (task.area, task.main_key, task.values) for task in tasks.draft_tasks(journal.db, sari, START)}
    assert found == {
        "Belum bernama": (None, "", {"draft_id": 1}),
        "Tumini": (MUNDER, "3508994402090008", {"draft_id": 2}),
    }


def test_the_newest_open_drafts_wait_at_ones_own_desk_and_in_ones_own_village(journal: Journal, sari: Actor) -> None:
    """Not those of others, of forms of another kind, or that became cases."""
    desi, wati = (actor_of(journal.db, name, START.date()) for name in ("desi", "wati"))

    def begin(actor: Actor, service: str = "ktp-el", after: int = 0) -> int:
        return drafts.start_draft(journal.db, actor, service=service, now=START + timedelta(minutes=after))

    begin(sari, drafts.LINE)
    mine = [begin(sari, after=minute) for minute in range(52)]
    case = open_anew(journal, sari)
    journal.db.run("UPDATE draft SET case_id = ? WHERE id = ?", (case.id, mine[51]))
    of_munder = begin(desi)
    colleague = Actor(77, "Rini", "rini", frozenset({"village"}), MUNDER)
    waiting = {actor.username: [draft.id for draft in drafts.own_drafts(journal.db, actor)] for actor in (sari, wati)}
    assert waiting == {"sari": mine[50:0:-1], "wati": []}
    assert [draft.id for actor in (desi, colleague) for draft in drafts.own_drafts(journal.db, actor)] == [
        of_munder
    ] * 2
