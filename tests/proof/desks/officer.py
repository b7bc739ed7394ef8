"""One officer over real HTTP, who does nothing but what the pages offer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from urllib.parse import urljoin, urlsplit

import requests

from sync.http_client import plain_session
from tests.proof.desks.handwriting import File, Handwriting
from tests.proof.desks.pages import FILE, Blank, Offer, SeenPage
from tests.proof.desks.refusals import Answer, Ear
from tests.world.cast import PASSWORD

SECONDS = 60
WRONGLY = 0.12
"""How often a form is filled wrongly on purpose."""
AGAIN, AGAIN_IN_FRAME = 0.15, 0.02
"""What an offer is worth that was tried many times, on the page and in the frame around it."""
TOLD = 0.7
"""How often somebody does one of the things that his desk names, and on the page where it led the work itself, rather
than anything else that can be done from there."""
MENDS = 10.0
"""How much more gladly somebody sends a form once more that came back with what is wrong in it."""
PATIENCE = 3
"""So often in a row is somebody refused before he goes back to his desk."""
NUMBER = re.compile(r"\b(?:[A-Z]{2,4}-)?\d{2,4}(?:[-/][A-Z0-9]{2,6}){1,3}\b")
LEAVING = re.compile(r"/(keluar|kunci)$")
SELDOM = re.compile(r"^/(panduan|pulihkan)|/(panduan|nonaktif|berhenti|musnah)")
DULL = re.compile(
    r"^/(saya|masuk|cari|kode|slip|register|paten|panduan)\b|/(cetak|unduh|kertas|xlsx|csv)\b|\.(pdf|xlsx|csv)$"
)
"""What leaves everything where it stands: the own account, looking something up, papers. It is tried once or twice."""
UNDOING = re.compile(r"\b(cabut|batal\w*|buang|tarik|sisihkan|hapus|hentikan|lepas\w*)\b", re.IGNORECASE)
"""Words on a button that takes back what others began."""


@dataclass
class Ledger:
    """Kinds of offered acts: how often each was seen, tried, and went well."""

    offered: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    went_well: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    acts: int = 0

    def rarity(self, offer: Offer) -> float:
        """How much an offer is worth trying: what nobody tried yet most of all. What was tried often keeps some worth,
        the page's own acts above all: without the daily work nothing gets far enough to offer something new."""
        rarity = 1.0 / (1 + self.tried[offer.work]) ** (1 if offer.does == "send" else 1.5)
        if DULL.search(urlsplit(offer.address).path):
            return rarity**2
        return max(rarity, AGAIN_IN_FRAME if offer.frame else AGAIN)


