"""What a cycle asks of whom at the desk, and what its pages offer to whom, from the plan to its end."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.core.problems import Problem
from app.quality.evaluation import documents, papers, queries, service, sheets, tasks, transitions
from app.quality.evaluation.sheets import Assessment
from app.quality.evaluation.tables import EvaluationRow, EvaluationSheet, FollowUp
from app.quality.evaluation.views import cycles
from app.quality.evaluation.views import documents as document_pages
from app.quality.indicators.queries import indicators_of, load_targets
from app.quality.indicators.service import NewTarget, set_targets
from schema.indicator_values import format_value
from tests.platform.people import Browser
from tests.world.evaluation_staff import REPORT, Team
from tests.world.indicator_staff import agree_to_targets
from tests.world.looks import drawn_looks

BOX = "kecamatan/box_opened"
PEOPLE = ("ratna", "budi", "camat", "sari")
MONEV = "Pemantauan dan evaluasi"


def asked(team: Team) -> dict[str, list[tuple[str, str, str]]]:
    """Person → title, verb and act of what waits for him; who has nothing to do is not named."""
    found = {
        name: [
            (one.title, one.verb, one.act)
            for ask in tasks.DESK.tasks
            for one in ask(team.journal.db, team.who(name), team.now)
        ]
        for name in (*PEOPLE, "desi")
    }
    return {name: rows for name, rows in found.items() if rows}


def offered(web: Flask, path: str) -> dict[str, set[str]]:
    """Person → what the page at `path` posts to, and the form to which its button leads, as ends of their addresses."""
    found = {}
    for name in PEOPLE:
        page = Browser(web, name).get(path).text
        posts = re.findall(r'action="(/monev/[^"#]+)', page) + re.findall(
            r'href="(/monev/\d+/(?:laporan|evaluasi))"', page
        )
        found[name] = {post.removeprefix(path).removeprefix("/monev").removeprefix("/") for post in posts}
    return found


def lives(team: Team, cycle_id: int) -> Iterator[str]:
    """The states of a cycle one after the other, as chapter V has them; after each `yield` it has gone on."""
    yield "planned"
    team.finish_sheets(cycle_id)
    yield "assessed"
    digest = team.draft(cycle_id)
    yield "drafted"
    which: dict[str, Any] = {"cycle_id": cycle_id, "now": team.now}
    service.sign_report(team.journal, team.who("ratna"), digest=digest, **which)
    yield "reported"
    team.evaluate(cycle_id)
    yield "evaluated"
    [left] = queries.follow_ups_of(team.journal.db, cycle_id)
    one: dict[str, Any] = {"follow_up_id": left.id, "now": team.now}
    sheets.complete_follow_up(team.journal, team.who("budi"), note="Selesai.", **one)
    yield "done"
    sheets.judge_follow_up(team.journal, team.who("ratna"), accepted=True, note="Dilihat.", **one)
    yield "followed"
    team.close(cycle_id)
    yield "closed"


UNIT, CHIEF = "Seksi Pelayanan Umum", "Camat"
DESKS: Mapping[str, Mapping[str, list[tuple[str, str, str]]]] = {
    "planned": {
        "ratna": [(f"Isi lembar audit {UNIT}", "Isi", "write"), (f"Isi lembar audit {CHIEF}", "Isi", "write")],
    },
    "assessed": {
        "ratna": [("Susun laporan 01/MONEV/2026", "Susun", "write")],
        "budi": [("Tindak lanjut", "Selesaikan", "follow")],
    },
    "drafted": {
        "ratna": [("Tanda tangani laporan 01/MONEV/2026", "Baca dan tanda tangani", "approve")],
        "budi": [("Tindak lanjut", "Selesaikan", "follow")],
    },
    "reported": {
        "camat": [("Evaluasi siklus 01/MONEV/2026", "Evaluasi", "decide")],
        "budi": [("Tindak lanjut", "Selesaikan", "follow")],
    },
    "evaluated": {"budi": [("Tindak lanjut", "Selesaikan", "follow")]},
    "done": {"ratna": [("Periksa tindak lanjut", "Periksa", "verify")]},
    "followed": {"camat": [("Tutup siklus 01/MONEV/2026", "Tutup", "decide")]},
    "closed": {},
}
"""What waits for whom: whoever has to go on with the cycle, and nobody else."""
READ, FOLLOW = {"cetak"}, {"cetak", "tindak-lanjut"}
TEAM = FOLLOW | {"pembinaan"}
CARRY, COMPLETE, JUDGE = "tindak-lanjut/1/lanjutkan", "tindak-lanjut/1/selesai", "tindak-lanjut/1/periksa"
PAGES: Mapping[str, Mapping[str, set[str]]] = {
    "planned": {"ratna": TEAM | {"batal"}, "budi": FOLLOW, "camat": FOLLOW},
    "assessed": {"ratna": TEAM | {"laporan", CARRY}, "budi": FOLLOW | {COMPLETE}, "camat": FOLLOW},
    "drafted": {
        "ratna": TEAM | {"laporan", "laporan/tanda-tangan", "laporan/kembali", CARRY},
        "budi": FOLLOW | {COMPLETE},
        "camat": FOLLOW,
    },
    "reported": {"ratna": TEAM | {CARRY}, "budi": FOLLOW | {COMPLETE}, "camat": FOLLOW | {"evaluasi"}},
    "evaluated": {"ratna": TEAM | {CARRY}, "budi": FOLLOW | {COMPLETE}, "camat": FOLLOW},
    "done": {"ratna": TEAM | {JUDGE}, "budi": FOLLOW, "camat": FOLLOW},
    "followed": {"ratna": TEAM, "budi": FOLLOW, "camat": FOLLOW | {"tutup"}},
    "closed": {"ratna": READ | {"pembinaan"}, "budi": READ, "camat": READ},
}
"""What the page of the cycle offers: as the moves of its table allow, to whom they belong."""
DRAFT = {"planned", "assessed", "drafted"}


def test_desk_page_and_paper_of_a_cycle_follow_it_from_the_plan_to_its_end(team: Team, web: Flask) -> None:
    db, cycle_id = team.journal.db, team.plan()
    for state in lives(team, cycle_id):
        assert asked(team) == DESKS[state], state
        assert offered(web, f"/monev/{cycle_id}") == {"sari": READ, **PAGES[state]}, state
        paper = papers.report_paper(db, cycle_id, team.who("sari"), team.now)
        assert paper.draft == (state in DRAFT), state
        due = [(item.title, item.limit, item.deadline.due) for item in tasks.due_items(db, team.who("sari"), team.now)]
        running = state in ("assessed", "drafted", "reported", "evaluated")
        assert due == ([("Menambah petugas", "Tindak lanjut", "2027-01-27")] if running else []), state
        assert tasks.due_items(db, team.who("desi"), team.now) == [], "a village clerk reads no evaluation"


def test_rows_of_the_desk_lead_to_what_they_name(team: Team) -> None:
    db, cycle_id = team.journal.db, team.plan()
    sheet, budi = team.sheet(cycle_id, "pelayanan"), team.who("budi")
    what = "".join(chr(ord("a") + n % 26) for n in range(200))
    made = team.follow(sheet, "budi", what=what, due_on=team.now.date() + timedelta(days=9))
    [row] = tasks.follow_up_tasks(db, budi, team.now)
    assert (row.tab, row.detail, row.endpoint) == ("Mutu", what[:160], "evaluation.show_cycle")
    assert (row.values, str(row.due_on)) == ({"cycle_id": cycle_id, "_anchor": f"follow-up-{made}"}, "2027-01-06")
    [item] = tasks.due_items(db, budi, team.now)
    assert (item.title, item.values) == (what[:80], {"cycle_id": cycle_id})
    one: dict[str, Any] = {"follow_up_id": made, "now": team.now}
    sheets.complete_follow_up(team.journal, budi, note="Selesai.", **one)
    [seen] = tasks.follow_up_tasks(db, team.who("ratna"), team.now)
    assert (seen.due_on, seen.detail) == (None, what[:160]), "the day was that of the work, not of its check"
    rows = tasks.sheet_tasks(db, team.who("ratna"), team.now)
    assert [(known_row.detail, known_row.endpoint, known_row.values) for known_row in rows] == [
        (MONEV, "evaluation_sheets.show_sheet", {"sheet_id": one.id}) for one in team.sheets(cycle_id)
    ]
    team.finish_sheets(cycle_id)
    [todo] = tasks.cycle_tasks(db, team.who("ratna"), team.now)
    assert (todo.detail, todo.endpoint, todo.values) == (MONEV, "evaluation.show_cycle", {"cycle_id": cycle_id})


def test_a_document_waits_at_the_desk_of_its_next_signer(team: Team) -> None:
    made: dict[str, Any] = {"year": 2026, "unit": "pelayanan", "note": "", "now": team.now}
    document_id = documents.draft_targets(team.journal, team.who("budi"), **made)
    [row] = tasks.document_tasks(team.journal.db, team.who("budi"), team.now)
    assert (row.title, row.detail) == (
        "Sasaran Mutu Seksi Pelayanan Umum Tahun 2026",
        "Dibuat oleh: menunggu tanda tangan Anda dengan PIN.",
    )
    assert (row.endpoint, row.values, row.act) == ("quality.show_document", {"quality_id": document_id}, "approve")
    assert (row.state, row.word) == ("wait", "Menunggu tanda tangan")
    assert tasks.document_tasks(team.journal.db, team.who("ratna"), team.now) == []


# -- the sheet of a unit -----------------------------------------------------------------------------------------------


def sheet_lives(team: Team, sheet: EvaluationSheet) -> Iterator[str]:
    which: dict[str, Any] = {"sheet_id": sheet.id, "now": team.now}
    yield "open"
    team.assess(sheet)
    yield "assessed"
    sheets.send_sheet(team.journal, team.who("ratna"), **which)
    yield "sent"
    team.answer(sheet, "budi")
    yield "answered"
    team.follow(sheet, "budi", BOX)
    yield "followed"
    sheets.close_sheet(team.journal, team.who("ratna"), **which)
    yield "closed"


SHEET_READ, CAPA = {"cetak"}, "ltpp"
OWN = SHEET_READ | {CAPA, "1/tindak-lanjut?lembar=1"}
SHEETS: Mapping[str, Mapping[str, set[str]]] = {
    "open": {"ratna": OWN | {"baris"}, "budi": OWN},
    "assessed": {"ratna": OWN | {"baris", "kirim"}, "budi": OWN},
    "sent": {"ratna": OWN | {"kembali"}, "budi": OWN | {"jawab"}},
    "answered": {"ratna": OWN | {"kembali"}, "budi": OWN | {"jawab"}},
    "followed": {"ratna": OWN | {"kembali", "tutup"}, "budi": OWN | {"jawab"}},
    "closed": {"ratna": OWN, "budi": OWN},
}
"""What the page of the section's sheet offers: the team assesses, the section answers, both write follow-ups."""
SHEET_DESKS: Mapping[str, Mapping[str, tuple[str, str, str]]] = {
    "open": {"ratna": (f"Isi lembar audit {UNIT}", "Isi", "write")},
    "assessed": {"ratna": (f"Isi lembar audit {UNIT}", "Isi", "write")},
    "sent": {"budi": (f"Jawab lembar audit {UNIT}", "Jawab", "answer")},
    "answered": {"ratna": (f"Periksa jawaban {UNIT}", "Periksa", "verify")},
    "followed": {"ratna": (f"Periksa jawaban {UNIT}", "Periksa", "verify")},
    "closed": {},
}


