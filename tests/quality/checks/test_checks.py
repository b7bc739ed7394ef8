"""Clause 10: a check from its plan to its end, who may do what, and a quarter that nobody checked."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.casework.desk import moving
from app.core.problems import Problem
from app.core.procedure import engine
from app.platform.office import queries as office_queries
from app.platform.office import service as office
from app.platform.people import changes
from app.quality.capa import service as capas
from app.quality.checks import queries, service
from app.quality.checks.events import KINDS
from app.quality.checks.tasks import forgotten_quarter
from app.quality.checks.views.checks import name_check
from schema.definitions import SERVICES, definition_text, load_all
from schema.profiles import load_profile, profile_names
from sync.verification import verify_side
from tests.platform.office.adopting import put_in_force
from tests.platform.people import CAST, PIN, START, Browser, Clock, agree
from tests.quality.checks.year import answer, answering, drawn, finish, judge, make_plan, planned
from tests.services.ktp.desk import Desk


def page(browser: Browser, path: str = "/") -> str:
    got = browser.get(path)
    assert got.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", got.get_data(as_text=True)))


def state(desk: Desk, check_id: int) -> str:
    return str(queries.load_check(desk.journal.db, check_id).state)


def test_the_standard_proposes_its_own_questions() -> None:
    """Clauses 4.4, 5.1, 6.1 and 7.1 of the seed (004) come back as questions; a second service says whose each is."""
    process, product = queries.proposed_questions([load_all()["ktp-el"]])
    assert any("4.4" in one for one in process)
    assert "Butir 5.1: selesai dalam 12 hari kerja?" in product
    assert "Butir 6.1: tanpa biaya?" in product
    assert any(text.startswith("Butir 7.1") for text in product)
    for definition in load_all().values():
        both = queries.proposed_questions([load_all()["ktp-el"], definition])
        assert all(one for part in both for one in part)
        assert any(question.startswith(definition.short_name) for question in both[1])


def area_lines(html: str, name: str) -> list[str]:
    typed = re.findall(rf'name="{name}"[^>]*>([^<]*)<', html)[0]
    return unescape(typed).strip().splitlines()


def test_every_question_of_every_chosen_service_is_asked_once_and_the_plan_that_is_proposed_can_be_kept(
    desk: Desk, web: Flask
) -> None:
    """Six services ask more than thirty questions together; each row of a procedure is asked, with the office's own."""
    texts = [definition_text(path) for path in sorted(SERVICES.glob("*.toml")) if path.stem != "ktp-el"]
    texts.append(Path("tests/services/izin-kios-pasar.toml").read_text(encoding="utf-8"))
    for text in texts:
        put_in_force(desk.journal, text, on=date(2026, 2, 1))
    ratna = Browser(web, "ratna")
    form = ratna.get("/pemeriksaan/baru").get_data(as_text=True)
    asked = area_lines(form, "process_questions") + area_lines(form, "product_questions")
    assert len(asked) == len(set(asked))
    chosen = office_queries.services_in_force(desk.journal.db, date(2026, 3, 12))
    for definition in chosen:
        own = [line for line in asked if line.startswith(f"{definition.short_name}, ")]
        for step in engine.main_line(definition):
            wanted = [line for line in own if step.title in line and (step.clause or "") in line]
            assert wanted, (definition.id, step.id)
    assert "paling banyak 30 untuk setiap layanan yang dipilih" in form
    desk.complete()
    sent = TYPED | {name: "\n".join(area_lines(form, name)) for name in ("process_questions", "product_questions")}
    sent |= {"seen": "0", "services": [definition.id for definition in chosen]}
    assert len(sent["process_questions"].splitlines()) > 30
    alone = ratna.post("/pemeriksaan/baru", sent | {"services": ["ktp-el"]})
    assert "Paling banyak 30 pertanyaan untuk layanan yang dipilih" in page_of(alone)
    assert ratna.post("/pemeriksaan/baru", sent).location == "/pemeriksaan/1"
    assert ratna.post("/pemeriksaan/1/sampel").status_code == 303
    count = len(sent["process_questions"].splitlines())
    judged = {f"verdict{n}": "conforms" for n in range(1, count + 1)}
    assert ratna.post("/pemeriksaan/1/process/1", judged).status_code == 303
    assert len(queries.verdicts_of(desk.journal.db, 1, "process", 1)) == count


