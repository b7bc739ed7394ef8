"""A contact from the call to the answer: who does what, what is refused, and who is named."""

from datetime import date
from types import SimpleNamespace

import pytest

from app.casework.desk import moving
from app.casework.desk.events import CaseAdvanced, CaseCorrected, StepTaken
from app.core.permissions import Actor, may
from app.core.problems import Problem
from app.core.procedure import engine
from app.services.hotline import queries, service
from app.services.hotline.papers import INSTRUCTED
from app.services.hotline.service import REPORTED
from schema.definitions import SERVICES, definition_text, load_all, load_definition
from schema.profiles import load_profile
from tests.services.hotline.desk import NUMBER, QUESTION, HotlineDesk

LOOKED = "Tidak ada di desk information: tanggalnya belum diumumkan."


def entries(hotline: HotlineDesk, case_id: int, kind: type) -> list[object]:
    return [entry.body for entry in hotline.journal.about(f"case/{case_id}") if isinstance(entry.body, kind)]


def refused(hotline: HotlineDesk, case_id: int, outcome: str, by: str, **more: str) -> str:
    with pytest.raises(Problem) as found:
        hotline.go(case_id, outcome, by, **more)
    return found.value.code


def test_a_call_is_in_step_two_at_once_and_is_answered_from_desk_information(hotline: HotlineDesk) -> None:
    opened = hotline.call()
    assert opened.number == "0001/HLS/2026"
    assert hotline.step(opened.id) == "desk"
    hotline.go(opened.id, "answered_desk", note="14 Agustus.")
    assert hotline.step(opened.id) == "@answered"


def test_a_message_waits_for_its_reply(hotline: HotlineDesk) -> None:
    opened = hotline.message()
    assert hotline.step(opened.id) == "arrived"
    assert queries.find_open_contact(hotline.journal.db, NUMBER) == opened.id


def test_a_name_and_a_number_may_be_missing_and_what_is_needed_may_not(hotline: HotlineDesk) -> None:
    opened = hotline.call(number="")
    assert queries.get_contact(hotline.journal.db, opened.id).name.upper() == "PELANGGAN"
    with pytest.raises(Problem) as found:
        hotline.call(question=" ")
    assert found.value.fields == {"question": "Yang dibutuhkan belum diisi."}
    with pytest.raises(Problem) as found:
        hotline.call(number="bukan nomor")
    assert "number" in found.value.fields


@pytest.mark.parametrize(
    ("kind", "outcome", "other", "leader", "step"),
    [
        ("general", "to_kabag", "to_wadir", "budi", "instruct_kabag"),
        ("academic", "to_wadir", "to_kabag", "ratna", "instruct_wadir"),
        ("student_finance", "to_wadir", "to_kabag", "ratna", "instruct_wadir"),
    ],
)
def test_the_field_says_who_gives_the_instruction(
    hotline: HotlineDesk, kind: str, outcome: str, other: str, leader: str, step: str
) -> None:
    case_id = hotline.call(kind).id
    hotline.go(case_id, "unanswered")
    assert refused(hotline, case_id, other, "ida", note=LOOKED) == "state"
    assert refused(hotline, case_id, outcome, "ida") == "invalid"
    assert refused(hotline, case_id, outcome, leader, note=LOOKED) == "forbidden"
    hotline.go(case_id, outcome, note=LOOKED)
    assert hotline.step(case_id) == step
    wrong = {"budi": "ratna", "ratna": "budi"}[leader]
    assert refused(hotline, case_id, "instructed", wrong, note="Ya.") == "forbidden"
    assert refused(hotline, case_id, "instructed", "ida", note="Ya.") == "forbidden"
    hotline.go(case_id, "instructed", leader, note="Batasnya 14 Agustus, di bagian akademik.")
    assert refused(hotline, case_id, "answered", leader, note="Sudah.") == "forbidden"
    hotline.go(case_id, "answered", note="Disampaikan lewat telepon.")
    contact = queries.get_contact(hotline.journal.db, case_id)
    assert contact.closed
    assert contact.step == "@answered"
    assert [move.note for move in contact.moves if move.note] == [
        LOOKED,
        "Batasnya 14 Agustus, di bagian akademik.",
        "Disampaikan lewat telepon.",
    ]


