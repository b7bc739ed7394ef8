"""Over the network with requests: signed requests, short patience, no redirects, bounded answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import msgspec
import requests
from urllib3.util import SKIP_HEADER

from schema.decoding import decode
from sync import signed
from sync.carriers.address import CONNECT_SECONDS, base_address
from sync.envelope import MAX_SEALED
from sync.keys import NodeKeys, PublicKeys
from sync.problems import CATALOGUE, CarrierError

READ_SECONDS = 30.0
TOTAL_SECONDS = 300.0
"""A whole answer: 4 MiB take 270 s at 128 kbit/s; a peer that drips bytes for longer is cut off."""

FILE_TYPE = "application/octet-stream"
BARE = {"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER}
"""Every byte counts on a slow line: an exchange with nothing new stays under 600 bytes, headers included."""


class ProblemDocument(msgspec.Struct):
    """RFC 9457, as the centre answers; `code` is ours."""

    code: str = ""
    detail: str = ""


def plain_session() -> requests.Session:
    """A session that takes nothing from the environment: no proxy, no .netrc, no default headers."""
    session = requests.Session()
    session.trust_env = False
    session.headers.clear()
    return session


def transfer(
    session: requests.Session, method: str, url: str, body: bytes = b"", signature: str = "",
    read_seconds: float = READ_SECONDS,
) -> tuple[bytes, str]:  # fmt: skip
    """(answer, its signature). Raises CarrierError for everything that is not a whole 200."""
    headers: dict[str, str | None] = dict(BARE)
    if signature:
        headers[signed.HEADER] = signature
    if body:
        headers["Content-Type"] = FILE_TYPE
    try:
        with session.request(
            method, url, data=body or None, headers=headers, stream=True,  # type: ignore[arg-type]
            timeout=(CONNECT_SECONDS, read_seconds), allow_redirects=False,
        ) as answer:  # fmt: skip
            content = bounded(answer)
    except requests.ReadTimeout as error:
        raise CarrierError("slow") from error
    except requests.exceptions.ChunkedEncodingError as error:
        raise CarrierError("cut_answer") from error
    except (requests.ConnectionError, OSError) as error:
        raise CarrierError("cut_answer" if "Remote end closed" in str(error) else "offline") from error
    if answer.status_code != 200:
        raise told_problem(answer.status_code, content)
    return content, answer.headers.get(signed.HEADER, "")


class HttpCarrier:
    """An office's line to the centre. `address` is the centre's address such as `10.1.1.5:8135`."""

    def __init__(self, address: str, keys: NodeKeys, centre: PublicKeys, now: Callable[[], datetime],
                 read_seconds: float = READ_SECONDS) -> None:  # fmt: skip
        self.address, self.keys, self.centre, self.now = base_address(address), keys, centre, now
        self.read_seconds = read_seconds
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
        if not signed.verify(self.centre, signed.answer_text(asked, body), answered):
            raise CarrierError("wrong_centre" if answered else "cut_answer")
        return body

    def _ask(self, method: str, target: str, body: bytes) -> tuple[bytes, str, str]:
        """(answer, our signature, the answer's signature)."""
        signature = signed.sign(self.keys, signed.request_text(method, target, body, self.centre.signer))
        content, answered = transfer(
            self.session, method, self.address + target, body, signature, self.read_seconds
        )
        return content, signature, answered

    def close(self) -> None:
        """Drop kept connections."""
        self.session.close()


def centre_keys(address: str) -> PublicKeys:
    """What a centre says its keys are; worth nothing until compared with the enrolment code. Raises CarrierError."""
    with plain_session() as session:
        content, _ = transfer(session, "GET", f"{base_address(address)}/api/v1/centre")
    try:
        return decode(content, PublicKeys)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CarrierError("cut_answer") from error


def post_enrolment(address: str, data: bytes) -> bytes:
    """POST a sealed enrolment request; the sealed answer. Raises CarrierError."""
    with plain_session() as session:
        return transfer(session, "POST", f"{base_address(address)}/api/v1/enrolments", data)[0]


def bounded(answer: requests.Response) -> bytes:
    """Read an answer up to the size that any file may have, within a total time."""
    parts, size, until = [], 0, time.monotonic() + TOTAL_SECONDS
    for part in answer.iter_content(64 * 1024):
        size += len(part)
        if size > MAX_SEALED:
            raise CarrierError("too_big", what="jawaban lebih dari 4 MiB")
        if time.monotonic() > until:
            raise CarrierError("slow")
        parts.append(part)
    return b"".join(parts)


def told_problem(status: int, content: bytes) -> CarrierError:
    """What the centre's problem document says; its sentence is not signed, so only known codes speak in our words."""
    try:
        document = decode(content, ProblemDocument)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        document = ProblemDocument()
    if document.code in CATALOGUE and document.detail:
        return CarrierError(document.code, document.detail[:400])
    if status in (429, 500, 502, 503, 504):
        return CarrierError("busy")
    return CarrierError("refused", status=status)
