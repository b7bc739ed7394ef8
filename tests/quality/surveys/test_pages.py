"""Pages of the surveys: who may do what, results with what follows from them, the report and its papers."""

import io
import json
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from textwrap import wrap

import msgspec
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.casework.batches.papers import hand_over_receipt
from app.core.periods import Period
from app.core.permissions import Actor
from app.core.problems import CATALOGUE, Problem
from app.platform.office import service as office
from app.platform.printing.papers import render_paper
from app.quality.surveys import papers, queries, reports, votes
from app.quality.surveys.events import Answer, AnswersImported
from app.quality.surveys.tasks import report_tasks
from schema.database import SqliteDatabase
from sync.journal import Journal
from tests.platform.people import PIN, Browser, Clock, actor_of
from tests.platform.printing.reading import pages_of, text_of
from tests.quality.surveys.conftest import FINISHED
from tests.quality.surveys.voting import case, vote
from tests.services.ktp.desk import SECRETARY

PLAN = "Kursi ditambah, oleh Subbagian Umum, Juni 2026.\nLoket kedua dibuka, April 2026."
QUARTER = Period.parse("2026-Q1")


def fill(
    journal: Journal,
    clock: Clock,
    marks: str = "323333333",
    count: int = 30,
    month: str = "2026-03",
    service: str = "ktp-el",
) -> None:
    """Answers of so many people, all alike."""
    with journal.transaction():
        first = journal.next_id("survey_answer")
        said = "Kata Bu Tumini Sulastri, telepon 081234567890, kursinya kurang."
        people = [
            Answer(first + n, "skm14", service, month, marks, {"sex": "male" if n < 2 else "female"}, said)
            for n in range(count)
        ]
        body = AnswersImported(f"{month}{marks}", "a.csv", "skm14", service, month, people)
        journal.record(body, subject="survey", actor="ida", at=clock())


def who(journal: Journal, username: str, clock: Clock) -> Actor:
    return actor_of(journal.db, username, clock().date())


def test_results_tell_index_sample_groups_and_masked_comments(web: Flask, journal: Journal, clock: Clock) -> None:
    ida = Browser(web, "ida")
    assert "Tidak ada data" in ida.get("/kepuasan").text
    fill(journal, clock, count=5, month="2025-12", marks="333333333")
    fill(journal, clock)
    page = ida.get("/kepuasan?masa=2026-Q1&layanan=ktp-el").text
    assert "72,22" in page  # 26 x 25 / 9
    assert "71,50" in page  # 26 x 25 x 0,11
    assert "cukup responden: perlu 8 dari 8" in page
    assert "2025-Q4: turun 2,78" in page
    assert "081234567890" not in page
    assert "Tumini" not in page
    assert "30 kali" in page
    groups = queries.results_by_group(journal.db, queries.office_survey(journal.db), "", QUARTER)
    [together] = groups["Jenis kelamin"]  # two men: less the women's row the total would tell what they said
    assert (together.label, together.result.respondents) == (queries.TOGETHER, 30)
    assert "Laki-laki" not in page
    for nonsense in ("masa=2026-13", "masa=9999", "masa=" + "9" * 500, "layanan='--", "masa=2027"):
        assert ida.get(f"/kepuasan?{nonsense}").status_code == 200


def test_the_sample_is_enough_by_the_number_of_finished_services(journal: Journal, office_db: SqliteDatabase) -> None:
    survey = queries.office_survey(journal.db)
    enough = queries.sample_size(journal.db, survey, "", QUARTER, 7)
    assert (enough.finished, enough.wanted, enough.words) == (FINISHED, 8, "belum cukup responden")
    assert queries.sample_size(journal.db, survey, "", QUARTER, 8).reached
    with closing(sqlite3.connect(str(office_db.database))) as other, other:  # one came from an old register
        other.execute("UPDATE case_file SET origin = 'import' WHERE id = 1")
    assert queries.sample_size(journal.db, survey, "", QUARTER, 7).reached
    assert votes.give_code(journal.db, case(journal, 1), QUARTER.end) == ""
    nobody = queries.sample_size(journal.db, survey, "hotline", QUARTER, 3)
    assert (nobody.finished, nobody.wanted, nobody.reached) == (0, 0, False)