def test_desk_and_page_of_a_sheet_follow_it_to_its_end(team: Team, web: Flask) -> None:
    cycle_id = team.plan()
    sheet = team.sheet(cycle_id, "pelayanan")
    for state in sheet_lives(team, sheet):
        found = {
            name: {re.sub(r"/\d+$", "", one) for one in every}
            for name, every in offered(web, f"/monev/lembar/{sheet.id}").items()
        }
        assert found == {"camat": SHEET_READ, "sari": SHEET_READ, **SHEETS[state]}, state
        desks = {
            name: row for name, rows in asked(team).items() for row in rows if UNIT in row[0] and row[0] != "Tindak"
        }
        assert desks == SHEET_DESKS[state], state
        page = Browser(web, "ratna").get(f"/monev/lembar/{sheet.id}").text
        assert ("Belum dapat ditutup" in page) == (state == "answered"), state
        assert ("Menunggu jawaban unitnya." in page) == (state == "sent"), state


def test_an_assessment_that_does_not_fit_its_figure_is_not_written(team: Team) -> None:
    db = team.journal.db
    sheet = team.sheet(team.plan(), "pelayanan")
    row = next(one for one in queries.rows_of_sheet(db, sheet.id) if one.indicator == BOX)
    which: dict[str, Any] = {"sheet_id": sheet.id, "ordinal": row.ordinal, "now": team.now}
    with pytest.raises(Problem) as refused:
        sheets.assess_row(team.journal, team.who("ratna"), assessment=Assessment("A?", "B.", "", "conform"), **which)
    assert list(refused.value.fields) == ["weight"], "0 of 100 was reached"
    assert [known_row.weight for known_row in EvaluationRow.rows(db, sheet_id=sheet.id, indicator=BOX)] == [""]
    seen, beyond = Assessment("A?", "B.", "C.", "observation"), which | {"ordinal": 27}
    with pytest.raises(Problem) as none:
        sheets.assess_row(team.journal, team.who("ratna"), assessment=seen, **beyond)
    assert none.value.code == "not_found", "the section has 26 targets"