def test_the_team_gives_a_message_its_field_until_it_is_reported(hotline: HotlineDesk) -> None:
    """The program writes every message down as general; the field decides to whom it is reported."""
    case_id, now = hotline.message().id, hotline.clock()

    def give(kind: str, by: str = "ida") -> None:
        service.set_field(hotline.journal, hotline.who(by), case_id=case_id, kind=kind, now=now)

    for kind, by, code in (("lain", "ida", "invalid"), ("academic", "budi", "forbidden")):
        with pytest.raises(Problem) as found:
            give(kind, by)
        assert found.value.code == code
    give("student_finance")
    give("academic")
    give("academic")
    assert queries.get_contact(hotline.journal.db, case_id).kind == "academic"
    assert [entry.reason for entry in entries(hotline, case_id, CaseCorrected)] == [
        "Bidang: Mahasiswa dan keuangan.",
        "Bidang: Akademik.",
    ]
    for outcome in ("replied", "unanswered"):
        hotline.go(case_id, outcome)
    assert refused(hotline, case_id, "to_kabag", "ida", note=LOOKED) == "state"
    hotline.go(case_id, "to_wadir", note=LOOKED)
    with pytest.raises(Problem) as found:
        give("general")
    assert found.value.code == "state"
    assert queries.find_open_contact(hotline.journal.db, NUMBER) == case_id


def test_an_instruction_by_word_of_mouth_is_an_entry_with_two_names(hotline: HotlineDesk) -> None:
    case_id = hotline.reported("academic")
    assert refused(hotline, case_id, "instructed_by_word", "ida", note="Ya.", said_by="budi") == "invalid"
    assert refused(hotline, case_id, "instructed_by_word", "ida", note="Ya.") == "invalid"
    hotline.go(case_id, "instructed_by_word", note="Batasnya 14 Agustus.", said_by="ratna")
    (entry,) = [
        recorded for recorded in hotline.journal.about(f"case/{case_id}") if getattr(recorded.body, "said_by", "")
    ]
    assert isinstance(entry.body, CaseAdvanced)
    assert (entry.actor, entry.body.said_by) == ("ida", "ratna")
    assert entry.body.note == "Disampaikan lisan oleh Ratna Puspita. Batasnya 14 Agustus."
    hotline.go(case_id, "answered", note="Sudah.")


def test_a_step_that_several_may_do_names_one_who_took_it(hotline: HotlineDesk) -> None:
    case_id, db = hotline.call().id, hotline.journal.db

    def take(by: str, person: str = "") -> None:
        actor, now = hotline.who(by), hotline.clock()
        moving.take_step(hotline.journal, actor, case_id=case_id, now=now, person=person)

    take("ida")
    take("ida")
    assert refused(hotline, case_id, "unanswered", "bayu") == "conflict"
    take("ida", "bayu")
    assert refused(hotline, case_id, "unanswered", "ida") == "conflict"
    with pytest.raises(Problem, match="sudah diambil Bayu Nugroho"):
        take("ida", "ida")  # nobody hands on what another one holds
    found = entries(hotline, case_id, StepTaken)
    assert [(entry.person, entry.handed_by) for entry in found] == [("ida", ""), ("bayu", "ida")]
    with pytest.raises(Problem) as wrong:
        take("bayu", "sari")
    assert "petugas" in wrong.value.fields["person"]
    with pytest.raises(Problem) as wrong:
        take("sari")
    assert wrong.value.code == "forbidden"
    hotline.go(case_id, "unanswered", "bayu")
    assert db.one("SELECT 1 FROM case_taken WHERE case_id = ?", (case_id,)) is None
    hotline.go(case_id, "to_kabag", "ida", note=LOOKED)