def test_a_question_typed_twice_is_asked_once(desk: Desk) -> None:
    made = planned(desk, process_questions=["Foto sesuai?", " Foto sesuai? ", "Syarat lengkap?"])
    assert queries.questions_of(queries.load_check(desk.journal.db, made), "process") == [
        "Foto sesuai?",
        "Syarat lengkap?",
    ]


def test_the_sample_is_drawn_from_what_runs_and_what_was_finished_in_the_chosen_services(desk: Desk) -> None:
    running, finished = {desk.complete() for _ in range(6)}, set(finish(desk, 4))
    gone: dict[str, Any] = {"case_id": desk.complete(), "exit_id": "withdrawn", "reason": "Batal", "now": desk.now}
    moving.leave_case(desk.journal, desk.who("budi"), **gone)
    check = queries.load_check(desk.journal.db, drawn(desk, process_size=4, product_size=3))
    sample = queries.sampled_cases(desk.journal.db, check.id)
    drawn_of = {part: [case.case_id for case in sample if case.part == part] for part in queries.PARTS}
    assert (len(drawn_of["process"]), len(drawn_of["product"])) == (4, 3)
    assert set(drawn_of["process"]) <= running
    assert set(drawn_of["product"]) <= finished
    assert queries.population_of(check, "process") == sorted(running)
    assert queries.population_of(check, "product") == sorted(finished)
    assert queries.is_reproduced(desk.journal.db, check)
    desk.complete()
    assert queries.is_reproduced(desk.journal.db, check)
    other = queries.load_check(desk.journal.db, drawn(desk, process_size=100, product_size=0))
    assert len(queries.sampled_cases(desk.journal.db, other.id)) == 7
    assert other.seed != check.seed


def test_only_services_in_scope_and_days_in_scope_are_drawn_from(desk: Desk) -> None:
    text = Path("tests/services/izin-kios-pasar.toml").read_text(encoding="utf-8")
    put_in_force(desk.journal, text, on=date(2026, 2, 1))
    desk.complete()
    finish(desk, 2)
    for scope in ({"services": ["izin-kios-pasar"]}, {"process_size": 0, "until_on": date(2026, 3, 11)}):
        made = planned(desk, **scope)
        with pytest.raises(Problem) as refused:
            service.draw_cases(desk.journal, desk.who("ratna"), check_id=made, now=desk.now)
        assert "Tidak ada berkas dalam lingkup" in refused.value.sentence
        assert state(desk, made) == "planned"


TYPED: dict[str, Any] = {
    "on_date": "12032026",
    "services": "ktp-el",
    "purpose": "Foto",
    "from_on": "01012026",
    "until_on": "12032026",
    "process_size": "1",
    "product_size": "1",
    "process_questions": "Foto sesuai?\n\n  Syarat lengkap? ",
    "product_questions": "",
}
"""What somebody types to plan a check, without one question about the product."""


