"""Pages of this room: recording, dispatch and its answers, cards, repair, the daily balance."""

from string import capwords

from app.core.codes import show_code
from app.ktp.rules import RULES
from app.ktp.tasks import CARDS, TASKS
from app.ktp.views import (
    answers,
    balance,
    cards,
    dispatch,
    hand_over,
    letters,
    printing,
    recording,
    register_import,
    twins,
)
from app.web.context import WebRoom

SPECIAL = {
    "ktp.recording": "recording.case_page",
    "ktp.dispatch": "dispatch.of_case",
    "ktp.results": "answers.of_case",
    "ktp.repair": "hand_over.repair_page",
    "ktp.arrival": "cards.arrival_of",
    "ktp.hand_over": "hand_over.case_page",
}
"""Special step of the definition → endpoint (it takes case_id) of the page that performs it."""
ROOM = WebRoom(
    (recording.pages, dispatch.pages, letters.pages, answers.pages, cards.pages, hand_over.pages, balance.pages,
     printing.pages, register_import.pages, twins.pages),
    (*recording.NAV, *dispatch.NAV, *cards.NAV, *balance.NAV, *register_import.NAV), special=SPECIAL, rules=RULES, tasks=TASKS, cards=CARDS,
)  # fmt: skip

# `ANISA RAHMAWATI` of the form as people write it; a slip code as it is read aloud.
printing.pages.add_app_template_filter(capwords, "capwords")
printing.pages.add_app_template_filter(show_code, "show_code")
