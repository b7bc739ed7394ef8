"""Where the papers of a file lie while a dispatch holds it: said on its page, and found again after a refusal."""

from app.casework.batches import dispatch, queries
from app.casework.desk import service as cases
from app.casework.desk.story import case_story
from app.core.messages import LineAccepted
from tests.services.ktp.desk import Desk


def where(desk: Desk, case_id: int) -> str:
    case = cases.case_by_id(desk.journal.db, case_id)
    assert case is not None
    return case_story(desk.journal.db, case, desk.now.date(), {}).place


def authors(desk: Desk, case_id: int) -> dict[str, str]:
    """What happened → who did it, as the timeline says."""
    case = cases.case_by_id(desk.journal.db, case_id)
    assert case is not None
    told = case_story(desk.journal.db, case, desk.now.date(), {"sari": "Sari", "oki": "Oki", "budi": "Budi"})
    return {line.title: line.text.split(".")[0] for line in told.lines}


def in_folder(desk: Desk, number: str) -> int:
    case_id = desk.ready()
    cases.place_case(desk.journal, desk.who("sari"), case_id=case_id, place="folder", number=number, now=desk.now)
    return case_id


def test_a_draft_holds_the_papers_and_gives_them_back(desk: Desk) -> None:
    first, second, third = in_folder(desk, "7"), in_folder(desk, "8"), in_folder(desk, "9")
    made = desk.draft(first, second, third)
    number = queries.find_dispatch(desk.journal.db, made).number
    assert [where(desk, one) for one in (first, second)] == [f"Pengiriman {number}"] * 2
    dispatch.draft_dispatch(desk.journal, desk.who("sari"), case_ids=[second, third], now=desk.now, dispatch_id=made)
    assert [where(desk, one) for one in (first, second)] == ["Map 7", f"Pengiriman {number}"]
    cases.place_case(desk.journal, desk.who("sari"), case_id=second, place="counter", number="", now=desk.now)
    dispatch.drop_draft(desk.journal, desk.who("sari"), dispatch_id=made, reason="hujan", now=desk.now)
    places = [where(desk, one) for one in (first, second, third)]
    assert places == ["Map 7", "Loket", "Map 9"], "back where it lay, but for what was moved by hand meanwhile"


def test_a_sent_file_stays_in_its_dispatch_until_the_centre_answers(desk: Desk) -> None:
    files = [in_folder(desk, number) for number in ("7", "8", "9")]
    made = desk.send(*files)
    number = f"Pengiriman {queries.find_dispatch(desk.journal.db, made).number}"
    assert [where(desk, file) for file in files] == [number] * 3
    desk.hear(LineAccepted(desk.line(made, 1)))
    desk.printed(made, 2)
    desk.refused(made, 3)
    assert [where(desk, file) for file in files] == ["Dispenduk Capil", "Dispenduk Capil", "Map 9"]
    desk.printed(made, 1)
    assert where(desk, files[0]) == "Dispenduk Capil"


def test_a_file_refused_after_it_was_accepted_comes_back_to_its_folder(desk: Desk) -> None:
    case_id = in_folder(desk, "7")
    made = desk.send(case_id)
    desk.hear(LineAccepted(desk.line(made, 1)))
    desk.refused(made, 1)
    assert where(desk, case_id) == "Map 7"


def test_the_timeline_says_that_the_centre_answered_or_who_checked_the_list(desk: Desk) -> None:
    by_road, on_paper = desk.ready(), desk.ready()
    made = desk.send(by_road, on_paper)
    desk.printed(made, 1)
    desk.typed(made, 2, "printed")
    assert authors(desk, by_road)["Dicetak di Dispenduk Capil"] == "Dispenduk Capil"
    assert authors(desk, on_paper)["Dicetak di Dispenduk Capil"] == "Oki"
