"""What the print centre decides, on SQLite and on PostgreSQL."""

import pytest

from app.centre import events, service
from app.centre.events import ShipmentListPrinted
from app.centre.queries import blank_stock, queue_length
from app.centre.tables import BlankCount, IncomingDispatch, IncomingLine, OutgoingShipment
from app.core.messages import LineAccepted, LinePrinted
from sync.entries import Entry
from tests.centre.print_centre import EKO, NOW, OFFICE, OTHER, YUNI, PrintCentre, a_line, closing, refused


def test_a_dispatch_comes_in_whole_and_is_counted(print_centre: PrintCentre) -> None:
    ids = print_centre.comes(3)
    dispatch = IncomingDispatch.rows(print_centre.db)[0]
    assert (dispatch.number, dispatch.count, dispatch.closed, dispatch.complete) == (
        "001/KIRIM/2026",
        3,
        1,
        1,
    )
    assert [print_centre.state(line) for line in ids] == ["waiting"] * 3
    found = print_centre.balance()
    assert (found.came, found.printed, found.refused, found.waiting) == (3, 0, 0, 3)


@pytest.mark.parametrize("wrong", [{"count": 4}, {"digest": "0" * 64}])
def test_a_dispatch_that_does_not_agree_says_so_and_holds_nothing_up(
    print_centre: PrintCentre, wrong: dict[str, object]
) -> None:
    ids = print_centre.office.dispatch([a_line(1, 1, 1), a_line(1, 2, 2)], **wrong)
    assert IncomingDispatch.rows(print_centre.db)[0].complete == 0
    assert service.accept_lines(print_centre.journal, YUNI, office=OFFICE, lines=ids, now=NOW) == 2


def test_a_line_that_came_after_the_closing_completes_the_dispatch(print_centre: PrintCentre) -> None:
    lines = [a_line(1, 1, 1), a_line(1, 2, 2)]
    sent = closing(lines, ["1/dukcapil/1", "1/dukcapil/3"])
    print_centre.office.send([("dispatch.line", lines[0]), ("dispatch.sent", sent)])
    assert IncomingDispatch.rows(print_centre.db)[0].complete == 0
    print_centre.office.send([("dispatch.line", lines[1])])
    assert IncomingDispatch.rows(print_centre.db)[0].complete == 1


def test_nothing_is_decided_while_a_dispatch_is_still_on_its_way(print_centre: PrintCentre) -> None:
    ids = print_centre.office.dispatch([a_line(1, 1, 1)], close=False)
    for call in (
        lambda: service.accept_lines(print_centre.journal, YUNI, office=OFFICE, lines=ids, now=NOW),
        lambda: service.accept_dispatch(print_centre.journal, YUNI, office=OFFICE, dispatch_id=1, now=NOW),
        lambda: service.refuse_line(print_centre.journal, YUNI, office=OFFICE, line=ids[0], reason="photo", now=NOW),
    ):
        assert "masih dalam perjalanan" in refused(call, "conflict").sentence
    assert print_centre.state(ids[0]) == "waiting"


def test_accepting_twice_is_one_entry(print_centre: PrintCentre) -> None:
    ids = print_centre.comes(2)
    assert service.accept_lines(print_centre.journal, YUNI, office=OFFICE, lines=[ids[0], ids[0]], now=NOW) == 1
    assert service.accept_lines(print_centre.journal, YUNI, office=OFFICE, lines=[ids[0]], now=NOW) == 0
    assert service.accept_dispatch(print_centre.journal, YUNI, office=OFFICE, dispatch_id=1, now=NOW) == 1
    refused(
        lambda: service.accept_dispatch(print_centre.journal, YUNI, office=OFFICE, dispatch_id=1, now=NOW),
        "conflict",
    )
    assert print_centre.told().count("line.accepted") == 2
    assert queue_length(print_centre.db) == 2


def test_refusing_names_a_reason_and_whether_to_record_again(print_centre: PrintCentre) -> None:
    first, second, third = print_centre.comes(3)
    service.refuse_line(
        print_centre.journal, YUNI, office=OFFICE, line=first, reason="biometric", words="Iris kiri.", now=NOW
    )
    row = IncomingLine.first(print_centre.db, IncomingLine.line == first)
    assert row is not None
    assert row.reason == service.REASONS["biometric"].sentence + " Iris kiri."
    assert row.biometric == 1
    service.refuse_line(print_centre.journal, YUNI, office=OFFICE, line=second, words="Alasan lain", now=NOW)
    problem = refused(
        lambda: service.refuse_line(print_centre.journal, YUNI, office=OFFICE, line=third, words=" ", now=NOW),
        "invalid",
    )
    assert "reason" in problem.fields
    refused(
        lambda: service.refuse_line(print_centre.journal, YUNI, office=OFFICE, line=first, reason="photo", now=NOW),
        "state",
    )
    refused(lambda: service.accept_lines(print_centre.journal, YUNI, office=OFFICE, lines=[first], now=NOW), "state")
    assert print_centre.balance().refused == 2


