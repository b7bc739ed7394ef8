"""What an office sent on paper before it was enrolled: history at the centre, known, warned of, never work."""

from pathlib import Path

import pytest

from app.centre import queries, service
from app.centre.queries import count_paper_lines, queue_length
from sync.verification import verify_side
from tests.centre.desk import Desk, line_path
from tests.centre.print_centre import NOW, OFFICE, YUNI, PrintCentre, a_line, closing, refused
from tests.centre.test_pages import go, text
from tests.platform.people import Clock


def sent_on_paper(print_centre: PrintCentre, count: int = 3) -> list[str]:
    """A dispatch that went on paper comes in, long after: dispatch 1, the first cases."""
    print_centre.dispatches, print_centre.lines = 1, count
    return print_centre.office.dispatch([a_line(1, place, place) for place in range(1, count + 1)], road="paper")


def test_a_dispatch_on_paper_is_no_work_of_the_floor(print_centre: PrintCentre, tmp_path: Path) -> None:
    ids = sent_on_paper(print_centre)
    assert queries.list_undecided_dispatches(print_centre.db) == []
    assert (queue_length(print_centre.db), count_paper_lines(print_centre.db, OFFICE)) == (0, 3)
    whole = print_centre.balance()
    assert (whole.came, whole.waiting) == (0, 0)
    known = {"office": OFFICE, "now": NOW}
    journal, line = print_centre.journal, ids[0]
    problem = refused(
        lambda: service.accept_lines(journal, YUNI, lines=ids, **known),
        "state",
    )
    assert "di atas kertas" in problem.sentence
    refused(lambda: service.accept_dispatch(journal, YUNI, dispatch_id=1, **known), "conflict")
    refused(lambda: service.refuse_line(journal, YUNI, line=line, words="x", **known), "state")
    refused(lambda: service.print_line(journal, YUNI, line=line, serial="0A118400", **known), "state")
    assert print_centre.told() == []
    came = print_centre.comes()
    assert service.accept_dispatch(journal, YUNI, office=OFFICE, dispatch_id=2, now=NOW) == 3
    print_centre.print(came[0], "0A118400")
    assert print_centre.balance().came == 3
    assert verify_side(journal, "centre", tmp_path / "again.sqlite3").faults == []


def test_answers_of_the_paper_list_are_known_and_the_newest_holds(print_centre: PrintCentre) -> None:
    printed, no, waits = sent_on_paper(print_centre)
    print_centre.office.answered(printed, "printed", serial="K77")
    print_centre.office.answered(no, "printed", serial="K78")
    print_centre.office.answered(no, "refused", reason="NIK ganda.")
    print_centre.office.answered(waits, "accepted")
    lines = queries.list_dispatch_lines(print_centre.db, OFFICE, 1)
    assert [(line.state, line.answer, line.reason, line.serial) for line in lines] == [
        ("paper", "printed", "", "K77"),
        ("paper", "refused", "NIK ganda.", ""),
        ("paper", "accepted", "", ""),
    ]
    one = queries.find_dispatch(print_centre.db, OFFICE, 1)
    assert one is not None
    assert (one.road, one.complete, one.came, one.printed, one.refused, one.unanswered) == (
        "paper",
        1,
        3,
        1,
        1,
        1,
    )
    assert [found.line for found in queries.search_lines(print_centre.db, "K77")] == [printed]
    assert queries.list_refused_lines(print_centre.db) == []
    (live,) = print_centre.office.dispatch([a_line(2, 1, 9)])
    print_centre.office.answered(live, "printed", serial="K79")
    assert (print_centre.state(live), print_centre.balance().waiting) == ("waiting", 1)


def test_a_line_that_comes_after_its_closing_is_history_too(print_centre: PrintCentre) -> None:
    first, late = a_line(1, 1, 1), a_line(1, 2, 2)
    ids = ["1/dukcapil/1", "1/dukcapil/3"]
    print_centre.office.send([("dispatch.line", first), ("dispatch.sent", closing([first, late], ids, road="paper"))])
    print_centre.office.send([("dispatch.line", late)])
    assert [print_centre.state(line) for line in ids] == ["paper", "paper"]
    found = queries.find_dispatch(print_centre.db, OFFICE, 1)
    assert found is not None
    assert found.complete == 1


def test_an_unknown_road_is_set_aside_and_prints_nothing(print_centre: PrintCentre) -> None:
    line = a_line(1, 1, 1)
    wrong = closing([line], ["1/dukcapil/1"], road="merpati")
    assert print_centre.office.send([("dispatch.line", line), ("dispatch.sent", wrong)]).set_aside
    refused(
        lambda: service.accept_dispatch(print_centre.journal, YUNI, office=OFFICE, dispatch_id=1, now=NOW),
        "conflict",
    )


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    return Desk(tmp_path, clock)


def test_the_pages_show_history_and_warn_of_a_second_card(desk: Desk) -> None:
    printed, no, _ = sent_on_paper(desk.print_centre)
    desk.print_centre.office.answered(printed, "printed", serial="K77")
    desk.print_centre.office.answered(no, "refused", reason="NIK ganda.")
    assert "Baru masuk" not in text(desk.yuni.get("/"))
    page = text(desk.yuni.get(f"/masukan/{OFFICE}/1"))
    assert "Di atas kertas" in page
    assert "Belum dijawab</dt><dd>1" in page
    assert "jawabannya belum diketik kecamatan" in page
    assert "Terima" not in page
    office = text(desk.yuni.get(f"/kantor/{OFFICE}"))
    assert "3 baris yang dikirim dan dijawab di atas kertas" in office
    old = text(desk.yuni.get(line_path(printed)))
    assert "Di sini hanya riwayatnya" in old
    assert "Terima ke antrean" not in old
    assert "Tolak baris ini" not in old
    again = desk.print_centre.office.dispatch([a_line(2, place, place) for place in (1, 2, 3)])
    assert "Baru masuk" in text(desk.yuni.get("/"))
    told = [text(desk.yuni.get(line_path(line))) for line in again]
    assert "di atas kertas, sudah dicetak" in told[0]
    assert "di atas kertas, ditolak" in told[1]
    assert "di atas kertas, jawabannya belum diketik" in told[2]
    mark = 'note is-{}" role="status"><p>NIK yang sama'
    assert [mark.format("warn") in sentence for sentence in told] == [True, False, True]
    assert mark.format("idle") in told[1]
    go(desk.yuni, f"/masukan/{OFFICE}/2/terima-semua")
    assert queue_length(desk.print_centre.db) == 3


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("result", "day"), [("printed", "2026-03-16"), ("refused", ""), ("accepted", "")])
def test_only_a_card_that_was_printed_has_a_day_of_printing(print_centre: PrintCentre, result: str, day: str) -> None:
    line = sent_on_paper(print_centre)[0]
    print_centre.office.answered(line, result, reason="NIK ganda." if result == "refused" else "", serial="K77")
    held = queries.find_line(print_centre.db, OFFICE, line)
    assert held is not None
    assert (held.answer, held.printed_on) == (result, day)
