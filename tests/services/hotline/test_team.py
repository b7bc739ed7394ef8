"""The team (5.2.1, 5.2.2, 7): at least a bachelor's degree, a decree signed by the head, a pact signed by each."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.casework.letters import service as letters
from app.casework.letters.papers import letter_paper
from app.casework.letters.tables import OutgoingLetter
from app.core.problems import Problem
from app.platform.people.changes import Appoint
from app.platform.printing.data.contacts import IntegrityPact
from app.services.hotline import notices, team
from app.services.hotline.papers import pact_paper
from sync.journal import Journal
from sync.verification import verify_side
from tests.platform.people import START, Browser, Clock, agree
from tests.services.hotline.desk import HotlineDesk
from tests.services.hotline.staff import DECREE, draft_team, enact_team, person

DAY = START.date()


@pytest.fixture
def unformed(journal: Journal) -> Journal:
    """The office without a team."""
    [decree] = team.list_decrees(journal.db)
    team.withdraw_team(journal, person(journal, "camat"), decree_id=decree.id, reason="Diganti.", now=START)
    return journal


def refusal(hotline: HotlineDesk, case_id: int, by: str = "ida") -> str:
    with pytest.raises(Problem) as told:
        hotline.go(case_id, "answered_desk", by=by, note="Begini.")
    return told.value.sentence


def test_nobody_answers_before_decree_and_pact_stand(unformed: Journal, hotline: HotlineDesk) -> None:
    case_id = hotline.call().id  # whoever calls is written down all the same
    assert "Belum ada SK Tim Pelaksana Hotline" in refusal(hotline, case_id)
    drafted = draft_team(unformed, "ida")
    decree = drafted.id
    assert "Belum ada SK" in refusal(hotline, case_id)
    enact_team(unformed, drafted)
    assert "belum menandatangani pakta integritas" in refusal(hotline, case_id)
    team.sign_pact(unformed, person(unformed, "ida"), decree_id=decree, now=START)
    assert "Bayu Nugroho bukan anggota" in refusal(hotline, case_id, by="bayu")
    hotline.go(case_id, "unanswered")
    hotline.go(case_id, "to_kabag", note="Tidak ada.")
    hotline.go(case_id, "instructed", by="budi", note="Jawab begini.")  # who instructs is not of the team
    team.release_member(
        unformed, person(unformed, "ratna"), decree_id=decree, username="ida", reason="Pindah tugas.", now=START
    )
    with pytest.raises(Problem, match="bukan anggota"):
        hotline.go(case_id, "answered", note="Begini.")


def test_a_pact_bears_the_day_of_its_signature_and_before_it_that_of_the_print(unformed: Journal) -> None:
    drafted, ida = draft_team(unformed, "ida"), person(unformed, "ida")
    enact_team(unformed, drafted)

    def printed(days: int) -> IntegrityPact:
        return pact_paper(unformed.db, drafted.id, "ida", ida, START + timedelta(days=days))

    before = printed(1)
    assert (before.on, before.signer.approved_at, before.signer.name) == (DAY + timedelta(days=1), None, "Ida Rahayu")
    signed = START + timedelta(days=2)
    team.sign_pact(unformed, ida, decree_id=drafted.id, now=signed)
    after = printed(9)
    assert (after.on, after.signer.approved_at) == (DAY + timedelta(days=2), signed)


def test_a_decree_that_is_over_or_withdrawn_no_longer_counts(journal: Journal, hotline: HotlineDesk) -> None:
    assert team.why_not_in_team(journal.db, "ida", date(2026, 12, 31)) == ""
    over = team.why_not_in_team(journal.db, "ida", date(2027, 1, 1))
    assert f"SK {DECREE} berakhir 31 Desember 2026" in over
    assert team.state_of(team.list_decrees(journal.db)[0], date(2027, 1, 1)) == "over"
    assert hotline


@pytest.mark.parametrize("education", ["school", "diploma", "", "professor"])
def test_less_than_a_bachelors_degree_is_refused(unformed: Journal, clock: Clock, education: str) -> None:
    """7: minimal sarjana; an applied bachelor (D-IV) is one."""
    ratna = person(unformed, "ratna")
    given = {"until_on": date(2026, 12, 31), "now": clock()}
    with pytest.raises(Problem) as told:
        team.draft_team(unformed, ratna, members=[("bayu", "master", "Hukum"), ("ida", education, "Gizi")], **given)
    assert list(told.value.fields) == ["education2"]
    assert "sekurang-kurangnya sarjana" in told.value.fields["education2"]
    assert team.draft_team(unformed, ratna, members=[("ida", "applied_bachelor", "Gizi")], **given)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"until_on": None}, "until_on"),
        ({"until_on": date(2026, 3, 1)}, "until_on"),
        ({"until_on": date(2032, 3, 1)}, "until_on"),
        ({"members": []}, "member1"),
        ({"members": [("ida", "master", "Gizi"), ("ida", "master", "Gizi")]}, "member2"),
        ({"members": [("nobody", "master", "Gizi")]}, "member1"),
        ({"members": [("ida", "master", " ")]}, "study1"),
    ],
)
def test_a_wrong_decree_is_refused_at_its_field(
    unformed: Journal, clock: Clock, change: dict[str, object], field: str
) -> None:
    given = {
        "until_on": date(2026, 12, 31),
        "members": [("ida", "master", "Gizi")],
        "now": clock(),
    } | change
    with pytest.raises(Problem) as told:
        team.draft_team(unformed, person(unformed, "ratna"), **given)  # any of them wrong
    assert list(told.value.fields) == [field]


def test_the_decree_is_a_letter_and_only_members_sign_the_pact(unformed: Journal, clock: Clock, tmp_path: Path) -> None:
    decree = draft_team(unformed, "ida")
    row = OutgoingLetter.first(unformed.db, id=decree.letter_id)
    assert row is not None
    assert (row.state, row.form, row.initials, row.signatories) == ("draft", "decree", '["wadir"]', '["direktur"]')
    assert "1 | Ida Rahayu | Sarjana (S1) | Komunikasi" in row.text
    assert "sampai dengan 31 Desember 2026" in row.text
    at = {"letter_id": row.id, "now": clock()}
    assert letters.submit_letter(unformed, person(unformed, "ratna"), seen=1, **at), "with her initials"
    with pytest.raises(Problem, match="giliran"):
        letters.sign_letter(unformed, person(unformed, "ratna"), seen=1, **at)
    with pytest.raises(Problem, match="menunggu surat keputusannya"):
        team.sign_pact(unformed, person(unformed, "ida"), decree_id=decree.id, now=clock())
    letters.sign_letter(unformed, person(unformed, "camat"), seen=1, **at)
    letters.number_letter(unformed, person(unformed, "ratna"), **at)
    with pytest.raises(Problem, match="bukan anggota"):
        team.sign_pact(unformed, person(unformed, "bayu"), decree_id=decree.id, now=clock())
    team.sign_pact(unformed, person(unformed, "ida"), decree_id=decree.id, now=clock())
    with pytest.raises(Problem, match="sudah Anda tandatangani"):
        team.sign_pact(unformed, person(unformed, "ida"), decree_id=decree.id, now=clock())
    [stands] = [one for one in team.list_decrees(unformed.db) if team.state_of(one, DAY) == "enacted"]
    assert (stands.number, stands.on_date) == ("100.3.3/2/427.86/2026", DAY.isoformat()), (
        "the code of a kecamatan, not of a ministry"
    )
    paper = letter_paper(unformed.db, OutgoingLetter.first(unformed.db, id=row.id), person(unformed, "ida"), clock())
    assert paper.enacts == "Camat Contoh"
    said = [one.text for one in paper.blocks]
    assert "Menetapkan: KEPUTUSAN CAMAT CONTOH TENTANG TIM PELAKSANA HOTLINE SERVICE." in said
    laws = next(text for text in said if text.startswith("Mengingat: 1. Undang-Undang Nomor 25 Tahun 2009"))
    assert "4. Peraturan Pemerintah Nomor 17 Tahun 2018 tentang Kecamatan;" in laws.split("\n")
    assert [text.split(":")[0] for text in said if text.startswith("KE")] == [
        "KESATU",
        "KEDUA",
        "KETIGA",
        "KEEMPAT",
        "KELIMA",
    ]
    assert all(not one.rows for one in paper.blocks), "the members stand in the annex, not in the body"
    [annex] = paper.annexes
    assert annex.blocks[-1].rows[1] == ("1", "Ida Rahayu", "Sarjana (S1)", "Komunikasi")
    assert verify_side(unformed, "office", tmp_path / "ulang.sqlite3").faults == []


def test_nobody_drafts_initials_and_signs_a_decree_alone(unformed: Journal) -> None:
    """A letter may be one person's own; a decree binds, and acting as chief makes nobody two (decision 76)."""
    drafted, ratna = draft_team(unformed, "ida"), person(unformed, "ratna")
    at = {"letter_id": drafted.letter_id, "seen": 1, "now": START}
    letters.submit_letter(unformed, ratna, **at)
    plh = Appoint(ratna.person_id, "camat", "plh", "800/9", DAY, None, person(unformed, "camat").person_id)
    agree(unformed, plh, now=START)
    with pytest.raises(Problem, match="paling sedikit dua orang"):
        letters.sign_letter(unformed, person(unformed, "ratna"), **at)
    row = OutgoingLetter.first(unformed.db, id=drafted.letter_id)
    assert row
    assert row.state == "initialled"
    letters.sign_letter(unformed, person(unformed, "camat"), **at)


