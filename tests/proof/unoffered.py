"""What a form does not offer is posted all the same: an existing person, role, row, service or state of another kind.

The pages of a lived-in office are opened as the people who may open them. Each form of each page is filled as an
officer would fill it, and then once more for every choice, tick, button and hidden value with one that this person was
offered nowhere for it. The command has to refuse; whatever is written all the same is a rule that only the page knows.
All that a post writes is undone before the next one, so that each meets the same office.
"""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from random import Random
from urllib.parse import urlsplit

import flask.templating
import pytest
from flask import Flask

from app.platform.people import credentials
from app.platform.people.queries import person_names, profile_of
from schema.database import SqliteDatabase
from schema.definitions import SERVICES
from tests.answers import UNOFFERED
from tests.platform.people import PASSWORD, PIN, Browser
from tests.proof.desks.handwriting import File, Handwriting
from tests.proof.desks.pages import FILE, Blank, Offer, SeenPage, kind_of_address

NOWHERE = "tidak-ada"
INDICATOR = re.compile("^/sasaran/indikator/[^/?]+/[^/?]+")
"""The page of one indicator: its file bears a year, and its name none."""
BESIDE = frozenset(("sign_in_session", "sign_in_attempt", "access_log", "known_place", "draft"))
"""Tables that any request may write; a draft keeps whatever was typed and is judged when it is registered."""
SKIPPED = re.compile(r"^/(cadangan|jalan|keluar|kunci|buka-kunci)")
"""Posts that work on files, sticks and sessions outside the database, which nothing here can undo."""
LEAVES = re.compile(r"^/(keluar|kunci|panduan|akses)")
"""Links that end a session or lead to pages without a form."""
FREE: dict[tuple[str, str], str] = {
    ("/berkas/#/periksa", "reasons"): "the same words may be typed beside the ticks",
    ("/berkas/#/langkah", "reasons"): "the same words may be typed beside the ticks",
    ("/berkas/#/orang/pindah", "keadaan"): "which part of the list is shown afterwards",
    ("/berkas/#/orang/pindah", "slot"): "only the button beside it reads it: another form of the same page",
    ("/ktm/cetak", "angkatan"): "which part of the list is shown after a refusal",
    ("/ktm/cetak", "langkah"): "which part of the list is shown after a refusal",
    ("/ktm/cetak", "berkas"): "the face of a valid card is printed on its own page by the same people",
    ("/ktm/cetak", "bentuk"): "whatever is not one to a page is ten to a sheet",
    ("/berkas/#/orang/pindah", "reasons-removed"): "the same words may be typed beside the list",
    ("/ktm/foto/periksa", "keadaan"): "which part of the list is shown afterwards",
    ("/standar/#/cetak", "salinan"): "anything but a number is an uncontrolled print, as an empty one",
    ("/lampiran/#/musnahkan", "lanjut"): "the page of this office that is shown afterwards",
    ("/paten/desa/cetak", "bulan"): "any month that has begun is read; its page takes it from the address",
    ("/register/cetak", "bulan"): "the register of any month is read; its page takes it from the address",
    ("/register/cetak", "layanan"): "the register of each service in force is read by the same people",
    ("/sarana", "name"): "a thing of no standard is listed by its own name (+)",
    ("/paten/cetak", "dari"): "any period is read; its page takes it from the address",
    ("/paten/cetak", "sampai"): "any period is read; its page takes it from the address",
    (
        "/kepuasan/lembar/cetak",
        "dari",
    ): "empty sheets that exist within the numbers",
    (
        "/kepuasan/lembar/cetak",
        "sampai",
    ): "empty sheets that exist within the numbers",
    ("/pengaturan/pengaduan/seksi", "code"): "a new section gets its code here",
    ("/pengaturan/pengaduan/seksi", "aktif"): "yes or no: 1 keeps the section, anything else gives it up",
    ("/pengaturan/pengaduan/kabupaten", "nyala"): "yes or no",
    ("/pengaturan/lambang", "aksi"): "whatever does not take the arms off puts on the picture that comes along",
    ("/baris/#/#/#/tolak", "kantor"): "the office to whose lines alone the page goes back",
    ("/surat/cetak", "tahun"): "the agenda of any year is read; its page takes it from the address",
    ("/kotak-saran", "aksi"): "whatever is neither another row nor none saves the box, as Enter does",
    ("/kotak-saran", "baris"): "the row beside whose button it stands",
    ("/ltpp/baru", "pengaduan"): "each line of the book offers it to the same people; what is typed is what counts",
    ("/baris/#/#/#/kembalikan", "kantor"): "the office to whose lines alone the page goes back",
    ("/masukan/#/#/terima", "lines"): "each line that waits is taken on its own page by the same people",
    ("/kantor/", "office"): "each kecamatan of the regency is to be chosen on the page of the offices",
    ("/saya/perubahan", "sampai"): "bounded by the newest change about this person",
    ("/saya/perubahan", "lanjut"): "the page of this office that is shown afterwards",
    ("/monev/baru", "tahun"): "the year that is drawn again where the plan is refused",
}
"""(kind of address, field) → why it may hold what was not offered."""
Values = dict[str, list[str]]
Files = Mapping[str, File]


