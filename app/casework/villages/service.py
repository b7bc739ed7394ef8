"""Commands: note a village's key, seal its list, take the drafts it brought, give one of them back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NamedTuple, TypeVar, cast

import msgspec
from msgspec.structs import replace

from app.casework.desk.opening import kinds_open_to, services_open_to
from app.casework.desk.tables import CaseFile, Draft
from app.casework.villages import queries
from app.casework.villages.events import (
    DraftReturned,
    DraftsTaken,
    GivenNumber,
    KeyNoted,
    ListSealed,
    NumbersGranted,
    SetAside,
)
from app.casework.villages.files import (
    BLOCKS_TOLD,
    CASES_A_LINE,
    ENDING,
    KEY_FILE,
    LIST,
    MOST_LINES,
    OFFICE_KEY_FILE,
    BroughtForm,
    BroughtLine,
    KnownCases,
    ListHead,
    Withdrawn,
    decode_line,
    find_keys,
    fitting,
    seal_lines,
    spoken_fingerprint,
    write_key_file,
)
from app.casework.villages.tables import BroughtDraft, VillageKey
from app.core.asked import Choice, Text
from app.core.clock import office_date
from app.core.permissions import Actor, require
from app.core.problems import SENTENCES, Problem
from app.core.procedure import engine
from app.platform.office import queries as office
from app.platform.office.exchange import OfficeExchange
from app.room import office_command
from schema.database import Database, first_value
from schema.service_procedure import Definition
from schema.structs import is_moment
from sync.carriers import file_label
from sync.enrolment import write_stick_file
from sync.entries import to_utc_text
from sync.file_format import Opened
from sync.journal import Journal
from sync.keys import PublicKeys
from sync.nodes import Node
from sync.problems import EnvelopeError, SyncError

Result = TypeVar("Result")
MOST_WAITING = 300
"""Drafts of one village that wait for a clerk; further ones stay in the village until some of these are judged."""
MOST_A_DAY = 2000
"""Drafts that one village brings or takes back in a day; further ones wait for the next day."""
CHOOSE_VILLAGE = "Pilih desanya."
REASONS = {
    "Sudah ada berkasnya di kecamatan.": "Sudah ada berkasnya",
    "Pemohon membatalkan.": "Pemohon membatalkan",
    "Pemohon bukan penduduk desa ini.": "Bukan penduduk desa ini",
    "Isiannya belum jelas; tanyakan lagi kepada pemohon lalu ketik draf baru.": "Isian belum jelas",
}
"""Sentence for the village → its words in the list; nobody writes a person's data here."""
KEY_AGAIN = (
    "Kunci ini sudah pernah dicatat dan tidak berlaku lagi. Di komputer desa: baca dulu daftar terbaru, lalu tulis "
    "kunci sekali lagi; kuncinya baru. Atau pakai folder kosong."
)
UNREADABLE = "Isian draf ini tidak terbaca. Ketik lagi sebagai draf baru."
NOT_OFFERED = "Layanan ini tidak diterima dari desa. Arahkan pemohon ke loket kecamatan."
OTHER_AREA = "Draf ini menyebut desa lain. Hanya penduduk desa sendiri yang dapat dikirim dari desa."
OTHER_KIND = "Jenis permohonan ini didaftarkan di loket kecamatan. Arahkan pemohon ke sana."


class Taking(msgspec.Struct):
    """What reading a stick came to: drafts that are here now, repeats, those set aside, sentences about files."""

    taken: int = 0
    repeated: int = 0
    set_aside: int = 0
    withdrawn: int = 0
    postponed: int = 0
    sentences: list[str] = []


@office_command("village.keys")
def note_village_key(
    journal: Journal,
    actor: Actor,
    node: Node,
    stick: Path,
    *,
    village: Annotated[str, Choice("Desa", CHOOSE_VILLAGE, choices=queries.every_village)],
    fingerprint: Annotated[str, Text("Sidik jari kunci desa", "Ketik sidik jari seperti yang dibacakan.", most=60)],
    now: datetime,
) -> None:
    """The keys on a stick count for a village from now on; our own are written beside them. The caller has confirmed
    the PIN. Raises Problem `invalid`, SyncError."""
    try:
        keys = find_keys(stick, KEY_FILE, fingerprint, village)
    except SyncError as problem:
        raise Problem.of("invalid", {"fingerprint": problem.sentence}) from problem
    write_key_file(stick, OFFICE_KEY_FILE, node.keys.public, node.label)
    known = queries.key_with_signer(journal.db, village, keys.signer)
    if known is not None and not (known.ended_at or known.doubled_at):
        return
    if known is not None:
        raise Problem.of("invalid", {"fingerprint": KEY_AGAIN})
    if queries.is_key_of_another(journal.db, keys.signer, village):
        raise Problem.of("invalid", {"fingerprint": "Kunci ini sudah dicatat untuk desa lain."})
    with journal.transaction():
        note_key(journal, keys, actor.username, now)


