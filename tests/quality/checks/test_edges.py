"""Internal checks at their edges: days and sizes of a plan, texts, who answers, the desk, the paper, the page."""

import json
import re
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from flask import Flask

from app.casework.desk.tables import CaseFile
from app.core.dates import short_date
from app.core.permissions import may
from app.core.problems import Problem
from app.platform.office import settings
from app.quality.checks import papers, queries, records, service, tasks
from app.quality.checks.tables import InternalCheck
from app.quality.checks.views import checks as views
from schema.definitions import load_all
from tests.platform.people import Browser
from tests.quality.checks.year import answer, answering, drawn, finish, judge, planned
from tests.services.ktp.desk import Desk
from tests.world.looks import drawn_looks

KTP = load_all()["ktp-el"]


def fields_of(act: Any) -> set[str]:
    """The fields at which something is refused; nothing where it is taken."""
    try:
        act()
    except Problem as problem:
        return set(problem.fields) or {problem.code}
    return set()


# -- a plan ------------------------------------------------------------------------------------------------------------


def test_a_plan_has_its_first_and_last_day_and_its_sizes(desk: Desk) -> None:
    today = desk.now.date()

    def plan(**changed: Any) -> set[str]:
        return fields_of(lambda: planned(desk, **changed))

    for ahead, wrong in ((0, set()), (-1, {"on_date"}), (366, set()), (367, {"on_date"})):
        assert plan(on_date=today + timedelta(days=ahead)) == wrong, ahead
    assert plan(until_on=date(2026, 1, 1)) == set(), "one day is a span"
    assert plan(process_size=0) == plan(product_size=0) == plan(process_size=100) == set()
    assert plan(product_size=101) == {"product_size"}
    assert plan(purpose="p" * 500) == set()
    assert plan(purpose="p" * 501) == {"purpose"}
    assert plan(process_questions=["q" * 200]) == set()
    assert plan(process_questions=["q" * 201]) == {"process_questions"}
    assert plan(process_questions=[f"{n}?" for n in range(30)]) == set()
    assert plan(process_questions=[], process_size=1) == {"process_questions"}
    assert plan(process_questions=[], process_size=0) == set(), "nothing is asked of no sample"
    assert queries.most_questions([KTP, KTP]) == 60
    assert queries.most_questions([]) == 0


def test_the_form_proposes_three_months_five_of_each_part_and_every_question(desk: Desk, web: Flask) -> None:
    assert (timedelta(days=90), 5) == (views.USUAL_SPAN, views.USUAL_SAMPLE)
    page = Browser(web, "ratna").get("/pemeriksaan/baru").text
    sizes = re.findall(r'name="(process_size|product_size)"[^>]*value="(\d+)"', page)
    assert dict(sizes) == {"process_size": "5", "product_size": "5"}
    process, product = queries.proposed_questions([KTP])
    assert all(text in page.replace("&#34;", '"') for text in (process[0], product[-1]))
    assert process[0].startswith("Persyaratan lengkap")
    assert product[-1] == "Tanda terima atau bukti penyerahan ada?"
    both = queries.proposed_questions([KTP, KTP])
    assert both[0][0].startswith(f"{KTP.short_name}, ")
    assert all(len(text) <= 200 for part in both for text in part)
    assert len(both[0]) == 2 * len(process)
    assert KTP.promise
    assert f"selesai dalam {KTP.promise.days} hari kerja?" in " ".join(product)
    assert "tanpa biaya?" in " ".join(product)


def test_what_was_finished_is_drawn_from_its_first_to_its_last_day(desk: Desk) -> None:
    [case_id] = finish(desk, 1)
    closed = CaseFile.rows(desk.journal.db, id=case_id)[0].closed_on
    on = date.fromisoformat(str(closed))

    def found(first: int, last: int) -> list[int]:
        days = [(on + timedelta(days=one)).isoformat() for one in (first, last)]
        return queries.finished_cases(desk.journal.db, ["ktp-el"], *days)

    assert found(0, 0) == found(-1, 1) == [case_id]
    assert found(1, 9) == found(-9, -1) == []
    ends = queries.regular_ends(desk.journal.db, "ktp-el")
    assert ends == {f"@{way_out.id}" for way_out in KTP.exits if not way_out.by_hand}


