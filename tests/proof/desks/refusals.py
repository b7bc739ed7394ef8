"""Check 1: no offered act is refused for a reason that was known when its page was drawn; and what no answer may be.

A refusal is judged by the Problem that the program raised for it, heard in this process while the request ran. Codes
in `TYPED` speak about what was typed; every other code speaks about the person or the state of things, which the page
that offered the act could see. `conflict` says anything: it counts as known unless the function that raised it stands
in `typed.py` with what it judges.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from app.core import problems
from app.core.problems import Problem
from tests.proof.desks.faults import Fault
from tests.proof.desks.pages import Blank, Offer, SeenPage, kind_of_address
from tests.proof.desks.typed import NEVER_SHOWN, TYPED_CONFLICTS

TYPED = frozenset(
    (
        "invalid",
        "reason_needed",
        "wrong_pin",
        "wrong_password",
        "password_over",
        "too_many_tries",
        "open_case",
        "number_taken",
        "empty_dispatch",
        "too_large",
        "bad_file",
        "refused",
        "undecided",
    )
)
ASKING = frozenset({"refusal_of", "why_not"})
"""The functions through which pages ask what stands against an act."""
LOCK = 'name="kunci-sandi"'
LEAST = 20
"""Letters that every page has beside its frame."""
ROOT = Path(problems.__file__).resolve().parents[2]


@dataclass(frozen=True)
class Heard:
    """A Problem as it was raised: its code, status and sentence, and the function that raised it."""

    code: str
    status: int
    sentence: str
    by: str


class Ear(logging.Handler):
    """What the programs of this process raised since the last question, and what nobody foresaw."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[Heard] = []
        self.unforeseen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep where an error arose that was written into the log."""
        if record.exc_info and record.exc_info[1] is not None:
            self.unforeseen.append(last_place(record.exc_info[1]))

    def forget(self) -> None:
        """Begin anew: the next question is put."""
        self.heard, self.unforeseen = [], []


@contextmanager
def listening() -> Iterator[Ear]:
    """Hear every Problem of this process, and every error in its log, meanwhile."""
    ear, make, log = Ear(), Problem.__init__, logging.getLogger("loket")

    def heard(self: Problem, code: str, status: int, sentence: str, fields: Mapping[str, str] | None = None) -> None:
        make(self, code, status, sentence, fields)
        if not is_asked_only():
            ear.heard.append(Heard(code, status, sentence, raised_by()))

    Problem.__init__ = heard  # type: ignore[method-assign]  # put back below
    log.addHandler(ear)
    try:
        yield ear
    finally:
        log.removeHandler(ear)
        Problem.__init__ = make  # type: ignore[method-assign]


def is_asked_only() -> bool:
    """Whether a page asks a rule what it may not offer: that answer refuses nobody."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_name in ASKING:
            return True
        frame = frame.f_back
    return False


def raised_by() -> str:
    """The function of the program that raised a Problem: `app/casework/desk/moving.py:move_case`."""
    frame = sys._getframe(2)
    while frame.f_code.co_filename.endswith("core/problems.py") and frame.f_back is not None:
        frame = frame.f_back
    place = frame.f_code.co_filename.removeprefix(f"{ROOT}/")
    return f"{place}:{frame.f_code.co_name}"