def test_a_check_from_plan_to_end_on_its_pages(desk: Desk, web: Flask, clock: Clock) -> None:
    desk.complete()
    finish(desk, 1)
    ratna, budi = Browser(web, "ratna"), Browser(web, "budi")
    form = ratna.get("/pemeriksaan/baru").get_data(as_text=True)
    assert "Butir 5.1: selesai dalam 12 hari kerja?" in form
    sent = dict(TYPED)
    wrong = ratna.post("/pemeriksaan/baru", sent)
    assert wrong.status_code == 422
    assert "paling sedikit satu pertanyaan" in wrong.get_data(as_text=True)
    assert "Syarat lengkap?" in wrong.get_data(as_text=True)
    sent |= {"product_questions": "Tepat waktu?"}
    sent |= {"seen": "0", "services": ["ktp-el", "ktp-el"]}
    assert ratna.post("/pemeriksaan/baru", sent).location == "/pemeriksaan/1"
    assert "terkirim dua kali" in page_of(ratna.post("/pemeriksaan/baru", sent))
    assert ratna.post("/pemeriksaan/1/ubah", sent | {"purpose": "Foto dan syarat"}).status_code == 303
    assert "Foto dan syarat" in page(ratna, "/pemeriksaan/1")
    assert ratna.post("/cari", {"q": "01/PI"}).location == "/pemeriksaan/1"
    assert [ratna.post("/pemeriksaan/1/sampel").status_code for _ in range(2)] == [303, 409]
    assert ratna.post("/pemeriksaan/1/ubah", sent).status_code == 409
    assert "Ditarik ulang: sama" in page(ratna, "/pemeriksaan/1")
    bare = ratna.post("/pemeriksaan/1/process/1", {"verdict1": "heavy", "verdict2": "conforms"})
    assert bare.status_code == 422
    assert "Tulis apa yang dilihat." in bare.get_data(as_text=True)
    judged = {"verdict1": "heavy", "note1": "Latar merah", "verdict2": "conforms"}
    assert ratna.post("/pemeriksaan/1/process/1", judged).location == "/pemeriksaan/1/product/1"
    shown = ratna.get("/pemeriksaan/1/product/1").get_data(as_text=True)
    assert re.findall(r'<input[^>]* autofocus[^>]*name="(\w+)"', shown) == ["verdict1"], "the next sample comes next"
    assert "Belum semua sampel diperiksa." in page_of(ratna.post("/pemeriksaan/1/kirim"))
    assert ratna.post("/pemeriksaan/1/product/1", {"verdict1": "conforms"}).location == "/pemeriksaan/1"
    assert "Kirim temuan" in page(ratna)
    assert ratna.post("/pemeriksaan/1/kirim").status_code == 303
    assert "1 temuan menunggu jawaban Anda" in page(budi)
    ending = {"note": "Cukup", "pin": PIN}
    assert "Masih ada temuan yang belum dijawab." in page_of(ratna.post("/pemeriksaan/1/tutup", ending))
    late = {"answer": "Terlewat", "action": "Tempel daftar", "due_on": "11032026"}
    assert "sudah lewat" in page_of(budi.post("/pemeriksaan/1/temuan/1/jawab", late))
    assert budi.post("/pemeriksaan/1/temuan/1/jawab", late | {"due_on": "10042026"}).status_code == 303
    assert ratna.post("/pemeriksaan/1/temuan/1/kembalikan", {"reason": "Sebut siapa"}).status_code == 303
    assert "1 dikembalikan untuk dilengkapi" in page(budi)
    assert (
        budi.post("/pemeriksaan/1/temuan/1/jawab", late | {"due_on": "10042026", "answer": "Sari"}).status_code == 303
    )
    assert [budi.post("/pemeriksaan/1/temuan/1/ltpp").status_code for _ in range(2)] == [303, 409]
    report = capas.load_report(desk.journal.db, 1)
    assert (report.source, report.problem) == ("audit", "Foto sesuai? Latar merah")
    assert "LTPP dari temuan ini" in page(ratna, "/pemeriksaan/1")
    assert ratna.post("/pemeriksaan/1/tutup", ending | {"pin": "000000"}).status_code in (409, 422)
    assert state(desk, 1) == "answering"
    assert [ratna.post("/pemeriksaan/1/tutup", ending).status_code for _ in range(2)] == [303, 409]
    assert "Ditutup Ratna Puspita" in page(Browser(web, "camat"), "/pemeriksaan/1")
    assert "Pemeriksaan 01/PI/2026" not in page(ratna)
    assert ratna.post("/pemeriksaan/1/cetak").data.startswith(b"%PDF")


def page_of(got: Any) -> str:
    assert got.status_code in (409, 422)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", got.get_data(as_text=True)))


def test_a_refused_reason_is_said_and_stays_where_it_was_typed(desk: Desk, web: Flask) -> None:
    made, ratna = answering(desk), Browser(web, "ratna")
    answer(desk, made, 1)
    answer(desk, made, 2)
    long = "z" * 501
    for path, reason, told in (
        (f"/pemeriksaan/{made}/temuan/2/kembalikan", "", "Tulis apa yang harus diperbaiki."),
        (f"/pemeriksaan/{made}/temuan/2/kembalikan", long, "Paling panjang 500 huruf."),
        (f"/pemeriksaan/{drawn(desk)}/batal", "", "Tulis alasannya."),
        (f"/pemeriksaan/{planned(desk)}/batal", long, "Paling panjang 500 huruf."),
    ):
        got = ratna.post(path, {"reason": reason})
        assert told in page_of(got)
        assert re.findall(r'name="reason"[^>]*value="(z*)"', got.get_data(as_text=True)).count(reason) > 0
    assert queries.findings_of(desk.journal.db, queries.load_check(desk.journal.db, made))[1].row.answer