def test_a_follow_up_is_of_a_unit_and_a_target_of_its_sheet_by_who_may_write_it(team: Team) -> None:
    cycle_id = team.plan()
    sheet, chief = team.sheet(cycle_id, "pelayanan"), team.sheet(cycle_id, "camat")
    other = queries.rows_of_sheet(team.journal.db, chief.id)[0].indicator

    def refusal(by: str, sheet: EvaluationSheet, indicator: str = "", **changes: Any) -> Problem:
        with pytest.raises(Problem) as told:
            team.follow(sheet, by, indicator, **changes)
        return told.value

    assert list(refusal("budi", sheet, other).fields) == ["indicator"]
    assert refusal("budi", sheet, unit="umum").code == "not_found"
    assert "unitnya sendiri atau tim" in refusal("budi", chief).sentence
    assert "unitnya sendiri atau tim" in refusal("camat", sheet).sentence
    assert refusal("sari", sheet).code == "forbidden"
    team.follow(sheet, "budi", BOX)
    team.follow(chief, "ratna", person="camat")
    assert [(row.unit, row.indicator, row.person) for row in FollowUp.rows(team.journal.db, order="id")] == [
        ("pelayanan", BOX, "budi"),
        ("camat", "", "camat"),
    ]


# -- the evaluation and the report -------------------------------------------------------------------------------------