def test_printing_uses_a_blank_and_the_same_click_twice_is_one_card(print_centre: PrintCentre) -> None:
    first, second = print_centre.queued(2)
    print_centre.print(first, " 0a118402 ")
    print_centre.print(first, "0A118402")
    assert print_centre.state(first) == "printed"
    assert blank_stock(print_centre.db) == 19
    assert print_centre.told().count("line.printed") == 1
    refused(lambda: print_centre.print(first, "0A118403"), "state")
    assert "serial" in refused(lambda: print_centre.print(second, "0A118402"), "invalid").fields
    assert "serial" in refused(lambda: print_centre.print(second, "??"), "invalid").fields
    assert print_centre.balance().printed == 1


def test_a_line_is_not_printed_before_it_was_accepted(print_centre: PrintCentre) -> None:
    [line] = print_centre.comes(1)
    assert "belum diputuskan" in refused(lambda: print_centre.print(line, "0A118402"), "state").sentence


def test_a_spoiled_blank_leaves_the_line_in_the_queue(print_centre: PrintCentre) -> None:
    [line] = print_centre.queued(1)
    service.spoil_blank(
        print_centre.journal, YUNI, office=OFFICE, line=line, reason="scratched", serial="0A118401", now=NOW
    )
    assert (print_centre.state(line), blank_stock(print_centre.db)) == ("accepted", 19)
    assert "serial" in refused(lambda: print_centre.print(line, "0A118401"), "invalid").fields
    refused(
        lambda: service.spoil_blank(print_centre.journal, YUNI, office=OFFICE, line=line, reason="", now=NOW),
        "invalid",
    )
    print_centre.print(line, "0A118402")
    assert blank_stock(print_centre.db) == 18


def test_without_blanks_nothing_is_printed_or_spoiled(print_centre: PrintCentre) -> None:
    [line] = print_centre.queued(1)
    service.correct_blanks(print_centre.journal, YUNI, count=-20, reason="Ditarik Dinas", now=NOW)
    assert "habis" in refused(lambda: print_centre.print(line, "0A118402"), "conflict").sentence
    call = lambda: service.spoil_blank(print_centre.journal, YUNI, office=OFFICE, line=line, reason="jam", now=NOW)  # noqa: E731
    refused(call, "conflict")
    refused(lambda: service.correct_blanks(print_centre.journal, YUNI, count=-1, reason="hilang", now=NOW), "invalid")
    service.receive_blanks(print_centre.journal, YUNI, count=5, letter="471/2", now=NOW)
    print_centre.print(line, "0A118402")
    assert blank_stock(print_centre.db) == 4


def test_the_same_letter_brings_blanks_once(print_centre: PrintCentre) -> None:
    refused(lambda: service.receive_blanks(print_centre.journal, YUNI, count=5, letter="471/1", now=NOW), "conflict")
    problem = refused(
        lambda: service.receive_blanks(print_centre.journal, YUNI, count=0, letter="", now=NOW), "invalid"
    )
    assert set(problem.fields) == {"count", "letter"}
    assert blank_stock(print_centre.db) == 20


def test_counting_the_drawer_keeps_both_numbers(print_centre: PrintCentre) -> None:
    assert service.count_blanks(print_centre.journal, YUNI, counted=19, note="Yuni dan Eko", now=NOW) == 20
    row = BlankCount.rows(print_centre.db)[0]
    assert (row.book, row.counted, blank_stock(print_centre.db)) == (20, 19, 20)


def test_a_line_asked_back_is_returned_and_not_printed(print_centre: PrintCentre) -> None:
    first, second, third = print_centre.queued(3)
    print_centre.office.recall(first)
    assert "diminta kembali" in refused(lambda: print_centre.print(first, "0A118402"), "conflict").sentence
    service.answer_recall(print_centre.journal, YUNI, office=OFFICE, line=first, now=NOW)
    assert IncomingLine.first(print_centre.db, IncomingLine.line == first).reason == service.RECALLED
    refused(lambda: service.answer_recall(print_centre.journal, YUNI, office=OFFICE, line=second, now=NOW), "conflict")
    print_centre.print(third, "0A118402")
    print_centre.office.recall(third)
    refused(lambda: service.answer_recall(print_centre.journal, YUNI, office=OFFICE, line=third, now=NOW), "state")
    assert print_centre.balance().refused == 1


def test_accepting_a_whole_dispatch_leaves_out_what_is_asked_back(print_centre: PrintCentre) -> None:
    ids = print_centre.comes(2)
    print_centre.office.recall(ids[0])
    assert service.accept_dispatch(print_centre.journal, YUNI, office=OFFICE, dispatch_id=1, now=NOW) == 1
    assert [print_centre.state(line) for line in ids] == ["waiting", "accepted"]