def test_below_the_target_one_click_opens_one_ltpp(web: Flask, journal: Journal, clock: Clock) -> None:
    fill(journal, clock)
    ida, asked = Browser(web, "ida"), {"masa": "2026-Q1", "layanan": ""}
    assert "Indeks di bawah target 76,61" in ida.get("/kepuasan?masa=2026-Q1").text
    opened = ida.post("/kepuasan/ltpp", asked)
    assert opened.status_code == 303
    assert ida.post("/kepuasan/ltpp", asked).location == opened.location  # twice pressed, once opened
    page = ida.get(opened.location).text
    assert "Survei kepuasan" in page
    assert "U2 Sistem, mekanisme, dan prosedur 50,00" in page
    assert "Lihat LTPP" in ida.get("/kepuasan?masa=2026-Q1").text
    ratna = Browser(web, "ratna")
    saved = {"method": "skm14", "target": "70,00", "days": "20"}
    assert ratna.post("/kepuasan/pengaturan", saved | {"target": "7o"}).status_code == 422
    assert ratna.post("/kepuasan/pengaturan", saved | {"method": "iso"}).status_code == 422
    assert ratna.post("/kepuasan/pengaturan", saved).status_code == 303
    assert ida.post("/kepuasan/ltpp", {"masa": "2026", "layanan": ""}).status_code == 409
    assert ida.post("/kepuasan/pengaturan", saved).status_code == 403


def test_the_report_is_frozen_signed_by_the_chief_alone_and_hangs_on_the_board(
    web: Flask, kiosk: Flask, journal: Journal, clock: Clock, tmp_path: Path
) -> None:
    fill(journal, clock)
    ida, camat = Browser(web, "ida"), Browser(web, "camat")
    draft = {"masa": "2026-Q1", "layanan": "", "plan": PLAN}
    assert ida.post("/kepuasan/laporan/baru", draft | {"plan": " "}).status_code == 422
    assert "Belum ada nilai indeks" in ida.post("/kepuasan/laporan/baru", draft | {"masa": "2025"}).text
    place = ida.post("/kepuasan/laporan/baru", draft).location
    assert "sudah ada: 01/SKM/2026" in ida.post("/kepuasan/laporan/baru", draft).text
    report = reports.get_report(journal.db, 1)
    fill(journal, clock, marks="444444444", count=50)  # what comes later changes nothing in it
    assert json.loads(report.figures)["result"]["index"] == "72.22"
    sign = {"digest": report.digest, "pin": PIN}
    for username in ("ida", "ratna", "budi", "sari", "oki"):
        assert Browser(web, username).post(f"{place}/terbit", sign).status_code == 403, username
    assert camat.post(f"{place}/terbit", sign | {"pin": ""}).status_code == 422
    assert camat.post(f"{place}/terbit", sign | {"digest": "0" * 64}).status_code == 409
    assert "Laporan survei menunggu tanda tangan" in camat.get("/").text
    assert kiosk.test_client().get("/survei/hasil").get_data(as_text=True).count("72,22") == 0
    assert camat.post(f"{place}/cetak/poster-f4").status_code == 409
    assert camat.post(f"{place}/terbit", sign).status_code == 303
    assert "72,22" in kiosk.test_client().get("/survei/hasil").get_data(as_text=True)
    assert "Hadi Purnomo" in ida.get(place).text
    printed = ida.post(f"{place}/cetak/laporan")
    told = text_of(printed.data, tmp_path)
    for words in ("72,22", "01/SKM/2026", "Hadi Purnomo", "Loket kedua dibuka", "cukup; perlu 8", "Cara tabel"):
        assert words in told, words
    assert " ".join(wrap(report.digest, 8)) in " ".join(told.split())
    assert "RANCANGAN" not in told
    assert "72,22" in text_of(ida.post(f"{place}/cetak/poster-f4").data, tmp_path)
    assert ida.post(f"{place}/tarik", {"why": "Salah"}).status_code == 403
    assert camat.post(f"{place}/tarik", {"why": "Salah masa"}).status_code == 303
    assert reports.newest_published(journal.db) is None


