"""The centre's HTTP interface: a thin Flask blueprint over `exchange`. The only file here that imports Flask.

It asks no session and no cookie, so CSRF protection must exempt it: every request proves itself with a signature.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

import msgspec
from flask import Blueprint, Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from schema.body_limits import BODY_LIMIT, DROPPED, declared_limit, takes_body
from schema.database_errors import is_busy, is_server_away, is_storage_failure
from sync import answers, keys
from sync.enrolment import accept_office
from sync.file_format import MAX_SEALED
from sync.http_client import FILE_HEADER, FORM, PARTS_HEADER, SHORT
from sync.incoming_files import check_not_barred, note_refusal
from sync.nodes import Node, NodeSource, node_finder, own_signers, peer_keys
from sync.problems import SyncError
from sync.unfinished import Held, add_part, close_part, held_of

COUNT = re.compile("[0-9]{1,7}")
DIGEST = re.compile("[0-9a-f]{64}")
MAX_ENROLMENT = 16 * 1024
STALE_AFTER = 24 * 3600
"""Seconds that the time in a question may lie from the centre's clock."""
COME_AGAIN = 30
"""Seconds after which an office that met a busy database comes again."""
ASK_FIRST = "ask_first"
"""Code of the answer to lines that were sent unasked and do not fit: nothing is refused, the office asks first."""
PROBLEM_TYPE = "application/problem+json"
EXTENSION = "loket_sync"
STRAY = (
    "Alamat ini tidak ada. Di bawah /api/v1 hanya komputer yang bertukar pengiriman; halaman Loket dibuka dari alamat "
    "tanpa bagian itu."
)

log = logging.getLogger(__name__)
api = Blueprint("road", __name__, url_prefix="/api/v1")


@dataclass(frozen=True)
class ServerContext:
    find: Callable[[], Node]
    clock: Callable[[], datetime]

    @property
    def node(self) -> Node:
        known: Node | None = g.get("node")
        if known is None:
            known = g.node = self.find()
        return known


def install_server(app: Flask, node: NodeSource, clock: Callable[[], datetime]) -> None:
    app.extensions[EXTENSION] = ServerContext(node_finder(node), clock)
    app.extensions[BODY_LIMIT] = body_limit
    app.register_blueprint(api)
    app.register_error_handler(HTTPException, on_stray)


def server_context() -> ServerContext:
    return cast(ServerContext, current_app.extensions[EXTENSION])


def body_limit() -> int:
    """Bytes that the body of this request may have, as its view declares."""
    return declared_limit(current_app.view_functions.get(request.endpoint or ""))


def request_body() -> bytes:
    """The request's body, never more than its view takes. Raises SyncError("too_big")."""
    limit = body_limit()
    if DROPPED in request.environ:
        request.max_content_length = 0
    else:
        request.max_content_length = limit
    try:
        return request.get_data()  # kept: a request that collides with another one is answered from its beginning
    except RequestEntityTooLarge as error:
        raise SyncError("too_big", what=f"lebih dari {limit // 1024} KiB") from error


def check_signed_request(office: str, *, batch: bool = False) -> bytes:
    """The body of a request that an office's key signed, checked before anything is decrypted. Raises SyncError.

    A fenced key is let through with a batch, so that its entries can be kept aside and its people told why.
    """
    data = request_body() if batch else b""
    check_signed_text(office, data, batch=batch)
    return data


def check_signed_text(office: str, data: bytes, *, batch: bool) -> None:
    """That an office's key signed this request with that body. Raises SyncError."""
    query = request.query_string.decode("latin-1")
    target = request.path
    if query:
        target += f"?{query}"
    signers = own_signers(server_context().node)  # an office that missed a rotation still names the key that it knows
    texts = [keys.signed_request_text(request.method, target, data, signer) for signer in signers]
    office = office.replace("\0", "?")  # PostgreSQL is not even asked about such a name
    known = peer_keys(server_context().node.db, office)
    if not known:
        raise SyncError("unknown_sender", sender=office[:40])
    asked = request.headers.get(keys.SIGNATURE_HEADER, "")
    for key in known:
        if any(keys.is_text_signed(key.keys, text, asked) for text in texts):
            if key.fenced_at and not batch:
                raise SyncError("fenced", sender=office, since=key.fenced_at[:10])
            return
    raise SyncError("unsigned")


def file_answer(sealed: bytes) -> Response:
    return without_type(Response(sealed))


def without_type(answer: Response) -> Response:
    """An answer whose kind the asking office knows: it asked by an address that has no other."""
    del answer.headers["Content-Type"]
    return answer


@api.post("/offices/<office>/batches")
@takes_body(MAX_SEALED)
def post_batch(office: str) -> Response:
    data = check_signed_request(office, batch=True)
    return file_answer(answers.answer_batch(server_context().node, office, data, server_context().clock()))


@api.get("/offices/<office>/batches")
def get_batch(office: str) -> Response:
    """Lines, or with `from` the rest of a file (`file`: its digest) of which the office has the beginning."""
    check_signed_request(office)
    node = server_context().node
    now = server_context().clock()
    after = request.args.get("after", "")
    if "from" not in request.args:
        return file_answer(answers.answer_fetch(node, office, after, now))
    asked = request.args.get("file", "")
    sealed, digest, start = answers.answer_rest(node, office, after, asked, counted_argument("from"), now)
    answer = file_answer(sealed[start:])
    answer.headers[FILE_HEADER] = f"{digest} {start} {len(sealed)}"
    return answer