def test_only_the_list_of_a_shipment_that_exists_is_noted(print_centre: PrintCentre) -> None:
    (line,) = print_centre.queued(1)
    print_centre.print(line, "0A118409")
    number = service.ship_cards(
        print_centre.journal, YUNI, office=OFFICE, lines=[line], counted=1, carrier="Fajar", now=NOW
    )

    def note(office: str, shipment: str, content: str = "a" * 64) -> bool:
        return service.note_list_printed(
            print_centre.journal, YUNI, office=office, shipment=shipment, content=content, now=NOW
        )

    refused(lambda: note(OFFICE, "350899-2026-099"), "not_found")
    refused(lambda: note(OTHER, number), "not_found")
    assert [note(OFFICE, number), note(OFFICE, number), note(OFFICE, number, "b" * 64)] == [False, True, False]


def test_a_shipment_is_counted_by_hand_and_numbered(print_centre: PrintCentre) -> None:
    ids = print_centre.queued(3)
    for place, line in enumerate(ids):
        print_centre.print(line, f"0A11840{place}")

    def send(lines: list[str], counted: int, carrier: str = "Fajar") -> str:
        return service.ship_cards(
            print_centre.journal, YUNI, office=OFFICE, lines=lines, counted=counted, carrier=carrier, now=NOW
        )

    assert "counted" in refused(lambda: send(ids[:2], 3), "invalid").fields
    assert set(refused(lambda: send([], 0, ""), "invalid").fields) == {"lines", "carrier"}
    assert send(ids[:2], 2) == "350899-2026-001"
    refused(lambda: send(ids[:2], 2), "state")
    assert send(ids[2:], 1) == "350899-2026-002"
    assert [row.count for row in OutgoingShipment.rows(print_centre.db, order="number")] == [2, 1]
    assert print_centre.balance().printed == 3
    refused(
        lambda: service.ship_cards(
            print_centre.journal, YUNI, office=OTHER, lines=ids, counted=3, carrier="F", now=NOW
        ),
        "not_found",
    )


def test_a_line_is_open_for_whoever_opened_it_and_for_a_while(print_centre: PrintCentre) -> None:
    [line] = print_centre.queued(1)
    here = {"office": OFFICE, "line": line}
    assert not service.is_line_open(print_centre.db, YUNI, now=print_centre.now, **here)
    service.open_line(print_centre.db, YUNI, now=print_centre.now, **here)
    assert service.is_line_open(print_centre.db, YUNI, now=print_centre.later(minutes=14), **here)
    assert not service.is_line_open(print_centre.db, EKO, now=print_centre.now, **here)
    assert not service.is_line_open(print_centre.db, YUNI, now=print_centre.later(minutes=2), **here)
    assert print_centre.db.one("SELECT action, subject FROM access_log") == (
        service.LINE_OPENED,
        f"line/{OFFICE}/{line}",
    )


def test_the_list_of_one_shipment_is_printed_and_no_other(print_centre: PrintCentre) -> None:
    numbers = []
    for place, line in enumerate(print_centre.queued(2), 1):
        print_centre.print(line, f"K0000{place}")
        numbers.append(
            service.ship_cards(
                print_centre.journal, YUNI, office=OFFICE, lines=[line], counted=1, carrier="Pak Karto", now=NOW
            )
        )
    journal = print_centre.journal
    with journal.transaction():
        body = ShipmentListPrinted(OFFICE, numbers[0], "ab" * 32)
        journal.record(body, subject=f"shipment/{numbers[0]}", actor="yuni", at=NOW)
    kept = {row.number: row.list_content or "" for row in OutgoingShipment.rows(print_centre.db)}
    assert kept == {numbers[0]: "ab" * 32, numbers[1]: ""}


def test_a_decision_that_comes_back_before_its_line_waits_for_it(print_centre: PrintCentre) -> None:
    """After a restore our own stream may be returned first: what was printed is printed once the line is here."""
    db, line = print_centre.db, "1/dukcapil/1"
    decisions = (("line.accepted", LineAccepted(line)), ("line.printed", LinePrinted(line, "K00042", "2026-03-12")))
    with db.writing(), db.applying():
        for n, (kind, body) in enumerate(decisions, 8):
            events.decide_line(db, Entry("", 3, OFFICE, n, None, kind, "", NOW, "yuni", body), line)
    kept = [tuple(row) for row in db.run("SELECT source, line, epoch, n, kind, actor FROM pending_decision ORDER BY n")]
    assert kept == [(OFFICE, line, 3, n, kind, "yuni") for n, (kind, _) in enumerate(decisions, 8)]
    [came, other] = print_centre.comes(2)
    assert came == line
    row = IncomingLine.first(db, source=OFFICE, line=line)
    assert row is not None
    assert (row.state, row.serial, row.printed_on, row.changed_by) == ("printed", "K00042", "2026-03-12", "yuni")
    assert print_centre.state(other) == "waiting"
    assert list(db.run("SELECT 1 FROM pending_decision")) == []