def test_a_report_is_due_every_year(journal: Journal, clock: Clock) -> None:
    ida = who(journal, "ida", clock)
    assert report_tasks(journal.db, ida, clock()) == []
    november = clock() + timedelta(days=250)
    [due] = report_tasks(journal.db, ida, november)
    assert (due.title, str(due.due_on)) == ("Susun laporan survei", "2026-12-31")
    assert report_tasks(journal.db, who(journal, "sari", clock), november) == []


def test_who_may_do_what_and_imports_by_page(web: Flask, journal: Journal, clock: Clock) -> None:
    sari, ida = Browser(web, "sari"), Browser(web, "ida")
    for path, status in (("/kepuasan", 200), ("/kepuasan/lembar", 200), ("/kepuasan/laporan/baru", 403)):
        assert sari.get(path).status_code == status, path
    for path in ("/kepuasan", "/kepuasan/lembar", "/kepuasan/laporan"):
        assert Browser(web, "desi").get(path).status_code == 403
        assert Browser(web).get(path).status_code in (302, 303, 401)
    head = ";".join(f"U{n}" for n in range(1, 10))
    sent = {"service": "ktp-el", "month": "2026-03"}

    def upload(browser: Browser, text: str) -> TestResponse:
        data = sent | {"file": (io.BytesIO(text.encode()), "a.csv")}
        return browser.post("/kepuasan/impor", data, content_type="multipart/form-data")

    assert upload(sari, head).status_code == 403
    wrong = upload(ida, f"{head}\n4;4;4;4;4;4;4;4;9\n")
    assert wrong.status_code == 422
    assert "Baris 2: U9 berisi “9”" in wrong.text
    assert upload(ida, f"{head}\n4;4;4;4;4;4;4;4;4\n").status_code == 303
    assert sari.post("/kepuasan/unduh/csv").status_code == 403
    assert ida.post("/kepuasan/unduh/csv", {"masa": "2026"}).data.count(b"\n") == 1  # one alone is not told
    assert ida.post("/kepuasan/unduh/pdf").status_code == 404


def test_slips_and_forms_are_papers(web: Flask, journal: Journal, clock: Clock, tmp_path: Path) -> None:
    sari = Browser(web, "sari")
    assert "Cetak slip kode survei" in sari.get("/berkas/1").text
    slip = text_of(sari.post("/kepuasan/slip/1").data, tmp_path)
    assert "Tanpa nama" in slip
    assert "0001/KTP/2026" not in slip  # nothing on it says whose case it was
    vote(journal, 2, clock())
    assert "sudah memberi suara" in sari.get("/berkas/2").text
    assert sari.post("/kepuasan/slip/2").status_code == 409
    many = sari.post("/kepuasan/lembar", {"count": "201", "layanan": "ktp-el"})
    assert (many.status_code, 'value="201"' in many.text, "1 sampai 200." in many.text) == (422, True, True)
    assert "Pilih dari daftar." in sari.post("/kepuasan/lembar", {"count": "2", "layanan": "ktm"}).text
    sari.post("/kepuasan/lembar", {"count": "2", "layanan": "ktp-el"})
    told = text_of(sari.post("/kepuasan/lembar/cetak", {"dari": "1", "sampai": "2"}).data, tmp_path)
    assert "Lembar nomor 1" in told
    assert "Lembar nomor 2" in told
    for size in ("F4", "A4"):
        for method in ("skm14", "kep25"):
            assert pages_of_forms(journal, clock, method, size, tmp_path) == 1, (size, method)
        receipt = hand_over_receipt(journal.db, case(journal, 3), who(journal, "sari", clock), clock())
        assert receipt.survey is not None
        assert len(pages_of(render_paper("hand_over", receipt, size=size), tmp_path)) == 1, size


def pages_of_forms(journal: Journal, clock: Clock, method: str, size: str, folder: Path) -> int:
    """How many sheets one form takes."""
    office.change_settings(journal, SECRETARY, {queries.METHOD: method}, clock())
    data = papers.forms_paper(journal.db, [7], "ktp-el", who(journal, "sari", clock), clock())
    return len(pages_of(render_paper("survey_form", data, size=size), folder))