def test_the_evaluation_proposes_the_target_there_is(team: Team, web: Flask) -> None:
    """Each target of this year as it is, or next year's where one is set already."""
    db, cycle_id, camat = team.journal.db, team.plan(), Browser(web, "camat")
    assert camat.get(f"/monev/{cycle_id}/evaluasi").location == f"/monev/{cycle_id}", "nothing to evaluate yet"
    team.report(cycle_id)
    service.open_capa(
        team.journal,
        team.who("ratna"),
        key=BOX,
        period=queries.cycle_period(transitions.load_cycle(db, cycle_id)),
        now=team.now,
    )
    set_targets(
        team.journal, team.who("camat"), year=2027, changes=[NewTarget("kecamatan/ktp_on_time", "97")], now=team.now
    )
    agree_to_targets(team.journal, team.who("ratna"), 2027, team.now)
    page = camat.get(f"/monev/{cycle_id}/evaluasi").text
    typed = dict(re.findall(r'name="target-([^"]+)"[^>]*value="([^"]*)"', re.sub(r"\s+", " ", page)))
    this_year = load_targets(db, 2026)
    audited = {row.indicator for row in EvaluationRow.rows(db)}
    assert typed == {key: format_value(this_year[key].value) for key in audited} | {"kecamatan/ktp_on_time": "97"}
    assert "Capaian dan target 2027" in page
    assert page.count("LTPP sasaran ini") == 1
    wrong = {"target-kecamatan/ktp_on_time": "90", "evaluation": "", "pin": "000000"}
    refused = camat.post(f"/monev/{cycle_id}/evaluasi", wrong)
    assert refused.status_code == 422
    assert transitions.load_cycle(db, cycle_id).state == "reported"


