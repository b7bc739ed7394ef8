"""Steps, outcomes, requirements and facts of two services that share nothing but the engine."""

from datetime import date

import pytest
from msgspec.structs import replace

from app.core.permissions import Actor
from app.core.procedure import deadline, engine
from app.core.procedure.engine import promise_mark, promise_start
from app.core.workdays import Calendar
from schema.service_fields import Field
from schema.service_procedure import Comparison, Definition, Step
from tests.core.procedure.services import ktp, staff_card

BARU = {"photo_background": "biru", "age": 30}


def ids(items: object) -> list[str]:
    return [item.id for item in items]


def worker(*roles: str) -> Actor:
    return Actor(1, "", "", frozenset(roles))


def step(definition: Definition, name: str) -> Step:
    return engine.step_named(definition, name)


def walk(definition: Definition, *outcomes: str) -> list[str]:
    """The states of a case that goes through these outcomes."""
    states = [engine.first_step(definition).id]
    for name in outcomes:
        states.append(engine.outcome_named(definition, states[-1], name).to)
    return states


def test_the_straight_way_of_a_card() -> None:
    way = walk(ktp(), "received", "complete", "recorded", "sent", "printed", "arrived", "handed_over")
    assert way == ["submit", "validate", "record", "dispatch", "print", "arrive", "hand_over", "@done"]
    assert [step.id for step in engine.main_line(ktp())] == way[:-1]


def test_a_returned_file_comes_back_to_validation() -> None:
    assert walk(ktp(), "received", "returned", "resubmitted", "complete")[1:] == [
        "validate",
        "returned",
        "validate",
        "record",
    ]


def test_a_refused_line_is_repaired_and_joins_a_later_dispatch() -> None:
    way = walk(ktp(), "received", "complete", "already_recorded", "sent", "accepted", "refused", "repaired", "sent")
    assert way[-4:] == ["print", "repair", "dispatch", "print"]
    assert engine.outcome_named(ktp(), "repair", "record_again").to == "record"


def test_a_misprint_goes_back_to_dispatch_and_reopens_a_kept_promise() -> None:
    for step in ("arrive", "hand_over"):
        back = engine.outcome_named(ktp(), step, "misprint")
        assert (back.to, back.needs_reason) == ("dispatch", True)
    assert promise_mark(ktp(), "hand_over", "misprint") == "reopens"


def test_the_promise_is_kept_at_arrival_or_by_setting_at_hand_over() -> None:
    assert promise_mark(ktp(), "validate", "complete") == "starts"
    assert promise_mark(ktp(), "arrive", "arrived") == "keeps"
    assert promise_mark(ktp(), "hand_over", "handed_over") == ""
    assert promise_mark(ktp(), "arrive", "arrived", alternative=True) == ""
    assert promise_mark(ktp(), "hand_over", "handed_over", alternative=True) == "keeps"
    assert promise_mark(ktp(), "print", "refused") == ""


def test_the_days_of_somebody_recorded_ahead_count_from_the_seventeenth_birthday() -> None:
    day = date(2026, 3, 2)
    young = {"birth_on": "2009-06-12", "marital_status": "belum_kawin"}
    assert promise_start(ktp(), young, day) == date(2026, 6, 12)
    assert promise_start(ktp(), young, date(2026, 6, 12)) == date(2026, 6, 12)
    assert promise_start(ktp(), young, date(2026, 6, 15)) == date(2026, 6, 15)
    assert promise_start(ktp(), young | {"marital_status": "kawin"}, day) == day
    assert promise_start(ktp(), young | {"birth_on": "2008-02-29"}, date(2025, 2, 28)) == date(2025, 3, 1)
    assert promise_start(ktp(), {"birth_on": ""}, day) == day


def test_outcomes_follow_the_roles() -> None:
    assert ids(engine.outcomes_for(ktp(), step(ktp(), "validate"), worker("counter"))) == ["complete", "returned"]
    assert ids(engine.outcomes_for(ktp(), step(ktp(), "dispatch"), worker("camat"))) == ["sent"]
    for each in ktp().steps:
        assert engine.outcomes_for(ktp(), each, worker("village", "information")) == ()
        assert engine.outcomes_for(ktp(), each, worker("kasi", "operator", "counter")) == each.outcomes


def test_a_first_step_is_done_at_once_only_where_it_has_one_outcome_and_that_is_mine() -> None:
    only = engine.only_outcome(ktp(), worker("counter"))
    assert only is not None
    assert only.id == "received"
    assert engine.only_outcome(ktp(), worker("information")) is None
    at_validation = replace(ktp(), steps=ktp().steps[1:])
    assert len(at_validation.steps[0].outcomes) > 1
    assert engine.only_outcome(at_validation, worker("counter")) is None


