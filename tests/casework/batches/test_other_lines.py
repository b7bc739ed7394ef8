"""A line of another PC that never reached the centre: when its case goes on here, as which case, what it replaces."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from app.casework.batches import other_versions
from app.casework.batches.other_version_events import REPLACED
from app.casework.batches.other_versions import CARD_WITHOUT_LINE, count_waiting_lines, taken_words, waiting_lines
from app.casework.batches.views import answers
from app.core.messages import DispatchLine, LinePrinted
from app.core.problems import Problem
from sync.entries import held_line_hash, line_bytes
from tests.casework.batches.test_other_versions import hear, sent_line
from tests.services.ktp.desk import Desk

OTHER_NIK, DIGEST = "3508991203790009", "ab" * 32


def told_line(desk: Desk, line: DispatchLine | None, n: int = 90, *, held: bool = False, digest: str = DIGEST) -> str:
    """The centre has told a line that only one version holds; its place."""
    kind = "dispatch.line" if line else "stream.closed"
    text = line_bytes(b"{", msgspec.json.encode(line)).decode() if line else ""
    with desk.journal.transaction(), desk.journal.db.applying():
        desk.journal.db.run(
            "INSERT INTO twin_line (source, epoch, stream, n, hash, held, kind, line) VALUES (?, 1, ?, ?, ?, ?, ?, ?)",
            (desk.journal.source, "dukcapil", n, digest, held, kind, text),
        )
    return f"1/dukcapil/{n}"


@pytest.fixture
def own(desk: Desk) -> DispatchLine:
    """The line of a case that this PC has sent."""
    desk.enrol()
    return sent_line(desk.journal, desk.line(desk.send(desk.ready()), 1))


def taken(desk: Desk, place: str, *, heeded: bool = False, digest: str = DIGEST) -> str:
    ratna = desk.who("ratna")
    return other_versions.take_line_over(
        desk.journal, ratna, place=place, digest=digest, note="Dipakai.", heeded=heeded, now=desk.now
    )


def case_row(desk: Desk, number: str) -> Mapping[str, Any]:
    names = ("id", "name", "step", "place", "place_number", "code", "main_key")
    row = desk.journal.db.one(f"SELECT {', '.join(names)} FROM case_file WHERE number = ?", (number,))
    assert row is not None, number
    return dict(zip(names, row, strict=True))


def test_a_case_that_the_centre_never_had_waits_here_to_be_sent(desk: Desk, own: DispatchLine) -> None:
    """Under the next number, with a code of its own since that of its line is taken, and in no dispatch."""
    place = told_line(desk, replace(own, main_key=OTHER_NIK, name="SRI WAHYUNI"))
    dispatches = list(desk.journal.db.run("SELECT * FROM dispatch"))
    number = taken(desk, place)
    row = case_row(desk, number)
    assert number != own.number
    assert (row["name"], row["main_key"], row["step"], row["place_number"]) == (
        "SRI WAHYUNI",
        OTHER_NIK,
        "dispatch",
        "",
    )
    assert row["code"] not in ("", own.code)
    assert list(desk.journal.db.run("SELECT * FROM dispatch")) == dispatches
    assert desk.journal.db.one("SELECT 1 FROM dispatch_line WHERE case_id = ?", (row["id"],)) is None
    [line] = desk.journal.db.run("SELECT state, became, reason FROM twin_line")
    assert line == ("taken", number, "Dipakai.")
    assert waiting_lines(desk.journal) == []


@pytest.mark.parametrize(("roles", "named"), [({"counter"}, True), ({"admin"}, False)])
def test_a_line_to_choose_has_the_name_for_those_alone_who_see_cases(
    desk: Desk, own: DispatchLine, monkeypatch: pytest.MonkeyPatch, roles: set[str], named: bool
) -> None:
    who = replace(desk.who("sari"), roles=frozenset(roles))
    monkeypatch.setattr(answers, "current_actor", lambda: who)
    told_line(desk, replace(own, name="SRI WAHYUNI"))
    told_line(desk, None, 91)
    labels = [answers.line_label(line) for line in waiting_lines(desk.journal)]
    assert [("SRI WAHYUNI" in label, "tidak terbaca" in label) for label in labels] == [(named, False), (False, True)]


def test_a_free_code_stays_on_the_slip_that_somebody_has(desk: Desk, own: DispatchLine) -> None:
    place = told_line(desk, replace(own, main_key=OTHER_NIK, code="7K7MQ2XP"))
    assert case_row(desk, taken(desk, place))["code"] == "7K7MQ2XP"


def test_a_case_that_is_here_already_is_not_taken_over_a_second_time(desk: Desk, own: DispatchLine) -> None:
    place = told_line(desk, own)
    [waiting] = waiting_lines(desk.journal)
    assert (waiting.held, waiting.own, waiting.same) == (False, False, ()), "the very case is no other one"
    with pytest.raises(Problem, match=f"Berkas {own.number} ini sudah ada di sini"):
        taken(desk, place)


def test_a_case_that_both_had_keeps_its_number_and_its_own_line_gives_way(desk: Desk, own: DispatchLine) -> None:
    """The centre works with the line of the other PC: that of this one is answered as replaced."""
    place = told_line(desk, replace(own, name="LAIN"), held=True)
    assert taken(desk, place) == own.number
    row = case_row(desk, own.number)
    assert (row["step"], row["place_number"] != own.dispatch) == (own.step, True)
    lines = list(
        desk.journal.db.run(
            "SELECT line, result, reason, shipment FROM dispatch_line WHERE case_id = ? ORDER BY dispatch_id",
            (row["id"],),
        )
    )
    assert [line[1:] for line in lines] == [("refused", REPLACED, ""), ("waiting", "", "")]
    assert lines[1][0] == place


@pytest.mark.parametrize("change", [{"number": "0099/KTP/2026"}, {"main_key": OTHER_NIK}, {"case_id": 99}])
def test_a_case_that_differs_in_id_number_or_nik_is_another_one(
    desk: Desk, own: DispatchLine, change: dict[str, Any]
) -> None:
    place = told_line(desk, replace(own, **change))
    assert taken(desk, place, heeded=True) != own.number


def test_a_closed_case_is_no_case_that_goes_on(desk: Desk, own: DispatchLine) -> None:
    with desk.journal.transaction(), desk.journal.db.applying():
        desk.journal.db.run("UPDATE case_file SET closed = 1, closed_on = '2026-03-12'")
    assert other_versions.known_case(desk.journal.db, own) is None


def test_what_the_office_has_of_the_same_person_must_be_heeded(desk: Desk, own: DispatchLine) -> None:
    place = told_line(desk, replace(own, case_id=78, number="0078/KTP/2026"))
    with pytest.raises(Problem) as caught:
        taken(desk, place)
    assert list(caught.value.fields) == ["heeded"]
    assert f"berkas {own.number}" in caught.value.fields["heeded"]
    assert taken(desk, place, heeded=True) not in (own.number, "0078/KTP/2026")


def test_a_card_without_its_line_goes_to_its_owner_and_is_not_sent_again(desk: Desk, own: DispatchLine) -> None:
    place = told_line(desk, replace(own, main_key=OTHER_NIK))
    hear(desk, LinePrinted(place, "K00009", "2026-03-12", DIGEST))
    with pytest.raises(Problem) as caught:
        taken(desk, place)
    assert caught.value.sentence == CARD_WITHOUT_LINE


def test_a_card_of_another_line_under_the_same_number_keeps_nothing_back(desk: Desk, own: DispatchLine) -> None:
    place = told_line(desk, replace(own, main_key=OTHER_NIK))
    hear(desk, LinePrinted(place, "K00009", "2026-03-12", "cd" * 32))
    assert taken(desk, place)


def test_what_is_no_case_is_set_aside_alone_or_all_at_once(desk: Desk, own: DispatchLine) -> None:
    first, second = told_line(desk, None), told_line(desk, None, 91, digest="cd" * 32)
    place = told_line(desk, replace(own, main_key=OTHER_NIK), 92, digest="ef" * 32)
    with pytest.raises(Problem, match="tidak dapat diambil alih"):
        taken(desk, first)
    with pytest.raises(Problem, match="sudah diputuskan"):
        taken(desk, first, digest="00" * 32)
    with pytest.raises(Problem, match="sudah diputuskan"):
        taken(desk, "1/dukcapil/99")
    ratna, db = desk.who("ratna"), desk.journal.db
    assert count_waiting_lines(db) == 3
    assert other_versions.set_rest_aside(desk.journal, ratna, note="Bukan berkas.", now=desk.now) == 2
    assert {line.place for line in waiting_lines(desk.journal)} == {place}
    assert [line.place for line in waiting_lines(desk.journal)] == [place] != [second]
    other_versions.set_line_aside(desk.journal, ratna, place=place, digest="ef" * 32, note="Milik lain.", now=desk.now)
    assert count_waiting_lines(db) == 0
    sql = "SELECT b.body FROM journal_body b JOIN journal j USING (id) WHERE j.kind = 'twin.set_aside'"
    assert [msgspec.json.decode(bytes(body)).get("held", False) for (body,) in db.run(sql)] == [False] * 3


def test_an_own_line_that_the_centre_holds_too_is_no_question(desk: Desk, own: DispatchLine) -> None:
    place = desk.line(1, 1)
    n, digest = int(place.rpartition("/")[2]), held_line_hash(desk.journal.db, desk.journal.source, place)
    told_line(desk, own, n, held=True, digest=digest)
    assert waiting_lines(desk.journal) == []
    assert count_waiting_lines(desk.journal.db) == 0


def test_an_own_line_that_the_centre_lacks_waits_and_is_nobodys_to_take_over(desk: Desk, own: DispatchLine) -> None:
    place = desk.line(1, 1)
    n, digest = int(place.rpartition("/")[2]), held_line_hash(desk.journal.db, desk.journal.source, place)
    told_line(desk, own, n, digest=digest)
    [waiting] = waiting_lines(desk.journal)
    assert (waiting.own, waiting.held, waiting.same) == (True, False, ())
    with pytest.raises(Problem, match="sudah diputuskan"):
        taken(desk, place, digest=digest)


def test_what_the_office_has_already_in_words() -> None:
    said = [taken_words("7", printed=printed, closed=closed) for printed in (True, False) for closed in (True, False)]
    assert said == ["berkas 7, kartunya sudah dicetak"] * 2 + ["berkas 7, sudah ditutup", "berkas 7"]