# -- judging, answering, closing ---------------------------------------------------------------------------------------


def test_texts_of_a_check_have_their_limits(desk: Desk) -> None:
    desk.complete()
    made = drawn(desk, process_size=1, product_size=0)
    said: dict[str, Any] = {"check_id": made, "part": "process", "ordinal": 1, "now": desk.now}

    def judged(*verdicts: tuple[str, str]) -> set[str]:
        return fields_of(lambda: service.judge_case(desk.journal, desk.who("ratna"), verdicts=verdicts, **said))

    assert judged(("light", "n" * 501), ("conforms", "")) == {"note1"}
    assert judged(("light", ""), ("strange", "")) == {"note1", "verdict2"}
    assert judged(("conforms", "")) == {"verdict1"}, "every question is answered"
    assert judged(("light", "n" * 500), ("conforms", ""), ("strange", "")) == set(), "no further than there are"
    send: dict[str, Any] = {"check_id": made, "now": desk.now}
    assert service.send_findings(desk.journal, desk.who("ratna"), **send) == 1

    def back(reason: str) -> set[str]:
        return fields_of(
            lambda: service.return_answer(desk.journal, desk.who("ratna"), number=1, reason=reason, **send)
        )

    assert back("Kurang.") == {"conflict"}, "nobody has answered"
    answer(desk, made, 1)
    assert back("r" * 501) == {"reason"}
    assert back("r" * 500) == set()
    other = planned(desk)

    def cancel(reason: str) -> set[str]:
        act: dict[str, Any] = {"check_id": other, "reason": reason, "now": desk.now}
        return fields_of(lambda: service.cancel_check(desk.journal, desk.who("ratna"), **act))

    assert cancel("r" * 501) == {"reason"}
    assert cancel("r" * 500) == set()
    row = queries.load_check(desk.journal.db, other)
    assert (row.state, row.ended_note, row.ended_by) == ("cancelled", "r" * 500, "ratna")


def test_only_the_head_of_the_section_answers(desk: Desk) -> None:
    made = answering(desk)
    check = queries.load_check(desk.journal.db, made)
    finding = queries.findings_of(desk.journal.db, check)[0].row
    for who in ("budi", "ratna", "sari", "camat"):
        actor = desk.who(who)
        assert queries.may_answer(actor, finding) == may(actor, "check.answer", finding.section)
    assert queries.may_answer(desk.who("budi"), finding)
    assert not queries.may_answer(desk.who("sari"), finding)
    with pytest.raises(Problem):
        service.find_finding(desk.journal.db, check, 9)
    with pytest.raises(Problem):
        queries.find_sampled(desk.journal.db, made, "product", 9)
    yesterday = desk.now.date() - timedelta(days=1)
    said: dict[str, Any] = {"answer": "Terlewat", "action": "Ditempel", "check_id": made, "now": desk.now}
    past = fields_of(lambda: service.answer_finding(desk.journal, desk.who("budi"), number=1, due_on=yesterday, **said))
    assert past == {"due_on"}


def test_a_check_is_reproduced_only_by_its_own_draw(desk: Desk) -> None:
    for _ in range(4):
        desk.complete()
    made = drawn(desk, process_size=2, product_size=0)
    check = queries.load_check(desk.journal.db, made)
    assert queries.is_reproduced(desk.journal.db, check)
    population = queries.population_of(check, "process")
    assert len(population) == 4
    assert queries.population_of(check, "product") == []
    with desk.journal.db.applying(), desk.journal.db.atomic():
        InternalCheck.alter(desk.journal.db, {"id": made}, process_size=1)
        assert not queries.is_reproduced(desk.journal.db, queries.load_check(desk.journal.db, made))
    assert queries.unpack_ids(queries.pack_ids([9, 3, 20])) == [3, 9, 20]


# -- the desk ----------------------------------------------------------------------------------------------------------