def test_a_value_is_kept_only_while_the_form_asks_its_field() -> None:
    """A field that hangs on one that hangs on another goes with it."""
    first, second, third = (Field(id=name, label=name, type="longtext") for name in ("first", "second", "third"))
    second = replace(second, when=[Comparison(fact="first", equals="yes")])
    third = replace(third, when=[Comparison(fact="second", equals="yes")])
    chained = replace(ktp(), fields=[first, second, third], derived_facts=[])
    typed = {"first": "yes", "second": "yes", "third": "yes"}
    values, facts, asked = engine.asked_only(chained, typed, date(2026, 6, 15))
    assert (values, ids(asked)) == (typed, ["first", "second", "third"])
    values, facts, asked = engine.asked_only(chained, typed | {"first": "no"}, date(2026, 6, 15))
    assert (values, facts, ids(asked)) == ({"first": "no"}, {"first": "no"}, ["first"])


def test_side_exits_belong_to_the_kasi() -> None:
    every = {"withdrawn", "died", "moved"}
    assert engine.exits_for(ktp(), step(ktp(), "print"), worker("kasi")) == ()
    assert set(ids(engine.exits_for(ktp(), step(ktp(), "record"), worker("kasi")))) == {*every, "refused"}
    assert set(ids(engine.exits_for(ktp(), step(ktp(), "validate"), worker("kasi")))) == {*every, "refused"}
    assert set(ids(engine.exits_for(ktp(), step(ktp(), "hand_over"), worker("kasi")))) == {*every, "uncollected"}
    assert engine.exits_for(ktp(), step(ktp(), "validate"), worker("counter", "operator", "camat")) == ()
    assert engine.state_named(ktp(), "@uncollected").reopens_to == "hand_over"


def test_clause_two_and_the_three_ticks_are_asked_of_every_kind() -> None:
    for each in ktp().kinds:
        asked = {item.id: item.rule for item in engine.requirements_for(ktp(), each.id, BARU) if item.mandatory}
        assert asked["village_letter"] == "SP 2.1"
        assert asked["photo"] == "SP 2.2 dan 4.2"
        assert asked["kk_copy"] == "SP 2.3"
        assert asked["signature_applicant"] == asked["signature_village_head"] == "SP 4.2"


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("baru", []),
        ("pindah_datang", ["moving_letter", "old_card_or_police_letter"]),
        ("perubahan_data", ["old_card", "event_proof", "data_change_form"]),
        ("hilang", ["police_letter"]),
        ("rusak", ["damaged_card"]),
        ("luar_domisili", []),
        ("perpanjangan_itap", ["old_card", "travel_document", "itap_card"]),
    ],
)
def test_what_a_kind_asks_on_top(kind: str, own: list[str]) -> None:
    assert ids(engine.requirements_for(ktp(), kind, BARU))[5:] == own


def test_a_married_sixteen_year_old_shows_proof() -> None:
    young = {"age": 16, "marital_status": "kawin"}
    assert ids(engine.requirements_for(ktp(), "baru", young))[-1] == "marriage_proof"
    assert engine.broken_conditions(ktp(), "baru", young) == []


def test_age_conditions_of_a_first_card() -> None:
    def levels(age: int, status: str) -> list[str]:
        facts = {"age": age, "marital_status": status}
        return [each.level for each in engine.broken_conditions(ktp(), "baru", facts)]

    assert levels(15, "belum_kawin") == ["refuse"]
    assert levels(16, "belum_kawin") == ["warn"]
    assert levels(17, "belum_kawin") == levels(15, "pernah_kawin") == []


def test_every_rule_that_asks_is_named() -> None:
    copy = next(item for item in ktp().requirements if item.id == "kk_copy")
    assert engine.rules_asking(copy, "baru") == ["SP 2.3", "Perpres 96/2018 ps. 15"]
    assert engine.rules_asking(copy, "hilang") == ["SP 2.3", "Perpres 96/2018"]


def test_what_all_but_a_few_give_is_asked_while_the_kind_is_unknown() -> None:
    but = Comparison(fact="kind", not_one_of=("luar_domisili",))
    assert [engine.all_hold([but], facts) for facts in ({}, {"kind": "baru"}, {"kind": "luar_domisili"})] == [
        True,
        True,
        False,
    ]
    narrow = Comparison(fact="age", not_one_of=("18",), at_least=17)
    assert [engine.all_hold([narrow], facts) for facts in ({}, {"age": 16}, {"age": 17})] == [False, False, True]


def test_a_detail_with_an_unknown_fact_is_left_out() -> None:
    def photo(facts: dict[str, object]) -> str:
        return next(item.detail for item in engine.requirements_for(ktp(), "baru", facts) if item.id == "photo")

    assert photo(BARU) == "Latar belakang biru."
    assert photo({}) == ""


def test_a_kind_names_what_it_cannot_do_without() -> None:
    asked = {item.id: item.mandatory for item in engine.requirements_for(ktp(), "perubahan_data")}
    assert (asked["photo"], asked["data_change_form"]) == (True, False)


