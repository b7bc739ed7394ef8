"""A cycle (chapter V): planned by the team, sheets of units, report of the team, evaluation, follow-ups, its end."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.asked import clean_values
from app.core.clock import at_office
from app.core.periods import Period
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.files.queries import files_of
from app.quality.capa.service import load_report
from app.quality.evaluation import queries, service, sheets, tasks, transitions
from app.quality.evaluation.events import KINDS
from app.quality.evaluation.sheets import Assessment, assess_row, check_assessment
from app.quality.evaluation.tables import EvaluationRow, FollowUp, IndicatorCapa
from app.quality.indicators.queries import load_targets
from sync.verification import verify_side
from tests.platform.files.pictures import pdf
from tests.platform.people import Clock, enter
from tests.world.evaluation_staff import (
    CLOSING,
    FAULT,
    PRINCIPLES,
    REPORT,
    SCOPE,
    SEEN,
    Team,
    hold_cycles,
    sign_targets,
)

BOX = "kecamatan/box_opened"
YEAR = Period("year", 2026)


def refusal(command: Callable[..., Any], *args: Any, **values: Any) -> Problem:
    with pytest.raises(Problem) as told:
        command(*args, **values)
    return told.value


def test_a_year_from_sheets_to_the_next_target(team: Team) -> None:
    """Every unit that answers for a target has its sheet; what was missed needs a follow-up; the chief sets 2027."""
    db, cycle_id = team.journal.db, team.plan()
    units = {sheet.unit: len(queries.rows_of_sheet(db, sheet.id)) for sheet in team.sheets(cycle_id)}
    assert units == {"pelayanan": 26, "camat": 4}, "of 30 targets; what the team is responsible for, the Camat answers"
    team.report(cycle_id)
    [missed] = EvaluationRow.rows(db, state="missed")
    assert (missed.indicator, missed.value, missed.target) == (BOX, "0%", "paling sedikit 100%")
    assert transitions.load_cycle(db, cycle_id).state == "reported"
    team.evaluate(cycle_id, ktp_on_time="97", box_opened="100")
    coming = load_targets(db, 2027)
    assert {key: str(target.value.first) for key, target in coming.items()} == {
        "kecamatan/ktp_on_time": "97",
        BOX: "100",
    }
    assert all(target.in_force and target.actor == "camat" for target in coming.values())
    assert "tindak lanjut" in refusal(team.close, cycle_id).sentence
    team.settle_follow_ups(cycle_id)
    team.close(cycle_id)
    cycle = transitions.load_cycle(db, cycle_id)
    assert (cycle.state, cycle.evaluated_by, cycle.closed_by, cycle.closed_on) == (
        "closed",
        "camat",
        "camat",
        "2026-12-28",
    )


STATES = ("running", "drafted", "reported", "evaluated", "closed")
ALLOWED = {
    "withdraw": {"running"},
    "draft": {"running", "drafted"},
    "reject": {"drafted"},
    "sign": {"drafted"},
    "evaluate": {"reported"},
    "close": {"evaluated"},
    "follow": {"running", "drafted", "reported", "evaluated"},
    "supervise": {"running", "drafted", "reported", "evaluated", "closed"},
}
"""Deed → states of a cycle in which it is possible, as the order of chapter V asks."""


def cycle_deeds(team: Team, cycle_id: int) -> dict[str, Callable[[], Any]]:
    j, ratna, camat, now = team.journal, team.who("ratna"), team.who("camat"), team.now
    sheet, which = team.sheets(cycle_id)[0], dict[str, Any](cycle_id=cycle_id, now=now)
    digest = transitions.load_cycle(j.db, cycle_id).digest
    told: dict[str, Any] = {"on_date": now.date(), "post": "Inspektur", "notes": "Baik."}
    return {
        "withdraw": lambda: service.withdraw_cycle(j, ratna, reason="Salah", **which),
        "draft": lambda: service.draft_report(j, ratna, report=REPORT, **which),
        "reject": lambda: service.reject_report(j, ratna, reason="Kurang", **which),
        "sign": lambda: service.sign_report(j, ratna, digest=digest, **which),
        "evaluate": lambda: service.evaluate_cycle(j, camat, text="Baik", targets=[], **which),
        "close": lambda: service.close_cycle(j, camat, **which),
        "follow": lambda: team.follow(sheet, "budi"),
        "supervise": lambda: service.supervise_cycle(j, ratna, **told, **which),
    }


def test_the_moves_of_a_cycle_are_those_of_the_table(team: Team) -> None:
    cycle_id = team.plan()
    steps: list[list[Callable[[int], Any]]] = [
        [team.finish_sheets, team.draft],
        [lambda one: cycle_deeds(team, one)["sign"]()],
        [team.evaluate],
        [team.settle_follow_ups, team.close],
        [],
    ]
    assert set(ALLOWED) == set(transitions.CYCLE_MOVES)
    for state, go_on in zip(STATES, steps, strict=True):
        assert transitions.load_cycle(team.journal.db, cycle_id).state == state
        for name, deed in cycle_deeds(team, cycle_id).items():
            if state not in ALLOWED[name]:
                assert refusal(deed).code == "state", (state, name)
        for step in go_on:
            step(cycle_id)
    assert {name: set(move.steps) for name, move in transitions.CYCLE_MOVES.items()} == ALLOWED


def test_a_sheet_goes_from_the_team_to_its_unit_and_back(team: Team) -> None:
    j, cycle_id, now = team.journal, team.plan(), team.now
    sheet, ratna, budi = team.sheet(cycle_id, "pelayanan"), team.who("ratna"), team.who("budi")
    which: dict[str, Any] = {"sheet_id": sheet.id, "now": now}
    assert "belum dinilai" in refusal(sheets.send_sheet, j, ratna, **which).sentence
    assert refusal(team.answer, sheet, "budi").code == "state"
    team.assess(sheet)
    assert refusal(service.withdraw_cycle, j, ratna, cycle_id=cycle_id, reason="Salah", now=now).code == "conflict"
    sheets.send_sheet(j, ratna, **which)
    assert refusal(team.assess, sheet).code == "state", "what the unit answers to no longer changes"
    assert refusal(sheets.close_sheet, j, ratna, **which).code == "state"
    gaps = refusal(sheets.answer_sheet, j, budi, activities="", obstacles="", responses={}, **which)
    assert {"activities", "obstacles", "response-1"} <= set(gaps.fields)
    assert "unitnya sendiri" in refusal(team.answer, sheet, "camat").sentence
    team.answer(sheet, "budi")
    assert "tindak lanjut" in refusal(sheets.close_sheet, j, ratna, **which).sentence
    sheets.return_sheet(j, ratna, reason="Bukti kurang", **which)
    sheets.send_sheet(j, ratna, **which)
    team.answer(sheet, "budi")
    team.follow(sheet, "budi", BOX)
    sheets.close_sheet(j, ratna, **which)
    assert refusal(sheets.return_sheet, j, ratna, reason="Lagi", **which).code == "state"
    assert "lembar audit yang belum ditutup" in refusal(team.draft, cycle_id).sentence, "the other unit's is open"


def test_nobody_judges_what_is_his_own(team: Team) -> None:
    """Four eyes: who assesses does not answer, who answers does not close, who carries out does not check."""
    enter(team.journal, {"tono": {"name": "Tono Wijaya", "roles": ["sekretaris", "kasi"]}}, now=team.now)
    cycle_id = team.plan(team={"sekretaris": ["ratna", "tono"]})
    j, now, sheet = team.journal, team.now, team.sheet(cycle_id, "pelayanan")
    which: dict[str, Any] = {"sheet_id": sheet.id, "now": now}
    team.assess(sheet, by="tono")
    sheets.send_sheet(j, team.who("ratna"), **which)
    assert "tidak menjawab" in refusal(team.answer, sheet, "tono").sentence
    sheets.return_sheet(j, team.who("ratna"), reason="Ulang", **which)
    team.assess(sheet, by="ratna")
    sheets.send_sheet(j, team.who("ratna"), **which)
    team.answer(sheet, "tono")
    mine = team.follow(sheet, "tono", BOX, person="tono")
    assert "orang lain" in refusal(sheets.close_sheet, j, team.who("tono"), **which).sentence
    sheets.close_sheet(j, team.who("ratna"), **which)
    one: dict[str, Any] = {"follow_up_id": mine, "now": now}
    by_another = refusal(sheets.complete_follow_up, j, team.who("budi"), note="Saya", **one)
    assert "penanggung jawabnya" in by_another.sentence
    assert refusal(sheets.complete_follow_up, j, team.who("tono"), note=" ", **one).fields
    sheets.complete_follow_up(j, team.who("tono"), note="Sudah", **one)
    own = refusal(sheets.judge_follow_up, j, team.who("tono"), accepted=True, note="Bagus", **one)
    assert "orang lain" in own.sentence
    sheets.judge_follow_up(j, team.who("ratna"), accepted=False, note="Belum terlihat", **one)
    assert FollowUp.rows(j.db, id=mine)[0].state == "open"


def test_what_is_left_undone_goes_on_in_the_next_cycle(team: Team) -> None:
    j, first = team.journal, team.plan()
    team.report(first)
    team.evaluate(first)
    [left] = queries.follow_ups_of(j.db, first)
    one: dict[str, Any] = {"follow_up_id": left.id, "now": team.now}
    assert refusal(sheets.carry_follow_up, j, team.who("ratna"), reason="  ", **one).fields
    sheets.carry_follow_up(j, team.who("ratna"), reason="Anggaran 2027", **one)
    assert refusal(sheets.complete_follow_up, j, team.who("budi"), note="Sudah", **one).code == "state"
    team.close(first)
    unread: dict[str, Any] = {"kind": "incidental", "reason": "Uji", "period": "2026-Q4"}
    dropped = team.plan(**unread)
    service.withdraw_cycle(j, team.who("ratna"), cycle_id=dropped, reason="Salah periode", now=team.now)
    assert [one.id for one in queries.carried_follow_ups(j.db)] == [left.id], "a withdrawn cycle keeps nothing"
    second = team.plan(**unread)
    [taken] = queries.follow_ups_of(j.db, second)
    assert (taken.what, taken.carried_from, taken.state, taken.due_on) == (left.what, left.id, "open", left.due_on)
    assert queries.carried_follow_ups(j.db) == []
    assert queries.follow_ups_of(j.db, team.plan(**unread)) == [], "once"


def test_a_report_that_changes_loses_its_signatures(team: Team) -> None:
    j, ratna, cycle_id = team.journal, team.who("ratna"), team.plan()
    team.finish_sheets(cycle_id)
    bare = service.Report("", "", "", [""] * 9)
    gaps = refusal(service.draft_report, j, ratna, cycle_id=cycle_id, report=bare, now=team.now)
    assert set(gaps.fields) == {"results", "obstacles", "recommendations", *(f"principle-{n}" for n in range(1, 10))}
    old = team.draft(cycle_id)
    other = service.Report("Lain.", "Tidak ada.", "Perbaiki.", PRINCIPLES)
    service.draft_report(j, ratna, cycle_id=cycle_id, report=other, now=team.now)
    stale = refusal(service.sign_report, j, ratna, cycle_id=cycle_id, digest=old, now=team.now)
    assert "sudah diganti" in stale.sentence
    digest = transitions.load_cycle(j.db, cycle_id).digest
    assert service.sign_report(j, ratna, cycle_id=cycle_id, digest=digest, now=team.now), "one post: it was the last"
    assert refusal(service.sign_report, j, ratna, cycle_id=cycle_id, digest=digest, now=team.now).code == "state"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"period": "2026-Q9"}, "period"),
        ({"period": "2027"}, "period"),
        ({"until_on": date(2026, 12, 1)}, "until_on"),
        ({"from_on": None}, "until_on"),
        ({"kind": "incidental"}, "reason"),
        ({"kind": "yearly"}, "kind"),
        ({"components": ["Lain"]}, "components"),
        ({"team": {"sekretaris": []}}, "team-sekretaris"),
        ({"team": {"sekretaris": ["budi"]}}, "team-sekretaris"),
    ],
)
def test_a_wrong_plan_is_refused_at_its_field(team: Team, change: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {"period": "2026", "from_on": date(2026, 12, 28), "until_on": date(2027, 1, 15)}
    plan = service.Plan(**(given | {"team": {"sekretaris": ["ratna"]}} | change))
    wrong = refusal(service.plan_cycle, team.journal, team.who("ratna"), plan=plan, now=team.now)
    assert list(wrong.fields) == [field]


def test_a_period_may_be_evaluated_from_its_first_day_on(team: Team) -> None:
    given: dict[str, Any] = {"period": "2027", "from_on": date(2027, 1, 4), "until_on": date(2027, 1, 15)}
    plan, first = service.Plan(**given, team={"sekretaris": ["ratna"]}), at_office(date(2027, 1, 1), 9)
    ratna = team.who("ratna")
    early = refusal(service.plan_cycle, team.journal, ratna, plan=plan, now=first - timedelta(days=1))
    assert "belum mulai" in early.fields["period"]
    in_time = refusal(service.plan_cycle, team.journal, ratna, plan=plan, now=first)
    assert list(in_time.fields) == ["components"], "no target holds in 2027 yet"


def test_a_period_has_one_routine_cycle(team: Team) -> None:
    first = team.plan()
    assert "sudah mempunyai siklus rutin" in refusal(team.plan).fields["period"]
    service.withdraw_cycle(team.journal, team.who("ratna"), cycle_id=first, reason="Salah", now=team.now)
    assert team.plan() != first


def test_an_ltpp_of_what_was_missed_is_opened_once(team: Team) -> None:
    j, ratna = team.journal, team.who("ratna")
    capa_id = service.open_capa(j, ratna, key=BOX, period=YEAR, now=team.now)
    assert service.open_capa(j, ratna, key=BOX, period=YEAR, now=team.now) == capa_id
    report = load_report(j.db, capa_id)
    assert report.source == "quality_target"
    assert report.problem.startswith("Kotak saran dibuka setiap hari kerja: 0% pada Tahun 2026, sasaran paling sedikit")
    assert "Petugas Layanan Informasi" in report.evidence
    quarter = Period("quarter", 2026, 4)
    assert service.open_capa(j, ratna, key=BOX, period=quarter, now=team.now) != capa_id
    assert len(IndicatorCapa.rows(j.db)) == 2
    no_figure = refusal(service.open_capa, j, ratna, key="kecamatan/ktp_on_time", period=YEAR, now=team.now)
    assert "tidak berkeadaan belum tercapai" in no_figure.sentence


@given(old=st.integers(1, 999), new=st.integers(0, 1200), fewer=st.booleans(), reason=st.sampled_from(["", "Wajar."]))
def test_a_lower_target_needs_a_reason_whatever_the_numbers(
    evaluated: Callable[..., Problem | None], old: int, new: int, fewer: bool, reason: str
) -> None:
    """Fewer days ask more, fewer files in time ask less: reckoned here with whole tenths."""
    lower = new > old if fewer else new < old
    told = evaluated("days_office_median" if fewer else "ktp_on_time", old, new, reason)
    assert (told is not None) == (lower and not reason), (old, new, fewer)
    assert told is None or all(name.startswith("reason-") for name in told.fields)


class Undone(Exception):
    """Takes back what one example wrote."""


@pytest.fixture(scope="module")
def evaluated(office_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Problem | None]:
    """Sets a target for 2027 and evaluates with another; what was refused. Nothing of it stays."""
    import shutil

    from app import compose
    from app.platform.people.queries import actor_named
    from app.quality.indicators.service import NewTarget, set_targets
    from schema.database import open_office
    from tests.platform.people import Clock

    path = tmp_path_factory.mktemp("evaluated") / "kantor.sqlite3"
    shutil.copy(office_file, path)
    journal = compose.journal("office", open_office(path))

    def who(username: str) -> Actor:
        found = actor_named(journal.db, username, CLOSING.date())
        assert found
        return found

    team = Team(journal, Clock(CLOSING), who)
    cycle_id = team.plan()
    team.report(cycle_id)

    def evaluate(name: str, old: int, new: int, reason: str) -> Problem | None:
        key, told = f"kecamatan/{name}", None
        try:
            with journal.transaction():
                first = NewTarget(key, f"{old // 10},{old % 10}", "Awal.")
                set_targets(journal, who("camat"), year=2027, changes=[first], now=CLOSING)
                change = [NewTarget(key, f"{new // 10},{new % 10}", reason)]
                given = {"cycle_id": cycle_id, "text": "Baik.", "targets": change, "now": CLOSING}
                try:
                    service.evaluate_cycle(journal, who("camat"), **given)  # by name
                except Problem as problem:
                    told = problem
                raise Undone
        except Undone:
            return told

    return evaluate


def look_through(said: Assessment, state: str) -> Assessment:
    """As `assess_row` looks through an assessment: field by field, then what its weight and its indicator ask for."""
    clean: Assessment = clean_values(assess_row.asks, None, CLOSING.date(), {"assessment": said})["assessment"]
    check_assessment(clean, state)
    return clean


@pytest.mark.parametrize("state", ["reached", "missed", "no_data", "waiting"])
@pytest.mark.parametrize("weight", ["conform", "observation", "minor", "major", "", "grave"])
def test_what_is_missed_never_conforms(state: str, weight: str) -> None:
    whole = Assessment("Mengapa?", "Dilihat.", "Ditemukan.", weight, "Perbaiki.")
    wrong = weight in ("", "grave") or (weight == "conform" and state == "missed")
    if wrong:
        assert list(refusal(look_through, whole, state).fields) == ["weight"]
    else:
        assert look_through(whole, state) == whole
    if weight in ("minor", "major"):
        assert list(refusal(look_through, Assessment("A", "B", "", weight, ""), state).fields) == [
            "finding",
            "recommendation",
        ]


def test_every_kind_is_replayed(team: Team, tmp_path: Path) -> None:
    """The journal gives the same tables again, whatever was done."""
    from app.quality.evaluation import documents

    j, ratna, camat, budi, now = team.journal, team.who("ratna"), team.who("camat"), team.who("budi"), team.now
    dropped = team.plan()
    service.withdraw_cycle(j, ratna, cycle_id=dropped, reason="Salah", now=now)
    cycle_id = team.plan()
    sheet = team.sheet(cycle_id, "pelayanan")
    team.assess(sheet, ktp_on_time=FAULT, files_returned=SEEN)
    sheets.send_sheet(j, ratna, sheet_id=sheet.id, now=now)
    sheets.return_sheet(j, ratna, sheet_id=sheet.id, reason="Ulang", now=now)
    service.open_capa(j, ratna, key=BOX, period=YEAR, now=now)
    other = team.follow(sheet, "ratna", "kecamatan/ktp_on_time", person="budi")
    team.finish_sheets(cycle_id)
    team.draft(cycle_id)
    service.reject_report(j, ratna, cycle_id=cycle_id, reason="Lengkapi", now=now)
    digest = team.draft(cycle_id)
    service.sign_report(j, ratna, cycle_id=cycle_id, digest=digest, now=now)
    told: dict[str, Any] = {"on_date": now.date(), "post": "Inspektur Pembantu", "notes": "Lengkap."}
    seen = service.supervise_cycle(j, ratna, cycle_id=cycle_id, files=[(pdf(), "berita acara.pdf")], **told, now=now)
    assert [file.name for file in files_of(j.db, f"supervision/{seen}")] == ["berita acara.pdf"]
    team.evaluate(cycle_id, ktp_on_time="96")
    sheets.carry_follow_up(j, ratna, follow_up_id=other, reason="Anggaran", now=now)
    [kept] = [one.id for one in queries.follow_ups_of(j.db, cycle_id) if one.state == "open"]
    for accepted in (False, True):
        sheets.complete_follow_up(j, budi, follow_up_id=kept, note="Selesai", now=now)
        sheets.judge_follow_up(j, ratna, follow_up_id=kept, accepted=accepted, note="Dilihat", now=now)
    team.close(cycle_id)
    points = [(documents.PRIME, "Pengunjung aman dan selamat.")]
    taken_back = documents.draft_policy(j, ratna, text="Kami melayani.", points=points, note="", now=now)
    documents.withdraw_document(j, ratna, document_id=taken_back, reason="Keliru", now=now)
    made = documents.draft_targets(j, budi, year=2026, unit="pelayanan", note="", now=now)
    digest = transitions.load_document(j.db, made).digest
    for actor in (budi, ratna, camat):
        documents.sign_document(j, actor, document_id=made, digest=digest, now=now)
    written = {kind for (kind,) in j.db.run("SELECT DISTINCT kind FROM journal")}
    assert {kind.name for kind in KINDS} <= written
    assert verify_side(j, "office", tmp_path / "again.sqlite3").faults == []


def test_the_principles_are_those_of_the_source() -> None:
    """Chapter V C, transcribed a second time by their beginnings and ends; "stake holder" is said in Indonesian."""
    from schema.evaluation import load_principles

    seen = [(principle.name, principle.text.split()[0], principle.text.split()[-1]) for principle in load_principles()]
    assert seen == [
        ("Transparansi", "Pengelolaan", "berkepentingan."),
        ("Kemandirian", "Pengelolaan", "etika."),
        ("Akuntabilitas", "Pengelola", "periodik."),
        ("Responsibilitas", "Pengelolaan", "kepentingan."),
        ("Kewajaran", "Pengelolaan", "perundang-undangan."),
        ("Menyeluruh", "Pemantauan", "SPM."),
        ("Berkesinambungan", "Pemantauan", "menerus."),
        ("Sahih", "Konsistensi", "diukur."),
        ("Kegunaan atau manfaat", "Hasil", "layanan/produk."),
    ]


def test_a_demo_evaluates_nothing_in_a_year_without_targets(team: Team, clock: Clock) -> None:
    clock.at = clock.at.replace(year=2028)
    hold_cycles(team, finished=True, components=SCOPE)
    hold_cycles(team, finished=False, components=SCOPE)
    sign_targets(team, ("ratna",), "pelayanan")
    assert queries.list_cycles(team.journal.db) == []
    clock.at = clock.at.replace(year=2026, month=1, day=5)
    hold_cycles(team, finished=False, components=SCOPE)
    assert [cycle.period for cycle in queries.list_cycles(team.journal.db)] == ["2026-Q1"]


def test_a_supervision_was_held_by_today_and_says_by_which_post(team: Team) -> None:
    cycle_id, today = team.plan(), team.now.date()

    def note(on: date | None = None, post: str = "Inspektur", notes: str = "Baik.") -> int:
        given = {"on_date": on, "post": post, "notes": notes, "now": team.now}
        return service.supervise_cycle(team.journal, team.who("ratna"), cycle_id=cycle_id, **given)  # type: ignore[arg-type]

    wrong: list[tuple[dict[str, Any], str]] = [
        ({"on": None}, "on_date"),
        ({"on": today + timedelta(days=1)}, "on_date"),
        ({"on": today, "post": " "}, "post"),
        ({"on": today, "post": "x" * 121}, "post"),
        ({"on": today, "notes": ""}, "notes"),
    ]
    for said, field in wrong:
        with pytest.raises(Problem) as refused:
            note(**said)
        assert list(refused.value.fields) == [field]
    note(today, "x" * 120)
    note(today - timedelta(days=400))
    assert [supervision.on_date for supervision in queries.supervisions_of(team.journal.db, cycle_id)].count(
        str(today)
    ) == 1


def test_a_follow_up_says_what_was_done_in_a_thousand_letters(team: Team) -> None:
    cycle_id = team.plan()
    sheet = team.sheet(cycle_id, "pelayanan")
    made = team.follow(sheet, "budi", due_on=team.now.date())
    with pytest.raises(Problem) as past:
        team.follow(sheet, "budi", due_on=team.now.date() - timedelta(days=1))
    assert list(past.value.fields) == ["due_on"]
    at = {"follow_up_id": made, "now": team.now}
    for note in ("", "x" * 1001):
        with pytest.raises(Problem) as refused:
            sheets.complete_follow_up(team.journal, team.who("budi"), note=note, **at)  # type: ignore[arg-type]
        assert list(refused.value.fields) == ["note"]
    sheets.complete_follow_up(team.journal, team.who("budi"), note="x" * 1000, **at)  # type: ignore[arg-type]
    with pytest.raises(Problem) as long:
        sheets.judge_follow_up(team.journal, team.who("ratna"), accepted=True, note="x" * 1001, **at)  # type: ignore[arg-type]
    assert list(long.value.fields) == ["note"]
    sheets.judge_follow_up(team.journal, team.who("ratna"), accepted=True, note="x" * 1000, **at)  # type: ignore[arg-type]


def test_each_sees_what_a_cycle_asks_of_him_and_nobody_else_does(team: Team) -> None:
    cycle_id = team.plan()

    def asked() -> dict[str, str]:
        cycle = transitions.load_cycle(team.journal.db, cycle_id)
        found = {
            name: tasks.cycle_todo(team.journal.db, cycle, team.who(name), team.now.date())
            for name in ("ratna", "budi", "camat", "sari")
        }
        return {name: todo[0] for name, todo in found.items() if todo}

    assert asked() == {}, "the sheets come first"
    team.finish_sheets(cycle_id)
    assert asked() == {"ratna": "Susun laporan"}
    digest = team.draft(cycle_id)
    assert asked() == {"ratna": "Tanda tangani laporan"}
    service.sign_report(team.journal, team.who("ratna"), cycle_id=cycle_id, digest=digest, now=team.now)
    assert asked() == {"camat": "Evaluasi siklus"}
    team.evaluate(cycle_id)
    assert asked() == {}, "follow-ups are open"
    team.settle_follow_ups(cycle_id)
    assert asked() == {"camat": "Tutup siklus"}
    team.close(cycle_id)
    assert asked() == {}


def test_a_sheet_says_for_whom_it_waits(team: Team) -> None:
    cycle_id = team.plan()
    sheet = team.sheet(cycle_id, "pelayanan")
    assert transitions.waiting_words(sheet, team.who("ratna")) == ""
    team.assess(sheet)
    sheets.send_sheet(team.journal, team.who("ratna"), sheet_id=sheet.id, now=team.now)
    sent = team.sheet(cycle_id, "pelayanan")
    assert transitions.waiting_words(sent, team.who("ratna")) == "Menunggu jawaban unitnya."
    assert transitions.waiting_words(sent, team.who("budi")) == ""
