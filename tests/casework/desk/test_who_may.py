"""Who registers, ends and prints: the guards of the desk's commands, asked without a page before them."""

from datetime import timedelta

import pytest
from msgspec import structs

from app.casework.desk import moving, opening, papers, queries, service, story
from app.casework.desk.checklist import CheckedLine
from app.casework.desk.moving import case_definition
from app.casework.desk.opening import Opened
from app.casework.desk.queries import case_events
from app.casework.desk.views.case_work import return_reason
from app.core.permissions import Actor
from app.core.problems import Problem
from schema.definitions import load_all
from schema.service_procedure import Registration
from sync.journal import Journal
from tests.casework.desk.conftest import who
from tests.casework.desk.papers import ALL_ITEMS, RED
from tests.platform.people import KRAI, MUNDER, START, Browser

KTP = load_all()["ktp-el"]
OFFICE_ONLY = structs.replace(KTP, registration=None)


def registered_by(*roles: str, villages: tuple[str, ...] = ()) -> object:
    return structs.replace(KTP, registration=Registration(roles=roles, villages=villages))


def test_who_may_register_is_said_by_the_definition(journal: Journal) -> None:
    keyless = structs.replace(OFFICE_ONLY, fields=tuple(one for one in KTP.fields if one.role != "area"))
    for definition, name, open_ in (
        (OFFICE_ONLY, "sari", True),
        (OFFICE_ONLY, "ida", False),
        (OFFICE_ONLY, "desi", True),
        (keyless, "desi", False),
        (keyless, "sari", True),
        (registered_by("village"), "desi", True),
        (registered_by("village"), "sari", False),
        (registered_by("village", villages=("Munder",)), "desi", True),
        (registered_by("village", villages=("Munder",)), "wati", False),
        (registered_by("counter", villages=("Munder",)), "sari", True),
    ):
        assert opening.is_open_to(journal.db, definition, who(journal, name)) is open_, (definition, name)  # type: ignore[arg-type]


def test_whoever_may_not_register_hears_who_does(journal: Journal) -> None:
    wati = who(journal, "wati")
    with pytest.raises(Problem, match=r"\(Munder, Krai\)"):
        opening.check_may_register(
            journal.db,
            registered_by("village", villages=("Munder", "Krai")),  # type: ignore[arg-type]
            who(journal, "ida"),
        )
    opening.check_may_register(journal.db, registered_by("village", villages=("Krai",)), wati)  # type: ignore[arg-type]
    with pytest.raises(Problem) as refused:
        opening.check_may_register(journal.db, OFFICE_ONLY, who(journal, "ida"))
    assert refused.value.code == "forbidden"


def test_an_exit_is_taken_by_those_whom_the_definition_names(
    journal: Journal, sari: Actor, budi: Actor, opened: Opened
) -> None:
    told = {"case_id": opened.id, "reason": "Batal", "now": START}
    for actor, exit_id, code in ((sari, "withdrawn", "forbidden"), (budi, "nowhere", "state")):
        with journal.transaction(), pytest.raises(Problem) as refused:
            moving.take_exit(journal, actor, exit_id=exit_id, **told)  # type: ignore[arg-type]
        assert refused.value.code == code, exit_id
    assert not opening.get_case(journal.db, sari, opened.id).closed


def check(journal: Journal, actor: Actor, case_id: int, outcome: str, note: str = "") -> None:
    states = dict.fromkeys(ALL_ITEMS, ("present", ""))
    service.check_case(
        journal, actor, case_id=case_id, states=states, seen=RED, outcome=outcome, note=note, now=START
    )  # fmt: skip


def papers_of(journal: Journal, case_id: int, actor: Actor) -> tuple[list[str], list[str]]:
    case = opening.get_case(journal.db, actor, case_id)
    definition, way = case_definition(journal.db, case), case_events(journal.db, case_id)
    return papers.ready_papers(definition, case, way), papers.offered_papers(definition, case, actor, way)


