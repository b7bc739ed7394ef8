"""Over the network with requests: signed requests, short patience, no redirects, bounded answers."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, cast

import msgspec
import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import SKIP_HEADER

from schema.structs import decode_json
from sync import keys
from sync.carriers import CONNECT_SECONDS, base_address
from sync.file_format import MAX_SEALED
from sync.keys import NodeKeys, PublicKeys
from sync.problems import CATALOGUE, CarrierError, unsigned_sentence

READ_SECONDS = 30.0
TOTAL_SECONDS = 300.0
"""A whole transfer, from connecting to the last byte of the answer: 4 MiB take 270 s at 128 kbit/s. A peer that drips
for longer is cut off, be it in the head of its answer."""

FILE_TYPE = "application/octet-stream"
BARE = {"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER}
"""Every byte counts on a slow line: an exchange with nothing new stays under 600 bytes, headers included."""


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


def transfer_body(
    session: requests.Session,
    method: str,
    url: str,
    body: bytes = b"",
    signature: str = "",
    read_seconds: float = READ_SECONDS,
    total_seconds: float = TOTAL_SECONDS,
) -> tuple[bytes, str]:
    """(answer, its signature). Raises CarrierError for everything that is not a whole 200."""
    with time_limit(session, url, total_seconds) as late:
        try:
            answer = send_request(session, method, url, body, signature, read_seconds)
        except CarrierError as problem:
            raise CarrierError("slow") if late.is_set() else problem from problem
        if late.is_set():  # cut within the head, which then looks like one without a body
            raise CarrierError("slow")
        return answer


def send_request(
    session: requests.Session, method: str, url: str, body: bytes, signature: str, read_seconds: float
) -> tuple[bytes, str]:
    """One request; same answer and errors as :func:`transfer`, patience for each piece only."""
    headers: dict[str, Any] = dict(BARE)
    if signature:
        headers[keys.SIGNATURE_HEADER] = signature
    if body:
        headers["Content-Type"] = FILE_TYPE
    try:
        with session.request(
            method,
            url,
            data=body or None,
            headers=headers,
            stream=True,
            timeout=(CONNECT_SECONDS, read_seconds),
            allow_redirects=False,
        ) as answer:
            content = read_bounded(answer)
    except requests.ReadTimeout as error:
        raise CarrierError("slow") from error
    except requests.exceptions.ChunkedEncodingError as error:
        raise CarrierError("cut_answer") from error
    except (requests.ConnectionError, OSError) as error:
        code = "cut_answer" if "Remote end closed" in str(error) else "offline"
        raise CarrierError(code) from error
    if answer.status_code != 200:
        raise answered_problem(answer.status_code, content)
    return content, answer.headers.get(keys.SIGNATURE_HEADER, "")


class HttpCarrier:
    def __init__(
        self,
        address: str,
        keys: NodeKeys,
        centre: PublicKeys,
        now: Callable[[], datetime],
        read_seconds: float = READ_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self.address, self.keys, self.centre, self.now = base_address(address), keys, centre, now
        self.read_seconds, self.total_seconds = read_seconds, total_seconds
        self.session = plain_session()
        self.base = f"/api/v1/offices/{keys.node}"

    def send(self, data: bytes) -> bytes:
        """POST one sealed batch; the sealed receipt. Raises CarrierError."""
        return self._ask("POST", f"{self.base}/batches", data)[0]

    def fetch(self, after: str) -> bytes:
        """GET lines after `epoch/stream/n`, sealed to us. Raises CarrierError."""
        return self._ask("GET", f"{self.base}/batches?after={after}", b"")[0]

    def state(self) -> bytes:
        """GET the centre's state; its signature is bound to this very request. Raises CarrierError."""
        body, asked, answered = self._ask("GET", f"{self.base}/state?at={int(self.now().timestamp())}", b"")
        if not keys.is_text_signed(self.centre, keys.signed_answer_text(asked, body), answered):
            code = "wrong_centre" if answered else "cut_answer"
            raise CarrierError(code)
        return body

    def _ask(self, method: str, target: str, body: bytes) -> tuple[bytes, str, str]:
        signature = keys.sign_text(self.keys, keys.signed_request_text(method, target, body, self.centre.signer))
        content, answered = transfer_body(
            self.session,
            method,
            self.address + target,
            body,
            signature,
            self.read_seconds,
            self.total_seconds,
        )
        return content, signature, answered

    def close(self) -> None:
        self.session.close()


def centre_keys(address: str) -> PublicKeys:
    """What a centre says its keys are; worth nothing until compared with the enrolment code. Raises CarrierError."""
    with plain_session() as session:
        content, _ = transfer_body(session, "GET", f"{base_address(address)}/api/v1/centre")
    try:
        return decode_json(content, PublicKeys)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CarrierError("cut_answer") from error


def post_enrolment(address: str, data: bytes) -> bytes:
    """POST a sealed enrolment request; the sealed answer. Raises CarrierError."""
    with plain_session() as session:
        return transfer_body(session, "POST", f"{base_address(address)}/api/v1/enrolments", data)[0]


def read_bounded(answer: requests.Response) -> bytes:
    parts, size = [], 0
    for part in answer.iter_content(64 * 1024):
        size += len(part)
        if size > MAX_SEALED:
            raise CarrierError("too_big", what="jawaban lebih dari 4 MiB")
        parts.append(part)
    return b"".join(parts)


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