def test_a_contact_becomes_one_line_of_the_book_and_never_a_second(hotline: HotlineDesk) -> None:
    case_id, db, now = hotline.call(caller="Wulan Sari").id, hotline.journal.db, hotline.clock()
    with pytest.raises(Problem, match="Jadikan pengaduan"):
        moving.take_exit(hotline.journal, hotline.who("ida"), case_id=case_id, exit_id="complaint", reason="", now=now)
    line = service.make_complaint(hotline.journal, hotline.who("ida"), case_id=case_id, now=now)
    with pytest.raises(Problem, match="sudah menjadi pengaduan"):
        service.make_complaint(hotline.journal, hotline.who("ida"), case_id=case_id, now=now)
    rows = list(
        db.run(
            "SELECT l.channel, l.words, l.place, c.name, c.contact FROM complaint l"
            " JOIN complainant c ON c.complaint_id = l.id"
        )
    )
    assert rows == [("hotline", QUESTION, "kontak 0001/HLS/2026", "Wulan Sari", NUMBER)]
    assert hotline.step(case_id) == "@complaint"
    assert queries.complaint_of(db, case_id) == (line.id, line.number)
    assert queries.contact_of_line(db, line.id) == case_id


def test_who_may_open_and_who_may_make_a_complaint(hotline: HotlineDesk) -> None:
    case_id = hotline.call().id
    for name in ("sari", "oki", "budi", "ratna", "camat", "desi"):
        with pytest.raises(Problem) as found:
            hotline.call(by=name)
        assert found.value.code == "forbidden", name
        with pytest.raises(Problem) as found:
            service.make_complaint(hotline.journal, hotline.who(name), case_id=case_id, now=hotline.clock())
        assert found.value.code == "forbidden", name


@pytest.mark.parametrize(
    ("role", "writes", "by_word"),
    [
        ("hotline", set[str](), {"instruct_kabag", "instruct_wadir"}),
        ("kabag", {"instruct_kabag"}, set[str]()),
        ("wadir1", {"instruct_wadir"}, set[str]()),
        ("wadir2", {"instruct_wadir"}, set[str]()),
        ("wadir3", {"instruct_wadir"}, set[str]()),
        ("direktur", set[str](), set[str]()),
        ("counter", set[str](), set[str]()),
    ],
)
def test_who_instructs_in_a_polytechnic(role: str, writes: set[str], by_word: set[str]) -> None:
    definition = load_definition(definition_text(SERVICES / "hotline.toml"), "hotline.toml")
    actor = Actor(1, "Orang", "orang", frozenset({role}), profile=load_profile("poltekkes"))
    found = {
        step.id: {outcome.id for outcome in engine.outcomes_for(definition, step, actor)}
        for step in definition.steps
        if step.id.startswith("instruct")
    }
    assert {step for step, outcomes in found.items() if "instructed" in outcomes} == writes
    assert {step for step, outcomes in found.items() if "instructed_by_word" in outcomes} == by_word
    able = {one for one in ("open", "complaint", "report", "view") if may(actor, f"hotline.{one}")}
    team, leads = {"open", "complaint", "report", "view"}, {"report", "view"}
    assert able == (team if role == "hotline" else set() if role == "counter" else leads)


def test_a_contact_is_reported_by_what_leads_to_whoever_instructs() -> None:
    steps = {step.id: step for step in load_all()["hotline"].steps}
    leads = {outcome.id: outcome.to for outcome in steps["report"].outcomes}
    assert leads == {"to_kabag": "instruct_kabag", "to_wadir": "instruct_wadir"}
    assert set(REPORTED) == set(leads)
    assert {one.id for to in leads.values() for one in steps[to].outcomes} == set(INSTRUCTED)


@pytest.mark.parametrize(("exit_id", "held"), [("complaint", True), ("answered", False), ("unreachable", False)])
def test_only_the_exit_to_the_book_waits_for_its_line(hotline: HotlineDesk, exit_id: str, held: bool) -> None:
    definition = load_all()[service.SERVICE]
    [taken] = [each for each in definition.exits if each.id == exit_id]
    said = []
    for way in (taken, SimpleNamespace(id=exit_id)):  # an outcome of a step is no exit, whatever its name
        try:
            service.check_complaint_exit(
                hotline.journal.db, SimpleNamespace(id=1), definition, way, None, date(2026, 3, 12)
            )
        except Problem as problem:
            said.append(problem.code)
    assert said == (["conflict"] if held else [])