def note_key(journal: Journal, keys: PublicKeys, username: str, now: datetime) -> None:
    """In the open transaction: these keys begin the next epoch of their village."""
    epoch = queries.epoch_of(journal.db, keys.node) + 1
    body = KeyNoted(keys.node, keys.signing, keys.recipient, keys.signer, epoch)
    journal.record(body, subject=f"village/{keys.node}", actor=username, at=now)


def grant_numbers(journal: Journal, username: str, village: str, now: datetime) -> None:
    """A block of numbers for the village's epoch, where it has none or the last one is half used. A restored office
    grants in an epoch of its own, so it gives none again of which it forgot that it was given."""
    today = office_date(now)
    if not queries.needs_numbers(journal.db, village, today):
        return
    with journal.transaction():
        if queries.needs_numbers(journal.db, village, today):  # nobody else has granted in between
            block = queries.next_block(journal.db, village, journal.epoch)
            body = NumbersGranted(village, queries.epoch_of(journal.db, village), block.series, block.nth)
            journal.record(body, subject=f"village/{village}", actor=username, at=now)


class MadeList(NamedTuple):
    """What a list tells now: its head without office and number, its other lines, ids of the cases in it, and the
    digest of all of it."""

    head: ListHead
    lines: list[msgspec.Struct]
    case_ids: list[int]
    digest: str


def make_list(db: Database, village: str, today: date) -> MadeList:
    rows, left_out = queries.told_cases(db, village, today)
    told = queries.known_cases(db, rows)
    parts = [KnownCases(told[at : at + CASES_A_LINE]) for at in range(0, len(told), CASES_A_LINE)]
    beside = [*queries.draft_fates(db, village, today), *queries.offered_services(db, village, today)]
    kept = fitting([*beside, *parts])
    shown = {case.number for line in kept if isinstance(line, KnownCases) for case in line.cases}
    head = list_head(db, village, left_out + len(rows) - len(shown))
    whole = b"\n".join(map(msgspec.json.encode, [head, *kept]))
    return MadeList(head, kept, [row.id for row in rows if row.number in shown], hashlib.sha256(whole).hexdigest())


def list_head(db: Database, village: str, left_out: int) -> ListHead:
    """What stands above a list, but for office and number, which tell nothing new."""
    epoch = queries.epoch_of(db, village)
    blocks = queries.blocks_of(db, village, epoch, BLOCKS_TOLD)
    key = queries.counting_key(db, village)
    files, _ = queries.held_room(db, village)
    name = office.village_names(db)[village]
    held = queries.held_codes(db, village)
    if key is not None:
        doubled = key.doubled_at != ""
        signer = key.signer
    else:
        doubled = False
        signer = ""
    return ListHead(village, name, "", 0, left_out, epoch, blocks, files, held, doubled, signer)


def record_list(journal: Journal, username: str, village: str, made: MadeList, now: datetime) -> int:
    """In the open transaction: the journal holds that this list is told from now on; its number."""
    number = journal.next_id("village_list")
    before = queries.told_before(journal.db, village)
    fresh = [case_id for case_id in made.case_ids if case_id not in before]
    body = ListSealed(number, village, fresh, len(made.case_ids) - len(fresh), made.digest)
    journal.record(body, subject=f"village/{village}", actor=username, at=now)
    return number


def seal_made(journal: Journal, node: Node, village: str, number: int, made: MadeList, now: datetime) -> bytes:
    """The list as a file that only the village opens. Raises EnvelopeError where no key of it counts."""
    keys = queries.keys_of(journal.db, village)
    if keys is None:
        raise EnvelopeError("village_sender")
    head = replace(made.head, office=node.label, number=number)
    return seal_lines(node.keys, keys, LIST, [head, *made.lines], epoch=journal.epoch, now=now)


def seal_list(journal: Journal, actor: Actor, node: Node, stick: Path, *, village: str, now: datetime) -> str:
    """Write the list of one village to a stick, after the journal holds of which cases it tells; the file's name.

    Raises Problem `forbidden`, `invalid`, SyncError.
    """
    require(actor, "village.exchange")
    db = journal.db
    today = office_date(now)
    names = queries.villages_with_key(db, today)
    if village not in names:
        raise Problem.of("invalid", {"village": SENTENCES["choose_from_list"]})
    with journal.transaction():
        grant_numbers(journal, actor.username, village, now)
        made = make_list(db, village, today)
        number = record_list(journal, actor.username, village, made, now)
        sealed = seal_made(journal, node, village, number, made, now)
    return write_stick_file(stick, f"daftar-{file_label(names[village])}{ENDING}", sealed).name