def test_a_report_is_written_only_when_its_turn_is_there_and_comes_back_as_it_was(team: Team, web: Flask) -> None:
    db, cycle_id, ratna = team.journal.db, team.plan(), Browser(web, "ratna")
    where = f"/monev/{cycle_id}/laporan"
    team.finish_sheets(cycle_id)
    assert ratna.get(where).status_code == 200
    typed = {"results": "Dinilai semua.", "obstacles": "Tidak ada.", "recommendations": "Jadwal."}
    typed |= {f"principle-{n}": f"Prinsip ke-{n}" for n in range(1, 9)}
    lacking = ratna.post(where, typed)
    assert lacking.status_code == 422
    assert re.findall(r'href="#([^"]+)">Tulis bagaimana', lacking.text) == ["principle-9"]
    assert ratna.post(where, typed | {"principle-9": "Prinsip ke-9"}).location == f"/monev/{cycle_id}"
    kept = re.findall(r">(Prinsip ke-\d)<", ratna.get(where).text)
    assert kept == [f"Prinsip ke-{n}" for n in range(1, 10)]
    cycle = transitions.load_cycle(db, cycle_id)
    said = ["Dinilai semua.", "Tidak ada.", "Jadwal.", *kept]
    found = team.sheets(cycle_id)
    rows = [list(row.__data__.values()) for sheet in found for row in queries.rows_of_sheet(db, sheet.id)]
    parts = [[sheet.unit, sheet.activities, sheet.obstacles] for sheet in found]
    whole = json.dumps([cycle.number, *said, parts, rows], ensure_ascii=False)
    assert cycle.digest == hashlib.sha256(whole.encode()).hexdigest(), "signed is what was read, to the letter"
    service.sign_report(team.journal, team.who("ratna"), cycle_id=cycle_id, digest=cycle.digest, now=team.now)
    assert ratna.get(where).location == f"/monev/{cycle_id}", "signed by all, it is no draft any more"


def test_texts_of_report_and_answer_have_their_length(team: Team) -> None:
    """Five thousand letters for each text of the report, five hundred for a principle, three thousand for an answer."""
    j, ratna, cycle_id = team.journal, team.who("ratna"), team.plan()
    sheet = team.sheet(cycle_id, "pelayanan")
    team.assess(sheet)
    which: dict[str, Any] = {"sheet_id": sheet.id, "now": team.now}
    sheets.send_sheet(j, ratna, **which)
    answers = {row.ordinal: "x" * 3000 for row in queries.rows_of_sheet(j.db, sheet.id)}
    with pytest.raises(Problem) as refused:
        sheets.answer_sheet(
            j,
            team.who("budi"),
            activities="x" * 3001,
            obstacles="x" * 3001,
            responses=answers | {3: "x" * 3001},
            **which,
        )
    assert set(refused.value.fields) == {"activities", "obstacles", "response-3"}
    said: dict[str, Any] = {"activities": "x" * 3000, "obstacles": "x" * 3000, "responses": answers}
    sheets.answer_sheet(j, team.who("budi"), **said, **which)
    team.follow(sheet, "budi", BOX)
    sheets.close_sheet(j, ratna, **which)
    team.finish_sheet(team.sheet(cycle_id, "camat"), "camat")
    for length, wrong in ((1, True), (0, False)):
        texts = ["x" * (5000 + length)] * 3
        report = service.Report(*texts, ["x" * (500 + length)] * 9)
        if wrong:
            with pytest.raises(Problem) as long:
                service.draft_report(j, ratna, cycle_id=cycle_id, report=report, now=team.now)
            assert len(long.value.fields) == 12
        else:
            service.draft_report(j, ratna, cycle_id=cycle_id, report=report, now=team.now)
    assert REPORT.principles


