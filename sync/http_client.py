"""Over the network with requests: signed requests, short patience, no redirects, bounded answers."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, cast

import msgspec
import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError, ReadTimeoutError
from urllib3.util import SKIP_HEADER

from schema.structs import decode_json
from sync import keys
from sync.carriers import CONNECT_SECONDS, base_address
from sync.file_format import AGE_MAGIC, MAX_SEALED
from sync.keys import NodeKeys, PublicKeys
from sync.problems import CATALOGUE, CarrierError, Unreached, unsigned_sentence
from sync.unfinished import FEW_BYTES, MOST_STUCK, WHOLE_BELOW, Held, Unfinished, digest_of

READ_SECONDS = 30.0
TOTAL_SECONDS = 300.0
"""A whole transfer, from connecting to the last byte of the answer: 4 MiB take 270 s at 128 kbit/s. A peer that drips
for longer is cut off, be it in the head of its answer."""

PARTS_HEADER, FILE_HEADER = "Loket-Parts", "Loket-File"
"""Beside the state: files may come in parts. Beside a file: its digest, where these bytes begin, its size."""
FORM, SHORT = "v", "2"
"""Beside the time in the question for the state: its short form is understood. A centre of before gives the other."""
FILE_NAMED = re.compile(r"([0-9a-f]{64}) (\d{1,7}) (\d{1,7})")
PIECE = 1400
"""Bytes handed to the line at a time: under TLS nothing can be read of a record that was cut."""
BROKEN = frozenset({"offline", "slow", "cut_answer"})
"""Codes of problems of the line itself, after which the rest of a file is tried at once."""
BARE = {"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER}
"""Every byte counts on a slow line: an exchange with nothing new stays under 500 bytes, headers included."""


class ProblemDocument(msgspec.Struct):
    code: str = ""


class Sockets(HTTPAdapter):
    def __init__(self) -> None:
        self.open: list[socket.socket] = []
        super().__init__()

    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        """urllib3's pools with connections that tell us their socket."""
        super().init_poolmanager(*args, **named)
        self.poolmanager.pool_classes_by_scheme = {
            "http": recording_pool(HTTPConnectionPool, HTTPConnection, self.open),
            "https": recording_pool(HTTPSConnectionPool, HTTPSConnection, self.open),
        }

    def cut(self) -> None:
        for connection in self.open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def recording_pool(pool: type, connection: Any, sockets: list[socket.socket]) -> type:
    """A pool of urllib3 whose connections put their socket on a list; earlier ones of the list are gone by then."""

    def connect(self: Any) -> None:
        connection.connect(self)
        sockets[:] = [self.sock]

    recording = type("Telling", (connection,), {"connect": connect})
    return type("Pool", (pool,), {"ConnectionCls": recording})


def plain_session() -> requests.Session:
    """A session that takes nothing from the environment: no proxy, no .netrc, no default headers."""
    session = requests.Session()
    session.trust_env = False
    session.headers.clear()
    for scheme in ("http://", "https://"):
        session.mount(scheme, Sockets())
    return session


@contextmanager
def time_limit(session: requests.Session, url: str, seconds: float) -> Iterator[threading.Event]:
    """Cut a transfer that takes longer than `seconds` in all, however busy it looks; the event tells that it was."""
    late = threading.Event()

    def end() -> None:
        late.set()
        cast(Sockets, session.get_adapter(url)).cut()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


@dataclass
class Arriving:
    """An answer while it arrives: what came of it stays here when the line is cut."""

    content: bytearray = field(default_factory=bytearray)
    headers: Mapping[str, str] = field(default_factory=dict)


