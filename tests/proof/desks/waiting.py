"""Check 2: whatever waits has somebody who finds it by links from the desk, and finds there what moves it on.

A reader walks from the desk along lists and their pages, as far as links lead. Each thing that is not at its end must
stand as a link on one of those pages of somebody of the office; on its own page one of them finds an act that moves it,
or a sentence that says for what or whom it waits. What nobody can find, or move, or explain, is a fault.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from urllib.parse import parse_qsl, urlsplit

from schema.database import Database
from tests.proof.desks.faults import Fault
from tests.proof.desks.pages import FILE, Offer, SeenPage

KIND = "waiting"
MOST_PAGES, MOST_OF_A_LIST = 150, 8
"""Pages that one person walks through, and pages of one list among them."""
SAME = 2
"""So many things of one kind and state are tried: equal work is equal."""
LEAVES = re.compile(r"/(keluar|kunci|panduan|pulihkan|cadangan|saya|sync)\b|/standar/[^/]+/|^/masuk|[?&]q=")
BESIDE = re.compile(
    r"/(cetak|kertas|kartu|slip|tanda-terima|catatan|catat|tempat|jeda|nomor|nilai|riwayat|foto|berkas-foto|lampiran)$|/kertas/"
    r"|surat-pengantar$|berita-acara$|xlsx$|alasan$|lengkap$"
)
"""Acts that leave a thing where it stands: papers, notes, another place of the file, a number shown."""
WAITS = re.compile(
    r"\b(menunggu|ditunggu|tunggu|giliran|siap diambil|dapat diambil|dijanjikan|belum dijawab)\b", re.IGNORECASE
)
"""How a page says that a thing waits for somebody else."""


class Reader(Protocol):
    """Somebody of the office with a browser."""

    name: str

    def open(self, path: str) -> SeenPage | None:
        """The page at an address of the office, through sign-in; None where there is none for this person."""


class Waits(NamedTuple):
    """A kind of thing: how it is called, where it has pages, and which of them wait (address part, name, state)."""

    kind: str
    addresses: tuple[str, ...]
    sql: str


WAITING: tuple[Waits, ...] = (
    Waits(
        "case",
        (
            "/berkas/{}",
            "/kartu/serah/{}",
            "/kartu/panggilan/{}",
            "/perekaman/{}",
            "/kontak/{}",
            "/ktm/berkas/{}",
            "/pengiriman/hasil/{}",
        ),
        "SELECT id, number, service || '.' || step FROM case_file WHERE closed = 0",
    ),
    Waits(
        "complaint",
        ("/pengaduan/{}",),
        "SELECT id, number, state || handling FROM complaint WHERE state <> 'closed' AND aside = 0",
    ),
    Waits(
        "dispatch",
        ("/pengiriman/{}",),
        "SELECT d.id, d.number, d.service || d.state FROM dispatch d WHERE d.state = 'draft' OR EXISTS (SELECT 1 FROM"
        " dispatch_line l WHERE l.dispatch_id = d.id AND l.result IN ('waiting', 'accepted'))",
    ),
    Waits("LTPP", ("/ltpp/{}",), "SELECT id, number, state FROM capa WHERE state <> 'effective'"),
    Waits(
        "incoming letter",
        ("/surat-masuk/{}",),
        "SELECT DISTINCT i.id, i.number, 'disposed' FROM incoming_letter i JOIN disposition_receiver r"
        " ON r.letter_id = i.id WHERE r.done_at IS NULL",
    ),
    Waits(
        "outgoing letter",
        ("/surat-keluar/{}",),
        "SELECT id, subject, state FROM outgoing_letter WHERE state NOT IN ('sent', 'cancelled')",
    ),
    Waits("recap", ("/rekap/{}",), "SELECT quarter, quarter, state FROM recap WHERE state <> 'published'"),
    Waits(
        "pledge",
        ("/rekap/janji/{}",),
        "SELECT id, what, 'given' FROM pledge WHERE kept_on IS NULL AND withdrawn_on IS NULL AND void = 0",
    ),
    Waits(
        "report of a survey",
        ("/kepuasan/laporan/{}",),
        "SELECT id, number, state FROM survey_report WHERE state = 'drafted'",
    ),
    Waits(
        "sheet of a survey",
        ("/kepuasan/lembar/{}",),
        "SELECT number, number, state FROM survey_form WHERE state IN ('typed', 'differs')",
    ),
    Waits(
        "standard",
        ("/standar/{}/usulan", "/standar/{}"),
        "SELECT service, service || ' ' || revision, 'signing' FROM standard_proposal",
    ),
    Waits(
        "quality document",
        ("/mutu/{}",),
        "SELECT id, kind || ' ' || year, state FROM quality_document WHERE state = 'signing'",
    ),
    Waits(
        "right that somebody asks for",
        ("/pengaturan/persetujuan/{}", "/pengaturan/persetujuan"),
        "SELECT id, id, 'proposed' FROM authority_proposal",
    ),
    Waits(
        "equipment",
        ("/sarana/barang/{}",),
        "SELECT id, name, state FROM facility_item WHERE state IN ('broken', 'sent')",
    ),
    Waits(
        "figure of an indicator",
        ("/sasaran/indikator/{}",),
        "SELECT indicator, indicator || ' ' || period, state FROM realisation WHERE state IN ('waiting', 'returned')",
    ),
    Waits(
        "follow-up of a cycle",
        ("/monev/{}",),
        "SELECT DISTINCT cycle_id, cycle_id, state FROM follow_up WHERE state IN ('open', 'done')",
    ),
    Waits(
        "follow-up of a period",
        ("/sasaran/evaluasi/{}",),
        "SELECT DISTINCT period, period, 'open' FROM performance_follow_up WHERE done_on = ''",
    ),
    Waits(
        "answer that differs",
        ("/pengiriman/perbedaan",),
        "SELECT id, dispatch_id || '.' || ordinal, 'differs' FROM answer_conflict WHERE settled = ''",
    ),
    Waits(
        "article",
        ("/hotline/artikel/{}",),
        "SELECT article_id, question, 'waiting' FROM article WHERE approved_at = ''",
    ),
    Waits("message", ("/hotline/sms",), "SELECT id, id, state FROM sms WHERE state = 'failed'"),
    Waits(
        "cycle",
        ("/monev/{}",),
        "SELECT id, number, state FROM evaluation_cycle WHERE state NOT IN ('closed', 'withdrawn')",
    ),
    Waits(
        "check",
        ("/pemeriksaan/{}",),
        "SELECT id, number, state FROM internal_check WHERE state NOT IN ('closed', 'cancelled')",
    ),
)
LINE_ADDRESS = (
    "source || '/' || substr(line, 1, instr(line, '/')) || substr(line, 1 + length(rtrim(line, '0123456789')))"
)
"""Office, epoch and number of a line `1/records/12`."""
WAITING_AT_PARTNER: tuple[Waits, ...] = (
    Waits(
        "dispatch",
        ("/masukan/{}",),
        "SELECT DISTINCT source || '/' || dispatch_id, dispatch_id, state FROM incoming_line WHERE state = 'waiting'",
    ),
    Waits("line", ("/baris/{}",), f"SELECT {LINE_ADDRESS}, number, state FROM incoming_line WHERE state = 'accepted'"),
    Waits(
        "right that somebody asks for",
        ("/pengaturan/persetujuan/{}", "/pengaturan/persetujuan"),
        "SELECT id, id, 'proposed' FROM authority_proposal",
    ),
)


@dataclass
class Thing:
    """One thing that waits."""

    kind: str
    id: str
    name: str
    state: str
    addresses: tuple[str, ...]

    def is_at(self, path: str) -> bool:
        """Whether an address is one of its own pages."""
        return any(path == address or path.startswith(f"{address}/") for address in self.addresses)


def things_waiting(db: Database, kinds: Sequence[Waits]) -> Iterator[Thing]:
    """What is not at its end; a few of each state."""
    for waits in kinds:
        seen: Counter[str] = Counter()
        for id_, name, state in list(db.run(waits.sql)):
            seen[state] += 1
            if seen[state] <= SAME:
                own = tuple(address.format(id_) for address in waits.addresses)
                yield Thing(waits.kind, str(id_), str(name), state, own)


@dataclass
class Open:
    """A thing that nobody has moved or explained yet, and who found it so far."""

    thing: Thing
    finders: list[str]


def check_waiting(readers: Sequence[Reader], db: Database, kinds: Sequence[Waits] = WAITING) -> Iterator[Fault]:
    """What waits and nobody finds from his desk, or what nobody can move and no page explains."""
    left = [Open(thing, []) for thing in things_waiting(db, kinds)]
    for reader in readers:
        left = walk_from_desk(reader, left) if left else left
    for one in left:
        where = f"{one.thing.kind} {one.thing.name} ({one.thing.state})"
        names = ", ".join(one.finders)
        found = f"{names} find it, but no act moves it and no sentence says for what it waits"
        yield Fault(KIND, where, found if names else "no list that somebody reaches from his desk has a link to it")


# -- the walk ----------------------------------------------------------------------------------------------------------


def walk_from_desk(reader: Reader, left: list[Open]) -> list[Open]:
    """What is left to be moved or explained after a person went from the desk through lists, looking at each thing."""
    todo, seen, lists = deque(["/"]), {"/"}, Counter[str]()
    while todo and left and len(seen) <= MOST_PAGES:
        page = reader.open(todo.popleft())
        if page is None or page.status != 200:
            continue
        followed = [offer for offer in page.offers if offer.does == "follow"]
        left = [one for one in left if not settles(reader, one, {urlsplit(offer.address).path for offer in followed})]
        for address in filter(None, map(list_address, followed)):
            path = urlsplit(address).path
            if address not in seen and lists[path] < MOST_OF_A_LIST:
                lists[path] += 1
                seen.add(address)
                todo.append(address)
    return left


def settles(reader: Reader, one: Open, links: set[str]) -> bool:
    """Whether a person follows a link to the thing and finds there what moves or explains it; looks once."""
    own = sorted((path for path in links if one.thing.is_at(path) and not BESIDE.search(path)), key=len)
    if not own or reader.name in one.finders:
        return False
    one.finders.append(reader.name)
    pages = (page for path in own if (page := reader.open(path)) is not None)
    return any(moves(page, one.thing) or explains(page, one.thing) for page in pages)


def list_address(offer: Offer) -> str:
    """The address of a list, with its tab and page; empty for papers, things and what leads out of the office."""
    parts = urlsplit(offer.address)
    numbered = any(sign.isdigit() for sign in parts.path)
    if numbered or FILE.search(parts.path) or LEAVES.search(offer.address):
        return ""
    query = "&".join(f"{name}={value}" for name, value in sorted(parse_qsl(parts.query)))
    return f"{parts.path}?{query}" if query else parts.path


# -- what a page offers ------------------------------------------------------------------------------------------------


def moves(page: SeenPage, thing: Thing) -> bool:
    """Whether a page has an act that moves the thing, or a link to the page that performs it."""
    if page.status != 200:
        return False
    return any(is_moving(offer, page, thing) for offer in page.offers if offer.does != "greyed" and not offer.frame)


def is_moving(offer: Offer, page: SeenPage, thing: Thing) -> bool:
    path = urlsplit(offer.address).path
    if BESIDE.search(path) or offer.hidden_in:
        return False
    if offer.does == "send":
        return offer.method == "post" and (thing.is_at(path) or not thing.is_at(page.path))
    return thing.is_at(path) and path not in (page.path, thing.addresses[0])


def explains(page: SeenPage, thing: Thing) -> bool:
    """Whether the page itself says that the thing waits for somebody."""
    return page.status == 200 and thing.is_at(page.path) and bool(WAITS.search(page.main.text))
