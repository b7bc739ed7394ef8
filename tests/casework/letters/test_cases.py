"""Letters of a case by the rules of its procedure: where each must stand, what ends a step, what a text may say."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from app.casework.desk.moving import case_definition
from app.casework.desk.tables import CaseFile
from app.casework.letters import agenda, cases, service
from app.casework.letters.agenda import Order
from app.casework.letters.tables import IncomingLetter, OutgoingLetter
from app.core.permissions import Actor
from app.core.problems import Problem, check_found
from app.core.procedure import engine
from schema.profiles import load_profile
from schema.service_fields import Letter, LetterDetail
from schema.service_procedure import Definition, Outcome
from sync.journal import Journal
from tests.casework.letters.conftest import LINE
from tests.casework.letters.test_drafts import deed, put_at_draft, row_of, step_of
from tests.platform.people import START

Who = Callable[[str], Actor]
ORDER = {"instructions": ["Siapkan jawaban atau konsep surat"], "note": "", "now": START}


@pytest.fixture
def case(journal: Journal, case_id: int) -> CaseFile:
    return check_found(CaseFile.first(journal.db, id=case_id), "Berkas")


@pytest.fixture
def definition(journal: Journal, case: CaseFile) -> Definition:
    return case_definition(journal.db, case)


def at_step(case: CaseFile, step: str) -> CaseFile:
    case.step = step
    return case


def outcome_of(definition: Definition, step: str, wanted: str) -> Outcome:
    return structs.replace(engine.step_named(definition, step).outcomes[0], needs_letter=wanted)


@pytest.mark.parametrize(
    ("wanted", "enough"),
    [
        ("drafted", "draft review returned initialled signed numbered sent"),
        ("returned", "returned"),
        ("signed", "signed numbered sent"),
        ("numbered", "numbered sent"),
        ("sent", "sent"),
    ],
)
def test_a_letter_stands_where_a_step_asks_from_that_state_on(
    journal: Journal, who: Who, case: CaseFile, definition: Definition, wanted: str, enough: str
) -> None:
    put_at_draft(journal, case.id)
    row = row_of(journal, service.draft_letter(journal, who("budi"), case_id=case.id, letter="notice", now=START))
    stands = []
    for state in ["draft", "review", "returned", "initialled", "signed", "numbered", "sent"]:
        row.state = state
        if cases.stands(journal.db, definition, at_step(case, "sign"), outcome_of(definition, "sign", wanted), row):
            stands.append(state)
    assert " ".join(stands) == enough


def test_initials_count_for_those_who_do_the_step(
    journal: Journal, who: Who, case: CaseFile, definition: Definition
) -> None:
    """The notice is initialled by the head of the section, then by the secretary; each ends the own step."""
    put_at_draft(journal, case.id)
    agenda.register_incoming(journal, who("ratna"), line=LINE, case_id=case.id, letter="request", now=START)
    made = service.draft_letter(journal, who("budi"), case_id=case.id, letter="notice", now=START)

    def stand(step: str) -> bool:
        wanted = engine.step_named(definition, step).outcomes[0]
        return cases.stands(journal.db, definition, at_step(case, step), wanted, row_of(journal, made))

    assert [stand("draft"), stand("check")] == [False, False]
    deed(service.submit_letter, journal, who("budi"), made)  # who drafts and initials first does both at once
    assert [stand("draft"), stand("check")] == [True, False]
    assert not cases.stands(
        journal.db,
        definition,
        at_step(case, "sign"),
        outcome_of(definition, "sign", "initialled"),
        row_of(journal, made),
    ), "a step of nobody who initials waits for all of them"
    deed(service.initial_letter, journal, who("ratna"), made)
    assert [stand("draft"), stand("check")] == [True, True]
    deed(service.sign_letter, journal, who("camat"), made)
    assert [stand("draft"), stand("check")] == [True, True], "what is signed was initialled"


def test_a_letter_that_came_counts_when_it_is_entered_and_disposed_by_who_does_the_step(
    journal: Journal, who: Who, case: CaseFile, definition: Definition
) -> None:
    asked = agenda.register_incoming(journal, who("ratna"), line=LINE, case_id=case.id, letter="request", now=START)

    def stand(step: str) -> bool:
        row = check_found(IncomingLetter.first(journal.db, id=asked), "Surat")
        wanted = engine.step_named(definition, step).outcomes[0]
        return cases.stands(journal.db, definition, at_step(case, step), wanted, row)

    assert [stand(step) for step in ("agenda", "order", "pass_on")] == [True, False, False]
    agenda.dispose_letter(journal, who("camat"), letter_id=asked, orders=[Order(role="kasi")], **ORDER)
    assert [stand(step) for step in ("agenda", "order", "pass_on")] == [True, True, False]
    agenda.dispose_letter(journal, who("budi"), letter_id=asked, orders=[Order(username="sari")], **ORDER)
    assert stand("pass_on")


def refused(journal: Journal, case: CaseFile, definition: Definition, outcome: Any) -> str:
    try:
        cases.check_letter(journal.db, case, definition, outcome, None, START.date())
    except Problem as problem:
        return problem.sentence
    return ""


def test_an_outcome_waits_for_its_letter_by_name(
    journal: Journal, who: Who, case: CaseFile, definition: Definition
) -> None:
    put_at_draft(journal, case.id)
    at_step(case, "send")
    for wanted, words in cases.WANTED.items():
        said = refused(journal, case, definition, outcome_of(definition, "send", wanted))
        assert said.startswith(f"Surat undangan belum {words}."), wanted
    assert refused(journal, case, definition, outcome_of(definition, "send", "")) == ""
    assert refused(journal, case, definition, definition.exits[0]) == "", "an exit asks for no letter"
    service.draft_letter(journal, who("budi"), case_id=case.id, letter="notice", now=START)
    assert refused(journal, case, definition, outcome_of(definition, "send", "drafted")) == ""


@pytest.mark.parametrize(
    ("changed", "given", "ends"),
    [
        ({}, {}, True),
        ({"needs_complete": True}, {}, False),
        ({"needs_pin": True}, {}, False),
        ({"needs_pin": True}, {"pin": True}, True),
        ({"needs_reason": True}, {}, False),
        ({"needs_reason": True}, {"note": "Karena jadwal"}, True),
    ],
)
def test_a_step_ends_by_itself_where_nothing_more_is_asked(
    journal: Journal,
    who: Who,
    case: CaseFile,
    monkeypatch: pytest.MonkeyPatch,
    definition: Definition,
    changed: dict[str, bool],
    given: dict[str, Any],
    ends: bool,
) -> None:
    asked = agenda.register_incoming(journal, who("ratna"), line=LINE, case_id=case.id, letter="request", now=START)
    moved: list[str] = []
    monkeypatch.setattr(cases, "advance_case", lambda *_, outcome, **__: moved.append(outcome))
    at_agenda = [step for step in definition.steps if step.id == "order"]
    outcome = structs.replace(at_agenda[0].outcomes[0], needs_letter="registered", **changed)
    steps = tuple(
        structs.replace(step, outcomes=(outcome,)) if step.id == "order" else step for step in definition.steps
    )
    monkeypatch.setattr(cases, "case_definition", lambda *_: structs.replace(definition, steps=steps))
    cases.end_step(journal, who("ratna"), IncomingLetter, asked, START, **given)
    assert bool(moved) is ends


def test_a_step_that_waits_for_a_draft_ends_with_it(
    journal: Journal, who: Who, case: CaseFile, definition: Definition, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_at_draft(journal, case.id)
    here = check_found(CaseFile.first(journal.db, id=case.id), "Berkas").step
    plain = {"needs_letter": "drafted", "needs_complete": False, "needs_pin": False, "needs_reason": False}
    ended: list[str] = []
    monkeypatch.setattr(cases, "advance_case", lambda *_, outcome, **__: ended.append(outcome))
    steps = [
        structs.replace(step, outcomes=(structs.replace(step.outcomes[0], **plain),)) if step.id == here else step
        for step in definition.steps
    ]
    monkeypatch.setattr(cases, "case_definition", lambda *_: structs.replace(definition, steps=tuple(steps)))
    service.draft_letter(journal, who("budi"), case_id=case.id, letter="notice", now=START)
    assert ended == [engine.step_named(definition, here).outcomes[0].id]


def test_no_step_ends_with_the_letter_of_another_step_or_of_no_case(
    journal: Journal, who: Who, case: CaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved: list[str] = []
    asked = agenda.register_incoming(journal, who("ratna"), line=LINE, case_id=case.id, letter="request", now=START)
    free = agenda.register_incoming(
        journal, who("ratna"), line=structs.replace(LINE, letter_number="045/99"), now=START
    )
    monkeypatch.setattr(cases, "advance_case", lambda *_, outcome, **__: moved.append(outcome))
    put_at_draft(journal, case.id)
    for letter_id in (asked, free, 999):
        cases.end_step(journal, who("ratna"), IncomingLetter, letter_id, START)
    assert moved == []


def test_a_draft_that_was_given_up_is_no_letter_of_its_case(journal: Journal, who: Who, case: CaseFile) -> None:
    assert cases.letters_of_case(journal.db, case.id) == []
    assert not cases.has_letters(journal.db)
    put_at_draft(journal, case.id)
    made = service.draft_letter(journal, who("budi"), case_id=case.id, letter="notice", now=START)
    assert cases.has_letters(journal.db)
    found = cases.letter_of_case(journal.db, case.id, "notice")
    assert isinstance(found, OutgoingLetter)
    assert found.id == made
    assert cases.letter_of_case(journal.db, case.id, "request") is None
    service.cancel_letter(journal, who("budi"), letter_id=made, reason="Salah", now=START)
    assert cases.letters_of_case(journal.db, case.id) == []
    assert step_of(journal, case.id) == "draft"


def test_a_letter_says_what_is_known_of_its_case(
    journal: Journal, who: Who, case: CaseFile, definition: Definition
) -> None:
    before = cases.letter_facts(journal.db, case, definition, START)
    assert "request_number" not in before
    agenda.register_incoming(journal, who("ratna"), line=LINE, case_id=case.id, letter="request", now=START)
    facts = cases.letter_facts(journal.db, case, definition, START)
    expected = {
        "office": "Kecamatan Contoh",
        "place": "Contoh",
        "today": "12 Maret 2026",
        "case_number": case.number,
        "applicant": "Dinas Contoh",
        "kind": "Rapat",
        "letter_on": "10 Maret 2026",
        "request_number": "045/12",
        "request_date": "10 Maret 2026",
        "request_sender": "Dinas Contoh",
        "request_subject": "Permohonan rapat",
    }
    assert {name: facts[name] for name in expected} == expected


def test_a_text_names_its_gaps_and_its_details_keep_their_columns() -> None:
    letter = Letter(
        id="notice",
        label="Surat",
        subject="Undangan {kind}",
        text="{details}\n{nothing}",
        addressed_to="{agency}",
        details=(LetterDetail(label="Pokok", text="{agency}"),),
    )
    texts = cases.letter_texts(letter, {"kind": "rapat", "agency": "Dinas A|B", "nothing": ""})
    assert texts["subject"] == "Undangan rapat"
    assert texts["addressed_to"] == "Dinas A|B"
    assert texts["text"] == "Pokok: | Dinas A/B\n[belum ada: nothing]"


def test_a_letter_has_its_own_code_else_that_of_its_service(definition: Definition) -> None:
    notice, request = cases.letter_named(definition, "notice"), cases.letter_named(definition, "request")
    assert notice is not None
    assert request is not None
    coded = structs.replace(definition, classification="470")
    plain = structs.replace(load_profile("kecamatan"), letter_codes={"470": "400.12"})
    assert [cases.letter_code(plain, coded, one) for one in (notice, request)] == ["005", "400.12"]
    assert cases.letter_named(definition, "other") is None
    assert [step.id for step in cases.drafting_steps(definition, "notice")] == ["draft", "check", "sign", "send"]


def test_only_a_letter_of_the_procedure_that_goes_out_is_drafted(
    journal: Journal, who: Callable[[str], Actor], case_id: int
) -> None:
    case = check_found(CaseFile.first(journal.db, id=case_id), "Berkas")
    coming = [letter.id for letter in case_definition(journal.db, case).letters if letter.direction != "out"]
    assert coming
    for letter in ("tidak-ada", *coming):
        with pytest.raises(Problem) as refused:
            service.draft_letter(journal, who("budi"), case_id=case_id, letter=letter, now=START)
        assert refused.value.code == "not_found", letter