class Pieces:
    """A body that goes out in small pieces."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def __len__(self) -> int:
        return len(self.body)

    def __iter__(self) -> Iterator[bytes]:
        return (self.body[start : start + PIECE] for start in range(0, len(self.body), PIECE))


def transfer_body(
    session: requests.Session,
    method: str,
    url: str,
    body: bytes = b"",
    signature: str = "",
    read_seconds: float = READ_SECONDS,
    total_seconds: float = TOTAL_SECONDS,
    arriving: Arriving | None = None,
) -> tuple[bytes, str]:
    """(answer, its signature). Raises CarrierError for everything that is not a whole 200; what came of a 200 that was
    cut is in `arriving`."""
    with time_limit(session, url, total_seconds) as late:
        try:
            answer = send_request(session, method, url, body, signature, read_seconds, arriving or Arriving())
        except CarrierError as problem:
            if late.is_set():
                raise CarrierError("slow") from problem
            raise
        if late.is_set():  # cut within the head, which then looks like one without a body
            raise CarrierError("slow")
        return answer


def send_request(
    session: requests.Session,
    method: str,
    url: str,
    body: bytes,
    signature: str,
    read_seconds: float,
    arriving: Arriving,
) -> tuple[bytes, str]:
    """One request; same answer and errors as :func:`transfer_body`, patience for each piece only."""
    headers: dict[str, Any] = dict(BARE)
    if signature:
        headers[keys.SIGNATURE_HEADER] = signature
    data = Pieces(body) if body else None
    try:
        with session.request(
            method,
            url,
            data=data,
            headers=headers,
            stream=True,
            timeout=(CONNECT_SECONDS, read_seconds),
            allow_redirects=False,
        ) as answer:
            if answer.status_code != 200:  # what it says then is not what was asked for
                arriving = Arriving()
            content = read_bounded(answer, arriving)
    except (requests.ReadTimeout, ReadTimeoutError) as error:
        raise CarrierError("slow") from error
    except (requests.exceptions.ChunkedEncodingError, ProtocolError) as error:
        raise CarrierError("cut_answer") from error
    except requests.ConnectTimeout as error:
        raise Unreached("offline") from error
    except (requests.ConnectionError, HTTPError, OSError) as error:
        cause = next(iter(error.args), None)
        if isinstance(getattr(cause, "reason", None), NewConnectionError):
            raise Unreached("offline") from error
        if "Remote end closed" in str(error):
            code = "cut_answer"
        else:
            code = "offline"
        raise CarrierError(code) from error
    if answer.status_code != 200:
        raise answered_problem(answer.status_code, content)
    return content, answer.headers.get(keys.SIGNATURE_HEADER, "")


class HttpCarrier:
    """`unfinished`: where files stay whose way was cut; without it each one begins anew."""

    def __init__(
        self,
        address: str,
        keys: NodeKeys,
        centre: PublicKeys,
        now: Callable[[], datetime],
        read_seconds: float = READ_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
        unfinished: Unfinished | None = None,
    ) -> None:
        self.address = base_address(address)
        self.keys = keys
        self.centre = centre
        self.now = now
        self.read_seconds = read_seconds
        self.total_seconds = total_seconds
        self.unfinished = unfinished
        self.resumes = False
        self.session = plain_session()
        self.base = f"/api/v1/offices/{keys.node}"

    def send(self, data: bytes, again: bool = False) -> bytes:
        """Bring one sealed file across, in parts where the centre takes them; the sealed receipt. `again`: some of
        these very bytes may be there. Raises CarrierError."""
        if self.resumes and len(data) >= WHOLE_BELOW:
            return self._send_parts(data, again)
        try:
            return self._ask("POST", f"{self.base}/batches", data)[0]
        except CarrierError as problem:
            if not self.resumes or problem.code != "cut_answer":
                raise
        return self._ask("POST", f"{self.base}/batches", data)[0]  # once more on a fresh connection: a repeat is none

    def fetch(self, after: str) -> bytes:
        """GET lines after `epoch/stream/n`, sealed to us. Raises CarrierError."""
        if self.unfinished is None:
            return self._ask("GET", f"{self.base}/batches?after={after}", b"")[0]
        return self._fetch_parts(self.unfinished, after)

    def state(self) -> bytes:
        """GET the centre's state; its signature is bound to this very request. Raises CarrierError."""
        arriving = Arriving()
        target = f"{self.base}/state?at={int(self.now().timestamp())}&{FORM}={SHORT}"
        body, asked, answered = self._ask("GET", target, b"", arriving)
        if not keys.is_text_signed(self.centre, keys.signed_answer_text(asked, body), answered):
            if answered:
                code = "wrong_centre"
            else:
                code = "cut_answer"
            raise CarrierError(code)
        in_parts = body.startswith(b"[") or arriving.headers.get(PARTS_HEADER) == "1"
        self.resumes = self.unfinished is not None and in_parts
        return body

    def _send_parts(self, data: bytes, again: bool) -> bytes:
        """PUT from the byte on that the centre lacks, as often as the line is cut and each attempt brings more.

        Where attempts bring nothing (a proxy that hands on whole requests alone), the next part is half as long.
        """
        path = f"{self.base}/files/{digest_of(data)}"
        size = len(data)
        until = self._until()
        there = None if again else Held(0)
        held = 0
        most = size
        stuck = 0
        while True:
            try:
                there = there or self._held(path)
                if there.taken:
                    raise CarrierError("taken")
                if there.held >= held + FEW_BYTES:
                    stuck = 0
                held = there.held
                there = None
                answer = self._ask("PUT", f"{path}?from={held}&size={size}", data[held : held + most], whole=False)[0]
                if answer.startswith(AGE_MAGIC):
                    return answer
                there = self._read_held(answer)
            except CarrierError as problem:
                stuck += 1
                if problem.code not in BROKEN or stuck > MOST_STUCK or monotonic() > until:
                    raise
                if stuck > 1:
                    most = max(FEW_BYTES, min(most, size - held) // 2)

    def _held(self, path: str) -> Held:
        """How much of a file the centre holds. Raises CarrierError."""
        return self._read_held(self._ask("GET", path, b"")[0])

    @staticmethod
    def _read_held(answer: bytes) -> Held:
        try:
            return decode_json(answer, Held)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise CarrierError("refused", status=200) from error

    def _fetch_parts(self, unfinished: Unfinished, after: str) -> bytes:
        """GET from the byte on that we lack, as often as the line is cut and each attempt brings more."""
        kept = unfinished.find("in", after)
        until = self._until()
        if kept:
            file = Coming(kept.digest, kept.size, kept.content)
        else:
            file = Coming()
        stuck = 0
        while True:
            arriving = Arriving()
            before = file.content
            try:
                self._ask("GET", f"{self.base}/batches?after={after}{file.rest}", b"", arriving)
            except CarrierError as problem:
                file = file.joined(arriving)
                if len(file.content) >= len(before) + FEW_BYTES:
                    stuck = 0
                else:
                    stuck = stuck + 1
                if problem.code not in BROKEN or stuck >= MOST_STUCK or monotonic() > until:
                    if file.content:
                        unfinished.keep("in", after, file.content, file.digest, file.size)
                    raise
                continue
            unfinished.forget("in")
            return file.joined(arriving).whole(bytes(arriving.content))

    def _until(self) -> float:
        """When this file must have come, however the line is cut (monotonic)."""
        return monotonic() + 3 * self.total_seconds

    def _ask(
        self, method: str, target: str, body: bytes, arriving: Arriving | None = None, *, whole: bool = True
    ) -> tuple[bytes, str, str]:
        """(answer, signature of the request, of the answer). `whole`: the signature names the body's digest too, which
        one that may arrive in part cannot have."""
        signed_body = body if whole else b""
        text = keys.signed_request_text(method, target, signed_body, self.centre.signer)
        signature = keys.sign_text(self.keys, text)
        content, answered = transfer_body(
            self.session,
            method,
            self.address + target,
            body,
            signature,
            self.read_seconds,
            self.total_seconds,
            arriving,
        )
        return content, signature, answered

    def close(self) -> None:
        self.session.close()


@dataclass(frozen=True)
class Coming:
    """A file that is fetched, as far as it came; without a digest nothing is known of it."""

    digest: str = ""
    size: int = 0
    content: bytes = b""

    @property
    def rest(self) -> str:
        """What the address says of the bytes that are wanted."""
        if not self.content:
            return "&from=0"
        return f"&from={len(self.content)}&file={self.digest}"

    def joined(self, arriving: Arriving) -> Coming:
        """With what arrived: the rest of the same file, or another one from its beginning on."""
        named = FILE_NAMED.fullmatch(arriving.headers.get(FILE_HEADER, ""))
        if named is None:  # a centre that keeps no files, or no answer at all
            return self
        digest = named[1]
        start = int(named[2])
        size = int(named[3])
        before = b""
        if digest == self.digest:
            before = self.content[:start]
        if start != len(before) or not 0 < size <= MAX_SEALED:
            return Coming()
        return Coming(digest, size, (before + arriving.content)[:size])

    def whole(self, bare: bytes) -> bytes:
        """The file once it is whole; `bare`: the answer of a centre that says nothing of parts. Raises CarrierError."""
        if not self.digest:
            return bare
        if digest_of(self.content) != self.digest:
            raise CarrierError("cut_answer")
        return self.content


def centre_keys(address: str, where: str = "/api/v1/centre") -> PublicKeys:
    """What a centre (or who else lets computers in, at `where`) says its keys are; worth nothing until compared with
    the enrolment code. Raises CarrierError."""
    with plain_session() as session:
        content, _ = transfer_body(session, "GET", base_address(address) + where)
    try:
        return decode_json(content, PublicKeys)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CarrierError("cut_answer") from error


def post_enrolment(address: str, data: bytes) -> bytes:
    """POST a sealed enrolment request; the sealed answer. Raises CarrierError."""
    with plain_session() as session:
        return transfer_body(session, "POST", f"{base_address(address)}/api/v1/enrolments", data)[0]


def read_bounded(answer: requests.Response, arriving: Arriving) -> bytes:
    arriving.headers = answer.headers
    while part := answer.raw.read1(64 * 1024, decode_content=False):
        arriving.content += part
        if len(arriving.content) > MAX_SEALED:
            raise CarrierError("too_big", what="jawaban lebih dari 4 MiB")
    return bytes(arriving.content)


def answered_problem(status: int, content: bytes) -> CarrierError:
    """The problem that the centre's document names, in our catalogue's words: whoever answers may not print his own."""
    try:
        document = decode_json(content, ProblemDocument)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        document = ProblemDocument()
    if document.code in CATALOGUE:
        return CarrierError(document.code, unsigned_sentence(document.code))
    if status in (429, 500, 502, 503, 504):
        return CarrierError("busy")
    return CarrierError("refused", status=status)
