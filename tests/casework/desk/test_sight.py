"""What was seen of the photo beside its tick: stored, compared, shown; a difference is decided by a person."""

from pathlib import Path

import pytest

from app.casework.desk import checklist, papers, service
from app.casework.desk.opening import Opened
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.printing.data import cases as shapes
from app.platform.printing.papers import render_paper
from sync.journal import Journal
from tests.casework.desk.papers import ALL_ITEMS, RED
from tests.platform.people import START, Browser
from tests.platform.printing.reading import text_of

PRESENT = dict.fromkeys(ALL_ITEMS, ("present", ""))
SENT = {f"state-{item}": "present" for item in ALL_ITEMS} | {"step": "validate"}
BLUE = {"photo": "biru"}
DIFFERS = "Warna latar yang terlihat: biru, yang diminta merah"
REASON = "Warna latar pas foto tidak sesuai tahun lahir"


def check(journal: Journal, actor: Actor, outcome: str, seen: dict[str, str], **states: tuple[str, str]) -> None:
    service.check_case(
        journal,
        actor,
        case_id=1,
        states=PRESENT | states,
        seen=seen,
        outcome=outcome,
        now=START,
        note=REASON if outcome == "returned" else "",
    )


def test_what_was_seen_stands_in_entry_and_table(journal: Journal, sari: Actor, opened: Opened) -> None:
    check(journal, sari, "complete", RED)
    assert checklist.checked_items(journal.db, 1)["photo"].seen == "merah"
    noted = [entry.body.items for entry in journal.about("case/1") if entry.kind == "case.items_checked"]
    assert [item.seen for item in noted[-1] if item.item == "photo"] == ["merah"]


def test_nothing_is_accepted_unseen(journal: Journal, sari: Actor, opened: Opened) -> None:
    with pytest.raises(Problem) as told:
        check(journal, sari, "complete", {})
    assert told.value.fields == {"photo": "Pilih warna latar yang terlihat."}
    check(journal, sari, "", {})  # looking may come later than ticking
    assert checklist.checked_items(journal.db, 1)["photo"].seen == ""


def test_a_difference_is_accepted_with_a_note_only(journal: Journal, sari: Actor, opened: Opened) -> None:
    with pytest.raises(Problem) as told:
        check(journal, sari, "complete", BLUE)
    assert told.value.fields["photo"].startswith(f"{DIFFERS}. Tandai tidak sesuai")
    assert checklist.checked_items(journal.db, 1)["photo"].seen == ""
    check(journal, sari, "complete", BLUE, photo=("present", "Disetujui Kasi"))
    assert checklist.checked_items(journal.db, 1)["photo"].note == "Disetujui Kasi"


@pytest.mark.parametrize(
    ("state", "seen", "item"),
    [
        (("present", ""), {"photo": "hijau"}, "photo"),
        (("wrong", ""), {}, "photo"),
        (("wrong", " "), RED, "photo"),
        (("wrong", "buram"), {}, "kk_copy"),
    ],
)
def test_what_is_no_finding_is_refused_at_its_line(
    journal: Journal, sari: Actor, opened: Opened, state: tuple[str, str], seen: dict[str, str], item: str
) -> None:
    with pytest.raises(Problem) as told:
        check(journal, sari, "", seen, **{item: state})
    assert set(told.value.fields) == {item}


def test_what_is_not_there_was_not_seen(journal: Journal, sari: Actor, opened: Opened) -> None:
    check(journal, sari, "", BLUE, photo=("missing", ""))
    assert checklist.checked_items(journal.db, 1)["photo"].seen == ""


def test_the_wrong_colour_keeps_the_file_from_being_complete_and_goes_back_with_its_reason(
    journal: Journal, sari: Actor, opened: Opened, tmp_path: Path
) -> None:
    with pytest.raises(Problem) as told:
        check(journal, sari, "complete", BLUE, photo=("wrong", ""))
    assert told.value.code == "incomplete"
    check(journal, sari, "returned", BLUE, photo=("wrong", ""))
    assert checklist.lacking_items(journal.db, [1]) == {1: ["photo"]}
    case = service.case_by_id(journal.db, 1)
    assert case is not None
    made = papers.case_paper(journal.db, case, "return_slip", sari, START)
    assert isinstance(made, shapes.ReturnSlip)
    label = "Tidak sesuai: Pas foto berwarna 3 × 4 cm, 1 lembar"
    assert [(reason.what, reason.remedy) for reason in made.reasons] == [(label, f"{DIFFERS}. Latar belakang merah.")]
    receipt = papers.case_paper(journal.db, case, "receipt", sari, START)
    assert "(tidak sesuai). Latar belakang merah." in " ".join(
        text_of(render_paper("receipt", receipt), tmp_path).split()
    )


def test_the_form_says_what_was_seen(journal: Journal, sari: Actor, opened: Opened) -> None:
    check(journal, sari, "complete", RED)
    case = service.case_by_id(journal.db, 1)
    assert case is not None
    made = papers.case_paper(journal.db, case, "filled_form", sari, START)
    assert isinstance(made, shapes.FilledForm)
    labels = [requirement.label for requirement in made.body.requirements]
    assert "Pas foto berwarna 3 × 4 cm, 1 lembar (warna latar yang terlihat: merah)" in labels


def test_the_pages_ask_keep_and_show_it(as_sari: Browser, opened: Opened) -> None:
    page = as_sari.get("/berkas/1/periksa").text
    assert page.count('name="seen-photo"') == 2
    assert 'value="biru" data-differs' in page
    assert 'value="merah" data-differs' not in page
    assert "seen-kk_copy" not in page
    refused = as_sari.post("/berkas/1/periksa", {**SENT, "seen-photo": "biru", "outcome": "complete"})
    assert refused.status_code == 422
    assert 'value="biru" checked' in refused.text
    assert as_sari.post("/berkas/1/periksa", {**SENT, "seen-photo": "biru", "outcome": ""}).status_code == 303
    assert f"{DIFFERS}. Diminta oleh" in as_sari.get("/berkas/1").text
    wrong = {**SENT, "state-photo": "wrong", "seen-photo": "biru", "outcome": ""}
    assert as_sari.post("/berkas/1/periksa", wrong).status_code == 303
    assert "<small>Tidak sesuai, " in as_sari.get("/berkas/1").text
    assert f'value="{REASON}" checked' in as_sari.get("/berkas/1/periksa").text
