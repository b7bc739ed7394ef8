"""Pledges, the notice board, the public version, and the way to the regency."""

import json
import re
from datetime import date, timedelta

import apsw
import pytest
from flask import Flask

from app.core.problems import Problem
from app.platform.office import service as office
from app.quality.quarter import service
from app.quality.quarter.figures import canonical_text, text_digest
from app.quality.quarter.frame import public_version
from app.quality.quarter.queries import postings_of, recap_on_board
from app.quality.quarter.recount import count_again
from app.quality.quarter.year_papers import year_figures
from tests.platform.people import Browser, Clock
from tests.quality.quarter.recaps import LATER, Q1, Q2, approve, figures, go
from tests.services.complaints.desk import BookDesk


def test_the_board_wants_approval_and_a_pledge_in_service_and_schema(drafted: BookDesk) -> None:
    book, j, now = drafted, drafted.journal, drafted.clock()

    def post() -> None:
        service.post_recap(j, book.who("ida"), quarter=Q1, on=LATER, until=date(2026, 7, 1), place="Loket", now=now)

    def insert() -> None:
        with j.db.writing(), j.db.applying():
            j.db.run(
                "INSERT INTO posting (id, quarter, posted_on, until_on, place, actor) "
                " VALUES (9, '2026-Q1', '2026-04-02',"
                " '2026-07-01', 'x', 'ida')"
            )

    with pytest.raises(Problem, match="disetujui"):
        post()
    with pytest.raises(apsw.ConstraintError):
        insert()
    service.mark_checked(j, book.who("ratna"), quarter=Q1, read_public=True, now=now)
    service.approve_recap(j, book.who("camat"), quarter=Q1, now=now)
    with pytest.raises(Problem, match="janji"):
        service.load_ready_recap(j.db, Q1)
    with pytest.raises(apsw.ConstraintError):
        insert()
    service.give_pledge(j, book.who("camat"), quarter=Q1, what="Kipas", who="Wiji", by_on=LATER, now=now)
    post()
    assert service.load_recap(j.db, Q1).state == "published"
    assert recap_on_board(j.db, date(2026, 5, 1)) is not None
    hangs = [recap_on_board(j.db, day) is not None for day in (LATER, date(2026, 7, 1))]
    assert (recap_on_board(j.db, LATER - timedelta(days=1)), hangs, recap_on_board(j.db, date(2026, 7, 2))) == (
        None,
        [True, True],
        None,
    ), "from its first day to its last"
    assert [posting.place for posting in postings_of(j.db, Q1)] == ["Loket"]
    assert postings_of(j.db, Q1.before) == []
    with pytest.raises(Problem, match="diumumkan"):
        service.give_pledge(j, book.who("camat"), quarter=Q1, what="Lagi", who="Wiji", by_on=LATER, now=now)


def test_pledges_are_followed_into_the_next_recap(approved: BookDesk) -> None:
    book, j = approved, approved.journal
    now = book.clock()
    late, never = (
        service.give_pledge(j, book.who("camat"), quarter=Q1, what=what, who="Kasi", by_on=date(2026, 5, 4), now=now)
        for what in ("Terlambat", "Tidak jadi")
    )
    go(book, date(2026, 5, 4))
    service.keep_pledge(j, book.who("ida"), pledge_id=1, kept=True, note="", now=book.clock())
    with pytest.raises(Problem, match="sudah ditepati"):
        service.keep_pledge(j, book.who("ida"), pledge_id=1, kept=True, note="", now=book.clock())
    with pytest.raises(Problem) as silent:
        service.keep_pledge(j, book.who("ida"), pledge_id=never, kept=False, note=" ", now=book.clock())
    assert "note" in silent.value.fields
    service.keep_pledge(j, book.who("ida"), pledge_id=never, kept=False, note="Anggaran ditunda", now=book.clock())
    go(book, date(2026, 6, 1))
    service.keep_pledge(j, book.who("ida"), pledge_id=late, kept=True, note="", now=book.clock())
    go(book, date(2026, 7, 2))
    assert {pledge.what: pledge.state for pledge in figures(book, Q2).pledges} == {
        "Kipas diganti": "kept",
        "Terlambat": "late",
        "Tidak jadi": "broken",
    }


def test_the_public_version_names_no_person_and_travels_only_when_wanted(approved: BookDesk, clock: Clock) -> None:
    book, j = approved, approved.journal
    recap = service.load_recap(j.db, Q1)
    shown = public_version(j.db, recap)
    assert all(not capa.person for capa in shown.capas)
    assert "hidden" not in canonical_text(public_version(j.db, recap))
    assert shown.pledges[0].what == "Kipas diganti"

    def sent() -> list[str]:
        return [
            kind for (kind,) in j.db.run("SELECT kind FROM journal WHERE stream = 'dukcapil' AND kind LIKE 'recap%'")
        ]

    service.post_recap(j, book.who("ida"), quarter=Q1, on=LATER, until=LATER, place="Loket", now=book.clock())
    assert sent() == []
    office.change_setting(j, book.who("ratna"), key="recap.to_regency", value=True, now=book.clock())
    for place in ("Pendopo", "Balai desa"):
        service.post_recap(j, book.who("ida"), quarter=Q1, on=LATER, until=LATER, place=place, now=book.clock())
    assert sent() == ["recap.published"]
    assert service.load_recap(j.db, Q1).regency_on == "2026-04-02"
    body = j.about("recap/2026-Q1")[-2].body
    told = json.loads(body.public)
    assert body.digest == text_digest(body.public)
    assert (told["office"], told["number"]) == ("350899", recap.number)


