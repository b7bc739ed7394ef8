"""The standard gives KTP files to Seksi Pelayanan Umum (SP 4.4): another section's head only reads them."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from app.casework.batches import answers, dispatch, products
from app.casework.desk import moving
from app.casework.desk import service as cases
from app.core.permissions import SYSTEM, may
from app.core.problems import Problem
from app.platform.office import papers
from app.platform.people import changes as people
from app.platform.people import service
from app.platform.people.changes import AddPerson
from app.services.complaints import limits
from app.services.ktp import recording
from schema.profiles import load_profile
from tests.platform.people import CHEAP, PASSWORD, PIN, START, Browser, agree
from tests.services.ktp.desk import Desk

COUNTER_WORK = load_profile().section_work

TODAY = date(2026, 3, 12)


@pytest.fixture
def heads(desk: Desk) -> Desk:
    """Budi heads the section of the counter, Tono another one."""
    service.add_person(
        desk.journal,
        SYSTEM,
        AddPerson(username="tono", name="Tono Raharjo", roles=("kasi",)),
        password=PASSWORD,
        must_change=False,
        cost=CHEAP,
        now=START,
    )
    limits.seed_office(desk.journal, START)
    name_head(desk, "pelayanan", "Seksi Pelayanan Umum", "budi")
    name_head(desk, "umum", "Subbagian Umum", "tono")
    return desk


def name_head(desk: Desk, code: str, name: str, head: str) -> None:
    limits.set_section(desk.journal, desk.who("ratna"), code=code, name=name, head=head, now=desk.now)


def acts(desk: Desk, who: str, case_id: int) -> dict[str, Callable[[], object]]:
    """What a Kasi may do with a file, by whoever tries."""
    j, actor, at = desk.journal, desk.who(who), desk.now
    one = {"case_id": case_id, "now": at}
    return {
        "check": lambda: cases.check_case(j, actor, states={}, outcome="", **one),
        "accept": lambda: moving.advance_case(j, actor, outcome="complete", **one),
        "return": lambda: moving.advance_case(j, actor, outcome="returned", note="foto", **one),
        "close": lambda: moving.leave_case(j, actor, exit_id="withdrawn", reason="ditarik", **one),
        "correct": lambda: cases.correct_case(j, actor, raw={}, reason="salah", **one),
        "pause": lambda: cases.pause_case(j, actor, reason="x", text="", **one),
        "record": lambda: recording.note_recording(j, actor, status="print_ready", on=TODAY, place="sini", **one),
        "send": lambda: dispatch.send_dispatch(j, actor, dispatch_id=1, now=at),
        "settle": lambda: answers.settle_conflict(j, actor, conflict_id=1, holds="held", note="x", now=at),
        "hand over": lambda: products.hand_card_over(j, actor, relation="self", receiver="x", **one),
    }


@pytest.mark.parametrize(
    "act", ["check", "accept", "return", "close", "correct", "pause", "record", "send", "settle", "hand over"]
)
def test_the_head_of_another_section_is_refused_with_a_sentence(heads: Desk, act: str) -> None:
    case_id = heads.open()
    before = heads.journal.db.one("SELECT count(*) FROM journal")
    with pytest.raises(Problem) as refused:
        acts(heads, "tono", case_id)[act]()
    assert refused.value.status == 403
    assert "Seksi Pelayanan Umum (SP 4.4)" in refused.value.sentence
    assert heads.journal.db.one("SELECT count(*) FROM journal") == before


def test_the_own_head_works_and_reading_stays_open(heads: Desk) -> None:
    heads.send(heads.ready())
    tono, budi = heads.who("tono"), heads.who("budi")
    assert [one for one in COUNTER_WORK if may(tono, one)] == []
    assert may(budi, "case.correct")
    assert may(tono, "case.view")
    assert may(tono, "dispatch.view")
    assert may(tono, "complaint.follow"), "the lines of the own section"


def test_the_pages_offer_nothing_and_papers_name_the_right_head(heads: Desk, web: Flask) -> None:
    case_id = heads.open()
    draft = heads.draft(heads.ready())
    tono, budi = Browser(web, "tono"), Browser(web, "budi")
    for path in (f"/berkas/{case_id}/periksa", f"/berkas/{case_id}/perbaiki", f"/berkas/{case_id}/tutup"):
        answer = tono.get(path)
        assert answer.status_code == 403, path
        assert "Seksi Pelayanan Umum (SP 4.4)" in answer.get_data(as_text=True)
    page, own = (one.get(f"/berkas/{case_id}").get_data(as_text=True) for one in (tono, budi))
    for sign in ("/periksa", "/tutup", "/perbaiki", "/langkah"):
        assert f"/berkas/{case_id}{sign}" not in page, sign
    assert f"/berkas/{case_id}/tutup" in own
    assert "/kirim" not in tono.get(f"/pengiriman/{draft}").get_data(as_text=True)
    assert tono.post(f"/pengiriman/{draft}/kirim", {"pin": PIN}).status_code == 403
    assert papers.staff_official(heads.journal.db, "tono").post == "Kepala Subbagian Umum"
    assert heads.who("tono").post == "Kepala Subbagian Umum"
    assert papers.signing_official(heads.journal.db, "kasi", TODAY).name == "Budi Santoso"


def test_the_papers_name_the_head_who_was_entered_last(heads: Desk) -> None:
    """The first Kasi by number is not the head for that."""
    name_head(heads, "pelayanan", "Seksi Pelayanan Umum", "tono")
    name_head(heads, "umum", "Subbagian Umum", "budi")
    assert papers.signing_official(heads.journal.db, "kasi", TODAY).name == "Tono Raharjo"
    assert not may(heads.who("budi"), "case.check")


def test_a_decree_for_the_right_head_opens_the_files_while_it_runs(heads: Desk) -> None:
    tono = heads.who("tono")
    plh = people.Appoint(tono.person_id, "kasi", "plh", "800/1", TODAY, date(2026, 3, 20), heads.who("budi").person_id)
    agree(heads.journal, plh, now=heads.now)
    assert may(heads.who("tono"), "case.correct")
    assert not may(heads.later(days=9).who("tono"), "case.correct")


def test_an_office_that_names_no_heads_works_as_before(desk: Desk) -> None:
    limits.seed_office(desk.journal, START)
    assert may(desk.who("budi"), "dispatch.confirm")
