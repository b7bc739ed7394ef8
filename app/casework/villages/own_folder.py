"""The village's own side: a folder with its keys, the newest list from the kecamatan, and the drafts typed there.

No office and no database is needed. Everything in the folder is readable by its owner only.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import msgspec
from msgspec.structs import replace

from app.casework.villages.files import (
    DRAFTS,
    ENDING,
    KEY_FILE,
    LIST,
    LONGEST_DRAFT,
    MOST_DRAFTS,
    OFFICE_KEY_FILE,
    BroughtForm,
    BroughtLine,
    DraftFate,
    KnownCase,
    KnownCases,
    KnownList,
    ListHead,
    ListLine,
    OfferedService,
    Withdrawn,
    decode_line,
    find_keys,
    fitting,
    open_lines,
    seal_lines,
    seal_original,
    village_files,
    write_key_file,
)
from app.casework.villages.own_forms import HELD, shown_fields
from app.casework.villages.own_numbers import OwnNumbers
from app.core.clock import office_date
from app.core.messages import TypedOriginal
from app.platform.office.queries import parse_definition
from schema.data_folder import files_named, write_whole
from schema.service_procedure import Definition
from schema.structs import decode_json
from sync.enrolment import write_stick_file
from sync.entries import Code, Epoch, Moment, parse_utc_text, to_utc_text
from sync.file_format import Header, Opened
from sync.keys import NodeKeys, PublicKeys, load_keys, make_keys, renew_keys, store_keys
from sync.problems import EnvelopeError, SyncError

VILLAGE = "desa.json"
OFFICE = "kecamatan.json"
NEWEST = "daftar.json"
TYPED = "draf"
TAKEN_BACK = "batal"
REGISTERED = "berkas"
"""Drafts that became cases: a kecamatan that is put back to a backup of before does not know of them any more."""
KEPT_DAYS = 35
"""Days for which they are kept after they were typed; backups older than a month bring none back."""
NETWORK = "alamat.json"
FolderProblem = SyncError
"""What the pages call it, which know nothing of sync."""


class Village(msgspec.Struct, frozen=True):
    code: Code


class Reached(msgspec.Struct, frozen=True):
    address: str


class KeptList(msgspec.Struct, frozen=True):
    """The newest list as it was read; `epoch` and its number say which of two is the later one."""

    epoch: Epoch
    created: Moment
    head: ListHead
    services: list[OfferedService] = []
    cases: list[KnownCase] = []
    fates: list[DraftFate] = []

    @property
    def place(self) -> tuple[int, int]:
        return self.epoch, self.head.number

    def fate(self, code: str) -> DraftFate | None:
        """What became of a draft, also where it waits in a held file."""
        known = next((fate for fate in self.fates if fate.code == code), None)
        if code in self.head.held and (known is None or known.state == "lost"):
            return DraftFate(code, "waiting", reason=HELD)
        return known

    def offered(self, service: str) -> OfferedService | None:
        return next((offered for offered in self.services if offered.id == service), None)

    def definition(self, service: str) -> Definition:
        """Raises SyncError("service_unknown")."""
        if (offered := self.offered(service)) is not None:
            return parse_definition(offered.text)
        raise SyncError("service_unknown", known=", ".join(offered.id for offered in self.services) or "tidak ada")


class VillageFolder:
    """`folder` is the data folder of one village."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = OwnNumbers(folder)
        self.turn = threading.RLock()
        """Held while a list takes the place of another: pages and the clock both read lists."""

    # -- keys ---------------------------------------------------------------------------------------------------

    def make_keys(self, code: str, stick: Path) -> PublicKeys:
        """Keys of the village, made at the first call, and their public half on a stick; new ones where two computers
        have these. Raises SyncError."""
        known = self.found_keys(code)
        if self.numbers.read(known.public.signer).doubled:
            known = self.new_keys()
        write_key_file(stick, KEY_FILE, known.public, code)
        return known.public

    def found_keys(self, code: str) -> NodeKeys:
        """Keys of the village, made at the first call. Raises SyncError("village_other")."""
        if (self.folder / VILLAGE).exists():
            known = self.keys()
            if known.node != code:
                raise SyncError("village_other", known=known.node, asked=code)
        else:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            known = make_keys(code)
            store_keys(self.folder / "keys", known)
            self._write(VILLAGE, Village(code))
        return known

    def new_keys(self) -> NodeKeys:
        """Keys in the place of those that count no more. Lists that were sealed to these stay readable."""
        return renew_keys(self.folder / "keys", self.keys().node)

    def keys(self) -> NodeKeys:
        """Raises SyncError("no_village"), or ("no_keys") and ("bad_keys") for files that are gone or damaged."""
        try:
            village = decode_json((self.folder / VILLAGE).read_bytes(), Village)
        except (OSError, msgspec.MsgspecError) as error:
            raise SyncError("no_village") from error
        return load_keys(self.folder / "keys", village.code)

    def signer(self) -> str:
        """Fingerprint of the village's own signing key. Raises as :meth:`keys`."""
        return self.keys().public.signer

    def trust_office(self, stick: Path, fingerprint: str) -> PublicKeys:
        """Trust the kecamatan's keys on a stick, after their fingerprint was read aloud. Raises SyncError."""
        self.keys()
        keys = find_keys(stick, OFFICE_KEY_FILE, fingerprint)
        self.trust(keys)
        return keys

    def trust(self, keys: PublicKeys) -> None:
        self._write(OFFICE, keys)

    def office(self) -> PublicKeys:
        """The kecamatan's keys. Raises SyncError("not_trusted")."""
        try:
            return decode_json((self.folder / OFFICE).read_bytes(), PublicKeys)
        except (OSError, msgspec.MsgspecError) as error:
            raise SyncError("not_trusted") from error

    # -- the list -----------------------------------------------------------------------------------------------

    def read_list(self, stick: Path) -> tuple[KeptList, list[str]]:
        """The newest list on a stick is the village's from now on; a sentence for each file that was not for it.

        An older one changes nothing. Raises SyncError("older_list"), ("no_list") where none can be read.
        """
        keys = self.keys()
        found = list[KeptList]()
        told = list[str]()
        for name, sealed in village_files(stick, told):
            try:
                found.append(unpack_list(open_lines(sealed, keys, self._find_office, LIST)))
            except EnvelopeError as problem:
                if problem.code != "wrong_recipient":
                    told.append(f"{name}: {problem.sentence}")
        if not found:
            raise SyncError("no_list", " ".join(told))
        newest = max(found, key=lambda each: each.place)
        self.keep_list(newest)
        return newest, told

    def open_list(self, sealed: bytes) -> KeptList:
        """A list that came over the network, which is kept if it is not older. Raises SyncError."""
        told = unpack_list(open_lines(sealed, self.keys(), self._find_office, LIST))
        self.keep_list(told)
        return told

    def keep_list(self, told: KeptList) -> None:
        """The list is the village's from now on. Raises SyncError("older_list") and keeps the one that is here."""
        with self.turn:
            known = self.newest()
            if known is not None and told.place < known.place:
                raise SyncError("older_list")
            self._write(NEWEST, told)
            self.numbers.learn(self.signer(), told.head)
            self._forget_judged(told)
            self._drop_old(told)
            if known is not None and told.epoch > known.epoch:
                self._bring_again(told)

    def newest(self) -> KeptList | None:
        try:
            return decode_json((self.folder / NEWEST).read_bytes(), KeptList)
        except (OSError, msgspec.MsgspecError):
            return None

    def the_list(self) -> KeptList:
        """Raises SyncError("no_list")."""
        known = self.newest()
        if known is None:
            raise SyncError("no_list")
        return known

    def _find_office(self, header: Header) -> PublicKeys:
        keys = self.office()
        if header.sender != keys.node or header.signer != keys.signer:
            raise EnvelopeError("kecamatan_sender")
        return keys

    def _forget_judged(self, told: KeptList) -> None:
        """A draft that became a case is the kecamatan's, and no draft here. One that was taken back is gone on both
        sides."""
        for fate in told.fates:
            typed = self.folder / TYPED / f"{fate.code}.json"
            if fate.state == "registered" and typed.exists():
                (self.folder / REGISTERED).mkdir(mode=0o700, exist_ok=True)
                typed.replace(self.folder / REGISTERED / typed.name)
            if fate.state in ("registered", "returned", "set_aside"):
                (self.folder / TAKEN_BACK / f"{fate.code}.json").unlink(missing_ok=True)

    def _drop_old(self, told: KeptList) -> None:
        oldest = to_utc_text(parse_utc_text(told.created) - timedelta(days=KEPT_DAYS))
        for path in files_named(self.folder / REGISTERED, "*.json"):
            form = read_draft(path)
            if form is None or form.typed_at < oldest:
                path.unlink(missing_ok=True)

    def _bring_again(self, told: KeptList) -> None:
        """The kecamatan was put back to an earlier state: what it does not call registered any more is a draft again.
        One that it does know comes to no harm, since no two cases have one code."""
        registered = {fate.code for fate in told.fates if fate.state == "registered"}
        for path in files_named(self.folder / REGISTERED, "*.json"):
            if path.stem not in registered:
                path.replace(self.folder / TYPED / path.name)

    # -- drafts -------------------------------------------------------------------------------------------------

    def add_draft(self, service: str, fields: Mapping[str, str], now: datetime) -> BroughtForm:
        """Keep what was typed under a new code and the next number. Raises SyncError for an unknown service, or too
        many drafts."""
        self.the_list().definition(service)
        if len(self.drafts()) >= MOST_DRAFTS:
            raise SyncError("too_many_typed")
        form = self._with_original(BroughtForm(secrets.token_hex(16), service, to_utc_text(now), dict(fields)))
        if len(msgspec.json.encode(form)) > LONGEST_DRAFT:
            raise SyncError("draft_too_long")
        form = replace(form, given=self.numbers.give(self.signer()))
        (self.folder / TYPED).mkdir(mode=0o700, exist_ok=True)
        self._write(f"{TYPED}/{form.code}.json", form)
        return form

    def _with_original(self, form: BroughtForm) -> BroughtForm:
        """The draft with what was typed sealed for the partner of its service, by the keys that are in force on both
        sides; without it where the list names no partner."""
        told = self.newest()
        offered = None
        if told:
            offered = told.offered(form.service)
        partner = None
        if offered:
            partner = offered.partner
        if told is None or offered is None or partner is None or not partner.sound():
            return replace(form, original=None)
        keys = self.keys()
        held = form.original
        if held and (held.signer, held.sealed_to) == (keys.public.signer, partner.sealed_to):
            return form
        typed_at = parse_utc_text(form.typed_at)
        shown = shown_fields(parse_definition(offered.text), form.fields, office_date(typed_at))
        own = dict.fromkeys((field.id for field in shown), "")
        own |= {field.id: keys.node for field in shown if field.role == "area"}
        typed = TypedOriginal(form.code, form.service, form.typed_at, own | form.fields)
        return replace(form, original=seal_original(keys, partner, typed, 1, typed_at))

    def _sealed_anew(self, form: BroughtForm) -> BroughtForm:
        """The draft as it is brought; one whose keys have changed since is sealed once more."""
        made = self._with_original(form)
        if made != form:
            self._write(f"{TYPED}/{form.code}.json", made)
        return made

    def take_back(self, code: str) -> None:
        """Throw a draft away here, and let the kecamatan know: it may have come there, or be under way on a stick."""
        if code not in {form.code for form in self.drafts()}:
            return
        fate = None
        if told := self.newest():
            fate = told.fate(code)
        if fate is None or fate.state in ("waiting", "lost"):
            (self.folder / TAKEN_BACK).mkdir(mode=0o700, exist_ok=True)
            self._write(f"{TAKEN_BACK}/{code}.json", Withdrawn(code))
        (self.folder / TYPED / f"{code}.json").unlink(missing_ok=True)

    def taken_back(self) -> list[Withdrawn]:
        """Drafts that were thrown away and of which the kecamatan has not said that it knows, the oldest first."""
        paths = sorted(files_named(self.folder / TAKEN_BACK, "*.json"), key=lambda path: path.stat().st_mtime)
        return [Withdrawn(path.stem) for path in paths if is_code(path.stem)][:MOST_DRAFTS]

    def drafts(self) -> list[BroughtForm]:
        """What was typed and is no case yet, the oldest first."""
        kept = [read_draft(path) for path in files_named(self.folder / TYPED, "*.json")]
        return sorted((form for form in kept if form is not None), key=lambda form: (form.typed_at, form.code))

    def due_lines(self) -> tuple[list[BroughtLine], int]:
        """What the kecamatan is to hear, as lines that fit into one file, and how many of them are drafts: which list
        is here, drafts that are taken back, drafts that it does not hold."""
        told = self.newest()
        gone = self.taken_back()
        known = KnownList(0, 0)
        fates = dict[str, str]()
        left_out = {withdrawn.code for withdrawn in gone}
        if told:
            known = KnownList(*told.place)
            fates = {fate.code: fate.state for fate in told.fates}
            left_out.update(told.head.held)
        kept = [form for form in self.drafts() if fates.get(form.code, "lost") == "lost" and form.code not in left_out]
        due = [self._sealed_anew(form) for form in kept]
        lines = cast(list[BroughtLine], fitting([known, *gone, *due]))
        return lines, sum(isinstance(line, BroughtForm) for line in lines)

    def find_form(self, code: str) -> BroughtForm | None:
        """What was typed under a code, while it is a draft or the case that it became is kept here."""
        if not is_code(code):
            return None
        return read_draft(self.folder / TYPED / f"{code}.json") or read_draft(self.folder / REGISTERED / f"{code}.json")

    def seal_due(self, lines: Sequence[BroughtLine], now: datetime) -> bytes:
        """A file of these lines. One with news is counted before it is written, and says the how-manieth it is."""
        signer = self.signer()
        office = self.office()
        if len(lines) > 1:
            counted = self.numbers.count_file(signer)
        else:
            counted = self.numbers.read(signer)
        stamped = [with_count(line, counted.files) for line in lines]
        return seal_lines(self.keys(), office, DRAFTS, stamped, epoch=counted.epoch, now=now)

    def write_drafts(self, stick: Path, now: datetime) -> tuple[str, int]:
        """(name, how many): the drafts that the kecamatan does not hold, in one file on a stick; empty without any, and
        without one that is taken back.

        The same draft is written until a list says that it came; the file takes the place of the one before. What does
        not fit goes when the list has said so of the first ones. Raises SyncError.
        """
        keys = self.keys()
        lines, count = self.due_lines()
        self.office()
        if len(lines) < 2:
            return "", 0
        return write_stick_file(stick, f"draf-{keys.node}{ENDING}", self.seal_due(lines, now)).name, count

    # -- the network --------------------------------------------------------------------------------------------

    def address(self) -> str:
        """Where the kecamatan answers over the network; empty where it was never told."""
        try:
            return decode_json((self.folder / NETWORK).read_bytes(), Reached).address
        except (OSError, msgspec.MsgspecError):
            return ""

    def keep_address(self, address: str) -> None:
        self._write(NETWORK, Reached(address))

    def _write(self, name: str, value: msgspec.Struct) -> None:
        write_whole(self.folder / name, msgspec.json.encode(value), 0o600)


def with_count(line: BroughtLine, count: int) -> BroughtLine:
    if isinstance(line, KnownList):
        return replace(line, count=count)
    return line


def is_village_code(text: str) -> bool:
    return len(text) == 10 and text.isascii() and text.isdigit()


def is_code(text: str) -> bool:
    return len(text) == 32 and not text.strip("0123456789abcdef")


def read_draft(path: Path) -> BroughtForm | None:
    try:
        return decode_json(path.read_bytes(), BroughtForm)
    except (OSError, msgspec.MsgspecError):
        return None


def unpack_list(opened: Opened) -> KeptList:
    """Raises EnvelopeError for lines that are none of a list."""
    lines = [decode_line(line, ListLine) for line in opened.lines]
    if not lines or not isinstance(lines[0], ListHead):
        raise EnvelopeError("bad_header", what="daftar tanpa kepala")
    services = [line for line in lines if isinstance(line, OfferedService)]
    cases = [case for line in lines if isinstance(line, KnownCases) for case in line.cases]
    fates = [line for line in lines if isinstance(line, DraftFate)]
    return KeptList(opened.header.epoch, opened.header.created, lines[0], services, cases, fates)
