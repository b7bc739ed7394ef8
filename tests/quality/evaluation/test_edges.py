"""Pages of quality at their edges: forms that come back, what is listed and offered, links from beside, limits."""

import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from flask import Flask

from app.core.periods import Period
from app.core.problems import Problem
from app.quality.evaluation import documents, queries, service, tasks, transitions
from app.quality.evaluation.views import cycles
from app.quality.evaluation.views import documents as document_pages
from tests.platform.people import PIN, Browser
from tests.quality.evaluation.test_documents import POINTS, Office, office
from tests.world.evaluation_staff import Team

__all__ = ["office"]
BOX, YEAR = "kecamatan/box_opened", Period("year", 2026)


def fields_of(act: Any) -> set[str]:
    """The fields at which something is refused; nothing where it is taken."""
    try:
        act()
    except Problem as problem:
        return set(problem.fields) or {problem.code}
    return set()


# -- links from beside -------------------------------------------------------------------------------------------------


def test_files_of_a_supervision_lead_to_its_cycle(team: Team, web: Flask) -> None:
    cycle_id = team.plan()
    given: dict[str, Any] = {"on_date": team.now.date(), "post": "Inspektur", "notes": "Baik.", "now": team.now}
    made = service.supervise_cycle(team.journal, team.who("ratna"), cycle_id=cycle_id, **given)
    with web.test_request_context("/"):
        assert cycles.supervision_page(team.journal.db, made) == ("Pembinaan Inspektur", f"/monev/{cycle_id}")
        with pytest.raises(Problem):
            cycles.supervision_page(team.journal.db, made + 1)
    seen = {name: cycles.can_see_supervision(team.journal.db, team.who(name), made, team.now) for name in TEAM}
    assert seen == {name: "evaluation.view" in rights_of(team, name) for name in TEAM}
    assert set(seen.values()) == {True, False}


TEAM = ("ratna", "camat", "budi", "sari", "desi")


def rights_of(team: Team, name: str) -> set[str]:
    actor = team.who(name)
    return {right for right, roles in actor.profile.rights.items() if actor.roles & roles}


def test_an_indicator_links_to_its_ltpp_or_to_where_it_is_opened(team: Team, web: Flask) -> None:
    known = service.open_capa(team.journal, team.who("ratna"), key=BOX, period=YEAR, now=team.now)
    with web.test_request_context("/"):
        for name in ("ratna", "sari"):
            link = cycles.capa_link(team.journal.db, team.who(name), BOX, YEAR)
            assert link == ("LTPP sasaran ini", f"/ltpp/{known}"), name


def test_the_page_that_offers_an_ltpp_leads_to_the_one_there_is(team: Team, web: Flask) -> None:
    ratna, address = Browser(web, "ratna"), f"/monev/ltpp?sasaran={BOX}&periode=2026"
    page = ratna.get(f"/sasaran/indikator/{BOX}?periode=2026").text
    assert "Buka LTPP" in page
    assert "Buka LTPP" not in Browser(web, "sari").get(f"/sasaran/indikator/{BOX}?periode=2026").text
    assert "Kotak saran dibuka setiap hari kerja: 0%" in ratna.get(address).text
    went = ratna.post("/monev/ltpp", {"sasaran": BOX, "periode": "2026"})
    assert re.fullmatch(r"/ltpp/\d+", went.location)
    assert ratna.get(address).location == went.location
    assert ratna.post("/monev/ltpp", {"sasaran": BOX, "periode": "2026"}).location == went.location
    assert "LTPP sasaran ini" in ratna.get(f"/sasaran/indikator/{BOX}?periode=2026").text
    refused = ratna.post("/monev/ltpp", {"sasaran": "kecamatan/ktp_on_time", "periode": "2026"})
    assert refused.status_code == 409


def test_a_cycle_is_found_by_its_number(team: Team, web: Flask) -> None:
    made = team.plan()
    row = transitions.load_cycle(team.journal.db, made)
    with web.test_request_context("/"):
        [whole] = cycles.find_cycles(team.journal.db, team.who("ratna"), row.number.lower())
        assert whole.exact
        part = cycles.name_cycle(row, row.number[:-1])
        assert not part.exact
        assert cycles.find_cycles(team.journal.db, team.who("ratna"), "nichts") == []


# -- the plan ----------------------------------------------------------------------------------------------------------


def test_the_plan_offers_the_periods_of_the_year_that_is_asked(team: Team, web: Flask) -> None:
    ratna = Browser(web, "ratna")

    def offered(query: str) -> list[str]:
        page = ratna.get(f"/monev/baru{query}").text
        part = page.split('name="period"')[1].split("</select>")[0]
        return re.findall(r'value="(\d{4}[^"]*)"', part)

    def of_year(year: int) -> list[str]:
        months = [f"{year}-{n:02d}" for n in range(1, 13)]
        return [str(year), f"{year}-S1", f"{year}-S2", *(f"{year}-Q{n}" for n in range(1, 5)), *months]

    assert offered("") == of_year(2026)
    assert offered("?tahun=2025") == of_year(2025)
    assert offered("?tahun=strange") == of_year(2026)
    assert offered("?tahun=2027") == [], "nothing of it has begun"
    assert ratna.post("/monev/baru", {"period": "2026"}).status_code == 422


