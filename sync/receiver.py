"""The centre's HTTP face: a thin Flask blueprint over `answering`. The only file of the road that imports Flask.

It asks no session and no cookie, so CSRF protection must exempt it: every request proves itself with a signature.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
from flask import Blueprint, Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from schema.body_limits import BODY_LIMIT, DROPPED, declared, takes
from schema.bulk import storage_failed
from sync import answering, signed
from sync.carriers.http import FILE_TYPE
from sync.enrolment import accept
from sync.envelope import MAX_SEALED
from sync.problems import RoadError
from sync.refusals import note_refusal
from sync.renewal import own_signers
from sync.road import Road, RoadSource, finder, peer_keys

MAX_ENROLMENT = 16 * 1024
PROBLEM_TYPE = "application/problem+json"
EXTENSION = "loket_road"

log = logging.getLogger(__name__)
api = Blueprint("road", __name__, url_prefix="/api/v1")


@dataclass(frozen=True)
class Desk:
    """What the requests of one application work with."""

    find: Callable[[], Road]
    clock: Callable[[], datetime]

    @property
    def road(self) -> Road:
        """The road with the keys that are in force, once per request."""
        known: Road | None = g.get("road")
        if known is None:
            known = g.road = self.find()
        return known


def install(app: Flask, road: RoadSource, clock: Callable[[], datetime]) -> None:
    """Give an application the centre's HTTP face; `clock` gives aware UTC."""
    app.extensions[EXTENSION] = Desk(finder(road), clock)
    app.extensions[BODY_LIMIT] = body_limit
    app.register_blueprint(api)


def desk() -> Desk:
    """The running application's desk."""
    found: Desk = current_app.extensions[EXTENSION]
    return found


def body_limit() -> int:
    """Bytes that the body of this request may have, as its view declares."""
    return declared(current_app.view_functions.get(request.endpoint or ""))


def body() -> bytes:
    """The request's body, never more than its view takes. Raises RoadError("too_big")."""
    limit = body_limit()
    request.max_content_length = 0 if DROPPED in request.environ else limit
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise RoadError("too_big", what=f"lebih dari {limit // 1024} KiB") from error


def proved(office: str, *, batch: bool = False) -> bytes:
    """The body of a request that an office's key signed, checked before anything is decrypted. Raises RoadError.

    A fenced key is let through with a batch, so that its entries can be kept aside and its people told why.
    """
    data = body() if batch else b""
    query = request.query_string.decode("latin-1")
    target = request.path + (f"?{query}" if query else "")
    signers = own_signers(desk().road)  # an office that missed a rotation still names the key that it knows
    texts = [signed.request_text(request.method, target, data, signer) for signer in signers]
    office = office.replace("\0", "?")  # PostgreSQL is not even asked about such a name
    known = peer_keys(desk().road.db, office)
    if not known:
        raise RoadError("unknown_sender", sender=office[:40])
    asked = request.headers.get(signed.HEADER, "")
    for key in known:
        if any(signed.verify(key.keys, text, asked) for text in texts):
            if key.fenced_at and not batch:
                raise RoadError("fenced", sender=office, since=key.fenced_at[:10])
            return data
    raise RoadError("unsigned")


def file_answer(sealed: bytes) -> Response:
    """A sealed file as an answer."""
    return Response(sealed, content_type=FILE_TYPE)


@api.post("/offices/<office>/batches")
@takes(MAX_SEALED)
def post_batch(office: str) -> Response:
    """Take one batch, answer with its receipt."""
    data = proved(office, batch=True)
    return file_answer(answering.on_batch(desk().road, office, data, desk().clock()))


@api.get("/offices/<office>/batches")
def get_batch(office: str) -> Response:
    """Give the next lines after a place."""
    proved(office)
    return file_answer(answering.on_fetch(desk().road, office, request.args.get("after", ""), desk().clock()))


@api.get("/offices/<office>/state")
def get_state(office: str) -> Response:
    """Give the small signed state."""
    proved(office)
    text = answering.on_state(desk().road, office, desk().clock())
    asked = request.headers.get(signed.HEADER, "")
    answer = Response(text, content_type="application/json")
    answer.headers[signed.HEADER] = signed.sign(desk().road.keys, signed.answer_text(asked, text))
    return answer


@api.get("/centre")
def get_centre() -> Response:
    """The centre's public keys, to be compared with an enrolment code."""
    return Response(msgspec.json.encode(desk().road.keys.public), content_type="application/json")


@api.post("/enrolments")
@takes(MAX_ENROLMENT)
def post_enrolment() -> Response:
    """Let an office in with its code."""
    return file_answer(accept(desk().road, body(), desk().clock()))


@api.get("/openapi.json")
def get_description() -> Response:
    """The OpenAPI 3.1 description of this face."""
    return Response(Path(__file__).with_name("openapi.json").read_bytes(), content_type="application/json")


@api.errorhandler(RoadError)
def on_problem(problem: RoadError) -> Response:
    """RFC 9457: what is wrong, in a sentence that an officer understands; counted for the centre's pages."""
    count_refusal(problem)
    return problem_document(problem.status, problem.code, problem.sentence)


@api.errorhandler(Exception)
def on_failure(error: Exception) -> Response:
    """Something of ours failed: nothing was taken, and the office may come again."""
    if storage_failed(error):
        return on_problem(RoadError("disk_full"))
    log.error("the road could not answer %s", request.path, exc_info=error)
    return on_problem(RoadError("failed"))


@api.errorhandler(HTTPException)
def on_http(error: HTTPException) -> Response:
    """Flask's own refusals in the same shape."""
    count_refusal(RoadError("bad_request", what=error.name))
    return problem_document(error.code or 500, "bad_request", error.name)


def count_refusal(problem: RoadError) -> None:
    """Add a refusal to the counts of the office that asked, for the pages of the centre's administrator."""
    asked = (request.view_args or {}).get("office", "") or problem.sender
    note_refusal(desk().road.db, asked, problem, desk().clock())


def problem_document(status: int, code: str, sentence: str) -> Response:
    """One problem document."""
    document = {"type": f"urn:loket:problem:{code}", "title": code, "status": status, "detail": sentence,
                "code": code}  # fmt: skip
    return Response(msgspec.json.encode(document), status, content_type=PROBLEM_TYPE)
