"""Opening a case: numbers, drafts, findings, villages, back-dating, reserved forms."""

import threading
from datetime import timedelta

import pytest

from app.casework.desk import checklist, drafts, moving, opening, queries, service
from app.casework.desk.findings import condition_notices
from app.casework.desk.form import Form
from app.casework.desk.opening import Opened, Undecided
from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.procedure import engine
from app.platform.office import queries as office
from sync.journal import Journal
from tests.casework.desk.papers import KK, NIK, application, open_anew, other
from tests.platform.people import KRAI, MUNDER, START

TODAY = START.date()


def register(journal: Journal, actor: Actor, raw: dict[str, str], **more: object) -> Opened:
    return open_anew(journal, actor, raw=raw, **more)


def test_a_case_gets_number_code_place_and_checklist(journal: Journal, sari: Actor, opened: Opened) -> None:
    case = opening.get_case(journal.db, sari, opened.id)
    assert opened.number == "0001/KTP/2026"
    assert (case.name, case.main_key, case.area, case.step) == ("ANISA RAHMAWATI", NIK, MUNDER, "validate")
    assert (case.completed_on, case.due_on) == (None, None)
    assert {item.state for item in checklist.checked_items(journal.db, case.id).values()} == {"present"}
    assert [row.id for row in queries.search_cases(journal.db, sari, KK)] == [opened.id]


def test_at_the_village_the_paper_still_has_to_come(journal: Journal, desi: Actor, sari: Actor) -> None:
    made = register(journal, desi, application(village=KRAI))
    case = opening.get_case(journal.db, desi, made.id)
    assert (case.step, case.origin, case.area) == ("submit", "village", MUNDER)


def test_wrong_fields_are_told_by_name_and_nothing_is_written(journal: Journal, sari: Actor) -> None:
    wrong = application(nik="3508994402", birth_on="31022009", rt="", village="")
    with pytest.raises(Problem) as told:
        register(journal, sari, wrong)
    assert told.value.status == 422
    assert set(told.value.fields) == {"nik", "birth_on", "rt", "village"}
    assert NIK[:10] not in " ".join(told.value.fields.values())
    assert queries.latest_cases(journal.db, sari).rows == []


def test_an_item_that_the_standard_does_not_name_is_refused(journal: Journal, sari: Actor) -> None:
    with pytest.raises(Problem) as told:
        register(journal, sari, application(), ticked={"nothing": ""})
    assert told.value.fields == {"have": "Centang hanya syarat yang ada di daftar."}


def test_an_open_application_stops_a_second_one(journal: Journal, sari: Actor, opened: Opened) -> None:
    with pytest.raises(Problem) as told:
        register(journal, sari, application())
    assert told.value.status == 409
    assert opened.number in told.value.sentence


def test_a_similar_person_needs_a_decision_that_is_kept(journal: Journal, sari: Actor, opened: Opened) -> None:
    twin = application(nik="3508994402090018", full_name="Annisa Rahmawati")
    with pytest.raises(Undecided) as asked:
        register(journal, sari, twin)
    decided = [notice.id for notice in asked.value.notices]
    made = register(journal, sari, twin, heeded=decided)
    entry = journal.about(f"case/{made.id}")[0]
    assert made.id != opened.id
    assert entry.body.heeded == decided
    assert decided[0].startswith(f"similar-{opened.id}-")


def test_a_decision_does_not_hold_for_another_value(journal: Journal, sari: Actor, budi: Actor, opened: Opened) -> None:
    twin = application(nik="3508994402090018", full_name="Annisa Rahmawati")
    with pytest.raises(Undecided) as asked:
        register(journal, sari, twin)
    decided = [notice.id for notice in asked.value.notices]
    with pytest.raises(Undecided):
        register(journal, sari, twin | {"full_name": "Anisa Rahmawatii"}, heeded=decided)
    moving.leave_case(journal, budi, case_id=opened.id, exit_id="withdrawn", reason="Batal", now=START)
    again = application(kk="3508991203090055")
    with pytest.raises(Undecided) as asked:
        register(journal, sari, again)
    decided = [notice.id for notice in asked.value.notices]
    with pytest.raises(Undecided):
        register(journal, sari, again | {"kk": "3508991203090056"}, heeded=decided)
    assert register(journal, sari, again, heeded=decided).id