def test_the_paper_counts_what_was_assessed_and_says_who_sat_where(team: Team) -> None:
    db, cycle_id = team.journal.db, team.plan(kind="incidental", reason="Uji")
    empty = papers.report_paper(db, cycle_id, team.who("sari"), team.now)
    assert dict(empty.counts)["Belum dinilai"] == "30"
    assert dict(empty.facts) == {
        "Dasar": queries.evaluation_rules(db).basis,
        "Periode": "Tahun 2026",
        "Jenis": "Insidental: Uji",
        "Dilaksanakan": "28 Desember 2026 sampai 15 Januari 2027",
        "Sekretaris Kecamatan": "Ratna Puspita",
        "Unit": "Seksi Pelayanan Umum, Camat",
    }
    team.finish_sheets(cycle_id)
    given: dict[str, Any] = {"on_date": team.now.date(), "post": "Inspektur", "notes": "Baik.", "now": team.now}
    service.supervise_cycle(team.journal, team.who("ratna"), cycle_id=cycle_id, **given)
    paper = papers.report_paper(db, cycle_id, team.who("sari"), team.now)
    rows = EvaluationRow.rows(db)
    assert sum(int(count) for word, count in paper.counts if word in transitions.WEIGHTS.values()) == len(rows)
    weights = Counter(transitions.WEIGHTS[row.weight] for row in rows)
    assert {word: int(count) for word, count in paper.counts if word in weights} == weights
    assert paper.supervisions == (("28 Desember 2026", "Inspektur", "Baik."),)
    sheet = papers.sheet_paper(db, team.sheet(cycle_id, "pelayanan").id, team.who("sari"), team.now)
    assert (sheet.auditor.name, sheet.audited.name, sheet.printed_by) == (
        "Ratna Puspita",
        "Budi Santoso",
        "Sari Wulandari",
    )
    assert (sheet.control.document, paper.control.document) == ("MUTU/F-04", "MUTU/F-03")
    names = {key: indicator.name for key, indicator in indicators_of(db).items()}
    assert [known_row.name for known_row in sheet.sheet.rows] == [
        names[row.indicator] for row in queries.rows_of_sheet(db, team.sheet(cycle_id, "pelayanan").id)
    ]
    assert [listed.value for listed in sheet.sheet.rows if listed.state == papers.STATE_WORDS["no_data"]] == [""] * sum(
        row.state == "no_data" for row in queries.rows_of_sheet(db, team.sheet(cycle_id, "pelayanan").id)
    )


def test_a_follow_up_on_paper_ends_with_what_was_said_of_it_last(team: Team) -> None:
    """Why it goes on, else what was seen, else what was done."""
    db, cycle_id = team.journal.db, team.plan()
    sheet, level = (
        team.sheet(cycle_id, "pelayanan"),
        next(iter(queries.evaluation_rules(team.journal.db).levels.values())),
    )
    made = team.follow(sheet, "budi")
    one: dict[str, Any] = {"follow_up_id": made, "now": team.now}

    def line() -> tuple[str, ...]:
        return papers.follow_up_line(db, transitions.load_follow_up(db, made))

    assert line() == ("Menambah petugas", level, "Budi Santoso", "27 Januari 2027", "Dikerjakan")
    sheets.complete_follow_up(team.journal, team.who("budi"), note="Ditambah satu", **one)
    assert line()[-1] == "Menunggu pemeriksaan. Ditambah satu"
    sheets.judge_follow_up(team.journal, team.who("ratna"), accepted=False, note="Belum terlihat", **one)
    assert line()[-1] == "Dikerjakan. Belum terlihat"
    sheets.carry_follow_up(team.journal, team.who("ratna"), reason="Anggaran 2027", **one)
    assert line()[-1] == "Dilanjutkan ke siklus berikutnya. Anggaran 2027"


def test_every_state_has_a_look_that_the_stylesheet_draws(team: Team, web: Flask) -> None:
    team.plan()
    assert Browser(web, "ratna").get("/monev").status_code == 200
    assert Browser(web, "ratna").get("/mutu").status_code == 200
    named = (transitions.CYCLE_STATES, transitions.SHEET_STATES, transitions.FOLLOW_UP_STATES, transitions.WEIGHTS)
    assert set(cycles.KINDS) == {state for states in named for state in states}
    assert set(document_pages.LOOKS) == set(transitions.DOCUMENT_STATES)
    assert {*cycles.KINDS.values(), *document_pages.LOOKS.values()} <= drawn_looks()


def test_the_same_content_gives_the_same_text_in_any_order() -> None:
    assert (
        documents.plain_text({"b": 1, "a": ["é"]})
        == documents.plain_text({"a": ["é"], "b": 1})
        == '{"a": ["é"], "b": 1}'
    )