def rows_of(desk: Desk, who: str) -> list[Any]:
    found = [ask(desk.journal.db, desk.who(who), desk.now) for ask in (tasks.overseer_tasks, tasks.answering_tasks)]
    return [task for part in found for task in part]


def test_the_desk_says_the_next_move_of_each_check(desk: Desk) -> None:
    tomorrow = desk.now.date() + timedelta(days=1)
    made = planned(desk, on_date=tomorrow)
    assert rows_of(desk, "ratna") == [], "its day has not come"
    desk.later(days=1)
    [row] = rows_of(desk, "ratna")
    assert (row.detail, row.verb, row.due_on, row.values) == (
        "Tarik sampelnya.",
        "Tarik sampel",
        tomorrow,
        {"check_id": made},
    )
    assert row.title.startswith("Pemeriksaan ")
    assert (row.tab, row.endpoint) == ("Pemeriksaan internal", "checks.show_check")
    desk.complete()
    desk.complete()
    service.draw_cases(desk.journal, desk.who("ratna"), check_id=made, now=desk.now)
    [row] = rows_of(desk, "ratna")
    assert (row.detail, row.verb) == ("2 sampel belum diperiksa.", "Periksa")
    judge(desk, made, "process", 1, "conforms", "conforms")
    assert rows_of(desk, "ratna")[0].detail == "1 sampel belum diperiksa."
    judge(desk, made, "process", 2, "conforms", "conforms")
    [row] = rows_of(desk, "ratna")
    assert (row.detail, row.verb) == ("Semua sampel sudah diperiksa.", "Tutup")
    judge(desk, made, "process", 2, "heavy", "light")
    assert rows_of(desk, "ratna")[0].verb == "Kirim temuan"
    service.send_findings(desk.journal, desk.who("ratna"), check_id=made, now=desk.now)
    assert rows_of(desk, "ratna") == [], "the head answers first"
    [row] = rows_of(desk, "budi")
    assert (row.detail, row.verb, row.state, row.word) == (
        "2 temuan menunggu jawaban Anda.",
        "Jawab",
        "wait",
        "Menunggu jawaban",
    )
    answer(desk, made, 1)
    assert rows_of(desk, "budi")[0].detail.startswith("1 temuan")
    service.return_answer(desk.journal, desk.who("ratna"), check_id=made, number=1, reason="Kurang.", now=desk.now)
    assert rows_of(desk, "budi")[0].detail == "2 temuan menunggu jawaban Anda. 1 dikembalikan untuk dilengkapi."
    answer(desk, made, 1)
    answer(desk, made, 2)
    assert rows_of(desk, "budi") == []
    [row] = rows_of(desk, "ratna")
    assert (row.detail, row.verb) == ("Semua temuan sudah dijawab.", "Tutup")
    assert rows_of(desk, "sari") == []


def test_a_quarter_that_runs_out_is_a_warning_and_one_that_is_over_a_fault(desk: Desk) -> None:
    def told(on: date) -> list[tuple[str, str, str, Any, str]]:
        desk.now = desk.now.replace(year=on.year, month=on.month, day=on.day)
        found = tasks.reminder_tasks(desk.journal.db, desk.who("ratna"), desk.now)
        return [(task.title, task.state, task.word, task.due_on, task.verb) for task in found]

    end = date(2026, 6, 30)
    remind = int(settings.get_setting(desk.journal.db, "checks.remind_days"))
    near = end - timedelta(days=remind)
    row = ("Triwulan II 2026 belum diperiksa", "warn", "Segera", end, "Rencanakan")
    assert told(near - timedelta(days=1)) == []
    assert told(near) == told(end) == [row]
    assert told(date(2026, 7, 1)) == [(row[0], "bad", "Terlewat", end, "Rencanakan")]
    desk.now = desk.now.replace(month=3, day=12)
    made = planned(desk, on_date=end)
    assert queries.checked_on(desk.journal.db, end, end)
    assert not queries.checked_on(desk.journal.db, date(2026, 4, 1), end - timedelta(days=1))
    assert not queries.checked_on(desk.journal.db, date(2026, 7, 1), date(2026, 9, 30))
    act: dict[str, Any] = {"check_id": made, "reason": "Diganti", "now": desk.now}
    service.cancel_check(desk.journal, desk.who("ratna"), **act)
    assert not queries.checked_on(desk.journal.db, end, end)


