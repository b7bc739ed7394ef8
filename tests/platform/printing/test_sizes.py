"""On which sheets each paper is printed, the usual one first."""

from app.platform.printing.papers import PAPERS

SLIPS = {"receipt", "promise_slip", "return_slip", "complaint_receipt", "survey_slip"}
POSTERS = {"poster", "survey_poster"}
OWN = {"call_list": ("F4", "A4", "80mm"), "student_card": ("ID-1",), "card_sheet": ("A4",)}


def test_slips_posters_and_cards_have_sheets_of_their_own_and_every_other_paper_is_office_paper() -> None:
    expected = dict.fromkeys(PAPERS, ("F4", "A4"))
    expected |= dict.fromkeys(SLIPS, ("80mm", "quarter", "A6")) | dict.fromkeys(POSTERS, ("A3", "F4")) | OWN
    assert {name: kind.sizes for name, kind in PAPERS.items()} == expected
