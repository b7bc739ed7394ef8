"""Which example belongs to which paper."""

from collections.abc import Callable

from app.printing.data import common as shapes
from tests.printing import (
    sheets_books,
    sheets_contacts,
    sheets_counter,
    sheets_people,
    sheets_quarter,
    sheets_road,
    sheets_standard,
    sheets_students,
    slips,
)

EXAMPLES: dict[str, Callable[[], shapes.Paper]] = {
    "filled_form": sheets_counter.filled_form,
    "blank_form": sheets_counter.blank_form,
    "receipt": slips.receipt,
    "promise_slip": slips.promise_slip,
    "return_slip": slips.return_slip,
    "recording_list": sheets_counter.recording_list,
    "covering_letter": sheets_road.covering_letter,
    "minutes": sheets_road.minutes,
    "hand_over": sheets_counter.hand_over,
    "register": sheets_books.register,
    "standard": sheets_standard.standard,
    "sop": sheets_standard.sop,
    "reconciliation": sheets_road.reconciliation,
    "call_list": sheets_counter.call_list,
    "ready_codes": sheets_counter.ready_codes,
    "people_list": sheets_people.people,
    "statement": sheets_books.statement,
    "shipping_list": sheets_road.shipping_list,
    "labels": sheets_books.labels,
    "complaint_receipt": sheets_quarter.receipt,
    "answer_letter": sheets_quarter.answer,
    "complaint_book": sheets_quarter.book_page,
    "capa": sheets_quarter.capa,
    "recap": sheets_quarter.recap,
    "student_card": sheets_students.cards,
    "card_sheet": sheets_students.cards,
    "distribution_list": sheets_students.distribution,
    "checklist": sheets_students.checklist,
    "intake_report": sheets_students.report,
    "poster": sheets_quarter.poster,
    "information_request": sheets_contacts.request,
    "information_sheet": sheets_contacts.answer,
    "daily_needs": sheets_contacts.day,
    "team_decree": sheets_contacts.decree,
    "integrity_pact": sheets_contacts.pact,
}