def counted_argument(name: str) -> int:
    """A number of bytes in the address. Raises SyncError."""
    text = request.args.get(name, "")
    if not COUNT.fullmatch(text) or int(text) > MAX_SEALED:
        raise SyncError("bad_request", what=name)
    return int(text)


@api.get("/offices/<office>/files/<digest>")
def get_held(office: str, digest: str) -> Response:
    """How much of a file the office has brought so far."""
    check_signed_text(office, b"", batch=True)
    return held_answer(held_of(server_context().node.db, office, digest, server_context().clock()))


@api.put("/offices/<office>/files/<digest>")
@takes_body(MAX_SEALED)
def put_part(office: str, digest: str) -> Response:
    """The bytes of a file from `from` on: as many as came, for the line may be cut. Once it is whole, as a batch."""
    check_signed_text(office, b"", batch=True)
    node = server_context().node
    now = server_context().clock()
    size = counted_argument("size")
    if not DIGEST.fullmatch(digest) or not size:
        raise SyncError("bad_request", what="size")
    check_not_barred(node.db, office)
    whole = add_part(node.db, office, digest, size, counted_argument("from"), request_body(), now)
    if not whole:
        return held_answer(held_of(node.db, office, digest, now))
    answer = answers.answer_batch(node, office, whole, now)
    close_part(node.db, office, digest, size, now)
    return file_answer(answer)


def held_answer(held: Held) -> Response:
    return Response(msgspec.json.encode(held), content_type="application/json")


def check_not_stale(at: str) -> None:
    """A question is answered when it is asked: an old one was overheard and is played back, or its writer's clock is
    wrong; who asks honestly goes on with a sealed file. Raises SyncError("stale_request")."""
    now = server_context().clock()
    if server_context().node.journal.clock_at(now) != "ok":
        return  # who does not know the time judges nobody by it
    if not at.isascii() or not at.isdigit() or abs(int(at[:15]) - now.timestamp()) > STALE_AFTER:
        raise SyncError("stale_request")


@api.get("/offices/<office>/state")
def get_state(office: str) -> Response:
    check_signed_request(office)
    check_not_stale(request.args.get("at", ""))
    short = request.args.get(FORM) == SHORT
    text = answers.answer_state(server_context().node, office, server_context().clock(), short=short)
    asked = request.headers.get(keys.SIGNATURE_HEADER, "")
    answer = without_type(Response(text))
    if not text.startswith(b"["):
        answer.headers[PARTS_HEADER] = "1"
    answer.headers[keys.SIGNATURE_HEADER] = keys.sign_text(
        server_context().node.keys, keys.signed_answer_text(asked, text)
    )
    return answer


@api.get("/centre")
def get_centre() -> Response:
    return Response(msgspec.json.encode(server_context().node.keys.public), content_type="application/json")


@api.post("/enrolments")
@takes_body(MAX_ENROLMENT)
def post_enrolment() -> Response:
    return file_answer(accept_office(server_context().node, request_body(), server_context().clock()))


@api.get("/openapi.json")
def get_description() -> Response:
    return Response(Path(__file__).with_name("openapi.json").read_bytes(), content_type="application/json")


@api.errorhandler(SyncError)
def on_problem(problem: SyncError) -> Response:
    """RFC 9457: what is wrong, in a sentence that an officer understands; counted for the centre's pages."""
    try:
        if problem.code != ASK_FIRST:
            count_refusal(problem)
    except Exception as error:  # the answer that is known goes out, counted or not
        if not (is_busy(error) or is_server_away(error)):
            raise
    return problem_document(problem.status, problem.code, problem.sentence)


@api.errorhandler(Exception)
def on_failure(error: Exception) -> Response:
    if is_storage_failure(error):
        return on_problem(SyncError("disk_full"))
    if is_busy(error) or is_server_away(error):
        log.warning("%s: %s", request.path, type(error).__name__)
        return busy_answer()
    log.error("the exchange could not answer %s", request.path, exc_info=error)
    return on_problem(SyncError("failed"))


def busy_answer() -> Response:
    """Others held the database for too long, or its server is away. Nothing is counted: that would have to write."""
    busy = SyncError("busy")
    answer = problem_document(busy.status, busy.code, busy.sentence)
    answer.headers["Retry-After"] = str(COME_AGAIN)
    return answer


@api.errorhandler(HTTPException)
def on_http(error: HTTPException) -> Response:
    count_refusal(SyncError("bad_request", what=error.name))
    return problem_document(error.code or 500, "bad_request", error.name)


def on_stray(error: HTTPException) -> Response:
    """An address that no office asks for, mostly of a person with a browser. Nothing is counted."""
    return problem_document(error.code or 500, "bad_request", STRAY)


def count_refusal(problem: SyncError) -> None:
    asked = (request.view_args or {}).get("office", "") or problem.sender
    note_refusal(server_context().node.db, asked, problem, server_context().clock())


def problem_document(status: int, code: str, sentence: str) -> Response:
    document = {"type": f"urn:loket:problem:{code}", "title": code, "status": status, "detail": sentence, "code": code}
    return Response(msgspec.json.encode(document), status, content_type=PROBLEM_TYPE)