def last_place(error: BaseException) -> str:
    """Where an error arose."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {last.filename.rpartition('/')[2]}:{last.lineno}: {str(error)[:120]}"


@dataclass(frozen=True)
class Answer:
    """An act that was offered, what was written into its form, and what came of it."""

    offer: Offer
    page: SeenPage
    who: str
    typed: tuple[tuple[Blank, str], ...] = ()
    heard: tuple[Heard, ...] = ()
    unforeseen: tuple[str, ...] = ()
    paper: bool = False
    leads_on: bool = False
    """Answered with nothing but the address of the next page."""
    document: bytes = b""
    """What came where the answer is a paper, and which kind of content it names."""
    kind: str = ""

    @property
    def place(self) -> str:
        """Who did what where."""
        return f"{self.who}, {self.offer.kind} ({self.offer.label[:60]})"

    @property
    def refusal(self) -> Heard | None:
        """The Problem that the answer tells, where it is a refusal; the lock is none."""
        if self.page.status < 400 or LOCK in self.page.html:
            return None
        drawn_again = self.page.status == 422
        raised = [one for one in self.heard if drawn_again or one.status == self.page.status]
        return raised[-1] if raised else Heard("http", self.page.status, " ".join(self.page.problems)[:200], "http")


def judge_answer(answer: Answer) -> Iterator[Fault]:
    """Everything that this class of checks finds wrong in an answer."""
    yield from check_unforeseen(answer)
    yield from check_refusal(answer)
    yield from check_not_empty(answer)
    yield from check_words_kept(answer)
    yield from check_focus(answer)


def check_unforeseen(answer: Answer) -> Iterator[Fault]:
    """No answer says that something went wrong in the program."""
    if answer.page.status >= 500:
        yield Fault("500", answer.place, "; ".join(answer.unforeseen) or " ".join(answer.page.problems)[:200])


def check_refusal(answer: Answer) -> Iterator[Fault]:
    """An offered act is refused for what was typed only."""
    refusal = answer.refusal
    if refusal is None or answer.page.status >= 500 or is_about_typing(answer, refusal):
        return
    yield Fault("refused", answer.place, f"{refusal.status} {refusal.code}: {refusal.sentence} [{refusal.by}]")


def is_about_typing(answer: Answer, refusal: Heard) -> bool:
    """Whether what was typed is the reason of a refusal. A page drawn again without a Problem names its fields."""
    if refusal.code == "conflict":
        return refusal.by in TYPED_CONFLICTS
    if refusal.code == "incomplete":
        return any(blank.by in ("tick", "radio", "choice") for blank in answer.offer.blanks)
    if refusal.code == "not_found":
        return bool(answer.typed) and refusal.by in TYPED_CONFLICTS
    return refusal.code in TYPED or (refusal.code == "http" and refusal.status == 422)


def check_not_empty(answer: Answer) -> Iterator[Fault]:
    """A page says something; nothing at all comes only where the browser is led on."""
    if answer.paper or answer.leads_on or answer.page.status >= 500:
        return
    if answer.page.part:
        return
    if len(answer.page.main.text) < LEAST or not answer.page.title:
        yield Fault("empty", answer.place, f"the page holds nothing: {answer.page.main.text!r}")


def check_greyed(page: SeenPage) -> Iterator[Fault]:
    """What stands there and cannot be done says why."""
    for offer in page.offers:
        if offer.does == "greyed" and not offer.reason:
            where = f"{page.who}, get {kind_of_address(page.address)}"
            yield Fault("greyed", where, f"{offer.label!r} cannot be done and does not say why")


def check_words_kept(answer: Answer) -> Iterator[Fault]:
    """What was typed stands in the page that refuses it: in its own field, or anywhere where no form came back; and in
    the lock that came between, which sends it on."""
    refusal = answer.refusal
    refused = refusal is not None and answer.offer.method != "get" and is_about_typing(answer, refusal)
    if answer.paper or answer.offer.apart or not (refused or is_locked(answer)):
        return
    shown = " ".join(unescape(answer.page.html).split())
    forms = [offer.blanks for offer in answer.page.offers if is_same_form(offer, answer.offer)]
    back = {blank.name for blanks in forms for blank in blanks if blank.by == "text"}
    path = urlsplit(answer.offer.address).path
    for blank, value in answer.typed:
        words = " ".join(value.split())
        asked_again = is_locked(answer) or not forms or blank.name in back
        if asked_again and len(words) > 1 and words not in shown and (path, blank.name) not in NEVER_SHOWN:
            yield Fault(
                "lost", answer.place, f"what was typed into {blank.label or blank.name!r} is gone: {words[:60]!r}"
            )


def is_locked(answer: Answer) -> bool:
    """Whether the lock came in the place of an answer to a form; over a page that stands it covers what was typed."""
    return LOCK in answer.page.html and answer.offer.method == "post" and not answer.page.part


def is_same_form(one: Offer, other: Offer) -> bool:
    """Whether two offers are buttons of the same form."""
    return one.does == other.does == "send" and urlsplit(one.address).path == urlsplit(other.address).path


def check_focus(answer: Answer) -> Iterator[Fault]:
    """After an answer in place the keyboard has somewhere to go: what was done, errors, autofocus, or the pressed
    button by its id, which htmx looks for."""
    if not answer.page.part or answer.page.status >= 400 or answer.leads_on:
        return
    nodes = list(answer.page.tree.walk())
    pressed = answer.offer.pressed
    held = any(node.has_class("acted", "error-summary") or "autofocus" in node.attrs for node in nodes)
    held = held or bool(pressed and answer.page.tree.by_id(pressed))
    if not held:
        yield Fault("focus", answer.place, "an answer in place leaves the keyboard nowhere")
