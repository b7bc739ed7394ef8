"""Where surveys begin and end: days of codes and months, texts of a file, what waits for whom, a vote step by step."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from app.casework.importing.file_formats import read_bytes
from app.core.periods import Period
from app.core.problems import Problem
from app.platform.office.queries import service_names
from app.quality.surveys import answer_files, answers, forms, queries, reports, tasks, votes
from app.quality.surveys.answer_files import read_answers
from app.quality.surveys.answers import Said, check_month, check_said
from app.quality.surveys.queries import Enough
from app.quality.surveys.reckoning import ElementResult, Result
from app.quality.surveys.tables import SurveyBox, SurveyCode, SurveyForm
from app.quality.surveys.views import results
from app.services.complaints.views.kiosk import BOARD_FRESH
from sync.journal import Journal
from tests.platform.people import Browser, Clock
from tests.quality.surveys.test_files import HEAD, SKM14, bring_in, why_refused
from tests.quality.surveys.test_forms import MONTH, TYPED, typing, who
from tests.quality.surveys.test_pages import PLAN, fill
from tests.quality.surveys.voting import GROUPS, Voter, case, give, vote
from tests.services.complaints.desk import Visit
from tests.world.sheets import Book

# -- days and months ---------------------------------------------------------------------------------------------------


def test_a_case_is_judged_to_its_last_day(journal: Journal, clock: Clock) -> None:
    """So many days after its end as the settings say (`survey.days`)."""
    db, one = journal.db, case(journal, 1)
    days = int(votes.settings.get_setting(db, queries.DAYS))
    last = date.fromisoformat(str(one.closed_on)) + timedelta(days=days)
    assert votes.last_day(db, one) == last
    open_one = case(journal, 9)
    assert (votes.last_day(db, open_one), votes.code_state(db, open_one, last)) == (None, "")
    late = last + timedelta(days=1)
    assert (votes.code_state(db, one, last), votes.code_state(db, one, late)) == ("possible", "")
    assert votes.give_code(db, one, late) == ""
    code = votes.give_code(db, one, last)
    assert votes.code_state(db, one, last) == "given"
    assert votes.find_code(db, code, last)[0] == code
    with pytest.raises(Problem, match="perlu diperbaiki") as over:
        votes.find_code(db, code, late)
    assert f"berlaku sampai {last.day}" in over.value.fields["code"]
    votes.cast_vote(db, code, Said("333333333", GROUPS), clock())
    assert votes.code_state(db, one, late) == "used"
    assert SurveyCode.rows(db)[0].until_on == ""


def test_five_votes_are_counted_together_or_those_of_a_month_that_is_over(journal: Journal, clock: Clock) -> None:
    for n in range(1, 5):
        vote(journal, n, clock())
    assert (votes.waiting_votes(journal.db), votes.count_votes(journal, clock())) == (4, 0)
    vote(journal, 5, clock())
    boxes = SurveyBox.rows(journal.db)
    assert {(box.service, box.month, len(box.ballot)) for box in boxes} == {("ktp-el", f"{clock():%Y-%m}", 32)}
    assert votes.count_votes(journal, clock()) == 5
    assert votes.count_votes(journal, clock()) == 0
    vote(journal, 6, clock())
    clock.at = clock.at.replace(day=1, month=clock.at.month + 1)
    assert votes.count_votes(journal, clock()) == 1


@pytest.mark.parametrize(
    ("month", "fine"),
    [
        ("2026-03", True),
        ("2026-04", False),
        ("2024-04", True),
        ("2024-03", False),
        ("2026-3", False),
        ("2026-13", False),
    ],
)
def test_a_month_lies_within_the_last_twenty_four(month: str, fine: bool) -> None:
    if fine:
        assert check_month(month, date(2026, 3, 31)) == month
    else:
        with pytest.raises(Problem) as refused:
            check_month(month, date(2026, 3, 31))
        assert list(refused.value.fields) == ["month"]


def test_pages_offer_the_months_and_periods_that_may_be_asked() -> None:
    months = results.offered_months(date(2026, 3, 12))
    assert (len(months), months[0], months[-1]) == (24, ("2026-03", "Maret 2026"), ("2024-04", "April 2024"))
    periods = [period.code for period in results.offered_periods(date(2026, 3, 12))]
    assert periods == [
        *("2026", "2025", "2026-S1", "2025-S2"),
        *("2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2", "2025-Q1"),
        *("2026-03", "2026-02", "2026-01", "2025-12", "2025-11", "2025-10"),
    ]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("25", "25.00"),
        ("100", "100.00"),
        (" 76,61 ", "76.61"),
        ("24,99", None),
        ("100,01", None),
        ("76,611", None),
        ("", None),
        ("NaN", None),
        ("Infinity", None),
    ],
)
def test_a_target_lies_on_the_scale_with_two_decimals(typed: str, stored: str | None) -> None:
    if stored:
        assert results.parse_target(typed) == stored
    else:
        with pytest.raises(Problem) as refused:
            results.parse_target(typed)
        assert list(refused.value.fields) == [queries.TARGET]


# -- answers -----------------------------------------------------------------------------------------------------------


def test_an_answer_has_a_mark_for_each_element_and_a_comment_of_five_hundred_letters() -> None:
    assert check_said(SKM14, Said("123412-41", GROUPS, "x" * 500)).given == 8
    for marks in ("12341234", "1234123412", "123412345", "12341234x"):
        with pytest.raises(Problem) as refused:
            check_said(SKM14, Said(marks))
        assert list(refused.value.fields) == ["marks"], marks
    with pytest.raises(Problem) as refused:
        check_said(SKM14, Said("1" * 9, {"sex": "other"}, "x" * 501))
    assert set(refused.value.fields) == {"sex", "comment"}
    assert check_said(SKM14, Said("1" * 9, {"sex": ""})).respondent == {}
    typed = answers.typed_said(SKM14, {"U1": " 2 ", "U3": "4"})
    assert typed.marks == "2-4------"
    with pytest.raises(Problem):
        answers.typed_said(SKM14, {"U1": "22"})


def test_a_file_is_read_under_a_heading_of_its_first_thirty_rows_and_told_its_first_twenty_faults() -> None:
    row = ",".join("3" * 9)
    for above, found in ((29, True), (30, False)):
        content = ("judul\n" * above + f"{HEAD}\n{row}\n").encode()
        if found:
            assert read_answers(read_bytes(content), SKM14).marks == ["3" * 9]
        else:
            assert "tidak ditemukan" in why_refused(content)
    wrong = HEAD + "\n" + ("9" + row[1:] + "\n") * 21
    told = why_refused(wrong.encode())
    assert (told.count("U1 berisi"), told.endswith(" … dan 1 kesalahan lain.")) == (20, True)
    told = why_refused((HEAD + "\n" + ("9" + row[1:] + "\n") * 20).encode())
    assert (told.count("U1 berisi"), "kesalahan lain" in told) == (20, False)
    long = why_refused(f"{HEAD},Jenis kelamin\n{'x' * 30}{row[1:]},{'y' * 40}\n".encode())
    assert f"“{'x' * 20}”" in long
    assert f"“{'y' * 30}”" in long


def test_a_file_holds_five_thousand_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answer_files.MOST_ANSWERS == 5_000
    monkeypatch.setattr(answer_files, "MOST_ANSWERS", 3)
    row = ",".join("3" * 9) + "\n"
    assert len(read_answers(read_bytes(f"{HEAD}\n{row * 3}".encode()), SKM14).answers) == 3
    assert "berisi 4 baris; batasnya 3" in why_refused(f"{HEAD}\n{row * 4}".encode())


def test_headings_of_groups_and_comments_are_known_by_word_and_name() -> None:
    text = f"{HEAD},sex,Umur,Komentar,Hobi\n{','.join('3' * 9)},FEMALE,from_30,{'z' * 501},lari\n"
    heads = {one.label.lower(): one.id for one in SKM14.asked}
    age = next(label for label, id_ in heads.items() if id_ == "age")
    read = read_answers(read_bytes(text.replace("Umur", age).encode()), SKM14)
    [(line, said)] = read.answers
    assert (line, said.respondent, len(said.comment)) == (2, {"sex": "female", "age": "from_30"}, 500)
    assert read.ignored == ("HOBI",)


def test_what_goes_out_stands_under_its_heads_and_says_the_way_it_came(
    journal: Journal, clock: Clock, web: Flask
) -> None:
    row = ",".join("323333333")
    bring_in(journal, clock, f"{HEAD},Saran\n{(row + ',Kursi kurang' + chr(10)) * 6}".encode())
    ida = Browser(web, "ida")
    book = Book(ida.post("/kepuasan/unduh/xlsx", {"masa": "2026"}).data)
    [name] = book.names
    assert book.misfits() == []
    asked = [one.label for one in SKM14.asked]
    assert book.heads(name) == ["Bulan", "Layanan", "Sarana", *(f"U{n}" for n in range(1, 10)), *asked, "Saran"]
    rows = book.rows(name)
    assert {row[:12] for row in rows} == {("2026-03", "KTP-el", "Berkas", 3, 2, *[3] * 7)}
    assert ({row[-1] for row in rows}, len(rows)) == ({"Kursi kurang"}, 6)
    text = ida.post("/kepuasan/unduh/csv", {"masa": "2026"})
    assert text.content_type == "text/csv; charset=utf-8"
    assert text.data.decode("utf-8-sig").splitlines()[0].startswith("Bulan;Layanan;Sarana;U1")
    assert "jawaban-survei-2026.csv" in text.headers["Content-Disposition"]
    assert ida.post("/kepuasan/unduh/pdf", {"masa": "2026"}).status_code == 404
    logged = [
        detail
        for (detail,) in journal.db.run(
            "SELECT subject || detail FROM access_log WHERE action = 'survey.export' ORDER BY id"
        )
    ]
    assert [("xlsx" in one, "csv" in one) for one in logged] == [(True, False), (False, True)]
    assert Browser(web, "sari").post("/kepuasan/unduh/csv").status_code == 403


def test_a_sample_is_enough_at_what_is_wanted_and_never_of_nobody() -> None:
    reached = {(29, 30): False, (30, 30): True, (31, 30): True, (0, 0): False, (5, 0): False}
    assert {key: Enough(*key, 100).reached for key in reached} == reached
    assert (Enough(30, 30, 9).words, Enough(29, 30, 9).words) == ("cukup responden", "belum cukup responden")
    elements = tuple(
        ElementResult(f"U{n}", f"E{n}", total, 1 if total else 0) for n, total in enumerate((3, 1, 2, 4, 0))
    )
    result = Result("skm14", 1, 0, elements)
    assert [one.id for one in result.lowest] == ["U1", "U2", "U0"]
    assert result.unanswered == ("E4",)
    assert Result("skm14", 0, 0, elements).unanswered == ()


# -- forms on paper ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "fine"), [(0, False), (1, True), (200, True), (201, False)])
def test_one_to_two_hundred_forms_are_made_at_once(journal: Journal, clock: Clock, count: int, fine: bool) -> None:
    made: dict[str, Any] = {"service": "", "count": count, "now": clock()}
    if fine:
        assert forms.print_forms(journal, who(journal, "sari"), **made) == list(range(1, count + 1))
        assert forms.last_number(journal.db) == count
    else:
        with pytest.raises(Problem):
            forms.print_forms(journal, who(journal, "sari"), **made)
        assert forms.last_number(journal.db) == 0


@pytest.fixture
def printed(journal: Journal, clock: Clock) -> list[int]:
    return forms.print_forms(journal, who(journal, "sari"), service="ktp-el", count=5, now=clock())


def test_empty_forms_stand_in_batches_the_newest_first(
    journal: Journal, clock: Clock, printed: list[int], web: Flask
) -> None:
    forms.spoil_form(journal, who(journal, "sari"), number=3, why="Basah", now=clock())
    sari = Browser(web, "sari")
    ranges = re.findall(
        r'name="dari" value="(\d+)".*?name="sampai" value="(\d+)"', sari.get("/kepuasan/lembar").text, re.S
    )
    assert ranges == [("4", "5"), ("1", "2")]
    assert forms.count_forms(journal.db) == {"printed": 4, "spoiled": 1}
    assert sari.post("/kepuasan/lembar/cetak", {"dari": "4", "sampai": "5"}).data.startswith(b"%PDF")
    for first, last in (("3", "3"), ("6", "9"), ("", ""), ("²", "5"), ("1" * 9, "1" * 9)):
        assert sari.post("/kepuasan/lembar/cetak", {"dari": first, "sampai": last}).status_code == 404, first
    addresses = {"": "/kepuasan/lembar", " 4 ": "/kepuasan/lembar/4"}
    for typed, where in addresses.items():
        assert sari.get("/kepuasan/lembar/cari", query_string={"nomor": typed}).location == where
    for typed, status in (("x", 422), ("1" * 16, 422), ("1" * 15, 404), ("²", 422)):
        assert sari.get("/kepuasan/lembar/cari", query_string={"nomor": typed}).status_code == status, typed


def test_what_was_typed_otherwise_is_empty_for_whoever_settles_it(
    journal: Journal, clock: Clock, printed: list[int], web: Flask
) -> None:
    def waits(name: str) -> list[tuple[str, str, str, dict[str, Any]]]:
        rows = tasks.form_tasks(journal.db, who(journal, name), clock())
        return [(row.title, row.verb, row.act, dict(row.values)) for row in rows]

    assert typing(journal, clock, "sari", 2, comment="Kursi") == "typed"
    assert typing(journal, clock, "sari", 4) == "typed"
    assert (waits("sari"), waits("camat")) == ([], [])
    [row] = tasks.form_tasks(journal.db, who(journal, "ida"), clock())
    assert (row.title, row.detail, row.values) == (
        "Ketik lembar survei",
        "2 lembar menunggu diketik orang kedua.",
        {"number": 2},
    )
    assert (row.verb, row.act) == ("Ketik", "write")
    with pytest.raises(Problem) as same:
        typing(journal, clock, "sari", 2)
    assert same.value.code == "conflict"
    clock.forward(minutes=1)
    assert typing(journal, clock, "ida", 2, U5="1", comment="Kipas") == "differs"
    survey = SKM14
    found = forms.differences(journal.db, survey, 2)
    assert [(difference.field, difference.first, difference.second) for difference in found] == [
        ("U5", "3", "1"),
        ("comment", "Kursi", "Kipas"),
    ]
    assert forms.differences(journal.db, survey, 4) == []
    assert waits("ida") == [("Ketik lembar survei", "Ketik", "write", {"number": 4})]
    assert waits("ratna") == [
        ("Ketik lembar survei", "Ketik", "write", {"number": 4}),
        ("Selesaikan lembar survei 2", "Selesaikan", "write", {"number": 2}),
    ]
    ratna = Browser(web, "ratna")
    page = ratna.get("/kepuasan/lembar/2").text
    checked = re.findall(r'name="(U\d)"[^>]*value="(\d)"[^>]*checked|name="(U\d)"[^>]*checked[^>]*value="(\d)"', page)
    given = {a or c for a, _, c, _ in checked}
    if not given:
        given = set(re.findall(r'name="(U\d)"[^>]*value="3"', page))
    assert "U5" not in given
    for name in ("sari", "ida"):
        with pytest.raises(Problem):
            forms.settle_form(journal, who(journal, name), number=2, month=MONTH, typed=TYPED, now=clock())
    assert ratna.post("/kepuasan/lembar/2", TYPED | {"month": MONTH}).location == "/kepuasan/lembar/2"
    assert SurveyForm.rows(journal.db, number=2)[0].state == "counted"
    with pytest.raises(Problem) as counted:
        forms.spoil_form(journal, who(journal, "sari"), number=2, why="Robek", now=clock())
    assert counted.value.code == "state"
    for why, fine in (("", False), ("x" * 201, False), ("x" * 200, True)):
        if fine:
            assert forms.spoil_form(journal, who(journal, "sari"), number=5, why=why, now=clock()) == 5
        else:
            with pytest.raises(Problem):
                forms.spoil_form(journal, who(journal, "sari"), number=5, why=why, now=clock())
    assert [form.number for form in forms.list_forms(journal.db, "printed")] == [3, 1]
    assert [form.number for form in forms.list_forms(journal.db, limit=2)] == [5, 4]


# -- reports -----------------------------------------------------------------------------------------------------------


def make_report(journal: Journal, clock: Clock, code: str = "2026-Q1", service: str = "", by: str = "ida") -> int:
    said: dict[str, Any] = {"service": service, "period": Period.parse(code), "plan": PLAN, "now": clock()}
    return reports.draft_report(journal, who(journal, by), **said)


def publish(journal: Journal, clock: Clock, report_id: int) -> None:
    digest = reports.get_report(journal.db, report_id).digest
    reports.publish_report(journal, who(journal, "camat"), report_id=report_id, digest=digest, now=clock())


def test_a_report_waits_for_the_chief_and_the_next_is_due_a_year_after_its_last_day(
    journal: Journal, clock: Clock
) -> None:
    fill(journal, clock)
    db, year = journal.db, clock().year
    assert reports.next_report_due(db, date(year, 3, 1)) == date(year, 12, 31)

    def asked(on: date) -> dict[str, list[tuple[str, str, str]]]:
        at = clock().replace(year=on.year, month=on.month, day=on.day)
        found = {
            name: [(task.title, task.verb, task.act) for task in tasks.report_tasks(db, who(journal, name), at)]
            for name in ("ida", "ratna", "camat", "sari", "budi")
        }
        return {name: rows for name, rows in found.items() if rows}

    due = [("Susun laporan survei", "", "write")]
    assert asked(date(2026, 10, 31)) == {}
    assert asked(date(2026, 11, 1)) == {"ida": due, "ratna": due}, "sixty days before"
    made = make_report(journal, clock)
    assert asked(date(2026, 11, 2)) == {"camat": [("Laporan survei menunggu tanda tangan", "Baca", "approve")]}
    with pytest.raises(Problem) as stale:
        reports.publish_report(journal, who(journal, "camat"), report_id=made, digest="0" * 64, now=clock())
    assert stale.value.code == "state"
    publish(journal, clock, made)
    assert reports.next_report_due(db, date(2026, 4, 1)) == date(2027, 12, 31)
    assert asked(date(2026, 12, 31)) == {}
    assert asked(date(2027, 11, 1)) == {"ida": due, "ratna": due}
    [row] = tasks.report_tasks(db, who(journal, "ida"), clock().replace(year=2027, month=12))
    number = reports.get_report(db, made).number
    assert row.detail == f"Paling sedikit sekali setahun; laporan terakhir {number} sampai 31-03-2026."
    assert row.due_on == date(2027, 12, 31)


def test_on_the_board_hangs_the_newest_report_of_all_services(journal: Journal, clock: Clock) -> None:
    fill(journal, clock)
    assert reports.newest_published(journal.db) is None
    one = make_report(journal, clock, "2026-Q1", "ktp-el")
    publish(journal, clock, one)
    newest = reports.newest_published(journal.db)
    assert newest
    assert newest.id == one, "better one of a service than none"
    whole = make_report(journal, clock, "2026-Q1")
    publish(journal, clock, whole)
    later = make_report(journal, clock, "2026", "ktp-el")
    publish(journal, clock, later)
    newest = reports.newest_published(journal.db)
    assert newest
    assert newest.id == whole
    assert [row.id for row in reports.list_reports(journal.db)] == [later, whole, one]
    numbers = [row.number[:3] for row in reports.list_reports(journal.db)]
    assert numbers == ["03/", "02/", "01/"]
    with pytest.raises(Problem, match="sudah ada"):
        make_report(journal, clock, "2026-Q1")
    for name, code in (("ida", "forbidden"), ("sari", "forbidden")):
        with pytest.raises(Problem) as refused:
            reports.withdraw_report(journal, who(journal, name), report_id=whole, why="Keliru", now=clock())
        assert refused.value.code == code, name
    for why, fine in (("", False), ("x" * 301, False), ("x" * 300, True)):
        given: dict[str, Any] = {"report_id": whole, "why": why, "now": clock()}
        if fine:
            reports.withdraw_report(journal, who(journal, "camat"), **given)
        else:
            with pytest.raises(Problem):
                reports.withdraw_report(journal, who(journal, "camat"), **given)
    with pytest.raises(Problem) as twice:
        reports.withdraw_report(journal, who(journal, "ida"), report_id=whole, why="Lagi", now=clock())
    assert twice.value.code == "state"
    assert make_report(journal, clock, "2026-Q1") == whole + 2


def test_what_is_said_of_an_index_below_its_target(journal: Journal, clock: Clock) -> None:
    fill(journal, clock, "212222222")
    period = Period.parse("2026-Q1")
    result = queries.index(journal.db, "", period)
    assert result.index is not None
    assert reports.is_below_target(journal.db, result)
    problem, evidence = reports.capa_words(journal.db, result, period)
    target = reports.decimal_words(reports.office_target(journal.db))
    index = str(result.index).replace(".", ",")
    assert problem == (
        f"Indeks kepuasan Triwulan I 2026 adalah {index} ({result.mark}, {result.words.lower()}), "
        f"di bawah target {target}."
    )
    assert evidence.startswith("30 responden. Unsur terendah: U2 ")
    assert evidence.count(";") == 2
    assert reports.decimal_words(None) == "–"
    assert reports.decimal_words(Decimal("76.50")) == "76,50"
    for length, fine in ((2001, False), (2000, True)):
        given: dict[str, Any] = {"service": "", "period": period, "plan": "x" * length, "now": clock()}
        if fine:
            reports.draft_report(journal, who(journal, "ida"), **given)
        else:
            with pytest.raises(Problem):
                reports.draft_report(journal, who(journal, "ida"), **given)


def test_comments_are_told_by_how_often_they_were_written(journal: Journal, clock: Clock) -> None:
    row = ",".join("3" * 9)
    said = ["Kursi", "Kursi", "Antre", "Buka pagi", "", "Kursi"]
    text = f"{HEAD},Saran\n" + "".join(f"{row},{sentence}\n" for sentence in said)
    bring_in(journal, clock, text.encode())
    period = Period.parse("2026")
    found = queries.comments_of(journal.db, "skm14", "", period)
    assert found == [("Kursi", 3), ("Antre", 1), ("Buka pagi", 1)]
    assert queries.comments_of(journal.db, "skm14", "", period, 1) == [("Kursi", 3)]
    assert queries.sources_of(journal.db, "skm14", "ktp-el", period) == {"import": 6}
    assert queries.sources_of(journal.db, "skm14", "kia", period) == {}
    assert [result.label for result in queries.results_by_service(journal.db, SKM14, period)] == ["ktp-el"]


# -- the kiosk ---------------------------------------------------------------------------------------------------------


def test_a_vote_goes_step_by_step_and_back(visit: Visit, journal: Journal, clock: Clock) -> None:
    code = give(journal, 1, clock())
    voter = Voter(visit).begin(code).answer("32")
    assert voter.hidden()["marks"] == "32"
    voter.send("/survei/jawab", kembali="1")
    assert voter.hidden()["marks"] == "3"
    voter.send("/survei/jawab", mark="9")
    assert voter.hidden()["marks"] == "3", "no mark, no step"
    for marks in ("5", "1" * 10):
        hostile = voter.hidden() | {"marks": marks, "mark": "3"}
        visit.client.post("/survei/jawab", data=hostile)
    voter = Voter(visit).begin(code).answer("33-433333")
    assert set(re.findall(r'name="(\w+)"', voter.page)) >= {"age", "sex", "education", "occupation", "comment"}
    voter.send("/survei/kirim", kembali="1")
    assert voter.hidden()["marks"] == "33-43333"
    voter.answer("3")
    long = Voter(visit, page=voter.page).finish(**GROUPS, comment="x" * 501)
    assert long.status == 422
    assert votes.waiting_votes(journal.db) == 0
    done = Voter(visit, page=voter.page).finish(**GROUPS, comment="Baik")
    assert done.status == 200
    [box] = SurveyBox.rows(journal.db)
    assert (box.marks, box.comment, json.loads(box.respondent)) == ("33-433333", "Baik", GROUPS)
    used = Voter(visit, page=voter.page).finish(**GROUPS)
    assert used.status == 409
    assert "sudah dipakai" in used.page


def test_pages_of_the_survey_leave_the_screen_by_themselves(
    visit: Visit, journal: Journal, clock: Clock, kiosk: Flask
) -> None:
    code = give(journal, 1, clock())
    first = visit.client.get("/survei")
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', first.text))
    asked = visit.client.post("/survei", data=hidden | {"code": code})
    assert asked.headers["Refresh"] == "300; url=/"
    assert "Refresh" not in first.headers
    shown = visit.client.get("/survei/hasil")
    assert shown.headers["Refresh"] == str(BOARD_FRESH)
    stale = visit.client.post("/survei", data={"token": "palsu", "code": code})
    assert stale.status_code == 422
    assert service_names(journal.db, clock().date())["ktp-el"]
