"""The run: officers of one world take turns, time passes, checks are asked, and a line of figures is told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from app.centre.queries import services_received
from schema.database import Database
from tests.proof.desks.faults import Fault
from tests.proof.desks.figures import check_figures, check_page_figures, pages_with_figures
from tests.proof.desks.handwriting import Handwriting
from tests.proof.desks.limits import check_limits
from tests.proof.desks.officer import Ledger, Officer, Sent
from tests.proof.desks.pages import SeenPage, kind_of_address
from tests.proof.desks.papers import read_paper
from tests.proof.desks.refusals import (
    LOCK,
    Answer,
    Ear,
    check_greyed,
    check_not_empty,
    check_unforeseen,
    judge_answer,
    listening,
)
from tests.proof.desks.states import existing_states, reached_states
from tests.proof.desks.waiting import WAITING, WAITING_AT_PARTNER, check_waiting
from tests.proof.desks.words import MANUAL, check_page, check_words, files_in_force, files_of_partner, read_text
from tests.proof.desks.world import DAYS, EMPTY, KINDS, Side, World, running_world
from tests.world.cast import FIRST_PASSWORD, PASSWORD

TURN = (4, 12)
"""So many acts does one officer do before the next one has his turn."""
LOOKING = 3
"""So many people look at their desks before each turn; he goes on whose desk names what was done least."""
LOSES, FINDS = 0.03, 0.2
"""How often, between two turns, a partner is lost, and a lost one is back."""
CALLED_AWAY, LOCKED_AFTER = 0.03, 45
"""How often somebody is called away from a filled form, and the minutes after which his screen is locked."""
COMPARE = 4
"""So many people compare the figures of all their pages when a whole office is looked at."""
SIGN_IN = "/masuk"
GIVEN_IN = "/lampiran/"
"""Where documents stand that somebody gave in."""
FOUNDING = "/persiapan"
"""Set-up pages speak of every kind of office before one is chosen."""


@dataclass
class Figures:
    """What a run came to."""

    seed: int
    kinds: list[str] = field(default_factory=list)
    acts: int = 0
    pages: int = 0
    forms: int = 0
    offered: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)
    said: dict[str, str] = field(default_factory=dict)
    """Kind of act → what its last refusal said."""
    faults: Counter[Fault] = field(default_factory=Counter)

    def line(self) -> str:
        """One line of figures."""
        return (
            f"desks: {', '.join(self.kinds)}; seed {self.seed}: {self.acts} acts, {self.pages} pages, "
            f"{len(self.reached)} of {len(self.states)} states ({share(self.reached, self.states)}), "
            f"{len(self.used)} of {len(self.offered)} kinds of offered acts tried ({share(self.used, self.offered)}), "
            f"{len(self.done)} went well; {len(self.faults)} faults"
        )

    def told(self) -> list[str]:
        """Each fault once, with how often it was met."""
        return [f"{fault} (×{count})" if count > 1 else str(fault) for fault, count in self.faults.items()]


def share(part: set[str], whole: set[str]) -> str:
    """How much of a whole a part is."""
    return f"{100 * len(part & whole) // max(1, len(whole))} %"


class Run:
    """One world at work. `figures` add up over several of them."""

    def __init__(
        self, world: World, ear: Ear, seed: int, figures: Figures, checks: Sequence[Callable[[Any], Iterator[Fault]]]
    ) -> None:
        self.checks = checks
        self.world, self.ear, self.figures = world, ear, figures
        self.chance = Random(f"{seed} {world.kind}")
        self.ledger, self.slips = Ledger(), list[str]()
        self.newcomers: list[Officer] = []
        """Who got a first password and has not come in with it yet."""
        self.officers = [
            self.officer(side.name, person.username) for side in world.sides.values() for person in side.cast
        ]
        self.officers += [self.officer("kiosk", "")]
        if world.kind == EMPTY:
            self.officers += [self.officer("office", "")]

    def officer(self, side: str, name: str, passwords: Sequence[str] = (PASSWORD, FIRST_PASSWORD)) -> Officer:
        """Somebody with a browser of his own."""
        hand = Handwriting(self.chance, 3000 + self.chance.randrange(5000), self.slips)
        base = f"http://{self.world.side(side).address}/"
        return Officer(side, base, name, passwords, hand)

    # -- a turn ------------------------------------------------------------------------------------------------------

    def work(self, acts: int) -> None:
        """So many acts, one officer after the other; in the middle and at the end the whole office is looked at."""
        begun = self.figures.acts
        for until in (begun + acts // 2, begun + acts):
            while self.figures.acts < until:
                officer = self.next_officer()
                if officer.side in self.world.cut:
                    continue
                self.take_turn(officer, min(self.chance.randint(*TURN), until - self.figures.acts))
                self.note_states()
                self.between_turns()
            self.ask_checks()

    def ask_checks(self) -> None:
        """What is true of the whole office at this moment."""
        for check in self.checks:
            for fault in check(self):
                self.add_fault(fault)

    def next_officer(self) -> Officer:
        """Whose turn it is; whoever founds an office comes first, and after him everybody who got a first password."""
        founder = next((one for one in self.officers if one.side == "office" and not one.name), None)
        if founder or self.newcomers:
            return founder or self.newcomers.pop()
        looking = self.chance.choices(self.officers, self.shares(), k=LOOKING)
        return max(looking, key=self.rarest_work)

    def shares(self) -> list[float]:
        """How often each looks at his desk: who has the same work as others shares one place with them."""
        alike = Counter((one.side, one.rail) for one in self.officers if one.rail)
        return [1 / max(1, alike[one.side, one.rail]) for one in self.officers]

    def rarest_work(self, officer: Officer) -> float:
        """How rare the rarest act is that somebody's desk names; a visitor has no desk."""
        if officer.side in self.world.cut:
            return 0.0
        self.arrive(officer, "/")
        told = [offer for offer in officer.here.offers if officer.is_urged(offer, officer.here)] if officer.here else []
        return max(map(self.ledger.rarity, told), default=0.0)

    def take_turn(self, officer: Officer, acts: int) -> None:
        """An officer begins at the desk and goes on from page to page."""
        self.arrive(officer, "/")
        for _ in range(acts):
            if officer.here is None:
                self.figures.acts += 1
                return
            self.act(officer)

    def act(self, officer: Officer) -> None:
        """One act that the page offers, and what came of it."""
        self.figures.acts += 1
        page = officer.here
        assert page is not None
        self.note_offers(page)
        if page.path == SIGN_IN and officer.name:
            self.arrive(officer, "/")
            return
        offer = officer.choose(page, self.ledger, self.chance)
        if offer is None:
            officer.refused = 0
            self.arrive(officer, "/")
            return
        sent = officer.fill(offer, self.world.today, self.chance) if offer.does == "send" else Sent()
        stays = officer.side != "kiosk"  # the page of a visitor who went away leaves the screen by itself
        if stays and offer.method == "post" and self.chance.random() < CALLED_AWAY:
            self.world.clock.forward(LOCKED_AFTER)
        self.ledger.tried[offer.work] += 1
        self.figures.used.add(f"{self.world.kind} {offer.kind}")
        answer = officer.ask(offer, self.ear, sent)
        self.judge(officer, answer)
        self.check_paper(officer.side, answer)
        if answer.page.status < 400:
            officer.note_password(offer)
        self.go_on(officer, page, answer)

    def go_on(self, officer: Officer, page: SeenPage, answer: Answer) -> None:
        """Where the officer stands after an answer: on the page that came, or on the old one, drawn anew."""
        shown = answer.page
        if answer.paper and answer.offer.shows:
            officer.printed.add(answer.offer.shows)
            return
        if answer.leads_on or answer.paper or shown.part:
            self.arrive(officer, "/" if page.posted else page.address)
        elif LOCK in shown.html:
            officer.unlock(shown, self.ear)
            self.arrive(officer, "/")
        elif shown.status < 400 or shown.status == 422:
            self.stand(officer, shown)
        else:
            self.arrive(officer, "/")

    def arrive(self, officer: Officer, address: str) -> None:
        """Open an address, through sign-in and lock where they stand before it."""
        answer = officer.open(address, self.ear)
        for fault in (*check_unforeseen(answer), *check_not_empty(answer)):
            self.add_fault(fault)
        if answer.page.status >= 400 and LOCK not in answer.page.html:  # gone meanwhile: nobody offered it now
            answer = officer.open("/", self.ear)
        if urlsplit(answer.page.address).path.startswith(SIGN_IN) and officer.name:
            signed = officer.sign_in(answer.page, self.ear)
            if signed is None:
                officer.here = None
                return
            answer = signed
        if LOCK in answer.page.html and officer.name:
            answer = officer.unlock(answer.page, self.ear) or answer
        self.stand(officer, answer.page if not answer.paper else None)
        if address == "/":
            officer.duty = answer.page.path

    def stand(self, officer: Officer, page: SeenPage | None) -> None:
        """Note the page on which an officer stands now."""
        officer.here, officer.printed = page, set()
        if page is not None:
            if page.path == "/" and not page.part:
                officer.rail = frozenset(offer.kind for offer in page.offers if offer.frame)
            self.take_newcomers(officer, page)
            self.figures.pages += 1
            officer.note_numbers(page)
            self.check_seen(officer.side, page)

    def take_newcomers(self, officer: Officer, page: SeenPage) -> None:
        """The sheet of a founded office names its people: the founder goes on as its keeper, the others begin."""
        strips = next((node for node in page.tree.find("ul") if node.has_class("strips")), None)
        if strips is None or officer.name:
            return
        keeper = next((node.text for node in page.main.find("b") if node.has_class("code")), "")
        officer.name, officer.passwords = keeper, [FIRST_PASSWORD, PASSWORD]
        for strip in strips.find("li"):
            _, name, password = [node.text for node in strip.find("dd")]
            self.newcomers.append(self.officer("office", name, [password]))
        self.officers += self.newcomers

    def judge(self, officer: Officer, answer: Answer) -> None:
        """Add the faults of an answer, and note whether the act went well."""
        officer.refused = officer.refused + 1 if answer.page.status >= 400 else 0
        if answer.page.status < 400:
            self.figures.done.add(f"{self.world.kind} {answer.offer.kind}")
        elif answer.refusal is not None:
            words = " ".join(answer.page.problems) or answer.refusal.sentence
            self.figures.said[f"{self.world.kind} {answer.offer.kind}"] = words[:200]
        for fault in judge_answer(answer):
            self.add_fault(fault)

    # -- what every page and paper is asked --------------------------------------------------------------------------

    def check_seen(self, side: str, page: SeenPage) -> None:
        """What a page must hold to by itself: its words, its shares, links behind figures, reasons of greyed acts."""
        where = f"{page.who}, get {kind_of_address(page.address)}"
        found = (*self.wrong_words(side, page.path, page.html, where), *check_page_figures(page), *check_greyed(page))
        for fault in found:
            self.add_fault(fault)

    def wrong_words(self, side: str, path: str, html: str, where: str) -> Iterator[Fault]:
        """Words of other services and offices on a page or paper of a side."""
        if path.startswith(FOUNDING) or MANUAL in html:
            return iter(())
        if side in self.world.partners:
            services = services_received(self.world.side(side).db)
            own: set[str] = set().union(*(files_of_partner(service) for service in services))
            return check_words(without_senders(read_text(html).whole, self.world.side(side).db), own, where)
        db = self.world.side("office").db
        return check_page(db, path, html, files_in_force(db), where)

    def check_paper(self, side: str, answer: Answer) -> None:
        """What a paper says is the office's own too; a document that somebody gave in says what it likes."""
        path = urlsplit(answer.page.address).path
        if not answer.document or path.startswith(GIVEN_IN):
            return
        text = read_paper(answer.document, answer.kind, self.world.folder)
        self.officers[0].hand.note_codes(text)
        for fault in self.wrong_words(side, path, f"<main>{escape(text)}</main>", answer.place):
            self.add_fault(fault)

    def add_fault(self, fault: Fault) -> None:
        """Count a fault; the same with other numbers in it is the same."""
        plain = Fault(fault.kind, f"{self.world.kind}: {fault.where}", fault.sentence)
        known = next((one for one in self.figures.faults if same(one, plain)), plain)
        self.figures.faults[known] += 1

    def note_offers(self, page: SeenPage) -> None:
        """Remember which kinds of acts there are."""
        self.figures.offered.update(
            f"{self.world.kind} {offer.kind}" for offer in page.offers if offer.does != "greyed"
        )

    # -- between turns -----------------------------------------------------------------------------------------------

    def between_turns(self) -> None:
        """Time passes; a partner is lost and comes back."""
        if self.world.minutes_pass(self.chance.randint(2, 90)):
            self.note_states()
            for fault in limits_run(self):
                self.add_fault(fault)
        for name in self.world.partners:
            if name in self.world.cut and self.chance.random() < FINDS:
                self.world.find_partner(name)
            elif name not in self.world.cut and self.chance.random() < LOSES:
                self.world.lose_partner(name)

    def note_states(self) -> None:
        """Remember the states in which things stand now."""
        for name, side in self.world.sides.items():
            if name != "kiosk":
                self.figures.states |= {
                    f"{self.world.kind} {state}" for state in existing_states(side.db, self.world.today)
                }
                self.figures.reached |= {f"{self.world.kind} {state}" for state in reached_states(side.db)}


