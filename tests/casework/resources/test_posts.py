"""Clause 9: the posts of the standard against the people of the office on any day; vacancies from their first day."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.casework.resources import posts, service
from app.casework.resources.posts import Known, education_demand, education_level, experience_demand
from app.core.problems import Problem
from app.platform.people import changes
from app.platform.people.events import RolesSet
from app.platform.people.queries import find_person
from schema.definitions import definition_text, load_all, load_definition
from schema.profiles import load_profile, profile_names
from sync.verification import redacted_body, verify_side
from tests.platform.office.adopting import put_in_force
from tests.platform.people import CAST, START, Browser, Clock, agree
from tests.services.ktp.desk import Desk

TODAY = START.date()
SKILLS = (
    "Mempunyai pengetahuan tentang Kependudukan dan Pencatatan Sipil di Kabupaten Lumajang",
    "Mempunyai keterampilan mengenai tata cara pengoperasian computer program aplikasi perkantoran dan aplikasi SIAK",
)


def page(browser: Browser, path: str = "/") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def post(desk: Desk, title: str, on: date = TODAY) -> posts.PostLine:
    return next(line for line in posts.post_lines(desk.journal.db, on) if line.title == title)


def person_id(desk: Desk, username: str) -> int:
    return desk.who(username).person_id


def qualify(desk: Desk, who: str, by: str = "ratna", **told: Any) -> None:
    said = {"education": "sma", "study": "", "working_since": None, "trainings": [], "skills": []} | told
    service.qualify_person(desk.journal, desk.who(by), person_id=person_id(desk, who), now=desk.now, **said)


def disable(desk: Desk, who: str, on: date) -> None:
    change = changes.Disable(person_id(desk, who), "Pindah tugas")
    agree(desk.journal, change, now=START + (on - TODAY))


def test_the_posts_are_those_of_the_standard_with_their_numbers(desk: Desk) -> None:
    """Clause 9 of the seed (004): three posts, one person each; `Petugas Loker` is read as Petugas Loket."""
    told = [
        (line.title, line.staff, [who.name for who in line.holders])
        for line in posts.post_lines(desk.journal.db, TODAY)
    ]
    assert told == [
        ("Kasi Pelayanan Umum", 1, ["Budi Santoso"]),
        ("Petugas Operator", 1, ["Oki Setiawan"]),
        ("Petugas Loket", 1, ["Sari Wulandari"]),
    ]


def test_what_is_missing_is_said_in_words_and_the_day_on_which_it_is_enough(desk: Desk, web: Flask) -> None:
    ratna = Browser(web, "ratna")
    assert "3 orang memegang jabatan standar tanpa catatan" in page(ratna)
    qualify(desk, "oki", working_since=date(2025, 6, 1))
    told = page(ratna, "/pelaksana")
    assert "pelatihan Komputer; pengalaman minimal 1 tahun, cukup pada 1 Juni 2026" in told
    assert "1 orang belum memenuhi syarat jabatannya" in page(ratna)
    done = [("pelatihan komputer", date(2024, 2, 1))]
    qualify(desk, "oki", working_since=date(2025, 3, 12), trainings=done, skills=SKILLS)
    mine = next(fit for fit in posts.fits_of(desk.journal.db, TODAY) if fit.holder.name == "Oki Setiawan")
    assert mine.fits
    assert [demand.state for demand in posts.demands_of(mine.line.asked, mine.known, TODAY - timedelta(days=1))].count(
        "missing"
    ) == 1
    qualify(desk, "budi", education="d3", working_since=date(2020, 1, 1))
    kasi = page(ratna, f"/pelaksana/{person_id(desk, 'budi')}")
    assert "Pelatihan - – Tidak dipersyaratkan" in kasi
    assert "Pendidikan S1 D3 Belum" in kasi
    assert "pendidikan S1" in kasi


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("S1", "s1"),
        ("SMU sederajat", "sma"),
        ("SLTA", "sma"),
        ("Sekurang-kurangnya Sarjana", "s1"),
        ("Diploma III", "d3"),
        ("D-IV", "s1"),
        ("S2 atau S1", "s1"),
        ("Magister", "s2"),
        ("Sesuai kebutuhan", None),
    ],
)
def test_levels_are_read_from_the_words_of_a_standard(text: str, level: str | None) -> None:
    assert education_level(text) == level


def test_a_level_counts_from_its_own_rank_up() -> None:
    order = ["", "sd", "smp", "sma", "d1", "d2", "d3", "d4", "s1", "s2", "s3"]
    met = [one for one in order if education_demand("S1", Known(education=one)).state == "met"]
    assert met == ["d4", "s1", "s2", "s3"]
    assert education_demand("Sesuai kebutuhan", Known()).state == "by_hand"
    assert education_demand("", Known()).state == "unstated"


def test_experience_is_whole_years_on_the_day_asked() -> None:
    since = date(2022, 2, 28)
    states = [experience_demand("Minimal 4 tahun", since, on).state for on in (date(2026, 2, 27), date(2026, 2, 28))]
    assert states == ["missing", "met"]
    leap = date(2024, 2, 29)
    assert [experience_demand("Minimal 1 tahun", leap, on).state for on in (date(2025, 2, 28), date(2025, 3, 1))] == [
        "missing",
        "met",
    ]
    assert experience_demand("Minimal 6 bulan", date(2025, 8, 31), date(2026, 2, 28)).state == "missing"
    assert experience_demand("", leap, TODAY).state == "unstated"
    assert experience_demand("Berpengalaman", leap, TODAY).state == "by_hand"
    nobody_knows = experience_demand("Minimal 2 tahun", None, TODAY)
    assert (nobody_knows.state, nobody_knows.lacking) == ("missing", "pengalaman minimal 2 tahun")
    assert posts.span_words(date(2022, 1, 15), date(2026, 3, 14)) == "4 tahun 1 bulan"


# -- vacancies -----------------------------------------------------------------------------------------------------


def test_a_post_is_vacant_from_the_day_its_holder_leaves(desk: Desk, web: Flask, clock: Clock) -> None:
    desk.now = clock.forward(days=4)
    assert "Jabatan kosong" not in page(Browser(web, "ratna"))
    disable(desk, "oki", date(2026, 3, 16))
    told = "Petugas Operator (KTP-el): diperlukan 1 orang, terisi 0 sejak 16 Maret 2026"
    for who, path in (("ratna", "/"), ("camat", "/"), ("ratna", "/pengawasan/"), ("camat", "/pelaksana")):
        assert told in page(Browser(web, who), path), (who, path)
    assert "Jabatan kosong" not in page(Browser(web, "sari"))
    agree(desk.journal, changes.SetRoles(person_id(desk, "sari"), ("counter",)), now=desk.now)
    entry = RolesSet(posts.list_people(desk.journal.db)[-1].id, ["operator"])
    assert posts.list_people(desk.journal.db)[-1].name == "Oki Setiawan"
    with desk.journal.transaction():
        desk.journal.record(entry, subject=f"person/{entry.person_id}", actor="ratna", at=clock.forward(days=1))
    later = post(desk, "Petugas Operator", date(2026, 3, 20))
    assert later.since == date(2026, 3, 16), "roles of a closed account fill no post"
    agree(desk.journal, changes.SetRoles(person_id(desk, "sari"), ("counter", "operator")), now=desk.now)
    assert "Jabatan kosong" not in page(Browser(web, "ratna"))


def test_an_acting_head_fills_the_post_until_the_last_day_of_his_decree(desk: Desk) -> None:
    disable(desk, "budi", TODAY)
    assert post(desk, "Kasi Pelayanan Umum").since == TODAY
    appoint = changes.Appoint(person_id(desk, "sari"), "kasi", "plt", "SK 1", TODAY, date(2026, 3, 31), None)
    number = agree_with_camat(desk, appoint)
    assert number
    on_the_last, after = (post(desk, "Kasi Pelayanan Umum", one) for one in (date(2026, 3, 31), date(2026, 4, 1)))
    assert [(holder.name, holder.acting, holder.until) for holder in on_the_last.holders] == [
        ("Sari Wulandari", True, date(2026, 3, 31))
    ]
    assert not on_the_last.vacant
    assert (after.vacant, after.since) == (1, date(2026, 4, 1))


@pytest.mark.parametrize(
    ("of_post", "kind", "since"), [("kasi", "plt", None), ("kasi", "an", TODAY), ("sekretaris", "plt", TODAY)]
)
def test_only_who_acts_in_the_post_itself_fills_it(desk: Desk, of_post: str, kind: str, since: date | None) -> None:
    """Who signs on behalf of its holder (a.n.) does not, nor who acts in another post."""
    disable(desk, "budi", TODAY)
    instead_of = person_id(desk, "ratna") if of_post == "sekretaris" else None
    agree_with_camat(
        desk,
        changes.Appoint(person_id(desk, "sari"), of_post, kind, "SK 1", TODAY, date(2026, 3, 31), instead_of),
    )
    assert post(desk, "Kasi Pelayanan Umum").since == since


def agree_with_camat(desk: Desk, change: changes.AnyChange) -> int:
    from app.platform.people import service as people

    number = people.propose_change(desk.journal, desk.who("ratna"), change, now=START)
    people.confirm_proposal(desk.journal, desk.who("camat"), number, now=START)
    return number


def test_a_standard_that_asks_for_more_people_makes_a_vacancy_on_its_day(desk: Desk) -> None:
    text = definition_text(Path("schema/services/ktp-el.toml"))
    at = text.index('Petugas Operator"\nroles')
    more = text[:at] + text[at:].replace("staff = 1", "staff = 2", 1)
    put_in_force(desk.journal, more.replace('revision = "01"', 'revision = "02"'), on=date(2026, 4, 6))
    assert not post(desk, "Petugas Operator", date(2026, 4, 5)).vacant
    later = post(desk, "Petugas Operator", date(2026, 5, 4))
    assert (later.staff, later.vacant, later.since) == (2, 1, date(2026, 4, 6))


def test_every_shipped_profile_fills_its_posts_by_its_own_roles() -> None:
    """Posts come from the files: each service that a profile begins with names posts that somebody there can hold."""
    for name in profile_names():
        profile = load_profile(name)
        for service_id in profile.services:
            definition = load_all()[service_id]
            named = {profile.label(role): role for role in profile.side_roles("office")}
            found = posts.demanded_posts(definition, named, profile.marked("one_area"))
            assert found, service_id
            for one in found:
                assert any(profile.filled_by(role) for role in one.roles), (name, service_id, one.title)


def test_both_a_dash_and_a_training_are_refused_in_a_file() -> None:
    text = definition_text(Path("schema/services/ktp-el.toml")).replace(
        "no_training = true", 'no_training = true\ntraining = ["X"]'
    )
    with pytest.raises(Exception, match="pelatihan tidak dipersyaratkan"):
        load_definition(text, "uji")


# -- who may see and write it --------------------------------------------------------------------------------------


def test_own_data_are_seen_by_oneself_and_by_those_who_manage_people(desk: Desk, web: Flask) -> None:
    qualify(desk, "sari", education="s1", study="Sastra Jawa")
    own, able = f"/pelaksana/{person_id(desk, 'sari')}", load_profile().rights["competence.view"]
    for who, cast in CAST.items():
        answer = Browser(web, who).get(own)
        seen = answer.status_code == 200 and "Sastra Jawa" in answer.get_data(as_text=True)
        assert seen == (who == "sari" or bool(able & set(cast["roles"]))), who
    for who, cast in CAST.items():
        if not load_profile().rights["competence.manage"] & set(cast["roles"]):
            with pytest.raises(Problem) as refused:
                qualify(desk, "sari", by=who)
            assert refused.value.code == "forbidden"


def test_the_form_keeps_what_was_typed_and_names_the_field(desk: Desk, web: Flask) -> None:
    ratna, path = Browser(web, "ratna"), f"/pelaksana/{person_id(desk, 'oki')}"
    sent = {"education": "sma", "study": "IPA", "training1": "Pelatihan Komputer", "trained1": "01012030"}
    refused = ratna.post(path, sent)
    assert refused.status_code == 422
    assert "paling lambat hari ini" in refused.get_data(as_text=True)
    assert 'value="IPA"' in refused.get_data(as_text=True)
    assert ratna.post(path, sent | {"skills": "Terbang"}).status_code == 422
    assert ratna.post(path, sent | {"trained1": "01022024", "skills": SKILLS[0]}).status_code == 303
    assert posts.known_of(desk.journal.db, person_id(desk, "oki")).trainings == (
        ("Pelatihan Komputer", date(2024, 2, 1)),
    )


def test_everything_is_replayed_and_a_person_can_be_taken_out(desk: Desk, tmp_path: Path) -> None:
    journal = desk.journal
    ids = service.add_items(journal, desk.who("ratna"), name="Meja", count=3, now=desk.now)
    for state in ("broken", "sent", "replaced"):
        service.change_state(journal, desk.who("ratna"), item_id=ids[0], state=state, note="Patah", now=desk.now)
    service.describe_item(journal, desk.who("ratna"), item_id=ids[1], label="M-2", place="Loket", now=desk.now)
    qualify(desk, "oki", education="s1", study="Sastra Jawa", skills=SKILLS[:1])
    assert verify_side(journal, "office", tmp_path / "scratch.sqlite3").faults == []
    entry = journal.about(f"qualification/{person_id(desk, 'oki')}")[-1]
    blank = redacted_body(journal, (entry.source, entry.epoch, entry.stream, entry.n))
    assert b"Sastra" not in blank
    assert b'"skills":[]' in blank


def test_the_standard_leads_to_its_working_pages_and_only_those_one_may_open(desk: Desk, web: Flask) -> None:
    """Clauses 8, 9 and 10; also where the adopted text is from before chapters had a topic."""
    text = definition_text(Path("schema/services/ktp-el.toml"))
    for revision, shown in (("01", text), ("02", re.sub(r"topic = .*\n", "", text))):
        if revision == "02":
            put_in_force(desk.journal, shown.replace('revision = "01"', 'revision = "02"'), on=date(2026, 2, 1))
        found = {
            who: set(
                re.findall(r'class="btn btn-small" href="(/[a-z]+)"', Browser(web, who).get("/standar/ktp-el").text)
            )
            for who in ("ratna", "ida")
        }
        mine = {"/sarana", "/pelaksana", "/pemeriksaan"}
        assert {who: links & mine for who, links in found.items()} == {"ratna": mine, "ida": {"/sarana"}}


def test_what_is_written_of_a_person_holds_together(desk: Desk) -> None:
    tomorrow = TODAY + timedelta(days=1)

    def wrong(**told: Any) -> set[str]:
        try:
            qualify(desk, "sari", **told)
        except Problem as problem:
            return set(problem.fields)
        return set()

    assert wrong(trainings=[("", TODAY)]) == {"training1"}
    assert wrong(trainings=[("Arsip", None)]) == wrong(trainings=[("Arsip", tomorrow)]) == {"trained1"}
    assert wrong(trainings=[("Arsip", TODAY), ("", None), ("Layanan", None)]) == {"trained3"}
    assert wrong(trainings=[("Arsip", TODAY), ("", None)]) == set()
    assert wrong(skills=["Terbang"]) == {"skills"}
    asked = posts.skills_asked_of(desk.journal.db, find_person(desk.journal.db, person_id(desk, "sari")), TODAY)
    assert asked
    assert wrong(skills=asked[:1]) == set()
