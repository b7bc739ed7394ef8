"""Villages over the network, at the kecamatan: a code lets one computer in, its drafts are answered with its list.

What travels is the files of the stick. A request is signed by the village's key, which is asked before anything is
opened; an answer is signed for that very request.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, NamedTuple, cast

import msgspec

from app.casework.villages import queries
from app.casework.villages.files import DRAFTS, Admitted, KnownList, is_address, open_lines
from app.casework.villages.incoming import known_keys, receive_file
from app.casework.villages.service import (
    CHOOSE_VILLAGE,
    Taking,
    grant_numbers,
    make_list,
    note_key,
    read_brought_line,
    record_list,
    seal_made,
)
from app.casework.villages.tables import VillageContact, VillageList
from app.core.asked import Choice, Text
from app.core.clock import office_date
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.office import queries as office
from app.platform.office.exchange import OfficeExchange
from app.platform.office.service import change_settings
from app.platform.office.settings import get_setting
from app.room import office_command
from schema.database import Database, first_value
from schema.database_errors import is_busy, is_storage_failure
from sync import keys
from sync.enrolment import EnrolRequest, IssuedCode, check_code, drop_codes, hash_token, issue_code, read_body
from sync.entries import parse_utc_text, to_utc_text
from sync.file_format import Header, Opened, open_file
from sync.journal import Journal
from sync.keys import PublicKeys
from sync.nodes import Node
from sync.problems import EnvelopeError, SyncError

AnswerProblem = SyncError
"""Under this name for the pages: they know nothing of sync."""
SETTING = "village.address"
WRONG_ADDRESS = "Tulis alamat seperti desa mencapainya, misalnya loket.contohkab.go.id atau 10.8.0.1:8035."
NO_ADDRESS = "Isi dulu alamat kantor ini untuk desa, di bawah."
SYSTEM = "system"
NOTED_IN = timedelta(minutes=5)
"""A village that asks again within this time is not noted anew."""


class Asked(NamedTuple):
    """A request as it came: what its signature covers, and the signature."""

    method: str
    target: str
    body: bytes
    signature: str


@office_command("village.keys")
def change_village_address(
    journal: Journal,
    actor: Actor,
    *,
    address: Annotated[str, Text("Alamat kantor ini untuk desa", most=90)] = "",
    now: datetime,
) -> None:
    """Where villages reach this office over the network; empty: they are not answered. The caller has
    confirmed the PIN. Raises Problem `invalid`."""
    plain = address.strip().rstrip("/")
    if plain and not is_address(plain):
        raise Problem.of("invalid", {"address": WRONG_ADDRESS})
    change_settings(journal, actor, {SETTING: plain}, now)


@office_command("village.keys")
def issue_village_code(
    journal: Journal,
    actor: Actor,
    exchange: OfficeExchange,
    *,
    village: Annotated[str, Choice("Desa", CHOOSE_VILLAGE, choices=queries.every_village)],
    now: datetime,
) -> str:
    """A code that lets one computer of a village in, once, within seven days; the one that it has counts until then.

    The caller has confirmed the PIN. Raises Problem `invalid`, `conflict`.
    """
    address = get_setting(journal.db, SETTING)
    names = office.village_names(journal.db)
    if not address:
        raise Problem.of("conflict", why=NO_ADDRESS)
    try:
        node = exchange.open_node()
        return issue_code(node, village, names[village], address=address, actor=actor.username, now=now).text()
    except SyncError as problem:
        raise Problem.of("conflict", why=problem.sentence) from problem


# -- what a village's computer asks ------------------------------------------------------------------------------------


def check_answering(db: Database) -> None:
    """Raises SyncError("village_network_off") while this office answers no village."""
    if not get_setting(db, SETTING):
        raise SyncError("village_network_off")


def public_keys(journal: Journal, exchange: OfficeExchange) -> bytes:
    """This office's public keys as JSON; a village compares them with its code. Raises SyncError."""
    check_answering(journal.db)
    return msgspec.json.encode(exchange.open_node().keys.public)


def admit_village(journal: Journal, exchange: OfficeExchange, asked: Asked, now: datetime) -> tuple[bytes, str]:
    """A village's computer shows its code: its keys count from now on, those of before no more. The same code and keys
    get the same answer again; another code needs keys that never counted, so that no copy of them goes on.
    (Answer, signature). Raises SyncError."""
    check_answering(journal.db)
    node = exchange.open_node()
    opened = open_file(asked.body, node.keys, introduced)
    request = read_body(opened.header, opened.lines, EnrolRequest)
    if request.keys.node not in office.village_names(journal.db):
        raise SyncError("village_absent")
    with journal.transaction():
        journal.db.hold(f"code/{request.keys.node}")
        admit_keys(journal, request, now)
        epoch = queries.epoch_of(journal.db, request.keys.node)
    return signed(node, asked, msgspec.json.encode(Admitted(epoch)))