def test_a_case_has_the_papers_of_its_way_and_whole_numbers_for_whoever_sees_them(
    journal: Journal, sari: Actor, opened: Opened
) -> None:
    first = ["tanda-terima", "formulir", "f-1-02"]
    assert papers_of(journal, opened.id, sari) == (first, first)
    assert papers_of(journal, opened.id, who(journal, "ida")) == (first, ["tanda-terima"])
    assert papers_of(journal, opened.id, who(journal, "desi")) == (first, first), "a village's own"
    check(journal, sari, opened.id, "returned", "KK buram")
    assert papers_of(journal, opened.id, sari)[0] == ["pengembalian", *first]
    moving.advance_case(journal, sari, case_id=opened.id, outcome="resubmitted", now=START)
    assert papers_of(journal, opened.id, sari)[0] == [*first, "pengembalian"], "it has come back"
    check(journal, sari, opened.id, "complete")
    assert papers_of(journal, opened.id, sari)[0] == ["slip", *first, "pengembalian"]
    plain = structs.replace(KTP, form_codes=())
    case = opening.get_case(journal.db, sari, opened.id)
    assert papers.ready_papers(plain, case, []) == ["slip", "tanda-terima", "formulir"]


def test_a_state_lasts_since_the_last_move_else_since_the_opening(
    journal: Journal, sari: Actor, opened: Opened
) -> None:
    def since() -> str:
        case = opening.get_case(journal.db, sari, opened.id)
        return story.case_story(journal.db, case, START.date(), {}).since

    assert since() == case_events(journal.db, opened.id)[0].at
    check(journal, sari, opened.id, "complete")
    moved = case_events(journal.db, opened.id)[-1]
    assert (moved.step_from, since()) == ("validate", moved.at)


def test_the_reason_of_a_return_is_that_it_differs_or_that_it_is_missing() -> None:
    photo = next(requirement for requirement in KTP.requirements if requirement.observed)
    assert photo.observed is not None
    differs, missing = photo.observed.differs_reason, photo.missing_reason
    for state, seen, reason in (
        ("wrong", "biru", differs),
        ("wrong", "merah", missing),
        ("wrong", "", missing),
        ("missing", "biru", missing),
    ):
        assert return_reason(CheckedLine(photo, "2.1", state=state, seen=seen, expected="merah")) == reason, state
    wordless = structs.replace(photo, observed=structs.replace(photo.observed, differs_reason=""))
    assert return_reason(CheckedLine(wordless, "2.1", state="wrong", seen="biru", expected="merah")) == missing


def test_the_page_after_a_receipt_leads_on_for_whoever_registers(
    as_sari: Browser, as_ida: Browser, opened: Opened
) -> None:
    file_page = f"/berkas/{opened.id}"
    for browser, name, registers in ((as_sari, "formulir", True), (as_ida, "tanda-terima", False)):
        path = f"{file_page}/kertas/{name}"
        assert browser.post(f"{path}/cetak").data.startswith(b"%PDF-")
        told = browser.post(f"{path}/hasil", {"jawaban": "ya"}, htmx=True).text
        assert f'href="{file_page}"' in told
        assert ("Permohonan berikutnya" in told) is registers
    path = f"{file_page}/kertas/tanda-terima"
    as_sari.post(f"{path}/cetak")
    onward = as_sari.post(f"{path}/hasil", {"jawaban": "ya"}, htmx=True)
    assert f"{file_page}/periksa" in str(onward.headers) + onward.text, "the receipt leads to the check"


def test_a_village_reserves_forms_for_itself_and_the_office_for_whom_it_says(journal: Journal, sari: Actor) -> None:
    asked = (("sari", KRAI, KRAI), ("sari", "", ""), ("desi", "", MUNDER), ("desi", KRAI, MUNDER))
    for minute, (name, area, kept) in enumerate(asked):
        now = START + timedelta(minutes=minute)
        codes = service.reserve_forms(journal, who(journal, name), service="ktp-el", count=1, area=area, now=now)
        [form] = queries.reserved_batch(journal.db, sari, codes[0])
        assert form.area == kept, (name, area)
    with pytest.raises(Problem) as foreign:
        queries.reserved_batch(journal.db, who(journal, "wati"), codes[0])
    assert foreign.value.code == "not_found"


def test_reasons_of_a_return_are_joined_and_taken_apart_again() -> None:
    note = service.join_reasons(["KK buram", "Lainnya", "Foto lama"], "  tidak  jelas ")
    assert note == "KK buram; Foto lama; tidak jelas"
    assert service.split_reasons(note) == ["KK buram", "Foto lama", "tidak jelas"]
    assert (service.join_reasons(["Lainnya"], " "), service.split_reasons(" ; ")) == ("", [])