def test_a_cycle_page_is_left_for_its_report_and_evaluation_only_in_turn(team: Team, web: Flask) -> None:
    made = team.plan()
    ratna, camat = Browser(web, "ratna"), Browser(web, "camat")
    report, evaluation = ratna.get(f"/monev/{made}/laporan"), camat.get(f"/monev/{made}/evaluasi")
    assert report.status_code == 200
    assert evaluation.location == f"/monev/{made}", "nothing was reported"
    for path, browser in ((f"/monev/{made}/laporan", ratna), (f"/monev/{made}/evaluasi", camat)):
        refused = browser.post(path, {"results": "", "text": "", "pin": PIN})
        assert refused.status_code in (409, 422), path
        assert "<h1>" in refused.text
    withdrawn = ratna.post(f"/monev/{made}/batal", {"reason": "Salah"})
    assert withdrawn.location == f"/monev/{made}"
    assert ratna.get(f"/monev/{made}/laporan").location == f"/monev/{made}"


def test_a_supervision_brings_four_files_at_most(team: Team) -> None:
    assert cycles.MOST_FILES == 4
    assert cycles.MOST_BYTES == 2_000_000, "as large as any scan"


# -- documents ---------------------------------------------------------------------------------------------------------


def test_a_draft_of_targets_is_asked_by_year_and_unit(office: Office, web: Flask) -> None:
    ratna, budi = Browser(web, "ratna"), Browser(web, "budi")
    page = budi.get("/mutu").text
    places = re.findall(r'value="(\d{4}/\w+)"', page)
    assert places == [f"2026/{unit}" for unit in documents.units_to_draft(office.journal.db, 2026)]
    for strange in ("", "26/pelayanan", "20266/pelayanan", "x/pelayanan", "2026/nobody", "２０２６"):
        assert budi.post("/mutu/sasaran", {"place": strange}).status_code in (404, 409, 422), strange
    went = budi.post("/mutu/sasaran", {"place": "2026/pelayanan", "note": ""})
    assert re.fullmatch(r"/mutu/\d+", went.location)
    row = documents.list_documents(office.journal.db, "targets")[0]
    assert (row.year, row.section, row.state, row.actor) == (2026, "pelayanan", "signing", "budi")
    assert "2026/pelayanan" not in ratna.get("/mutu").text
    office.raise_target("ktp_on_time", "97")
    assert any(text.startswith("2027/") for text in re.findall(r'value="(\d{4}/\w+)"', ratna.get("/mutu").text))


def test_the_form_of_the_policy_has_eight_places_and_what_holds_now(office: Office, web: Flask) -> None:
    ratna = Browser(web, "ratna")

    def places(word: str) -> list[str]:
        page = ratna.get(f"/mutu/{word}/baru").text
        assert len(re.findall(r'name="point\d+"', page)) == 8
        return re.findall(r'name="name\d+"[^>]*value="([^"]*)"', page)

    assert places("kebijakan")[0] == documents.PRIME
    assert documents.PRIME not in places("jaminan"), "the guarantee has no such point"
    office.sign(office.policy(), "camat")
    assert places("kebijakan")[:2] == [name for name, _ in POINTS]
    assert "Kami melayani." in ratna.get("/mutu/kebijakan/baru").text
    made = documents.policy_in_force(office.journal.db)
    assert made
    assert ratna.get("/mutu/kebijakan").location == f"/mutu/{made[1].id}"
    assert ratna.get("/mutu/strange/baru").status_code == 404


def test_a_document_says_that_its_targets_changed_once_it_is_in_force(office: Office, web: Flask) -> None:
    made = office.targets()
    ratna, budi = Browser(web, "ratna"), Browser(web, "budi")
    assert 'name="digest"' in budi.get(f"/mutu/{made}").text, "his signature is due"
    assert 'name="digest"' not in ratna.get(f"/mutu/{made}").text
    office.sign(made, "budi", "ratna", "camat")
    for browser in (ratna, budi):
        assert 'name="digest"' not in browser.get(f"/mutu/{made}").text
    assert document_pages.PRINTS_SHOWN == 50
    control = ratna.get(f"/mutu/{made}/kendali").text
    assert "SM-PELAYANAN-2026" in control
    assert f"/mutu/{made}/salinan/" not in control, "no copy was printed"
    printed = ratna.post(f"/mutu/{made}/cetak", {"salinan": "3"})
    assert printed.data.startswith(b"%PDF")
    assert "SM-PELAYANAN-2026-00" in printed.headers["Content-Disposition"]
    for strange in ("x", "³", "9" * 9):
        assert ratna.post(f"/mutu/{made}/cetak", {"salinan": strange}).status_code == 200, "a print without a number"
    taken = budi.post(f"/mutu/{made}/salinan/3", {"received_by": "", "old_returned": ""})
    assert taken.location == f"/mutu/{made}/kendali"
    again = ratna.post(f"/mutu/{made}/salinan/1", {"received_by": "x"})
    assert again.status_code == 422