@dataclass
class FormSeen:
    """A form as one person saw it, with one of its buttons; `buttons`: what they all say, by their name."""

    who: str
    page: str
    offer: Offer
    buttons: dict[str, set[str]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What the same form on other pages has in common."""
        return self.offer.kind.partition(" [")[0].removeprefix("post ")

    @property
    def key(self) -> tuple[str, ...]:
        """Forms of one address that ask other things are other forms."""
        return (self.offer.kind, *sorted(blank.name for blank in self.offer.blanks))

    def tried(self, alike: int) -> Iterator[Blank]:
        """Its choices, of those that offer the same values `alike`."""
        seen: Counter[frozenset[str]] = Counter()
        for blank in self.choices:
            offered = frozenset(offered_values(blank))
            seen[offered] += 1
            if seen[offered] <= alike:
                yield blank

    @property
    def choices(self) -> Iterator[Blank]:
        """What is chosen in it, its buttons too; a tick that only says yes is no choice."""
        for blank in self.offer.blanks:
            chosen = blank.by in ("choice", "radio", "fixed") or (blank.by == "tick" and len(blank.choices) > 1)
            if chosen and blank.name != "csrf_token":
                yield blank
        if self.offer.button and self.offer.button[0]:
            name, value = self.offer.button
            yield Blank(name, "radio", values=[value], choices=[(button, "") for button in sorted(self.buttons[name])])


def offered_values(blank: Blank) -> set[str]:
    return {value for value, _ in blank.choices} or set(blank.values)


@dataclass
class Posted:
    """What became of a post: its status, the kinds of entries and the tables that it wrote."""

    status: int
    wrote: tuple[str, ...] = ()

    @property
    def taken(self) -> bool:
        return self.status < 400 and bool(self.wrote)


class Undone(Exception):
    """Raised to take back what a post wrote."""


class Office:
    """The office of a run, the values that exist in it, and how it is asked."""

    def __init__(self, app: Flask, db: SqliteDatabase, today: date) -> None:
        self.app, self.db, self.today = app, db, today
        self.pools: list[set[str]] = [
            set(person_names(db)),
            set(profile_of(db).roles) | self.codes("section"),
            self.codes("village"),
            {path.stem for path in SERVICES.glob("*.toml")},
        ]

    def codes(self, table: str) -> set[str]:
        """The codes of a table, which the partner's side does not have."""
        known = self.db.one("SELECT 1 FROM sqlite_master WHERE name = ?", (table,))
        return {code for (code,) in self.db.run(f"SELECT code FROM {table}")} if known else set()

    @contextmanager
    def undone(self) -> Iterator[set[str]]:
        """Whatever is written inside is taken back; gives the tables beside the journal that are."""
        tables: set[str] = set()
        connection, guard = self.db.connection(), self.db._guards.guard

        def note_row(kind: int, database: str, table: str, row: int) -> None:
            tables.add(table)
            guard.on_row(kind, database, table, row)

        with suppress(Undone), self.db.writing():
            connection.set_update_hook(note_row)
            try:
                yield tables
            finally:
                connection.set_update_hook(guard.on_row)
            raise Undone

    def post(self, form: FormSeen, values: Values, files: Files) -> Posted:
        """Send a form as the person who saw it, and take back what it wrote."""
        data: dict[str, object] = {**values}
        data |= {name: (io.BytesIO(content), called) for name, (called, content) in files.items()}
        status, wrote = 0, list[str]()
        with self.undone() as tables:
            before = self.db.one("SELECT max(id) FROM journal")
            kind = "multipart/form-data" if files else "application/x-www-form-urlencoded"
            status = self.send(form, data, kind)
            wrote = [kind for (kind,) in self.db.run("SELECT kind FROM journal WHERE id > ?", before)]
            wrote += sorted(tables - BESIDE)
        return Posted(status, tuple(wrote))

    def send(self, form: FormSeen, data: Mapping[str, object], kind: str) -> int:
        """The status with which a post is answered."""
        browser = Browser(self.app, form.who)
        data = {**data, "csrf_token": browser.token()}
        environ = {UNOFFERED: True}
        client = browser.client
        return client.post(form.offer.address, data=data, content_type=kind, environ_overrides=environ).status_code

    def fill(self, form: FormSeen, attempt: int) -> tuple[Values, Files]:
        """A form as an officer fills it, at the first attempt leaving what stands there."""
        hand = Handwriting(Random(100 + attempt), 0)
        hand.begin_form(self.today)
        values: Values = defaultdict(list)
        files = {}
        for blank in form.offer.blanks:
            if blank.by == "file":
                files[blank.name] = hand.file(blank, self.today)
            elif blank.by == "secret" or "pin" in blank.name.lower().split("_"):
                values[blank.name] = [PIN if "pin" in blank.name.lower() else PASSWORD]
            elif not attempt and any(value.strip() for value in blank.values):
                values[blank.name] = blank.values
            elif blank.name != "csrf_token":
                values[blank.name] = hand.write(blank, self.today, wrongly=False)
        if form.offer.button and form.offer.button[0]:
            values[form.offer.button[0]] = [form.offer.button[1]]
        return dict(values), files

    def foreign(self, blank: Blank, offered: set[str], elsewhere: set[str], most: int) -> list[str]:
        """Values that exist and were not offered for a field; at the end one that exists nowhere."""
        filled = {one for one in offered if one}
        for pool in self.pools:
            if filled and filled <= pool:
                return [*sorted(pool - offered, key=reversed_text)[:most], NOWHERE]
        if filled and all(re.fullmatch(r"\d{1,9}", one) for one in filled):
            known = {1, 2, *(int(one) + 1 for one in filled), *(int(one) for one in elsewhere if one.isdecimal())}
            return [*[str(one) for one in sorted(known) if str(one) not in offered][:most], "99999999"]
        if filled and all(re.fullmatch(r"[0-9a-f]{64}", one) for one in filled):
            return ["0" * 64]
        return [*sorted(one for one in elsewhere - offered if one)[:most], NOWHERE]


def reversed_text(text: str) -> str:
    """An order that has nothing to do with what a name begins with: `desi` and `asvillage` come early."""
    return text[::-1]


@dataclass
class Found:
    """Figures of a run, and each value that was taken although nobody was offered it."""

    posts: int = 0
    forms: set[tuple[str, ...]] = field(default_factory=set)
    reached: set[tuple[str, ...]] = field(default_factory=set)
    tried: set[tuple[str, str]] = field(default_factory=set)
    """(kind of address, field) of forms whose filling was taken but for that field."""
    faults: list[str] = field(default_factory=list)
    excused: set[tuple[str, str]] = field(default_factory=set)


class Offered:
    """What each person was offered for a field, and what stands in fields of that name anywhere."""

    def __init__(self, forms: Sequence[FormSeen]) -> None:
        self.to: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        self.anywhere: dict[str, set[str]] = defaultdict(set)
        for form in forms:
            for blank in form.choices:
                self.to[form.who, form.kind, blank.name] |= offered_values(blank)
                self.anywhere[blank.name] |= offered_values(blank)


def try_forms(office: Office, forms: Sequence[FormSeen], *, tries: int, most: int, alike: int = 1000) -> Found:
    """Post what was not offered into every form, each form of a kind once: `most` values for a field, and of the fields
    that offer the same `alike`.

    Within `tries` fillings one is looked for that is taken; the refusals of a form that never was prove less.
    """
    found, offered = Found(), Offered(forms)
    for form in forms:
        if form.key in found.forms or SKIPPED.match(form.kind):
            continue
        found.forms.add(form.key)
        values, files = begin_form(office, form, found, tries)
        for blank in form.tried(alike):
            if form.key in found.reached:
                found.tried.add((form.kind, blank.name))
            allowed = offered.to[form.who, form.kind, blank.name]
            for value in office.foreign(blank, allowed, offered.anywhere[blank.name], most):
                sent = [*values.get(blank.name, []), value] if blank.by == "tick" else [value]
                found.posts += 1
                judge(office.post(form, values | {blank.name: sent}, files), form, blank, value, found)
    return found


def begin_form(office: Office, form: FormSeen, found: Found, tries: int) -> tuple[Values, Files]:
    """A filling that is taken, else the first one."""
    fillings = [office.fill(form, attempt) for attempt in range(tries)]
    for values, files in fillings:
        found.posts += 1
        answer = office.post(form, values, files)
        if answer.status >= 500:
            found.faults.append(f"{form.who} {form.offer.kind}: {answer.status} for what was offered")
        if answer.status < 400:
            found.reached.add(form.key)
            return values, files
    return fillings[0]


def judge(answer: Posted, form: FormSeen, blank: Blank, value: str, found: Found) -> None:
    place = f"{form.who} {form.offer.kind} {blank.name}={value!r}"
    if answer.status >= 500:
        found.faults.append(f"{place}: {answer.status}")
    elif answer.taken and (form.kind, blank.name) in FREE:
        found.excused.add((form.kind, blank.name))
    elif answer.taken:
        found.faults.append(f"{place}: taken, wrote {', '.join(answer.wrote)}")


@contextmanager
def quickly(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """A miss of a PIN is undone with all the rest; no page is drawn, only what a command says counts."""
    with patch.context() as inside:
        inside.setattr(credentials, "check_outside_transaction", lambda _db: None)
        inside.setattr(flask.templating, "_render", lambda *_args, **_named: "")
        yield


def read_forms(app: Flask, addresses: Iterable[tuple[str, str]]) -> Iterator[FormSeen]:
    """Every form of the pages that stand at these addresses for these people, (who, address) each."""
    for who, address in addresses:
        if page := open_page(Browser(app, who), address):
            yield from forms_on(page)


def open_page(browser: Browser, address: str) -> SeenPage | None:
    """The page at an address; None where there is none, or a file."""
    answer = browser.get(address)
    if answer.status_code != 200 or not answer.mimetype.startswith("text/html"):
        return None
    return SeenPage(f"http://localhost{address}", 200, answer.text, browser.username)


def forms_on(page: SeenPage) -> Iterator[FormSeen]:
    """Every form of a page, with each of its buttons."""
    sends = [choice for choice in page.offers if choice.does == "send" and choice.method == "post" and not choice.frame]
    for offer in sends:
        buttons: dict[str, set[str]] = defaultdict(set)
        for other in sends:
            if other.address == offer.address and other.button and other.button[0]:
                buttons[other.button[0]].add(other.button[1])
        yield FormSeen(page.who, page.path, offer, buttons)


def roam_forms(app: Flask, people: Iterable[str], *, each: int, most: int) -> Iterator[FormSeen]:
    """Every form of the pages to which these people come by links: of a kind of page `each` for one of them, `most` for
    all."""
    opened: Counter[str] = Counter()
    for who in people:
        browser, waiting, own = Browser(app, who), ["/"], Counter[str]()
        for address in waiting:
            if page := open_page(browser, address):
                yield from forms_on(page)
                for to in links_of(page):
                    kind = kind_of_address(INDICATOR.sub("/sasaran/indikator", to))
                    if to not in waiting and own[kind] < each and opened[kind] < most:
                        own[kind] += 1
                        opened[kind] += 1
                        waiting.append(to)


def links_of(page: SeenPage) -> list[str]:
    """Where the links of a page lead, papers and pictures left out."""
    found = (urlsplit(offer.address) for offer in page.offers if offer.does == "follow")
    paths = [f"{one.path}?{one.query}".rstrip("?") for one in found if not FILE.search(one.path)]
    return [path for path in dict.fromkeys(paths) if not LEAVES.match(path)]