def test_a_changed_plan_that_is_refused_stands_in_its_form(desk: Desk, web: Flask) -> None:
    made, ratna = planned(desk), Browser(web, "ratna")
    form = ratna.get(f"/pemeriksaan/{made}/ubah").get_data(as_text=True)
    assert area_lines(form, "process_questions") == ["Persyaratan lengkap?", "Foto sesuai butir 2.2?"]
    assert re.findall(r'name="(?:from|until)_on"[^>]*value="([^"]*)"', form) == ["01-01-2026", "12-03-2026"]
    got = ratna.post(f"/pemeriksaan/{made}/ubah", TYPED | {"product_size": "101", "product_questions": "Tepat?"})
    assert "Isi antara 0 dan 100." in page_of(got)
    assert area_lines(got.get_data(as_text=True), "product_questions") == ["Tepat?"]
    assert state(desk, made) == "planned"


# -- by whom, and in which state -----------------------------------------------------------------------------------


def attempts(desk: Desk, check_id: int) -> dict[str, Callable[[str], object]]:
    """Each command on a check, done by somebody."""
    journal, now = desk.journal, desk.now
    one: dict[str, Any] = {"check_id": check_id}
    verdicts = [("conforms", ""), ("conforms", "")]
    said: dict[str, Any] = {"answer": "x", "action": "y", "due_on": now.date()}
    return {
        "change": lambda who: service.change_plan(journal, desk.who(who), plan=make_plan(desk), now=now, **one),
        "draw": lambda who: service.draw_cases(journal, desk.who(who), now=now, **one),
        "judge": lambda who: service.judge_case(
            journal, desk.who(who), part="process", ordinal=1, verdicts=verdicts, now=now, **one
        ),
        "send": lambda who: service.send_findings(journal, desk.who(who), now=now, **one),
        "answer": lambda who: service.answer_finding(journal, desk.who(who), number=1, now=now, **one, **said),
        "return": lambda who: service.return_answer(journal, desk.who(who), number=1, reason="x", now=now, **one),
        "report": lambda who: service.report_finding(journal, desk.who(who), number=1, now=now, **one),
        "close": lambda who: service.close_check(journal, desk.who(who), note="x", now=now, **one),
        "cancel": lambda who: service.cancel_check(journal, desk.who(who), reason="x", now=now, **one),
    }


def test_every_move_is_refused_to_every_other_role(desk: Desk) -> None:
    """Closing is the Sekretaris' alone: everybody of the cast tries everything, the Camat and an administrator too."""
    agree(desk.journal, changes.SetRoles(desk.who("ida").person_id, ("information", "admin")), now=START)
    made = answering(desk)
    answer(desk, made, 1)
    answer(desk, made, 2)
    for move, attempt in attempts(desk, made).items():
        able = {role for permission in service.MOVES[move].permissions for role in load_profile().rights[permission]}
        assert able == ({"sekretaris"} if move not in ("answer", "report") else able)
        for who, person in CAST.items():
            if not able & set(person["roles"]):
                with pytest.raises(Problem) as refused:
                    attempt(who)
                assert refused.value.code == "forbidden", (move, who)
    assert state(desk, made) == "answering"
    for name in profile_names():
        profile = load_profile(name)
        assert profile.rights["check.close"] == profile.rights["check.make"] == {profile.overseer}, name
        assert profile.rights["check.answer"], name


def test_only_an_acting_overseer_closes_in_his_place_and_only_while_the_decree_runs(desk: Desk) -> None:
    made = answering(desk)
    answer(desk, made, 1)
    answer(desk, made, 2)
    decree = changes.Appoint(desk.who("sari").person_id, "sekretaris", "an", "SK 2", START.date(), None, None)
    agree(desk.journal, decree, now=START)
    close = attempts(desk, made)["close"]
    with pytest.raises(Problem) as refused:
        close("sari")
    assert refused.value.code == "forbidden"
    decree = changes.Appoint(desk.who("ida").person_id, "sekretaris", "plh", "SK 3", START.date(), START.date(), None)
    agree(desk.journal, decree, now=START)
    desk.now += timedelta(days=1)
    with pytest.raises(Problem):
        attempts(desk, made)["close"]("ida")
    desk.now -= timedelta(days=1)
    close("ida")
    assert state(desk, made) == "closed"


