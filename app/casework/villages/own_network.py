"""A village and its kecamatan over the network: the sealed files of the stick, in one request and its answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import msgspec

from app.casework.villages.files import Admitted
from app.casework.villages.own_folder import VillageFolder
from schema.structs import decode_json
from sync import keys
from sync.carriers import base_address
from sync.enrolment import EnrolmentCode, EnrolRequest, enrolment_header
from sync.file_format import seal_file
from sync.keys import PublicKeys
from sync.problems import CarrierError, SyncError
from sync.scheduler import MinuteThread

MOST_ROUNDS = 20
"""Requests of one exchange: each brings as many drafts as fit into a file."""
AGAIN = timedelta(minutes=15)
"""After this time a village asks anew by itself."""
LONGEST_WAIT = timedelta(hours=2)
"""Between two tries while the kecamatan is not reached."""
log = logging.getLogger("loket.desa")


@contextmanager
def speaking_of_kecamatan() -> Iterator[None]:
    """The sentences of the exchange are written for offices and name their centre; a village asks its kecamatan."""
    try:
        yield
    except SyncError as problem:
        sentence = problem.sentence.replace("Pusat", "Kecamatan").replace("pusat", "kecamatan")
        raise type(problem)(problem.code, sentence) from problem


@speaking_of_kecamatan()
def join_office(folder: VillageFolder, village: str, typed: str, now: datetime) -> str:
    """Let this computer in with the code that the kecamatan gave; the address is kept. The same code may be typed
    again. (Address.) Raises SyncError, and leaves the folder as it was but for keys of its own."""
    from sync.http_client import centre_keys  # requests takes a tenth of a second

    code = EnrolmentCode.read(typed)
    office = centre_keys(code.address, "/api/v1/villages/key")
    if not office.sound() or office.digest() != code.digest:
        raise SyncError("code_centre")
    own = folder.found_keys(village)
    try:
        answer = show_code(code, own, office, now)
    except SyncError as problem:
        if problem.code != "village_key_again":
            raise
        own = folder.new_keys()  # the code is good, the keys counted before: whoever has a copy of them is shut out
        answer = show_code(code, own, office, now)
    folder.trust(office)
    if answer:  # a kecamatan of before there were epochs says nothing
        folder.numbers.begin(own.public.signer, decode_admitted(answer).epoch)
    folder.keep_address(code.address)
    return code.address


def show_code(code: EnrolmentCode, own: keys.NodeKeys, office: PublicKeys, now: datetime) -> bytes:
    """What the kecamatan answers to a code that is shown with these keys. Raises SyncError."""
    body = EnrolRequest(code.token.hex(), own.public, own.node, 1)
    sealed = seal_file(enrolment_header(own, office, 1, now), [msgspec.json.encode(body)], own, office)[0]
    return ask_office(code.address, "key", sealed, own, office)


def decode_admitted(answer: bytes) -> Admitted:
    """Raises CarrierError for anything else."""
    try:
        return decode_json(answer, Admitted)
    except msgspec.MsgspecError as error:
        raise CarrierError("cut_answer") from error


def ask_office(address: str, where: str, sealed: bytes, own: keys.NodeKeys, office: PublicKeys) -> bytes:
    """POST a sealed file; the answer that the kecamatan signed for this very request. Raises CarrierError."""
    from sync.http_client import plain_session, transfer_body

    target = f"/api/v1/villages/{where}"
    asked = keys.sign_text(own, keys.signed_request_text("POST", target, sealed, office.signer))
    with plain_session() as session:
        content, signature = transfer_body(session, "POST", base_address(address) + target, sealed, asked)
    if not keys.is_text_signed(office, keys.signed_answer_text(asked, content), signature):
        raise CarrierError("cut_answer")
    return content


@speaking_of_kecamatan()
def exchange_with_office(folder: VillageFolder, now: datetime) -> str:
    """Bring what is due and fetch the list, as often as more drafts fit; what came of it, in words. Raises SyncError;
    what was brought until then stays brought."""
    address = folder.address()
    own = folder.keys()
    office = folder.office()
    if not address:
        raise SyncError("village_unjoined")
    brought = 0
    news = False
    for _ in range(MOST_ROUNDS):
        lines, count = folder.due_lines()
        sealed = ask_office(address, f"{own.node}/drafts", folder.seal_due(lines, now), own, office)
        news = take_answer(folder, sealed) or news
        brought += count
        if not count or folder.due_lines() == (lines, count):  # nothing was due, or nothing more is taken today
            break
    return exchange_words(brought, news)


def take_answer(folder: VillageFolder, sealed: bytes) -> bool:
    """Whether the answer holds a list that is new here. Raises SyncError."""
    if not sealed:
        return False
    before = folder.newest()
    return folder.open_list(sealed) != before


def exchange_words(brought: int, news: bool) -> str:
    words = "Tidak ada yang baru di kecamatan."
    if news:
        words = "Daftar dari kecamatan diperbarui."
    if brought:
        words = f"{brought} draf dikirim. {words}"
    return words


class VillageClock(MinuteThread):
    """Asks the kecamatan by itself while the village's pages run; `said`: what came of the last exchange."""

    def __init__(self, folder: VillageFolder, clock: Callable[[], datetime]) -> None:
        super().__init__("desa", clock)
        self.folder = folder
        self.next_at: datetime | None = None
        self.failures = 0
        self.said = ""

    def tick(self, now: datetime) -> bool:
        """Whether it asked: when it is time, or the clock fell back."""
        if not self.folder.address():
            return False
        if self.next_at is not None and now < self.next_at <= now + LONGEST_WAIT:
            return False
        try:
            self.said = exchange_with_office(self.folder, now)
            self.failures = 0
        except SyncError as problem:
            self.said = problem.sentence
            self.failures += 1
        self.next_at = now + min(AGAIN * 2 ** min(max(self.failures - 1, 0), 8), LONGEST_WAIT)
        return True