def test_the_form_of_a_team_offers_who_works_here_and_nobody_who_left(journal: Journal, web: Flask) -> None:
    def offered() -> set[str]:
        page = Browser(web, "ratna").get("/hotline/tim/baru").text
        return set(
            re.findall(r'<option value="([a-z]+)">', page.partition('name="member1"')[2].partition("</select>")[0])
        )

    assert {"bayu", "ida", "sari"} <= offered()
    with journal.db.writing(), journal.db.applying():
        journal.db.run("UPDATE person SET active = 0 WHERE username = 'sari'")
    assert "bayu" in offered()
    assert "sari" not in offered()
    page = Browser(web, "ratna").get("/hotline/tim/baru").text
    assert re.findall(r'<select [^>]*name="member(\d)"', page) == list("12345678"), "eight rows, as the decree has"


def test_what_is_typed_of_each_member_stands_in_the_decree_and_stays_typed_where_something_is_missing(
    unformed: Journal, web: Flask
) -> None:
    ratna = Browser(web, "ratna")
    typed = {
        "until_on": "31122026",
        "member1": "ida",
        "education1": "master",
        "study1": "Komunikasi",
        "member3": "sari",
        "education3": "bachelor",
    }
    before = len(team.list_decrees(unformed.db))
    refused = ratna.post("/hotline/tim/baru", typed)
    assert (refused.status_code, "Isi bidang studinya." in refused.text) == (422, True)
    assert re.findall(r'<option selected value="([a-z]+)">', refused.text) == ["ida", "master", "sari", "bachelor"]
    assert len(team.list_decrees(unformed.db)) == before
    assert ratna.post("/hotline/tim/baru", typed | {"study3": "Hukum"}).status_code == 303
    newest = max(team.list_decrees(unformed.db), key=lambda decree: decree.id)
    assert [(one.username, one.education, one.study) for one in team.members_of(unformed.db, newest.id)] == [
        ("ida", "master", "Komunikasi"),
        ("sari", "bachelor", "Hukum"),
    ]