def own_fingerprint(exchange: OfficeExchange) -> str:
    """The fingerprint of this office's keys; empty while there are none that can be used."""
    try:
        return spoken_fingerprint(exchange.open_node().keys.public)
    except SyncError:
        return ""


def on_stick(exchange: OfficeExchange, folder: str, work: Callable[[Node, Path], Result]) -> Result:
    """Do something with our keys and one of the sticks. Raises Problem `invalid` at the field `folder` where keys or
    stick are not to be used."""
    try:
        return work(exchange.open_node(), exchange.chosen_stick(folder))
    except SyncError as problem:
        raise Problem.of("invalid", {"folder": problem.sentence}) from problem


def take_file(
    journal: Journal, username: str, opened: Opened, told: Taking, now: datetime, epoch: int = 0, count: int = 0
) -> None:
    """In one transaction: the drafts of one file, each judged by itself, and the entry that says which; of which
    `epoch` it is the how-manieth (0: it is not counted)."""
    reading = Reading(journal, opened.header.sender, now)
    with journal.transaction():
        for line in opened.lines[:MOST_LINES]:
            reading.take_line(read_brought_line(line), told)
        body = reading.outcome(opened.digest)
        if count:
            written_at = opened.header.created
            body = replace(body, epoch=epoch, count=count, written_at=written_at)
        if body.taken or body.set_aside or body.withdrawn:
            journal.record(body, subject=f"village/{body.village}", actor=username, at=now)
    told.taken += len(body.taken)
    told.set_aside += len(body.set_aside)
    told.withdrawn += len(body.withdrawn)


class Reading:
    """One file of a village while it is read."""

    def __init__(self, journal: Journal, village: str, now: datetime) -> None:
        self.db = journal.db
        self.epoch = journal.epoch
        self.village = village
        self.now = now
        db = self.db
        self.clerk = queries.village_actor(db, village)
        self.offered = {each.id: each for each in services_open_to(db, self.clerk, office_date(now))}
        self.left = MOST_A_DAY - queries.brought_on(db, village, office_date(now))
        self.room = MOST_WAITING - waiting_of(db, village)
        self.taken = list[str]()
        self.withdrawn = list[str]()
        self.aside = list[SetAside]()
        self.numbers = dict[str, GivenNumber]()

    def take_line(self, line: BroughtLine | SetAside, told: Taking) -> None:
        """A line, as long as the village did not bring too much today."""
        if self.left <= len(self.taken) + len(self.aside) + len(self.withdrawn):
            told.postponed += 1
            return
        match line:
            case SetAside():
                self.aside += [line] if line.code else []
            case Withdrawn():
                self.withdraw(line.code, told)
            case BroughtForm():
                self.take_form(line, told)

    def take_form(self, form: BroughtForm, told: Taking) -> None:
        if form.code in self.withdrawn or is_here(self.db, self.village, form.code):
            told.repeated += 1
        elif why := why_not(form, self.offered, self.clerk):
            self.aside.append(SetAside(form.code, why))
        elif len(self.taken) < self.room:
            put_draft(self.db, self.village, form, self.offered[form.service], self.now, self.original_of(form))
            self.taken.append(form.code)
            if form.given is not None and self.is_free(form.code, form.given):
                self.numbers[form.code] = form.given
        else:
            told.postponed += 1

    def is_free(self, code: str, given: GivenNumber) -> bool:
        """Whether the village may give this number, and no other of its drafts has it. A draft whose number is not free
        is taken without it."""
        holder = BroughtDraft.first(self.db, village=self.village, series=given.series, n=given.n)
        if (holder is not None and holder.code != code) or given in self.numbers.values():
            return False
        return queries.is_granted(self.db, self.village, given, self.epoch)

    def original_of(self, form: BroughtForm) -> dict[str, str]:
        """What the draft carries for the partner of its service; nothing where no key that the village ever had signed
        it, or nobody will read it."""
        held = form.original
        if held is None or self.offered[form.service].partner is None:
            return {}
        key = VillageKey.first(self.db, village=self.village, signer=held.signer)
        if not key:
            return {}
        return {"original": held.sealed, "original_key": key.signing}

    def withdraw(self, code: str, told: Taking) -> None:
        """A draft that waits goes; one that has not come is not taken any more. What was judged stays as it is."""
        known = BroughtDraft.first(self.db, village=self.village, code=code)
        case = CaseFile.first(self.db, CaseFile.brought != "", brought=f"{self.village}/{code}")
        if case is not None or (known is not None and known.state == "returned") or code in self.withdrawn:
            told.repeated += 1
            return
        Draft.remove(self.db, area=self.village, brought=code, case_id=None)
        self.taken = [each for each in self.taken if each != code]
        self.numbers.pop(code, None)
        self.withdrawn.append(code)

    def outcome(self, file: str) -> DraftsTaken:
        aside = [each for each in self.aside if not is_told(self.db, self.village, each)]
        return DraftsTaken(self.village, file, self.taken, aside, self.withdrawn, self.numbers)