def test_who_answered_does_not_close(desk: Desk) -> None:
    agree(desk.journal, changes.SetRoles(desk.who("ratna").person_id, ("sekretaris", "admin", "kasi")), now=START)
    made = answering(desk)
    answer(desk, made, 1, by="ratna")
    answer(desk, made, 2, by="budi")
    with pytest.raises(Problem) as refused:
        attempts(desk, made)["close"]("ratna")
    assert "orang lain" in refused.value.sentence


def test_each_move_belongs_to_its_state(desk: Desk) -> None:
    made = {"planned": planned(desk), "answering": answering(desk), "judging": drawn(desk)}
    made |= {"closed": answering(desk), "cancelled": planned(desk)}
    for number in (1, 2):
        answer(desk, made["closed"], number)
    attempts(desk, made["closed"])["close"]("ratna")
    attempts(desk, made["cancelled"])["cancel"]("ratna")
    allowed = {
        "change": {"planned"},
        "draw": {"planned"},
        "judge": {"judging"},
        "send": {"judging"},
        "answer": {"answering"},
        "return": {"answering"},
        "report": {"answering"},
        "close": {"judging", "answering"},
        "cancel": {"planned", "judging"},
    }
    for held, check_id in made.items():
        assert state(desk, check_id) == held
        for move, attempt in attempts(desk, check_id).items():
            if held not in allowed[move]:
                with pytest.raises(Problem) as refused:
                    attempt("budi" if move == "answer" else "ratna")
                assert refused.value.code == "state", (held, move)


def test_a_light_finding_opens_no_ltpp_and_a_clean_check_closes_without_an_answer(desk: Desk) -> None:
    made = answering(desk)
    with pytest.raises(Problem):
        service.report_finding(desk.journal, desk.who("ratna"), check_id=made, number=2, now=desk.now)
    clean = drawn(desk, process_size=1, product_size=0)
    judge(desk, clean, "process", 1, "conforms", "not_applicable")
    attempts(desk, clean)["close"]("ratna")
    assert state(desk, clean) == "closed"