def test_an_action_is_late_the_day_after_its_day(desk: Desk) -> None:
    made = answering(desk)
    due = desk.now.date()
    answer(desk, made, 1)
    assert tasks.late_actions(desk.journal.db, desk.now).lines == []
    desk.later(days=1)
    watched = tasks.late_actions(desk.journal.db, desk.now)
    [line] = watched.lines
    number = queries.load_check(desk.journal.db, made).number
    assert line.what == f"Pemeriksaan {number}, temuan 1"
    assert line.detail.startswith(f"batas {short_date(due)}, ")
    assert line.detail.endswith(": Daftar periksa ditempel")
    assert line.settled is False
    answer(desk, made, 2)
    service.close_check(desk.journal, desk.who("ratna"), check_id=made, note="Cukup.", now=desk.now)
    assert tasks.late_actions(desk.journal.db, desk.now).lines == []


# -- pages, paper, records ---------------------------------------------------------------------------------------------


def test_states_and_weights_have_words_and_looks_that_are_drawn() -> None:
    assert set(views.KINDS) == set(queries.STATES)
    assert set(views.WEIGHTS) == set(queries.VERDICTS)
    assert set(views.KINDS.values()) | set(views.WEIGHTS.values()) <= drawn_looks()
    assert {views.KINDS["closed"], views.WEIGHTS["conforms"]} == {"good"}
    assert (views.KINDS["planned"], views.KINDS["cancelled"], views.WEIGHTS["not_applicable"]) == ("idle",) * 3
    assert {views.WEIGHTS[fault] for fault in queries.FAULTS} == {"wait", "warn"}
    assert set(queries.FAULTS) == set(queries.VERDICTS) - {"conforms", "not_applicable"}


def test_checks_are_listed_by_their_day_the_newest_first(desk: Desk) -> None:
    today = desk.now.date()
    ids = [planned(desk, on_date=today + timedelta(days=ahead)) for ahead in (3, 0, 3, 9)]
    assert [check.id for check in queries.list_checks(desk.journal.db)] == [ids[3], ids[2], ids[0], ids[1]]
    assert [check.id for check in queries.running_checks(desk.journal.db)] == [ids[1], ids[0], ids[2], ids[3]]
    assert queries.newest_check(desk.journal.db) == ids[3]
    found = queries.find_checks(desk.journal.db, "PI", 2)
    assert [check.id for check in found] == sorted((check.id for check in found), reverse=True)
    assert len(found) <= 2


def test_the_page_puts_what_was_found_first_and_goes_on_to_the_next_case(desk: Desk, web: Flask) -> None:
    for _ in range(3):
        desk.complete()
    made = drawn(desk, process_size=3, product_size=0)
    ratna = Browser(web, "ratna")
    judged = {"verdict1": "conforms", "note1": "", "verdict2": "conforms", "note2": ""}
    went = ratna.post(f"/pemeriksaan/{made}/process/1", judged)
    assert went.location == f"/pemeriksaan/{made}/process/2"
    faulty = {"verdict1": "heavy", "note1": "Tidak ada.", "verdict2": "conforms"}
    assert ratna.post(f"/pemeriksaan/{made}/process/3", faulty).location == f"/pemeriksaan/{made}/process/2"
    refused = ratna.post(f"/pemeriksaan/{made}/process/2", {"verdict1": "light"})
    assert refused.status_code == 422
    assert "Tulis apa yang dilihat." in refused.text
    assert ratna.post(f"/pemeriksaan/{made}/strange/1", judged).status_code == 404
    assert ratna.post(f"/pemeriksaan/{made}/process/2", judged).location == f"/pemeriksaan/{made}"
    shown = ratna.get(f"/pemeriksaan/{made}/process/3").text
    assert "Tidak ada." in shown
    page = ratna.get(f"/pemeriksaan/{made}").text
    assert 'value="Kirim' in page or "Kirim temuan" in page
    assert Browser(web, "ratna").get(f"/pemeriksaan/{made}/process/9").status_code == 404
    budi = Browser(web, "budi").get(f"/pemeriksaan/{made}/process/1").text
    assert 'name="verdict1"' not in budi, "only whoever checks judges"
    send: dict[str, Any] = {"check_id": made, "now": desk.now}
    service.send_findings(desk.journal, desk.who("ratna"), **send)
    assert 'name="verdict1"' not in ratna.get(f"/pemeriksaan/{made}/process/1").text, "what was sent stays"
    assert "Jawab" in Browser(web, "budi").get(f"/pemeriksaan/{made}").text