def test_votes_of_several_services_stand_apart(journal: Journal, clock: Clock) -> None:
    for case_id in range(1, 6):
        vote(journal, case_id, clock(), "444444444")
    votes.count_votes(journal, clock())
    assert str(queries.index(journal.db, "ktp-el", QUARTER).index) == "100.00"
    assert queries.index(journal.db, "hotline", QUARTER).index is None
    assert queries.index(journal.db, "", QUARTER.before).index is None
    with pytest.raises(Problem, match="Belum ada nilai indeks"):
        reports.draft_report(
            journal, who(journal, "ida", clock), service="hotline", period=QUARTER, plan="x", now=clock()
        )


def test_a_report_needs_five_who_answered_and_says_how_many_there_should_be(journal: Journal, clock: Clock) -> None:
    """Four may be guessed; eight finished services want eight respondents (Krejcie and Morgan)."""
    ida, survey = who(journal, "ida", clock), queries.office_survey(journal.db)

    def draft(service: str = "") -> int:
        return reports.draft_report(journal, ida, service=service, period=QUARTER, plan=PLAN, now=clock())

    fill(journal, clock, count=4)
    for service in ("", "ktp-el"):
        with pytest.raises(Problem, match="kurang dari lima responden"):
            draft(service)
    fill(journal, clock, count=1, marks="444444444")
    assert json.loads(reports.get_report(journal.db, draft()).figures)["result"]["respondents"] == 5
    few = reports.report_figures(journal.db, survey, "", QUARTER)
    assert (few["wanted"], few["finished"], few["enough"]) == (8, FINISHED, False)
    fill(journal, clock, count=2, marks="222222222")
    assert not reports.report_figures(journal.db, survey, "", QUARTER)["enough"], "seven of eight"
    fill(journal, clock, count=1, marks="111111111")
    assert reports.report_figures(journal.db, survey, "", QUARTER)["enough"]


def test_the_trend_has_six_periods_and_none_that_few_made(journal: Journal, clock: Clock) -> None:
    survey = queries.office_survey(journal.db)
    fill(journal, clock, count=5, marks="333333333")
    fill(journal, clock, count=4, marks="222222222", month="2025-12")
    fill(journal, clock, count=5, marks="444444444", month="2024-10")
    fill(journal, clock, count=5, marks="444444444", month="2024-09")
    assert reports.index_trend(journal.db, survey, "", QUARTER) == [
        ("2024-Q4", "100.00"),
        ("2025-Q1", None),
        ("2025-Q2", None),
        ("2025-Q3", None),
        ("2025-Q4", None),
        ("2026-Q1", "75.00"),
    ]


def test_an_index_of_the_target_itself_opens_no_ltpp(journal: Journal, clock: Clock) -> None:
    fill(journal, clock, count=5, marks="333333333")
    ida, on = who(journal, "ida", clock), {"service": "", "period": QUARTER, "now": clock()}
    for target, opened in (("75.00", False), ("75.01", True)):
        office.change_settings(journal, SECRETARY, {queries.TARGET: target}, clock())
        if opened:
            assert reports.open_survey_capa(journal, ida, **on) == reports.capa_of(journal.db, "", QUARTER)
        else:
            with pytest.raises(Problem, match="tidak di bawah target"):
                reports.open_survey_capa(journal, ida, **on)


def test_a_report_is_signed_by_another_and_taken_back_by_who_may(journal: Journal, clock: Clock) -> None:
    fill(journal, clock, count=5)
    ida, camat = who(journal, "ida", clock), who(journal, "camat", clock)
    made = reports.draft_report(journal, ida, service="", period=QUARTER, plan=PLAN, now=clock())
    report = reports.get_report(journal.db, made)
    with pytest.raises(Problem, match="bukan wewenang"):
        reports.withdraw_report(journal, who(journal, "sari", clock), report_id=made, why="Salah", now=clock())
    with pytest.raises(Problem) as empty:
        reports.withdraw_report(journal, ida, report_id=made, why=" ", now=clock())
    assert list(empty.value.fields) == ["why"]
    reports.withdraw_report(journal, ida, report_id=made, why="Salah masa", now=clock())
    with pytest.raises(Problem, match="sudah ditarik"):
        reports.withdraw_report(journal, ida, report_id=made, why="Lagi", now=clock())
    with pytest.raises(Problem, match="ditarik"):
        reports.publish_report(journal, camat, report_id=made, digest=report.digest, now=clock())
    again = reports.draft_report(journal, ida, service="", period=QUARTER, plan=PLAN, now=clock())
    fresh = reports.get_report(journal.db, again)
    assert (report.number, fresh.number) == ("01/SKM/2026", "02/SKM/2026"), "a number is never given twice"
    assert str(reports.next_report_due(journal.db, QUARTER.end)) == "2026-12-31"
    reports.publish_report(journal, camat, report_id=again, digest=fresh.digest, now=clock())
    assert str(reports.next_report_due(journal.db, QUARTER.end)) == "2027-12-31"
    newest = reports.newest_published(journal.db)
    assert newest is not None
    assert newest.id == again