class Officer:
    """Somebody at a side of the world, with a browser. `name` is empty for a visitor who needs none."""

    def __init__(self, side: str, base: str, name: str, passwords: Sequence[str], hand: Handwriting) -> None:
        self.side, self.base, self.name, self.hand = side, base, name, hand
        self.passwords = list(passwords)
        self.session = plain_session()
        self.here: SeenPage | None = None
        self.rail: frozenset[str] = frozenset()
        """Kinds of pages that the frame around his desk leads to: who has the same has the same work."""
        self.printed: set[str] = set()
        """Questions of this page that came into sight after something was printed."""
        self.duty = "/"
        """Where he came when he asked for his desk: a first password of his own, for one, stands before it."""
        self.refused = 0
        """How often in a row an act of his was refused."""

    @property
    def who(self) -> str:
        """How a fault names this person."""
        return f"{self.side}/{self.name or 'visitor'}"

    # -- over the wire -----------------------------------------------------------------------------------------------

    def ask(self, offer: Offer, ear: Ear, sent: Sent) -> Answer:
        """Do what was offered and read the answer, redirects followed as a browser does."""
        ear.forget()
        answer = self.request(offer, sent)
        heard, unforeseen = tuple(ear.heard), tuple(ear.unforeseen)
        kind = answer.headers.get("Content-Type", "")
        paper = not kind.startswith("text/html") and bool(answer.content)
        on = answer.headers.get("HX-Redirect", "")
        html = "" if paper else answer.text
        part = offer.in_place and "<html" not in html[:300]
        posted = answer.request.method == "POST"
        page = SeenPage(answer.url, answer.status_code, html, self.who, part, posted)
        return Answer(
            offer, page, self.who, sent.written, heard, unforeseen, paper, bool(on), answer.content * paper, kind
        )

    def request(self, offer: Offer, sent: Sent) -> requests.Response:
        """One request and the redirects after it."""
        marks = (
            {"HX-Request": "true", "HX-Current-URL": self.here.address if self.here else ""} if offer.in_place else {}
        )
        if offer.method == "get":
            return self.session.get(offer.address, params=sent.pairs or None, headers=marks, timeout=SECONDS)
        return self.session.post(
            offer.address, data=sent.pairs, files=sent.files or None, headers=marks, timeout=SECONDS
        )

    def open(self, path: str, ear: Ear) -> Answer:
        """Open an address of the own side: the desk, or the page on which one stands once more."""
        return self.ask(Offer("follow", urljoin(self.base, path), path), ear, Sent())

    # -- choosing ----------------------------------------------------------------------------------------------------

    def choose(self, page: SeenPage, ledger: Ledger, chance: Random) -> Offer | None:
        """One of the acts that a page offers; rarely tried ones first."""
        offers = [
            offer
            for offer in page.offers
            if offer.does != "greyed" and (not offer.hidden_in or offer.hidden_in in self.printed)
        ]
        urged = [offer for offer in offers if self.is_urged(offer, page)] if chance.random() < TOLD else []
        offers = urged or offers
        if not offers or self.refused >= PATIENCE:
            return None
        return chance.choices(offers, [self.weigh(offer, ledger) * self.mending(offer, page) for offer in offers])[0]

    def is_urged(self, offer: Offer, page: SeenPage) -> bool:
        """Whether the page itself urges an act: what a desk names, elsewhere the buttons that do the page's work."""
        if offer.frame or page.path in ("/", self.duty):
            return not offer.frame
        works = offer.does == "send" and offer.method == "post" and not UNDOING.search(offer.label)
        return works and not DULL.search(urlsplit(offer.address).path)

    def mending(self, offer: Offer, page: SeenPage) -> float:
        """How much more gladly a form is sent once more that came back with what is wrong in it."""
        back = page.status == 422 and offer.does == "send" and urlsplit(offer.address).path == page.path
        return MENDS if back and not offer.frame else 1.0

    def weigh(self, offer: Offer, ledger: Ledger) -> float:
        """How gladly an offer is taken."""
        path, weight = urlsplit(offer.address).path, ledger.rarity(offer)
        if LEAVING.search(path):
            return weight * 0.05
        if SELDOM.search(path):
            weight *= 0.1
        if offer.does == "send":
            weight *= 1 if offer.frame else 8
        if offer.final:
            weight *= 0.5
        if UNDOING.search(offer.label):
            weight *= 0.3
        return weight * (0.3 if offer.frame else 1) * (0.5 if FILE.search(path) else 1)

    # -- writing -----------------------------------------------------------------------------------------------------

    def fill(self, offer: Offer, today: date, chance: Random) -> Sent:
        """A form filled as its labels ask, now and then wrongly."""
        wrongly = chance.random() < WRONGLY
        self.hand.begin_form(today, urlsplit(offer.address).path)
        sent = Sent(wrongly=wrongly)
        wrong_one = chance.choice(offer.blanks).name if wrongly and offer.blanks else ""
        for blank in offer.blanks:
            self.fill_blank(blank, sent, today, blank.name == wrong_one)
        if offer.button:
            sent.pairs.append(offer.button)
        return sent

    @property
    def next_password(self) -> str:
        """What this person takes for the next password."""
        return PASSWORD if self.passwords[0] != PASSWORD else f"{PASSWORD} lagi"

    def note_password(self, offer: Offer) -> None:
        """A form with a new password went well: that one is the first to try."""
        if {"new", "again"} <= {blank.name for blank in offer.blanks}:
            self.passwords = [self.next_password, *self.passwords]

    def fill_blank(self, blank: Blank, sent: Sent, today: date, wrongly: bool) -> None:
        """Write one field."""
        if blank.by == "file":
            if not wrongly:
                sent.files.append((blank.name, self.hand.file(blank, today)))
            return
        if blank.by == "secret":
            chosen = blank.name in ("new", "again")
            secret = self.hand.secret(blank, self.next_password if chosen else self.passwords[0], wrongly)
            sent.pairs.append((blank.name, secret))
            return
        values = self.hand.write(blank, today, wrongly)
        sent.pairs += [(blank.name, value) for value in values]
        if blank.by == "text":
            sent.typed += [(blank, value) for value in values]

    # -- signing in --------------------------------------------------------------------------------------------------

    def sign_in(self, page: SeenPage, ear: Ear) -> Answer | None:
        """Sign in with one of the passwords that this person may have; None where none of them opens."""
        for password in self.passwords:
            offer = next((choice for choice in page.offers if choice.does == "send" and not choice.frame), None)
            if offer is None:
                return None
            fixed = [(blank.name, blank.values[0]) for blank in offer.blanks if blank.by == "fixed" and blank.values]
            sent = Sent(pairs=[*fixed, ("username", self.name), ("password", password)])
            answer = self.ask(offer, ear, sent)
            if answer.page.status < 400:
                self.passwords = [password, *(one for one in self.passwords if one != password)]
                return self.open("/", ear) if answer.page.part else answer
            page = answer.page
        return None

    def unlock(self, page: SeenPage, ear: Ear) -> Answer | None:
        """Open the lock with the password."""
        offer = next(
            (choice for choice in page.offers if any(blank.name == "kunci-sandi" for blank in choice.blanks)), None
        )
        if offer is None:
            return None
        pairs = [(blank.name, value) for blank in offer.blanks if blank.by == "fixed" for value in blank.values]
        return self.ask(offer, ear, Sent(pairs=[*pairs, ("kunci-sandi", self.passwords[0])]))

    def note_numbers(self, page: SeenPage) -> None:
        """Remember numbers that stand on a page, to look for them later."""
        self.hand.numbers = [*self.hand.numbers, *NUMBER.findall(page.main.text)[:5]][-60:]
        self.hand.note_codes(page.main.text)


@dataclass
class Sent:
    """What goes out with a form."""

    pairs: list[tuple[str, str]] = field(default_factory=list)
    files: list[tuple[str, File]] = field(default_factory=list)
    typed: list[tuple[Blank, str]] = field(default_factory=list)
    wrongly: bool = False

    @property
    def written(self) -> tuple[tuple[Blank, str], ...]:
        """Fields and what was typed into them."""
        return tuple(self.typed)