def introduced(header: Header, lines: Sequence[bytes]) -> PublicKeys:
    known = read_body(header, lines, EnrolRequest).keys
    if not known.sound():
        raise EnvelopeError("bad_header", what="kunci desa")
    return known


def admit_keys(journal: Journal, request: EnrolRequest, now: datetime) -> None:
    """In the open transaction. Raises SyncError for a code that is not good, or keys of another village."""
    db = journal.db
    noted = request.keys
    village = request.keys.node
    _, used = check_code(db, request, now)
    if used and queries.keys_of(db, village) != noted:
        raise SyncError("code_replaced")
    if queries.is_key_of_another(db, noted.signer, village):
        raise SyncError("code_unknown")
    if used:
        return
    if queries.key_with_signer(db, village, noted.signer) is not None:
        raise SyncError("village_key_again")
    token = hash_token(bytes.fromhex(request.token))
    issued_by = str(first_value(db, "SELECT issued_by FROM road_code WHERE token_hash = ?", (token,)))
    IssuedCode.alter(db, {"token_hash": token}, used_at=now, signer=noted.signer)
    drop_codes(db, village, now)
    note_key(journal, noted, issued_by, now)


def answer_village(
    journal: Journal, exchange: OfficeExchange, village: str, asked: Asked, now: datetime
) -> tuple[bytes, str]:
    """Take the drafts that a village sends; (its sealed list, or nothing where it holds what the list would say, the
    signature of the answer). Raises SyncError."""
    check_answering(journal.db)
    node = exchange.open_node()
    check_signature(journal.db, node, village, asked)
    opened = open_lines(asked.body, node.keys, lambda header: known_keys(journal.db, header), DRAFTS)
    if opened.header.sender != village:
        raise EnvelopeError("village_sender")
    note_asked(journal.db, village, now)
    receive_file(journal, SYSTEM, asked.body, opened, Taking(), now, live=True)
    return signed(node, asked, answer_list(journal, node, village, held_list(opened), now))


def check_signature(db: Database, node: Node, village: str, asked: Asked) -> None:
    """That the village's key signed this request; nothing was opened until then. Raises SyncError."""
    known = queries.keys_of(db, village.replace("\0", "?"))
    if known is None or village not in office.village_names(db):
        raise SyncError("village_unknown")
    text = keys.signed_request_text(asked.method, asked.target, asked.body, node.keys.public.signer)
    if not keys.is_text_signed(known, text, asked.signature):
        raise SyncError("village_unknown")


def signed(node: Node, asked: Asked, answer: bytes) -> tuple[bytes, str]:
    return answer, keys.sign_text(node.keys, keys.signed_answer_text(asked.signature, answer))


def held_list(opened: Opened) -> KnownList:
    """Which list the village says it holds; none where it says nothing that can be read."""
    first = None
    if opened.lines:
        first = read_brought_line(opened.lines[0])
    if isinstance(first, KnownList):
        return first
    return KnownList(0, 0)


def answer_list(journal: Journal, node: Node, village: str, held: KnownList, now: datetime) -> bytes:
    """The list where it says anything new; the last one again where the village did not get it. It is made before the
    transaction begins, so that nobody at the desk waits for it."""
    grant_numbers(journal, SYSTEM, village, now)
    made = make_list(journal.db, village, office_date(now))
    with journal.transaction():
        last = VillageList.first(journal.db, village=village, order="id DESC")
        if last is None or last.digest != made.digest:
            number = record_list(journal, SYSTEM, village, made, now)
        elif (held.epoch, held.number) == (journal.epoch, last.id):
            return b""
        else:
            number = cast(int, last.id)
        return seal_made(journal, node, village, number, made, now)


def note_asked(db: Database, village: str, now: datetime) -> None:
    known = VillageContact.first(db, village=village)
    if known is None or abs(now - parse_utc_text(known.at)) >= NOTED_IN:
        with db.learning():
            VillageContact.put(db, village=village, at=to_utc_text(now))


def problem_of(error: Exception) -> SyncError | None:
    """What a failure of disk or database is called towards the village; nothing for another error."""
    if isinstance(error, SyncError):
        return error
    if is_storage_failure(error):
        return SyncError("disk_full")
    if not is_busy(error):
        return None
    return SyncError("busy")


def problem_document(problem: SyncError) -> bytes:
    """A problem as RFC 9457 wants it."""
    kind = f"urn:loket:problem:{problem.code}"
    return msgspec.json.encode(
        {
            "type": kind,
            "title": problem.code,
            "status": problem.status,
            "detail": problem.sentence,
            "code": problem.code,
        }
    )
