"""Nothing arrives ticked that a person must see: what the village or a colleague found is their word, not a tick."""

import re

import pytest

from app.casework.desk import checklist, moving, service
from app.core.permissions import Actor
from app.core.problems import Problem
from sync.journal import Journal
from tests.casework.desk.papers import ALL_ITEMS, RED, open_anew
from tests.platform.people import START, Browser

PAGE = "/berkas/1/periksa"
SENT = {f"state-{item}": "present" for item in ALL_ITEMS} | {"seen-photo": "merah", "step": "validate"}
UNSEEN = "Lihat sendiri kertasnya, lalu pilih ada atau belum ada."


def ticked(page: str) -> list[str]:
    """Names of the radio buttons that a page brings chosen."""
    return re.findall(r'name="(state-[^"]+|seen-[^"]+)" value="[^"]+" checked', page)


@pytest.fixture
def brought(journal: Journal, desi: Actor, sari: Actor) -> int:
    """Registered in the village with all papers, and received at the counter."""
    case_id = open_anew(journal, desi).id
    moving.advance_case(journal, sari, case_id=case_id, outcome="received", now=START)
    return case_id


def test_the_word_of_the_village_is_no_tick(as_sari: Browser, journal: Journal, brought: int) -> None:
    page = as_sari.get(PAGE).text
    assert ticked(page) == []
    assert page.count("Kata desa: <b>ada</b>") == len(ALL_ITEMS)
    some = {key: text for key, text in SENT.items() if key != "state-kk_copy"}
    refused = as_sari.post(PAGE, {**some, "outcome": "complete"})
    assert refused.status_code == 422
    assert len(re.findall(rf'<p class="error"[^>]*>{re.escape(UNSEEN)}</p>', refused.text)) == 1
    assert "state-photo" in ticked(refused.text)
    assert as_sari.post(PAGE, {**some, "outcome": ""}).status_code == 303
    known = checklist.checked_items(journal.db, brought)
    assert (known["kk_copy"].actor, known["photo"].actor) == ("desi", "sari")
    assert "state-kk_copy" not in ticked(as_sari.get(PAGE).text)
    assert as_sari.post(PAGE, {**SENT, "outcome": "complete"}).status_code == 303


def test_no_command_finds_a_file_in_order_on_somebody_elses_word(journal: Journal, sari: Actor, brought: int) -> None:
    with pytest.raises(Problem) as told:
        service.check_case(
            journal, sari, case_id=brought, states={"photo": ("", "")}, seen=RED, outcome="complete", now=START
        )
    assert told.value.fields == {"photo": UNSEEN}


def test_a_colleague_and_a_file_that_came_back_are_seen_again(
    as_sari: Browser, as_budi: Browser, journal: Journal, sari: Actor, brought: int
) -> None:
    assert as_sari.post(PAGE, {**SENT, "outcome": ""}).status_code == 303
    assert len(ticked(as_sari.get(PAGE).text)) == len(ALL_ITEMS) + 1
    as_other = as_budi.get(PAGE).text
    assert ticked(as_other) == []
    assert "Kata Sari Wulandari: <b>ada</b>" in as_other
    sent = {**SENT, "state-photo": "missing", "outcome": "returned", "reasons": "Pas foto belum ada"}
    assert as_sari.post(PAGE, sent).status_code == 303
    moving.advance_case(journal, sari, case_id=brought, outcome="resubmitted", now=START)
    assert ticked(as_sari.get(PAGE).text) == []