NUMBERS = re.compile(r"\d+|'[^']*'|“[^”]*”")


def same(one: Fault, other: Fault) -> bool:
    """Whether two faults are one: the same class, the same act, the same sentence but for numbers and quotations."""

    def plain(fault: Fault) -> tuple[str, str, str]:
        profile, _, place = fault.where.partition(": ")
        act = re.sub(r"\(.*\)$", "", place.partition(", ")[2])
        return fault.kind, profile + act, NUMBERS.sub("#", fault.sentence)

    return plain(one) == plain(other)


def limits_run(run: Run) -> Iterator[Fault]:
    """Check 4."""
    return check_limits(run.world.side("office").db, run.world.clock())


def without_senders(text: str, db: Database) -> str:
    """A text of a partner without the names of the offices that send to it."""
    for (name,) in db.run("SELECT name FROM centre_office"):
        text = re.sub(re.escape(name), "", text, flags=re.IGNORECASE)
    return text


class RunReader:
    """An officer of a run who only reads."""

    def __init__(self, run: Run, side: Side, name: str) -> None:
        self.run, self.name = run, name
        self.officer = run.officer(side.name, name)

    def open(self, path: str) -> SeenPage | None:
        """The page at an address of his side."""
        self.run.arrive(self.officer, path)
        if self.officer.here is None:
            self.run.arrive(self.officer, path)
        return self.officer.here

    def page_of(self, path: str) -> SeenPage:
        """The same where a page must be had: an empty one for what this person cannot open."""
        return self.open(path) or SeenPage(path, 404, "", self.officer.who)