def test_a_planned_check_waits_for_its_day(desk: Desk) -> None:
    made = planned(desk, on_date=date(2026, 3, 20))
    with pytest.raises(Problem) as refused:
        service.draw_cases(desk.journal, desk.who("ratna"), check_id=made, now=desk.now)
    assert refused.value.sentence == "Sampel ditarik pada hari pemeriksaan."


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("services", {"services": []}),
        ("services", {"services": ["ktm"]}),
        ("purpose", {"purpose": " "}),
        ("until_on", {"until_on": date(2025, 12, 31)}),
        ("on_date", {"on_date": date(2027, 6, 1)}),
        ("on_date", {"on_date": date(2026, 3, 11)}),
        ("process_size", {"process_size": 0, "product_size": 0}),
        ("process_size", {"process_size": 101}),
        ("process_questions", {"process_questions": [f"{n}?" for n in range(31)]}),
        ("product_questions", {"product_questions": ["x" * 201]}),
    ],
)
def test_a_plan_that_cannot_be_is_refused_at_its_field(desk: Desk, field: str, changed: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        planned(desk, **changed)
    assert field in refused.value.fields


# -- the quarter without a check -----------------------------------------------------------------------------------


def test_a_quarter_without_a_check_is_told_near_its_end_and_after_it(desk: Desk) -> None:
    """The office works since 12 March 2026 (its people); by hand: the last 14 days of March, then all of the second
    quarter near its end, and from July on the second quarter as missed, until a check of the third is planned."""
    db = desk.journal.db
    told = {
        date(2026, 3, 16): None,
        date(2026, 3, 17): "Triwulan I 2026",
        date(2026, 3, 31): "Triwulan I 2026",
        date(2026, 4, 1): None,
        date(2026, 6, 16): "Triwulan II 2026",
        date(2026, 7, 1): "Triwulan II 2026",
        date(2026, 9, 30): "Triwulan II 2026",
    }
    found = {day: quarter.label if (quarter := forgotten_quarter(db, day)) else None for day in told}
    assert found == told
    office.change_setting(desk.journal, desk.who("ratna"), key="checks.remind_days", value=90, now=START)
    assert forgotten_quarter(db, date(2026, 4, 10)) is not None
    made = planned(desk, on_date=date(2026, 7, 10))
    assert forgotten_quarter(db, date(2026, 9, 30)) is None
    attempts(desk, made)["cancel"]("ratna")
    assert forgotten_quarter(db, date(2026, 9, 30)) is not None


def test_every_kind_is_replayed(desk: Desk, tmp_path: Path) -> None:
    made = answering(desk)
    answer(desk, made, 1)
    ratna = desk.who("ratna")
    one: dict[str, Any] = {"check_id": made, "now": desk.now}
    service.return_answer(desk.journal, ratna, number=1, reason="Kurang", **one)
    answer(desk, made, 1)
    answer(desk, made, 2)
    service.report_finding(desk.journal, ratna, number=1, **one)
    service.close_check(desk.journal, ratna, note="Cukup", **one)
    second = planned(desk)
    attempts(desk, second)["change"]("ratna")
    attempts(desk, second)["cancel"]("ratna")
    written = {entry.kind for check_id in (made, second) for entry in desk.journal.about(f"check/{check_id}")}
    assert written == {kind.name for kind in KINDS}
    assert verify_side(desk.journal, "office", tmp_path / "scratch.sqlite3").faults == []


def test_a_check_is_found_exactly_by_its_whole_number(desk: Desk, web: Flask) -> None:
    planned(desk)
    planned(desk, purpose="Kedua")
    ratna = Browser(web, "ratna")
    for check_id in (1, 2):
        number = queries.load_check(desk.journal.db, check_id).number
        assert ratna.post("/cari", {"q": number.lower()}).location == f"/pemeriksaan/{check_id}"
    check = queries.load_check(desk.journal.db, 1)
    with web.test_request_context():
        assert [name_check(check, typed).exact for typed in (check.number.lower(), check.number[:5])] == [True, False]


def test_the_proposed_plan_looks_back_and_a_faulty_case_stands_apart(desk: Desk, web: Flask, clock: Clock) -> None:
    ratna = Browser(web, "ratna")
    form = ratna.get("/pemeriksaan/baru").get_data(as_text=True)
    typed = dict(re.findall(r'name="(from_on|until_on)"[^>]*value="([^"]*)"', form))
    span = re.findall(r"\d{2}-\d{2}-\d{4}|\d{4}-\d{2}-\d{2}", " ".join(typed.values()))
    assert len(span) == 2
    ends = [date(*map(int, reversed(one.split("-")))) if one[2] == "-" else date.fromisoformat(one) for one in span]
    assert ends[0] < ends[1] == clock().date()
    assert 80 <= (ends[1] - ends[0]).days <= 100, "three months"


def test_questions_are_answered_from_the_first_and_no_further_than_there_are(desk: Desk) -> None:
    desk.complete()
    check_id = drawn(desk)
    for words, field in (
        (["heavy", "conforms"], "note1"),
        (["conforms", "light"], "note2"),
        (["x", "conforms"], "verdict1"),
    ):
        with pytest.raises(Problem) as refused:
            service.judge_case(
                desk.journal,
                desk.who("ratna"),
                check_id=check_id,
                part="process",
                ordinal=1,
                verdicts=[(word, "") for word in words],
                now=desk.now,
            )
        assert list(refused.value.fields) == [field]


def test_a_sample_of_no_part_of_a_check_is_not_there(desk: Desk, web: Flask) -> None:
    desk.complete()
    check_id, ratna = drawn(desk), Browser(web, "ratna")
    for part, status in (("process", 200), ("lain", 404)):
        where = f"/pemeriksaan/{check_id}/{part}/1"
        assert ratna.get(where).status_code == status, part
    assert ratna.post(f"/pemeriksaan/{check_id}/lain/1").status_code == 404