def test_documents_stand_by_year_and_their_newest_revision(office: Office) -> None:
    db = office.journal.db
    office.raise_target("ktp_on_time", "97")
    ids = [office.targets(), office.targets(2027), office.targets(unit="sekretaris", by="ratna")]
    found = [(row.year, row.section) for row in documents.list_documents(db, "targets")]
    assert found == [(2027, "pelayanan"), (2026, "pelayanan"), (2026, "sekretaris")]
    given: dict[str, Any] = {"document_id": ids[0], "now": office.clock()}

    def withdraw(reason: str) -> set[str]:
        return fields_of(
            lambda: documents.withdraw_document(office.journal, office.who("budi"), reason=reason, **given)
        )

    assert withdraw("r" * 301) == withdraw(" ") == {"reason"}
    assert withdraw("r" * 300) == set()
    assert documents.newest_revision(db, "targets", 2026, "pelayanan") is None
    again = office.targets()
    revisions = documents.revisions_of(db, "targets", 2026, "pelayanan")
    assert [(row.id, row.revision) for row in revisions] == [(again, 0), (ids[0], 0)]
    assert fields_of(lambda: office.targets(2027, note="n" * 301)) == {"note"}
    assert fields_of(lambda: office.targets(2027, note="n" * 300)) == {"conflict"}
    policy = office.policy()
    office.sign(policy, "camat")
    assert fields_of(lambda: office.policy("Lain.", "n" * 301)) == {"note"}
    assert fields_of(lambda: office.policy("Lain.", "n" * 300)) == set()
    assert documents.document_number(transitions.load_document(db, policy)) == "KM-01"
    assert documents.controlled_document(db, transitions.load_document(db, policy)).id == "quality-policy"
    assert documents.controlled_document(db, transitions.load_document(db, again)).id == (
        "quality-targets-2026-pelayanan"
    )


# -- follow-ups --------------------------------------------------------------------------------------------------------


def test_a_follow_up_is_late_the_day_after_its_day(team: Team) -> None:
    made = team.plan()
    sheet = team.sheet(made, "pelayanan")
    follow = team.follow(sheet, "budi")
    [row] = [one for one in queries.follow_ups_of(team.journal.db, made) if one.id == follow]
    due = team.now.date() + timedelta(days=30)
    assert row.due_on == due.isoformat()
    at = {ahead: team.now + timedelta(days=ahead) for ahead in (30, 31)}
    assert [transitions.is_late(row, one) for one in at.values()] == [False, True]


def test_a_follow_up_that_runs_is_due_in_working_days(team: Team) -> None:
    """Its day was set by a person: it has no unit of its own and is said as *Meja kerja* says it."""
    made = team.plan()
    team.follow(team.sheet(made, "pelayanan"), "budi", what="w" * 200)
    [item] = tasks.due_items(team.journal.db, team.who("budi"), team.now)
    assert (item.title, item.limit, item.deadline.unit) == ("w" * 80, "Tindak lanjut", "working_days")
    assert (item.endpoint, item.values) == ("evaluation.show_cycle", {"cycle_id": made})


def test_whoever_plans_a_cycle_is_in_its_team_and_it_ends_not_before_it_begins(team: Team) -> None:
    planner = msgspec.structs.replace(team.who("ratna"), username="titin")
    day = team.now.date()

    def wrong(by: Any, **days: Any) -> set[str]:
        given = {"period": "2026", "from_on": day, "until_on": day, "team": team.roles} | days
        return fields_of(lambda: service.plan_cycle(team.journal, by, plan=service.Plan(**given), now=team.now))

    ratna = team.who("ratna")
    assert wrong(planner) == {"team-sekretaris"}
    assert wrong(ratna, until_on=day - timedelta(days=1)) == {"until_on"}
    assert wrong(ratna, from_on=None) == wrong(ratna, until_on=None) == {"until_on"}
    assert wrong(ratna, period="2027") == {"period"}, "it has not begun"
    assert wrong(ratna, team={}) == wrong(ratna, team={"sekretaris": ["sari"]}) == {"team-sekretaris"}
    assert wrong(ratna, components=["Tidak ada"]) == {"components"}
    assert wrong(ratna) == set(), "one day is enough"