class CodeOnly(msgspec.Struct, frozen=True):
    code: str = ""


def read_brought_line(line: bytes) -> BroughtLine | SetAside:
    """What a line brings; where it cannot be read, its code (empty without one) and the sentence for the village."""
    try:
        read = cast(BroughtLine, decode_line(line, BroughtLine))
    except EnvelopeError:
        return SetAside(code_in(line), UNREADABLE)
    if isinstance(read, BroughtForm) and not is_moment(read.typed_at):  # 31 February
        return SetAside(read.code, UNREADABLE)
    return read


def code_in(line: bytes) -> str:
    try:
        code = msgspec.json.decode(line, type=CodeOnly).code
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    if len(code) == 32 and not code.strip("0123456789abcdef"):
        return code
    return ""


def waiting_of(db: Database, village: str) -> int:
    sql = "SELECT count(*) FROM draft WHERE area = ? AND brought <> '' AND case_id IS NULL"
    return int(first_value(db, sql, (village,)))


def is_here(db: Database, village: str, code: str) -> bool:
    """Whether a draft waits here, became a case or was given back. One that a restored backup lost, or that nobody
    judged for 30 days, is not: it may come again."""
    known = BroughtDraft.first(db, village=village, code=code)
    if known is not None and known.state == "returned":
        return True
    if CaseFile.first(db, CaseFile.brought != "", brought=f"{village}/{code}") is not None:
        return True
    return Draft.first(db, area=village, brought=code) is not None


def is_told(db: Database, village: str, aside: SetAside) -> bool:
    """Whether the village's draft was set aside before, or stands here under this code."""
    return BroughtDraft.first(db, village=village, code=aside.code) is not None


def why_not(form: BroughtForm, offered: dict[str, Definition], clerk: Actor) -> str:
    """Why a draft is not taken, as a sentence for whoever typed it; empty where it is."""
    definition = offered.get(form.service)
    if definition is None:
        return NOT_OFFERED
    areas = {form.fields.get(field.id, "") for field in definition.fields if field.role == "area"}
    if areas - {"", clerk.area}:
        return OTHER_AREA
    chosen = form.fields.get(engine.kind_field(definition), "")
    if chosen and chosen not in {kind.id for kind in kinds_open_to(definition, clerk)}:
        return OTHER_KIND
    return ""


def put_draft(
    db: Database, village: str, form: BroughtForm, definition: Definition, now: datetime, original: Mapping[str, str]
) -> None:
    """The draft among those of the desk: the standard's own fields, the village filled in. Decisions and ticks are the
    clerk's, who has the papers in front of him. `original`: what is forwarded as it came."""
    fields = {field.id: form.fields[field.id] for field in definition.fields if form.fields.get(field.id)}
    fields |= {field.id: village for field in definition.fields if field.role == "area"}
    at = to_utc_text(now)
    Draft.add(
        db,
        author="",
        area=village,
        service=form.service,
        form_code="",
        fields=json.dumps(fields),
        created_at=min(form.typed_at, at),
        updated_at=at,
        brought=form.code,
        **original,
    )


@office_command("village.exchange")
def return_draft(
    journal: Journal,
    actor: Actor,
    *,
    draft_id: int,
    reason: Annotated[str, Choice("Alasan", "Pilih alasannya.", choices=REASONS)],
    now: datetime,
) -> None:
    """Give a draft back to its village, which reads the reason in its next list. Raises Problem `not_found`."""
    draft = Draft.first(journal.db, id=draft_id)
    if draft is None or not draft.brought or draft.case_id is not None:
        raise Problem.of("not_found", what="Draf dari desa itu")
    Draft.remove(journal.db, id=draft_id)
    body = DraftReturned(draft.area, draft.brought, reason)
    journal.record(body, subject=f"village/{draft.area}", actor=actor.username, at=now)
