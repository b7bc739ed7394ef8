"""Periods, groups and desks of a destruction at their edges, without an office that lived for years."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from app.core.problems import Problem
from app.records.retention import papers, queries, service, tasks
from app.records.retention.queries import DueRecord
from app.records.retention.tables import RecordHold
from sync.journal import Journal
from tests.platform.people import START, actor_of


def who(journal: Journal, name: str) -> Any:
    return actor_of(journal.db, name, START.date())


@pytest.fixture
def due(monkeypatch: pytest.MonkeyPatch) -> list[DueRecord]:
    """Four records whose time is over; one is held."""
    found = [
        DueRecord("case/1", "case/ktp-el", "Berkas KTP-el", "001/KTP/2020", "2020-05-01"),
        DueRecord("case/2", "case/ktp-el", "Berkas KTP-el", "002/KTP/2020", "2020-02-01"),
        DueRecord("case/3", "case/ktp-el", "Berkas KTP-el", "003/KTP/2020", "2020-03-01", "masih dipakai"),
        DueRecord("complaint/1", "complaint", "Pengaduan", "001/ADUAN/2019", "2019-12-31"),
    ]
    monkeypatch.setattr(queries, "due_records", lambda db, today: found)
    return found


@pytest.mark.parametrize(
    ("today", "years", "before"),
    [
        (date(2026, 3, 12), 5, date(2021, 3, 12)),
        (date(2028, 2, 29), 1, date(2027, 2, 28)),
        (date(2028, 2, 29), 4, date(2024, 2, 29)),
    ],
)
def test_a_period_is_over_on_the_same_day_years_later(today: date, years: int, before: date) -> None:
    assert queries.years_before(today, years) == before


def test_what_is_due_stands_by_year_and_kind_with_what_is_held(due: list[DueRecord]) -> None:
    found = [
        (group.key, group.label, group.year, group.count, group.held, group.oldest.number)
        for group in queries.due_groups(due)
    ]
    assert found == [
        ("complaint@2019", "Pengaduan", "2019", 1, 0, "001/ADUAN/2019"),
        ("case/ktp-el@2020", "Berkas KTP-el", "2020", 2, 1, "002/KTP/2020"),
    ]
    [held] = queries.held_groups(due)
    assert (held.label, held.why, held.count, held.first.number) == (
        "Berkas KTP-el",
        "masih dipakai",
        1,
        "003/KTP/2020",
    )
    assert due[0].listed == queries.ListedRecord("case/1", "case/ktp-el", "001/KTP/2020", "2020-05-01")


def propose(journal: Journal, *groups: str, by: str = "ratna", reason: str = "JRA 12/2030") -> int:
    return service.propose(journal, who(journal, by), groups=groups, reason=reason, now=START)


def test_a_list_holds_what_was_chosen_and_nothing_that_is_held(journal: Journal, due: list[DueRecord]) -> None:
    with pytest.raises(Problem) as nothing:
        propose(journal, "lain@2020")
    assert list(nothing.value.fields) == ["groups"]
    made = propose(journal, "case/ktp-el@2020")
    assert [record.subject for record in queries.records_of(journal.db, made)] == ["case/2", "case/1"], (
        "by the day of their end"
    )
    row = queries.load_destruction(journal.db, made)
    assert (row.state, row.proposed_by, row.reason) == ("proposed", "ratna", "JRA 12/2030")
    with pytest.raises(Problem, match="Masih ada daftar"):
        propose(journal, "complaint@2019")
    waits = {
        name: [(one.title, one.verb, one.act) for one in tasks.waiting_list(journal.db, who(journal, name), START)]
        for name in ("ratna", "camat", "ida", "sari")
    }
    assert waits == {
        "ratna": [],
        "camat": [(f"Daftar pemusnahan {row.number}", "Konfirmasi", "decide")],
        "ida": [],
        "sari": [],
    }
    assert service.confirm(journal, who(journal, "camat"), destruction_id=made, now=START) == made
    assert service.is_destruction_due(journal.db)
    for again in (
        lambda: service.confirm(journal, who(journal, "camat"), destruction_id=made, now=START),
        lambda: service.withdraw(journal, who(journal, "ratna"), destruction_id=made, reason="x", now=START),
    ):
        with pytest.raises(Problem) as refused:
            again()
        assert refused.value.code == "state"
    assert tasks.waiting_list(journal.db, who(journal, "camat"), START) == []
    due[0] = DueRecord("case/1", "case/ktp-el", "Berkas KTP-el", "001/KTP/2020", "2020-05-01", "dibuka lagi")
    kept, going = service.parted(journal.db, queries.load_destruction(journal.db, made), START)
    assert (kept, going) == ([("case/1", "dibuka lagi")], ["case/2"])
    del due[1]
    kept, going = service.parted(journal.db, queries.load_destruction(journal.db, made), START)
    assert (kept, going) == ([("case/2", "masa simpannya belum lewat"), ("case/1", "dibuka lagi")], [])


def test_a_list_that_was_withdrawn_makes_room_for_another(journal: Journal, due: list[DueRecord]) -> None:
    made = propose(journal, "complaint@2019")
    assert queries.has_list_since(journal.db, date(2026, 1, 1))
    service.withdraw(journal, who(journal, "ratna"), destruction_id=made, reason="Keliru", now=START)
    assert not queries.has_list_since(journal.db, date(2026, 1, 1))
    assert [destruction.id for destruction in queries.past_destructions(journal.db)] == [made]
    assert propose(journal, "complaint@2019") != made
    assert queries.has_list_since(journal.db, START.date())
    assert not queries.has_list_since(journal.db, date(2026, 3, 13))


def test_a_list_names_three_thousand_records_at_most(
    journal: Journal, due: list[DueRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_RECORDS", 1)
    with pytest.raises(Problem) as many:
        propose(journal, "case/ktp-el@2020")
    assert many.value.fields == {"groups": "Paling banyak 3000 berkas dalam satu daftar. Pilih lebih sedikit."}
    assert propose(journal, "complaint@2019")


@pytest.mark.parametrize(
    ("month", "anything", "asked"),
    [(1, True, True), (3, True, True), (4, True, False), (12, True, False), (2, False, False)],
)
def test_the_list_of_a_year_is_asked_for_from_january_to_march(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, month: int, anything: bool, asked: bool
) -> None:
    monkeypatch.setattr(queries, "is_anything_due", lambda db, today: anything)
    now = datetime(2026, month, 20, 2, tzinfo=UTC)
    found = {name: tasks.yearly_list(journal.db, who(journal, name), now) for name in ("ratna", "camat", "sari")}
    assert {name: bool(rows) for name, rows in found.items()} == {"ratna": asked, "camat": False, "sari": False}
    if asked:
        [row] = found["ratna"]
        assert (row.title, row.verb, row.act) == ("Daftar pemusnahan 2026", "Susun", "decide")


def test_a_record_that_is_due_is_held_once_and_let_go_again(journal: Journal, due: list[DueRecord]) -> None:
    def hold(number: str, reason: str = "Surat PN 3") -> None:
        service.hold_record(journal, who(journal, "ratna"), number=number, reason=reason, now=START)

    for number, field in (("009/KTP/2020", "number"), ("003/KTP/2020", "number"), ("", "number")):
        with pytest.raises(Problem) as refused:
            hold(number)
        assert list(refused.value.fields) == [field]
    hold("001/ktp/2020")
    [row] = RecordHold.rows(journal.db)
    assert (row.subject, row.number, row.reason) == ("case/1", "001/KTP/2020", "Surat PN 3")
    assert queries.holds(journal.db)["case/1"] == "ditahan: Surat PN 3"
    assert queries.held_numbers(journal.db) == {str(row.id): "001/KTP/2020"}
    with pytest.raises(Problem):
        service.lift_hold(journal, who(journal, "ratna"), hold="99", reason="Selesai", now=START)
    service.lift_hold(journal, who(journal, "ratna"), hold=str(row.id), reason="Selesai", now=START)
    assert queries.held_numbers(journal.db) == {}


def test_records_are_kept_for_the_years_of_their_kind_until_the_office_says_otherwise(journal: Journal) -> None:
    """The defaults of decision 79."""
    kept = {period.kind.id: period.years for period in queries.periods(journal.db)}
    shorter = {"survey": 2, "sms": 1}
    assert kept.keys() >= {"complaint", "letter.incoming", "letter.outgoing", "capa", "check", "data_request"}
    assert kept == {kind: shorter.get(kind, 5) for kind in kept}


@pytest.mark.parametrize(("years", "fine"), [(0, False), (1, True), (100, True), (101, False)])
def test_a_period_lasts_one_to_a_hundred_years(journal: Journal, years: int, fine: bool) -> None:
    before = {period.kind.id: period.years for period in queries.periods(journal.db)}
    given: dict[str, Any] = {"kind": "complaint", "years": years, "reason": "JRA 7", "now": START}
    if fine:
        service.set_period(journal, who(journal, "ratna"), **given)
        after = {period.kind.id: period for period in queries.periods(journal.db)}
        assert {key: one.years for key, one in after.items()} == before | {"complaint": years}
        assert (after["complaint"].source, after["complaint"].set_by) == ("JRA 7", "ratna")
    else:
        with pytest.raises(Problem) as refused:
            service.set_period(journal, who(journal, "ratna"), **given)
        assert list(refused.value.fields) == ["years"]


def test_whoever_proposed_does_not_confirm_and_a_list_waits_only_while_it_is_proposed(journal: Journal) -> None:
    def row(state: str, by: str) -> Any:
        return SimpleNamespace(state=state, proposed_by=by)

    found = {
        (state, by): service.can_confirm(row(state, by), who(journal, "camat"))
        for state in ("proposed", "confirmed", "done")
        for by in ("ratna", "camat")
    }
    assert {key for key, able in found.items() if able} == {("proposed", "ratna")}
    records: Any = [
        SimpleNamespace(kind=kind, closed_on=on)
        for kind, on in (("a", "2020-01-01"), ("a", "2020-09-01"), ("a", "2019-01-01"), ("z", "2020-01-01"))
    ]
    groups = papers.grouped(records, {"a": "Berkas"})
    assert [(group.label, group.year, group.count) for group in groups] == [
        ("Berkas", "2019", 1),
        ("Berkas", "2020", 2),
        ("z", "2020", 1),
    ]