def test_too_young_is_refused_and_sixteen_is_told(journal: Journal, sari: Actor) -> None:
    child = application(nik="3508994402130008", birth_on="04022013", marital_status="belum_kawin")
    with pytest.raises(Problem) as told:
        register(journal, sari, child)
    assert "16 tahun" in told.value.sentence
    sixteen = application(nik="3508994402100008", birth_on="04022010", marital_status="belum_kawin")
    assert register(journal, sari, sixteen).id


def test_a_permit_that_has_ended_is_told_at_its_own_field(journal: Journal) -> None:
    definition = office.current_definition(journal.db, "ktp-el", TODAY)
    values = {"kind": "perpanjangan_itap", "birth_on": "1980-05-04", "itap_until": "2020-01-01"}
    form = Form(values, {}, engine.facts_of(definition, values, TODAY))
    told = [(notice.field, notice.level) for notice in condition_notices(definition, form) if "ITAP" in notice.sentence]
    assert told == [("itap_until", "show")]
    young = {"kind": "baru", "birth_on": "2013-05-04", "marital_status": "belum_kawin"}
    form = Form(young, {}, engine.facts_of(definition, young, TODAY))
    assert [notice.field for notice in condition_notices(definition, form)] == ["birth_on"]


def test_a_received_day_before_today_needs_a_reason(journal: Journal, sari: Actor) -> None:
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(Problem) as told:
        register(journal, sari, application(), received_on=yesterday)
    assert "late_reason" in told.value.fields
    made = register(journal, sari, application(), received_on=yesterday, late_reason="Listrik padam")
    case = opening.get_case(journal.db, sari, made.id)
    assert (case.received_on, case.late_reason) == (yesterday.isoformat(), "Listrik padam")
    with pytest.raises(Problem):
        register(journal, sari, other(1), received_on=TODAY + timedelta(days=1), late_reason="besok")


def test_a_reason_without_a_day_is_no_late_case(journal: Journal, sari: Actor) -> None:
    made = register(journal, sari, application(), late_reason="tidak jadi mundur")
    assert opening.get_case(journal.db, sari, made.id).late_reason == ""


def test_the_same_draft_opens_one_case(journal: Journal, sari: Actor) -> None:
    draft = drafts.start_draft(journal.db, sari, service="ktp-el", now=START, fields=application())
    first = register(journal, sari, application(), draft_id=draft)
    second = register(journal, sari, application(), draft_id=draft)
    assert first == second
    assert len(queries.latest_cases(journal.db, sari).rows) == 1
    held = drafts.get_draft(journal.db, sari, draft)
    assert (held.case_id, drafts.draft_fields(held)) == (first.id, {})


def test_six_desks_at_once_take_six_numbers(journal: Journal, sari: Actor) -> None:
    numbers: list[str] = []

    def work(n: int) -> None:
        numbers.append(register(journal, sari, other(n)).number)

    desks = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert sorted(numbers) == [f"{n:04}/KTP/2026" for n in range(1, 7)]


def test_a_reserved_form_brings_its_number_once(journal: Journal, sari: Actor) -> None:
    code = service.reserve_forms(journal, sari, service="ktp-el", count=3, area=MUNDER, now=START)[1]
    made = register(journal, sari, application(), form_code=code)
    assert (made.number, made.code) == ("0002/KTP/2026", code)
    with pytest.raises(Problem) as told:
        register(journal, sari, other(1), form_code=code)
    assert told.value.code == "number_taken"
    assert register(journal, sari, other(2)).number == "0004/KTP/2026"


def test_whoever_may_not_open_is_refused(journal: Journal) -> None:
    ida = Actor(9, "Ida", "ida", frozenset({"information"}))
    with pytest.raises(Problem) as told:
        register(journal, ida, application())
    assert told.value.status == 403