def test_nobody_signs_what_he_drafted_himself(journal: Journal, clock: Clock) -> None:
    fill(journal, clock, count=5)
    ida, camat = who(journal, "ida", clock), who(journal, "camat", clock)
    made = reports.draft_report(journal, ida, service="", period=QUARTER, plan=PLAN, now=clock())
    read = {"report_id": made, "digest": reports.get_report(journal.db, made).digest, "now": clock()}
    with pytest.raises(Problem) as refused:
        reports.publish_report(journal, msgspec.structs.replace(camat, username="ida"), **read)
    assert refused.value.sentence.endswith(CATALOGUE["second_person"].sentence)
    assert reports.get_report(journal.db, made).state == "drafted"
    for username, waits in (("ida", 0), ("camat", 1)):
        rows = report_tasks(journal.db, msgspec.structs.replace(camat, username=username), clock())
        assert [row.title for row in rows].count("Laporan survei menunggu tanda tangan") == waits, username
    reports.publish_report(journal, camat, **read)


def test_a_report_tells_who_was_set_aside_and_services_only_where_there_are_several() -> None:
    result = {"set_aside": 0, "by_table": {}}
    figures = {"finished": 40, "sources": {"import": 7}, "result": result, "groups": {}}
    assert len(papers.report_notes(figures, {})) == 1
    told = papers.report_notes(figures | {"result": result | {"set_aside": 3}}, {})
    assert told[1].startswith("3 responden disisihkan")
    one = ["ktp-el", 7, "81.25", "B"]
    tables = papers.report_groups({"services": [one], "groups": {}}, {"ktp-el": "KTP-el"})
    assert tables == ()
    [table] = papers.report_groups({"services": [one, ["kk", 6, None, ""]], "groups": {}}, {"ktp-el": "KTP-el"})
    assert (table.title, table.rows) == ("Layanan", (("KTP-el", "7", "81,25", "B"), ("kk", "6", "–", "–")))


def test_a_range_of_empty_forms_is_printed_by_its_numbers(
    web: Flask, journal: Journal, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sari, printed = Browser(web, "sari"), list[list[int]]()
    sari.post("/kepuasan/lembar", {"count": "4", "layanan": "ktp-el"})
    made = papers.forms_paper
    monkeypatch.setattr(
        papers, "forms_paper", lambda db, numbers, *more: printed.append(numbers) or made(db, numbers, *more)
    )
    for first, last, status in (("2", "3", 200), ("4", "4", 200), ("5", "9", 404), ("x", "2", 404), ("1", "", 404)):
        assert sari.post("/kepuasan/lembar/cetak", {"dari": first, "sampai": last}).status_code == status
    assert printed == [[2, 3], [4]]
    counted = [len(journal.about(f"survey/form/{number}")) for number in (2, 3, 4)]
    assert counted == [1, 0, 1], "under its first number"


def test_a_form_that_was_typed_wrong_keeps_what_was_typed(web: Flask) -> None:
    sari = Browser(web, "sari")
    sari.post("/kepuasan/lembar", {"count": "1", "layanan": "ktp-el"})
    typed = {"month": "2026-03", "U1": "9", "U2": "3", "comment": "Kursinya kurang"}
    refused = sari.post("/kepuasan/lembar/1", typed)
    assert refused.status_code == 422
    values = dict(re.findall(r'name="(U\d)"[^>]*?value="(\d*)"', refused.text))
    assert (values["U1"], values["U2"], values["U3"], "Kursinya kurang" in refused.text) == ("9", "3", "", True)
    assert dict(re.findall(r'name="(U\d)"[^>]*?value="(\d*)"', sari.get("/kepuasan/lembar/1").text))["U2"] == ""