def test_the_paper_says_how_it_was_drawn_and_what_was_found(desk: Desk) -> None:
    plan = planned(desk)
    paper = papers.check_paper(desk.journal.db, plan, desk.who("ratna"), desk.now)
    assert (paper.drawing, paper.state, paper.cases, paper.findings) == (
        ("Sampel belum ditarik.",),
        "Direncanakan",
        (),
        (),
    )
    made = answering(desk)
    answer(desk, made, 1)
    capa = service.report_finding(desk.journal, desk.who("ratna"), check_id=made, number=1, now=desk.now)
    check = queries.load_check(desk.journal.db, made)
    paper = papers.check_paper(desk.journal.db, made, desk.who("ratna"), desk.now)
    seed, *parts = paper.drawing
    assert seed == f"Nomor undian: {check.seed}. Dengan nomor yang sama terpilih berkas yang sama."
    digests = {part: queries.population_digest(queries.population_of(check, part))[:16] for part in queries.PARTS}
    assert [len(digest) for digest in digests.values()] == [16, 16]
    assert parts == [
        f"{label}: dari 1 berkas, kode pengaman daftar {digests[part]}." for part, label in queries.PARTS.items()
    ]
    assert sorted((case.part, case.ordinal, case.conforms, case.faults) for case in paper.cases) == [
        ("Produk", 1, 0, 1),
        ("Proses", 1, 1, 1),
    ]
    found = {finding.number: finding for finding in paper.findings}
    heavy = next(one for one in found.values() if one.weight == "Temuan berat")
    assert heavy.capa.startswith("LTPP ")
    assert (heavy.answer, heavy.action, heavy.due_on) == ("Terlewat", "Daftar periksa ditempel", desk.now.date())
    light = next(one for one in found.values() if one.weight == "Temuan ringan")
    assert (light.capa, light.due_on, light.answer, light.answered_by) == ("", None, "", "")
    assert paper.control.document.endswith("F-30")
    assert paper.services == KTP.short_name
    assert capa


def test_a_check_stays_five_years_and_holds_its_cases_while_it_runs(desk: Desk) -> None:
    made = answering(desk)
    [kind] = records.check_kinds(desk.journal.db)
    assert (kind.id, kind.label, kind.years) == ("check", "Pemeriksaan internal", 5)
    sampled = {f"case/{case.case_id}" for case in queries.sampled_cases(desk.journal.db, made)}
    assert {subject for subject, _ in records.open_checks(desk.journal.db)} == sampled
    answer(desk, made, 1)
    answer(desk, made, 2)
    service.close_check(desk.journal, desk.who("ratna"), check_id=made, note="Cukup.", now=desk.now)
    assert list(records.open_checks(desk.journal.db)) == []
    assert json.loads(queries.load_check(desk.journal.db, made).services) == ["ktp-el"]


def test_the_head_of_another_section_answers_no_finding(desk: Desk) -> None:
    made = answering(desk)
    other = msgspec.structs.replace(desk.who("budi"), sections=frozenset({"trantib"}))
    said: dict[str, Any] = {"answer": "Terlewat", "action": "Ditempel", "due_on": desk.now.date(), "now": desk.now}
    with pytest.raises(Problem) as refused:
        service.answer_finding(desk.journal, other, check_id=made, number=1, **said)
    assert refused.value.status == 403
    service.answer_finding(desk.journal, desk.who("budi"), check_id=made, number=1, **said)
