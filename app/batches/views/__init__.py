"""Pages of dispatch, answers, arrival, hand-over and balance."""

from string import capwords

from app.batches.tasks import CARDS, TASKS
from app.batches.views import answers, dispatch, printing, products
from app.core.codes import show_code
from app.web.context import WebRoom

ROOM = WebRoom(
    (
        dispatch.pages,
        dispatch.letter_pages,
        answers.pages,
        products.pages,
        products.hand_over_pages,
        dispatch.balance_pages,
        printing.pages,
        answers.other_version_pages,
    ),
    (*dispatch.NAV, *products.NAV, *dispatch.BALANCE_NAV),
    special={
        "batches.dispatch": "dispatch.show_case_dispatch",
        "batches.results": "answers.show_case_answer",
        "batches.repair": "hand_over.show_repair",
        "batches.arrival": "cards.show_arrival",
        "batches.hand_over": "hand_over.show_hand_over",
    },
    tasks=TASKS,
    cards=CARDS,
    case_sheets=[answers.draw_value_sheet],
)

# `ANISA RAHMAWATI` of the form as people write it; a slip code as it is read aloud.
printing.pages.add_app_template_filter(capwords, "capwords")
printing.pages.add_app_template_filter(show_code, "show_code")
