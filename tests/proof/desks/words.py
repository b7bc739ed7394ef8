"""Check 5: no page or paper speaks of a service or an office that is not its own.

The table is made from the files in `schema/`: names, titles of posts, places, partners, products, forms, documents and
acronyms of forms are words that somebody gave a service or a kind of office. A file holds a word when any of its texts
has it; a text of an office may hold a word of the table only when one of the files in force there holds it. Clauses are
named by their numbers: a number stands beside the standard that has it, or on a page of one service alone.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

from app.platform.office.queries import list_standards
from app.platform.office.settings import get_setting
from app.platform.people.queries import profile_of
from schema.database import Database
from schema.definitions import SERVICES, load_all
from schema.profiles import Profile, load_profile, profile_names
from schema.service_procedure import Definition
from tests.proof.desks.faults import Fault

KIND = "words"
SCHEMA = SERVICES.parent
FOLDERS = ("services", "profiles", "indicators", "surveys", "evaluation", "registers", "forms")
SLUG = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)?")
COMMON = frozenset(
    {"loket", "seksi", "pengawas", "lemari", "pengenal", "perpres", "SOP", "induk", "service", "DI", "II", "III"}
)
"""Names of a service or a post that are everybody's words too: the program, a part of any office (the complaint book
names it so), whoever oversees, where cards lie, what proves a person, a regulation, the official form, any number that
one is known by, the name of the file that a standard is checked by, a small word in capitals, Roman numbers."""
COMMON_PHRASES = (re.compile(r"Mengadu (?:itu gratis|tidak dipungut biaya)"), re.compile(r"Butir \d+ Bunyinya"))
"""A word of the table in a sentence that is true everywhere: complaints cost nothing, points of an own document."""
WORD = re.compile(r"\w+(?:[-./]\w+)*")
PIECE = re.compile(r"\w+")
CLAUSE = re.compile(r"\b(?:butir|klausul)\s+(\d+(?:\.\d+)*)", re.IGNORECASE)
LEAST = 3
"""A word of so many letters or fewer tells nothing, unless it is an acronym."""
NEAR = 80
"""A clause is named within so many characters before its number, or behind it, with the standard that has it."""


def file_name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@cache
def schema_texts() -> Mapping[str, tuple[str, ...]]:
    """File (`services/ktm`) → every text in it, its comments left out."""
    paths = (path for folder in FOLDERS for path in sorted((SCHEMA / folder).glob("*.toml")))
    return {file_name(path): tuple(texts_of(tomllib.loads(path.read_text(encoding="utf-8")))) for path in paths}


def texts_of(value: Any) -> Iterator[str]:
    """Every text below a value of TOML; keys and identifiers are words of the program."""
    if isinstance(value, str) and not SLUG.fullmatch(value):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)


# -- the table -----------------------------------------------------------------------------------------------------


def names_in_service(one: Definition) -> Iterator[str]:
    """What a service is called and calls its own: document, posts, places, partner, forms, keys."""
    yield from (one.name, one.short_name, one.case_code, one.identity.number, one.identity.full_number)
    yield from (each.code for each in one.form_codes)
    yield from (each.post for each in one.identity.signatories)
    yield from (each.label for each in (*one.actors, *one.places))
    yield from (each.label for each in one.fields if each.role in ("key", "family_key"))
    yield from (each.rule for each in one.requirements)
    yield from (one.partner.name, one.partner.short) if one.partner else ()
    yield one.product.name if one.product else ""


def small_names_in_service(one: Definition) -> Iterator[str]:
    """What a service says of its own without capitals: what it costs, what its partner makes."""
    yield one.fee.text if one.fee else ""
    yield one.partner.product if one.partner else ""


def names_in_profile(one: Profile) -> Iterator[str]:
    """What a kind of office is called, its posts and its sections."""
    yield one.name
    for role in one.roles.values():
        yield from (role.label, role.short)
    yield from (section.name for section in one.sections.values())


def own_names() -> Iterator[tuple[str, str]]:
    """(file, word) of every word of the names in services and profiles that may tell whose it is."""
    for one in load_all().values():
        yield from ((f"services/{one.id}", word) for name in names_in_service(one) for word in telling_words(name))
        small = (word for name in small_names_in_service(one) for word in PIECE.findall(name) if len(word) > LEAST)
        yield from ((f"services/{one.id}", word) for word in small)
    for kind in profile_names():
        profile = load_profile(kind)
        yield from ((f"profiles/{kind}", word) for name in names_in_profile(profile) for word in telling_words(name))
        said = PIECE.findall(f"{profile.words.applicant} {profile.words.counter}")
        yield from ((f"profiles/{kind}", word) for word in said if len(word) > LEAST)


def telling_words(name: str) -> Iterator[str]:
    """The acronyms and numbers of a name, and its longer words with a capital, whole and in pieces."""
    for word in (*WORD.findall(name), *PIECE.findall(name)):
        if (is_acronym(word) and len(word) > 1) or (word[:1].isupper() and len(word) > LEAST):
            yield word


def is_acronym(word: str) -> bool:
    """Whether a word is told by its capitals: `NIK`, `TU`, `KTP-el`, `F-1.02`, `PR/046`."""
    return word[:2].isupper() or (word[:1].isupper() and any(sign.isdigit() for sign in word))


def fold_word(word: str) -> str:
    """Acronyms as they stand, other words without their capitals."""
    return word if is_acronym(word) else word.lower()


def words_of(text: str) -> set[str]:
    """The words of a text, whole and in the pieces between hyphens, stops and strokes."""
    return {fold_word(word) for word in (*WORD.findall(text), *PIECE.findall(text))}


@cache
def word_table() -> Mapping[str, frozenset[str]]:
    """Word → the files that hold it. An everyday word that two kinds of office use tells nothing and is left out."""
    held = {name: words_of("\n".join(texts)) for name, texts in schema_texts().items()}
    for name, word in own_names():
        held[name].add(fold_word(word))
    told = {fold_word(word) for _, word in own_names()} - COMMON
    owners = {word: frozenset(name for name, words in held.items() if word in words) for word in told}
    return {word: files for word, files in owners.items() if is_acronym(word) or len(kinds_of(files)) == 1}


@cache
def kinds_of(files: frozenset[str]) -> frozenset[str]:
    """The kinds of office that begin with one of the files."""
    return frozenset(kind for kind in profile_names() if first_files(kind) & files)


@cache
def first_files(kind: str) -> frozenset[str]:
    """The files that an office of a kind begins with."""
    profile = load_profile(kind)
    own = {f"profiles/{kind}", f"evaluation/{kind}", *(f"indicators/{name}" for name in profile.indicators)}
    return frozenset(own | files_of_services(profile.services))


# -- clauses -------------------------------------------------------------------------------------------------------


@cache
def clause_numbers(service: str) -> frozenset[str]:
    """Every number under which a standard says something."""
    one = load_all()[service]
    numbers = {clause.number for section in one.sections for clause in section.clauses}
    numbers |= {number for section in one.sections for number in (section.number, section.printed_number)}
    told: tuple[Any, ...] = (*one.facilities, *one.competence, *one.rows, *one.steps, *one.documents)
    numbers |= {each.clause for each in told}
    return frozenset(numbers | {each.number for each in one.legal_basis})


def standard_names(service: str) -> tuple[str, ...]:
    """How a text names a standard beside the number of a clause."""
    one = load_all()[service]
    tail = "/".join(one.identity.number.rsplit("/", 2)[-2:])
    return tuple(name for name in (one.short_name, one.identity.number, tail, one.case_code) if name)


def wrong_clauses(text: str, services: Set[str]) -> Iterator[str]:
    """Numbers of clauses that no standard named beside them has."""
    for found in CLAUSE.finditer(text):
        near = text[max(0, found.start() - NEAR) : found.end() + NEAR]
        named = {service for service in services if any(name in near for name in standard_names(service))}
        meant = named or (services if len(services) == 1 else set())
        if not any(found[1] in clause_numbers(service) for service in meant):
            yield f"{found[0]!r} in {near!r}"


# -- the check -----------------------------------------------------------------------------------------------------


def check_words(text: str, own: Set[str], who: str) -> Iterator[Fault]:
    """Words and clauses of a text that no file of `own` (`services/ktm`, `profiles/biro`) holds; `who` reads it."""
    yield from check_names(text, own, who)
    yield from check_clauses(text, own, who)


def check_names(text: str, own: Set[str], who: str) -> Iterator[Fault]:
    for phrase in COMMON_PHRASES:
        text = phrase.sub("", text)
    table = word_table()
    for word in sorted(words_of(text) & table.keys()):
        owners = table[word]
        if not owners & own:
            yield Fault(KIND, who, f"{word!r} belongs to {', '.join(sorted(owners))}: {surroundings(text, word)}")


def check_clauses(text: str, own: Set[str], who: str) -> Iterator[Fault]:
    """A number of a clause stands beside the standard that has it; of one service alone it needs no name."""
    for phrase in COMMON_PHRASES:
        text = phrase.sub("", text)
    services = {name.partition("/")[2] for name in own if name.startswith("services/")} & load_all().keys()
    for sentence in wrong_clauses(text, services):
        yield Fault(KIND, who, f"clause of no standard beside it: {sentence}")


def surroundings(text: str, word: str) -> str:
    flags = re.NOFLAG if is_acronym(word) else re.IGNORECASE
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, flags)
    return repr(text[max(0, found.start() - 50) : found.end() + 30]) if found else ""


# -- what is whose -------------------------------------------------------------------------------------------------


def files_in_force(db: Database) -> set[str]:
    """The files by which an office works: its profile with its usual services, also before their first standard, the
    services that it ever took up, what it measures with."""
    profile = profile_of(db)
    services = {standard.service for standard in list_standards(db)} | set(profile.services)
    return set(first_files(profile.id)) - files_of_services(profile.services) | files_of_services(services)


def files_of_services(services: Iterable[str]) -> set[str]:
    """The files of services, with those of their forms and old registers."""
    named = {f"{folder}/{service}" for service in services for folder in ("services", "registers")}
    return named | ({"forms/F-1.02"} if "services/ktp-el" in named else set())


def files_of_partner(service: str) -> set[str]:
    """What the receiving side of a service works by: that service, its own profile, and those who send."""
    senders = {f"profiles/{kind}" for kind in profile_names() if service in load_profile(kind).services}
    return senders | files_of_services([service]) | {"profiles/centre"}


CASE = re.compile(r"^/(?:berkas|hotline/kontak|kartu/panggilan|kartu/serah|perbaikan)/(\d+)(?:/|$)")
DISPATCH = re.compile(r"^/pengiriman/(\d+)(?:/|$)")
STANDARD = re.compile(r"^/standar/([a-z0-9-]+)(?:/|$)")
CATALOGUE = "/standar/layanan-baru"
MANUAL = "<title>Panduan: Panduan administrator"
"""The catalogue offers every shipped procedure; whoever installs the program reads in its manual of every side."""
ASKED_ABOUT_ALL = "hotline"
"""The service whose cases are questions about any other."""
SURVEYS = re.compile(r"^/(?:kepuasan|survei)(?:/|$)")


def service_of_page(db: Database, address: str) -> str:
    """The service of a page that has one alone: a case, a dispatch, a standard; empty for every other."""
    for pattern, table in ((CASE, "case_file"), (DISPATCH, "dispatch")):
        found = pattern.match(address)
        row = db.one(f"SELECT service FROM {table} WHERE id = ?", (int(found[1]),)) if found else None
        if row:
            return str(row[0])
    named = STANDARD.match(address)
    return named[1] if named and named[1] in load_all() else ""


def files_about(db: Database, address: str, html: str) -> set[str]:
    """The files that a page is about, whether or not they are in force: a standard that may be adopted, a survey."""
    service = service_of_page(db, address)
    if address == CATALOGUE:
        return set(schema_texts())
    about = files_of_services([service] if service else [])
    return about | ({"surveys/kep25", "surveys/skm14"} if SURVEYS.match(address) else set())


# -- reading -------------------------------------------------------------------------------------------------------


class VisibleText(HTMLParser):
    """What a reader sees or hears of a page; `main` alone, or the frame around it too."""

    SILENT = frozenset({"script", "style", "template"})
    BOX = frozenset({"main"})
    SPOKEN = ("aria-label", "placeholder", "alt", "title")

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.main: list[str] = []
        self.silent = self.inside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT
        self.inside += tag in self.BOX
        for name, value in attrs:
            if name in self.SPOKEN and value:
                self.add(value)

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT
        self.inside -= tag in self.BOX

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.add(data)

    def add(self, text: str) -> None:
        self.pieces.append(text)
        if self.inside:
            self.main.append(text)


class PageText(NamedTuple):
    """`whole` with masthead and menu, `main` what the page itself says."""

    whole: str
    main: str


def read_text(html: str) -> PageText:
    reader = VisibleText()
    reader.feed(html)
    return PageText(*(" ".join(" ".join(pieces).split()) for pieces in (reader.pieces, reader.main)))


def check_page(db: Database, address: str, html: str, own: Set[str], who: str) -> Iterator[Fault]:
    """Everything on a page is the office's own; what a page of one service says is that service's."""
    read, service = read_text(html), service_of_page(db, address)
    text = PageText(*(without_initials(db, piece) for piece in read))
    seen = own | files_about(db, address, html)
    yield from check_names(text.whole, seen, who)
    if not service:
        yield from check_clauses(text.whole, seen, who)
        return
    narrow = seen - files_of_services(load_all().keys() - {service})
    if service != ASKED_ABOUT_ALL:
        everybody = set(check_names(text.main, seen, who))
        of_others = check_names(without_own_name(db, text.main), narrow, who)
        yield from (fault for fault in of_others if fault not in everybody)
    yield from check_clauses(text.main, narrow, who)


def without_initials(db: Database, text: str) -> str:
    """A text without how its people sign what they wrote: `Sulis Prabowo` as `SP`."""
    names = [re.findall(r"[^\W\d_][^.\s]*(?![^\s]*\.)", name) for (name,) in db.run("SELECT name FROM person")]
    signs = {"".join(part[0] for part in parts)[:3].upper() for parts in names if len(parts) > 1}
    return re.sub(rf"\b({'|'.join(map(re.escape, sorted(signs)))})\b", "", text) if signs else text


def without_own_name(db: Database, text: str) -> str:
    """A text without the name and place of the office, which stand at the head of every paper."""
    for key in ("office.name", "office.short_name", "office.place"):
        if name := str(get_setting(db, key)):
            text = re.sub(re.escape(name), "", text, flags=re.IGNORECASE)
    return text