def test_a_second_opinion_word_is_left_out_without_being_kept(book: BookDesk) -> None:
    book.write("Gantarwo mengambil giliran saya.")
    go(book, LATER)
    service.draft_recap(book.journal, book.who("ida"), quarter=Q1, now=book.clock())
    assert "Gantarwo" in service.figures_of_recap(service.load_recap(book.journal.db, Q1)).lines[0].gist
    service.return_recap(book.journal, book.who("ratna"), quarter=Q1, note="Masih ada nama", now=book.clock())
    service.draft_recap(book.journal, book.who("ida"), quarter=Q1, now=book.clock(), hide=["gantarwo"])
    recap = service.load_recap(book.journal.db, Q1)
    assert "ukirmanto" not in recap.figures
    assert service.figures_of_recap(recap).lines[0].gist == "[nama] mengambil giliran saya."
    assert count_again(book.journal, Q1).found == []


def test_board_and_screen_say_what_became_of_a_pledge_and_the_frozen_recap_does_not(
    approved: BookDesk, kiosk: Flask, web: Flask
) -> None:
    book, j = approved, approved.journal
    ida = book.who("ida")
    service.give_pledge(
        j,
        book.who("camat"),
        quarter=Q1,
        what="Kursi ditambah",
        who="Sekretaris",
        by_on=date(2026, 5, 4),
        now=book.clock(),
    )
    service.post_recap(j, ida, quarter=Q1, on=LATER, until=date(2026, 7, 1), place="Loket", now=book.clock())
    recap = service.load_recap(j.db, Q1)
    frozen = (recap.figures, recap.frame, canonical_text(public_version(j.db, recap)))

    def said() -> list[str]:
        pages = [kiosk.test_client().get("/papan"), Browser(web, "ida").get("/papan-pengumuman")]
        screen, board = (
            re.findall(r'<b><span class="nowrap">(.*?)</b></li>', page.get_data(as_text=True)) for page in pages
        )
        assert screen == board
        return [one.replace("</span>", "") for one in screen if one != "</span>"]

    assert said() == ["Paling lambat 4 Mei 2026"] * 2
    go(book, date(2026, 5, 3))
    service.keep_pledge(j, book.who("ida"), pledge_id=1, kept=True, note="", now=book.clock())
    go(book, date(2026, 5, 4))
    assert said() == ["Ditepati 3 Mei 2026", "Paling lambat 4 Mei 2026"]
    go(book, date(2026, 5, 5))
    assert said() == ["Ditepati 3 Mei 2026", "Paling lambat 4 Mei 2026, belum ditepati, lewat 1 hari kerja"]
    service.withdraw_pledge(j, book.who("ratna"), pledge_id=2, reason="Anggaran", now=book.clock())
    assert said() == ["Ditepati 3 Mei 2026"]
    again = service.load_recap(j.db, Q1)
    assert (again.figures, again.frame) == frozen[:2]
    assert "2026-05-03" not in canonical_text(public_version(j.db, again))


def test_a_recap_hangs_from_today_at_the_latest_and_ends_after_it_began(drafted: BookDesk) -> None:
    approve(drafted)
    ida, now = drafted.who("ida"), drafted.clock()
    tomorrow, before = LATER + timedelta(days=1), LATER - timedelta(days=1)
    for on, until in ((tomorrow, tomorrow), (LATER, before)):
        with pytest.raises(Problem) as refused:
            service.post_recap(drafted.journal, ida, quarter=Q1, on=on, until=until, place="Loket", now=now)
        assert list(refused.value.fields) == ["until"]
    service.post_recap(drafted.journal, ida, quarter=Q1, on=LATER, until=LATER, place="Loket", now=now)


def test_a_draft_that_was_altered_in_the_database_is_not_approved(drafted: BookDesk) -> None:
    db, now = drafted.journal.db, drafted.clock()
    service.mark_checked(drafted.journal, drafted.who("ratna"), quarter=Q1, read_public=True, now=now)
    with db.writing(), db.applying():
        db.run("UPDATE recap SET figures = replace(figures, '1', '2') WHERE quarter = '2026-Q1'")
    with pytest.raises(Problem, match="kode pengamannya"):
        service.approve_recap(drafted.journal, drafted.who("camat"), quarter=Q1, now=now)


def test_a_year_counts_recaps_as_they_were_approved_by_a_moment(drafted: BookDesk) -> None:
    approve(drafted)
    db, at = drafted.journal.db, service.load_recap(drafted.journal.db, Q1).approved_at
    assert at
    for cut, known in (("9", True), (at, True), ("2026-04-01", False)):
        assert [figures is not None for figures in year_figures(db, 2026, cut)] == [known, False, False, False], cut
