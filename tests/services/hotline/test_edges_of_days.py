"""How long articles and decrees of the hotline are valid, and what its analysis counts."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.core.problems import Problem
from app.core.workdays import wall_time
from app.services.hotline import articles, papers, queries, reports, tasks, team
from app.services.hotline.articles import Draft
from sync.journal import Journal
from tests.platform.people import START, Browser, Clock
from tests.services.hotline.desk import NUMBER, HotlineDesk
from tests.services.hotline.staff import draft_team, enact_team, offer, person
from tests.world.sheets import Book

# -- articles ----------------------------------------------------------------------------------------------------------


def draft(since: date, until: date, **changed: Any) -> Draft:
    said: dict[str, Any] = {"question": "Biaya KTM", "answer": "Gratis.", "field": "general", "owner": "budi"}
    return Draft(**(said | changed), valid_from=since, valid_until=until)


def test_an_article_is_valid_from_its_first_to_its_last_day_and_at_most_three_years(
    journal: Journal, clock: Clock
) -> None:
    today = clock().date()
    key = offer(journal, "Biaya KTM", "Gratis.", since=today, until=today + timedelta(days=2))
    [one] = articles.list_articles(journal.db)
    found = {n: articles.state_of(one, today + timedelta(days=n)) for n in (-1, 0, 2, 3)}
    assert found == {-1: "later", 0: "valid", 2: "valid", 3: "over"}
    offered = {n: bool(articles.offered_articles(journal.db, today + timedelta(days=n), article_id=key)) for n in found}
    assert offered == {-1: False, 0: True, 2: True, 3: False}
    most = today + timedelta(days=3 * 366)
    for since, until, wrong in (
        (today, most, False),
        (today, most + timedelta(days=1), True),
        (today, today, False),
        (today + timedelta(days=1), today, True),
    ):
        try:
            articles.check_validity(draft(since, until))
        except Problem as problem:
            assert list(problem.fields) == ["valid_until"]  # noqa: PT017
            assert wrong
        else:
            assert not wrong


def test_a_search_looks_at_what_a_question_says_and_gives_eight_at_most(journal: Journal, clock: Clock) -> None:
    today = clock().date()
    for n in range(9):
        offer(journal, f"Biaya kartu nomor {n}", "Gratis.")
    assert len(articles.search_articles(journal.db, "berapa biaya", today)) == 8
    for nothing in ("berapa yang ada", "b", "", "?!"):
        assert articles.search_articles(journal.db, nothing, today) == [], nothing
    assert [article.question for article in articles.search_articles(journal.db, "nomor 7 kartu 7", today)][:1]
    far = "apa " * 100 + "biaya"
    assert articles.search_articles(journal.db, far, today) == [], "three hundred letters of a question are read"


def test_what_waits_or_ends_first_stands_at_the_top(journal: Journal, clock: Clock) -> None:
    today, ida = clock().date(), person(journal, "ida")
    late = offer(journal, "Lama", "Ya.", until=date(2026, 12, 1))
    soon = offer(journal, "Segera", "Ya.", until=date(2026, 4, 1))
    ended = offer(journal, "Dicabut", "Ya.", until=date(2026, 3, 20))
    articles.end_article(journal, ida, article_id=ended, reason="Aturan diganti", now=clock())
    waits = articles.write_article(journal, ida, draft=draft(today, date(2026, 12, 31)), now=clock())
    assert [article.article_id for article in articles.list_articles(journal.db)] == [waits, soon, late, ended]
    assert [articles.state_of(article, today) for article in articles.list_articles(journal.db)] == [
        "waiting",
        "valid",
        "valid",
        "ended",
    ]
    for wrong in ({"revision": 2}, {"revision": 0}):
        with pytest.raises(Problem) as refused:
            articles.approve_article(journal, person(journal, "budi"), article_id=waits, now=clock(), **wrong)
        assert refused.value.code == "state"
    with pytest.raises(Problem):
        articles.end_article(journal, ida, article_id=ended, reason="Lagi", now=clock())
    articles.approve_article(journal, person(journal, "budi"), article_id=waits, revision=1, now=clock())
    with pytest.raises(Problem):
        articles.approve_article(journal, person(journal, "budi"), article_id=waits, revision=1, now=clock())


def test_an_article_stands_on_the_desk_of_approvers_and_two_weeks_before_its_end_of_its_owner(
    journal: Journal, clock: Clock
) -> None:
    today, ida = clock().date(), person(journal, "ida")
    until = today + timedelta(days=20)
    offer(journal, "Biaya KTM", "Gratis.", until=until)

    def rows(name: str, days: int) -> list[tuple[str, str, str, date | None]]:
        at = clock() + timedelta(days=days)
        found = tasks.articles_to_look_at(journal.db, person(journal, name), at)
        return [(article.title, article.verb, article.act, article.due_on) for article in found]

    soon, over = "Artikel segera berakhir", "Artikel sudah berakhir"
    assert {n: rows("budi", n) for n in (5, 6, 20, 21)} == {
        5: [],
        6: [(soon, "Tinjau", "write", until)],
        20: [(soon, "Tinjau", "write", until)],
        21: [(over, "Tinjau", "write", until)],
    }
    assert rows("ida", 21) == rows("ratna", 21) == []
    articles.write_article(journal, ida, draft=draft(today, date(2026, 12, 31), owner="ida"), now=clock())
    waiting = [("Artikel menunggu persetujuan", "Baca", "approve", date(2026, 12, 31))]
    assert {name: rows(name, 0) for name in ("budi", "ratna", "camat", "ida", "sari")} == {
        "budi": waiting,
        "ratna": waiting,
        "camat": waiting,
        "ida": [],
        "sari": [],
    }


# -- the team ----------------------------------------------------------------------------------------------------------


def test_a_decree_runs_to_its_last_day_and_is_missed_thirty_days_before(journal: Journal, clock: Clock) -> None:
    [decree] = team.list_decrees(journal.db)
    last = date(2026, 12, 31)
    assert [team.state_of(decree, last + timedelta(days=n)) for n in (0, 1)] == ["enacted", "over"]

    def rows(name: str, on: date) -> list[tuple[str, str, str]]:
        at = clock().replace(year=on.year, month=on.month, day=on.day)
        found = tasks.papers_of_the_team(journal.db, person(journal, name), at)
        return [(paper.title, paper.verb, paper.act) for paper in found]

    new = [("SK Tim Hotline berakhir", "Siapkan SK baru", "write")]
    assert {days: rows("ratna", last - timedelta(days=days)) for days in (31, 30, -1)} == {31: [], 30: new, -1: new}
    assert (rows("camat", last), rows("ida", last)) == (new, [])
    assert team.why_not_in_team(journal.db, "ida", last) == ""
    assert "Belum ada SK" in team.why_not_in_team(journal.db, "ida", last + timedelta(days=1))
    assert "31 Desember 2026" in team.why_not_in_team(journal.db, "ida", last + timedelta(days=1))
    assert "bukan anggota" in team.why_not_in_team(journal.db, "sari", last)


def test_a_pact_waits_for_its_member_until_he_signs(journal: Journal, clock: Clock) -> None:
    decree = draft_team(journal, "ida", "bayu", until=date(2027, 1, 31))
    assert tasks.papers_of_the_team(journal.db, person(journal, "ida"), clock()) == [], "a draft asks for no pact"
    enact_team(journal, decree)
    [row] = tasks.papers_of_the_team(journal.db, person(journal, "ida"), clock())
    number = team.load_decree(journal.db, decree.id).number
    assert (row.title, row.detail, row.values) == (
        "Tandatangani pakta integritas",
        f"SK {number}",
        {"decree_id": decree.id},
    )
    assert (row.act, row.verb, row.endpoint) == ("approve", "Baca", "team.show_decree")
    team.sign_pact(journal, person(journal, "ida"), decree_id=decree.id, now=clock())
    assert tasks.papers_of_the_team(journal.db, person(journal, "ida"), clock()) == []
    with pytest.raises(Problem, match="sudah Anda tandatangani"):
        team.sign_pact(journal, person(journal, "ida"), decree_id=decree.id, now=clock())


@pytest.mark.parametrize(("days", "wrong"), [(-1, True), (0, False), (5 * 366, False), (5 * 366 + 1, True)])
def test_a_decree_ends_after_today_and_within_five_years(journal: Journal, days: int, wrong: bool) -> None:
    until = START.date() + timedelta(days=days)
    members = [("ida", "bachelor", "x" * 80)]
    given: dict[str, Any] = {"until_on": until, "members": members, "now": START}
    if wrong:
        with pytest.raises(Problem) as refused:
            team.draft_team(journal, person(journal, "ratna"), **given)
        assert list(refused.value.fields) == ["until_on"]
    else:
        assert team.draft_team(journal, person(journal, "ratna"), **given).until_on == str(until)


# -- reports -----------------------------------------------------------------------------------------------------------


def test_what_became_of_a_contact_is_one_of_five(hotline: HotlineDesk) -> None:
    def fate(case_id: int) -> str:
        return reports.fate_of(queries.get_contact(hotline.journal.db, case_id))

    told = hotline.call(question="Satu?").id
    hotline.go(told, "answered_desk", note="Ya.")
    waits = hotline.reported()
    assert (fate(told), fate(waits)) == ("desk", "open")
    hotline.go(waits, "instructed", by="budi", note="Sampaikan.")
    hotline.go(waits, "answered", note="Sudah.")
    assert fate(waits) == "instructed"


def test_words_are_counted_once_a_contact_and_thirty_are_told(hotline: HotlineDesk) -> None:
    said = [SimpleNamespace(question=one) for one in ("Biaya biaya KTM", "Biaya kartu", "apa itu yang di", "ok ab abc")]
    found = reports.topic_words(said)  # type: ignore[arg-type]  # only what was asked is read
    assert found == [("biaya", 2), ("abc", 1), ("kartu", 1), ("ktm", 1)]
    many = [SimpleNamespace(question=f"kata{chr(97 + n % 26)}{chr(97 + n // 26)}x") for n in range(31)]
    assert len(reports.topic_words(many)) == 30  # type: ignore[arg-type]  # only what was asked is read


def test_the_analysis_as_a_spreadsheet_has_fitting_heads_and_sums(
    hotline: HotlineDesk, web: Flask, clock: Clock
) -> None:
    for n in range(3):
        hotline.go(hotline.call(question=f"Biaya kartu {n}?").id, "answered_desk", note="Gratis.")
    got = Browser(web, "ida").post("/hotline/analisis/unduh")
    assert "analisis-hotline-2026-03-01-2026-03-12.xlsx" in got.headers["Content-Disposition"]
    book = Book(got.data)
    assert book.misfits() == []
    assert book.names == ["Kebutuhan", "Bidang", "Sarana", "Hasil", "Kata", "Waktu"]
    needs = book.rows("Kebutuhan")
    assert [row[5] for row in needs] == [f"Biaya kartu {n}?" for n in range(3)]
    assert {row[1].date() for row in needs} == {clock().date()}
    assert {row[6] for row in needs} == {"Terjawab dari desk information"}
    assert dict(row[:2] for row in book.rows("Hasil"))["Terjawab dari desk information"] == 3
    for name in ("Bidang", "Sarana", "Hasil"):
        last = book.rows(name)[-1]
        assert str(last[1]).startswith("=SUM("), name
    assert book.heads("Waktu") == ["Langkah", "Baku", "Jumlah", "Nilai tengah (detik)", "Dalam baku"]


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("", ("2026-03-01", "2026-03-12")),
        ("?dari=05032026&sampai=07032026", ("2026-03-05", "2026-03-07")),
        ("?dari=09032026&sampai=07032026", ("2026-03-07", "2026-03-07")),
        ("?dari=01012020&sampai=07032026", ("2025-03-06", "2026-03-07")),
        ("?sampai=07042026", ("2026-03-01", "2026-03-12")),
    ],
)
def test_an_analysis_looks_at_a_year_at_most_and_at_no_day_to_come(
    web: Flask, query: str, days: tuple[str, str]
) -> None:
    name = Browser(web, "ida").post(f"/hotline/analisis/unduh{query}").headers["Content-Disposition"]
    assert "analisis-hotline-{}-{}.xlsx".format(*days) in name


def test_the_day_of_a_report_goes_on_until_today(web: Flask, hotline: HotlineDesk) -> None:
    hotline.call()
    page = Browser(web, "ida").get("/hotline/laporan?tanggal=11032026").text
    assert "tanggal=2026-03-10" in page
    assert "tanggal=2026-03-12" in page
    assert "tanggal=2026-03-13" not in Browser(web, "ida").get("/hotline/laporan").text
    paper = papers.daily_paper(
        hotline.journal.db,
        reports.analyse(hotline.journal.db, hotline.clock().date(), hotline.clock().date()),
        hotline.who("ida"),
        hotline.clock(),
    )
    assert [row[0] for row in paper.rows] == [1]
    assert paper.rows[0][2] == f"{wall_time(hotline.clock()):%H.%M}"
    assert len(paper.columns) == len(paper.rows[0])
    assert paper.totals[0].value == 1
    assert (paper.columns[0].align, [column.width for column in paper.columns[:3]]) == ("right", [0, 0, 0])


def test_the_second_click_within_two_minutes_is_the_same_contact(hotline: HotlineDesk, clock: Clock) -> None:
    first = hotline.call().id
    clock.forward(minutes=2)
    assert hotline.call().id == first
    assert hotline.call(by="bayu").id != first
    clock.forward(seconds=1)
    assert hotline.call().id != first


def test_a_number_is_shown_on_request_and_the_look_is_logged(
    web: Flask, hotline: HotlineDesk, journal: Journal
) -> None:
    case_id, ida = hotline.call().id, Browser(web, "ida")

    def looks() -> list[Any]:
        return list(journal.db.run("SELECT action, subject FROM access_log WHERE action = 'case.reveal'"))

    assert NUMBER not in ida.get(f"/berkas/{case_id}").text
    assert looks() == []
    shown = ida.post(f"/hotline/kontak/{case_id}/nomor").text
    assert NUMBER in shown or "0812-0000-1234" in shown
    assert looks() == [("case.reveal", f"case/{case_id}")]
    assert ida.post("/hotline/kontak/999/nomor").status_code == 404
    assert len(looks()) == 1