def readers_of(run: Run, side: Side) -> list[RunReader]:
    """The people of a side; those of an office that was founded meanwhile are known to its officers only."""
    known = {one.name: one for one in run.officers if one.side == side.name and one.name}
    readers = [RunReader(run, side, name) for name in known]
    for reader in readers:
        reader.officer.passwords = list(known[reader.name].passwords)
    return readers


def has_begun(reader: RunReader) -> bool:
    """Whether somebody comes to his desk: who has not chosen a password of his own yet does not."""
    desk = reader.open("/")
    return desk is not None and desk.path == "/"


def waiting_run(run: Run) -> Iterator[Fault]:
    """Check 2, of the office and of each partner that can be reached, once everybody there has begun to work."""
    for side in run.world.sides.values():
        if side.name == "kiosk" or side.name in run.world.cut:
            continue
        readers = readers_of(run, side)
        if all(has_begun(reader) for reader in readers):
            kinds = WAITING if side.name == "office" else WAITING_AT_PARTNER
            yield from check_waiting(readers, side.db, kinds)


def figures_run(run: Run) -> Iterator[Fault]:
    """Check 3, of a few people of the office."""
    side = run.world.side("office")
    readers = readers_of(run, side)
    for reader in run.chance.sample(readers, min(COMPARE, len(readers))):
        yield from check_figures(pages_with_figures(reader.page_of), side.db, run.world.today)


Check = Callable[[Run], Iterator[Fault]]
CHECKS: Sequence[Check] = (limits_run, waiting_run, figures_run)
"""What is asked of a whole office in the middle and at the end of a run; each check stands in a module of its own."""


def prove_desks(
    folder: Path,
    seed: int,
    acts: int,
    kinds: Sequence[str] = KINDS,
    checks: Sequence[Check] = CHECKS,
    days: Mapping[str, int] = DAYS,
) -> Figures:
    """Officers of each kind of office wander, `acts` acts in each; `checks` are asked in the middle and at the end.

    `days`: kind of office → so many days lie behind it.
    """
    figures = Figures(seed)
    with listening() as ear:
        for kind in kinds:
            place = folder / kind
            place.mkdir(parents=True)
            figures.kinds.append(kind)
            with running_world(place, kind, days) as world:
                Run(world, ear, seed, figures, checks).work(acts)
    return figures