def test_a_reason_that_is_refused_stays_typed_at_its_own_field(journal: Journal, web: Flask) -> None:
    """Each member has a form of the same name; the sentence stands at the one that was sent."""
    [decree] = team.list_decrees(journal.db)
    ratna, camat = Browser(web, "ratna"), Browser(web, "camat")
    first, *others = team.members_of(journal.db, decree.id)
    assert others
    where, long = f"/hotline/tim/{decree.id}", "Pindah tugas. " * 30
    for typed, sentence in (("", "Tulis alasannya."), (long, "Paling panjang 300 huruf.")):
        refused = ratna.post(f"{where}/keluar/{first.username}", {"reason": typed})
        assert (refused.status_code, refused.text.count(sentence)) == (422, 1)
        assert refused.text.count(f'value="{typed.strip()}"') >= 1
        assert 'id="out-1-error"' in refused.text
    refused = camat.post(f"{where}/cabut", {"reason": long})
    assert (refused.status_code, 'id="reason-error"' in refused.text, long.strip() in refused.text) == (422, True, True)
    assert ratna.post(f"{where}/keluar/nobody", {"reason": "Pindah."}).status_code == 404
    assert ratna.post(f"{where}/keluar/{first.username}", {"reason": "Pindah."}).location == where
    again = ratna.post(f"{where}/keluar/{first.username}", {"reason": "Pindah."})
    assert again.status_code == 404, "who has left is a member no longer"
    assert camat.post(f"{where}/cabut", {"reason": "Diganti."}).status_code == 303
    late = camat.post(f"{where}/cabut", {"reason": "Diganti."})
    assert (late.status_code, "dicabut" in late.text) == (409, True)


def test_a_team_is_named_from_today_for_five_years_at_most(journal: Journal) -> None:
    today = START.date()
    for until, fine in (
        (None, False),
        (today - timedelta(days=1), False),
        (today, True),
        (today + timedelta(days=1830), True),
        (today + timedelta(days=1831), False),
    ):
        members = [("ida", "bachelor", "Komunikasi")]
        try:
            team.draft_team(journal, person(journal, "ratna"), until_on=until, members=members, now=START)
            refused = set()
        except Problem as problem:
            refused = set(problem.fields)
        assert refused == (set() if fine else {"until_on"}), until


def test_sms_to_applicants_wants_the_phone_and_an_hour_after_its_first(journal: Journal) -> None:
    ratna = person(journal, "ratna")
    with pytest.raises(Problem, match="Gammu belum menyala"):
        notices.change_notice_settings(journal, ratna, on=True, now=START)
    for first, last, fine in ((8, 9, True), (9, 9, False), (10, 9, False)):
        try:
            notices.change_notice_settings(journal, ratna, on=False, now=START, from_hour=first, until_hour=last)
            refused = set()
        except Problem as problem:
            refused = set(problem.fields)
        assert refused == (set() if fine else {"until_hour"}), (first, last)