def test_facts_hold_age_on_the_day() -> None:
    def age(born: object, on: date) -> object:
        return engine.facts_of(ktp(), {"birth_on": born}, on).get("age")

    assert age("2009-06-02", date(2026, 6, 1)) == 16
    assert age(date(2009, 6, 2), date(2026, 6, 2)) == 17
    assert age("2008-02-29", date(2025, 2, 28)) == 16
    assert age("2-6-2009", date(2026, 6, 1)) is None
    assert engine.facts_of(ktp(), {"phone": "", "nik": None}, date(2026, 1, 1)) == {}


@pytest.mark.parametrize(
    ("until", "word"),
    [
        ("2020-01-01", "sudah lewat"),
        ("2026-03-11", "sudah lewat"),
        ("2026-03-12", "kurang dari 30 hari"),
        ("2026-04-10", "kurang dari 30 hari"),
        ("2026-04-11", ""),
        ("2031-04-11", ""),
        ("2031-04-12", "lebih dari lima tahun"),
        ("2099-01-01", "lebih dari lima tahun"),
        ("", ""),
        ("besok", ""),
    ],
)
def test_the_end_of_a_residence_permit_is_looked_at(until: str, word: str) -> None:
    facts = engine.facts_of(ktp(), {"itap_until": until}, date(2026, 3, 12))
    told = [
        condition.sentence
        for condition in engine.broken_conditions(ktp(), "perpanjangan_itap", facts)
        if "ITAP" in condition.sentence
    ]
    assert [word in text for text in told] == ([True] if word else [])
    assert not [
        condition for condition in engine.broken_conditions(ktp(), "hilang", facts) if "ITAP" in condition.sentence
    ]


def test_the_form_asks_only_what_the_case_needs() -> None:
    def extra(facts: dict[str, object]) -> set[str]:
        usual = set(ids(engine.fields_for(ktp(), {"kind": "hilang", "age": 40})))
        return set(ids(engine.fields_for(ktp(), facts))) - usual

    assert extra({"kind": "baru", "age": 16}) == {"marital_status"}
    assert extra({"kind": "perubahan_data"}) == {"changes"}
    assert extra({"kind": "perpanjangan_itap"}) == {"itap_until"}


def test_choices_come_from_the_file() -> None:
    kind, form_code = ktp().fields[0], ktp().fields[1]
    assert [each.value for each in engine.choices_of(ktp(), kind)][:2] == ["baru", "pindah_datang"]
    assert all("F-1.02" in each.label for each in engine.choices_of(ktp(), form_code))


def test_roles_let_the_desk_index_without_knowing_the_service() -> None:
    held = {field.role: field.id for field in ktp().fields if field.role}
    assert held["key"] == "nik"
    assert held["area"] == "village"
    assert ids(field for field in ktp().fields if field.searchable) == ["nik", "kk", "full_name"]
    assert engine.field_with_role(staff_card(), "name").id == "unit_name"
    assert engine.field_with_role(staff_card(), "key") is None


def test_sentences_to_say() -> None:
    values = {"name": "Siti", "due": "18 Maret 2026", "number": ""}
    assert "Siti" in engine.sentence_for_applicant(engine.step_named(ktp(), "record"), values)
    assert "nomornya tetap –" in engine.sentence_for_applicant(engine.step_named(ktp(), "repair"), values)
    assert engine.place_label(ktp(), "folder", 12) == "Map 12"
    assert engine.place_label(ktp(), "folder") == "Map tanpa nomor"


def test_names_that_are_not_there() -> None:
    for ask in (
        lambda: engine.step_named(ktp(), "fly"),
        lambda: engine.state_named(ktp(), "@fly"),
        lambda: engine.outcome_named(ktp(), "print", "flown"),
        lambda: engine.requirements_for(ktp(), "terbang", {}),
        lambda: engine.place_label(ktp(), "moon"),
    ):
        with pytest.raises(engine.UnknownNameError, match="Definisi ktp-el tidak memuat"):
            ask()


def test_the_second_service_runs_on_the_same_engine() -> None:
    card = staff_card()
    assert walk(card, "agreed", "made") == ["decide", "make", "@done"]
    assert ids(engine.outcomes_for(card, step(card, "make"), worker("head"))) == ["made"]
    assert deadline.due_date(card, Calendar({}), date(2026, 3, 20)) == date(2026, 3, 23)
    assert ids(deadline.pause_reasons(card)) == ["printer_broken"]
    assert ids(engine.requirements_for(card, "kolektif")) == ["letter"]


def test_f_1_21_is_not_offered_after_its_end() -> None:
    """Permendagri 109/2019 took the place of Permendagri 19/2010, whose form it was."""
    offered = [code.code for code in ktp().form_codes if engine.is_offered(code, date(2026, 3, 12))]
    assert offered == ["F-1.07", "F-1.02"]
    assert [code.code for code in ktp().form_codes if engine.is_offered(code, date(2019, 12, 31))] == [
        "F-1.07",
        "F-1.21",
    ]
