"""What the office's server answers to computers of villages: no session, no cookie; each request is signed."""

import logging
from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.casework.villages import network
from app.casework.villages.files import LARGEST_FILE
from app.platform.office.exchange import OfficeExchange
from app.platform.web import own_flask
from schema.body_limits import BODY_LIMIT, DROPPED, SMALL, declared_limit, takes_body
from sync.journal import Journal

pages = Blueprint("village_face", __name__, url_prefix="/api/v1/villages")
SIGNATURE_HEADER = "Loket-Signature"
log = logging.getLogger(__name__)


def make_village_face(journal: Journal, exchange: OfficeExchange, clock: Callable[[], datetime]) -> Flask:
    face = Flask("loket-villages", static_folder=None)
    face.extensions["loket_office"] = (journal, exchange)
    face.extensions[BODY_LIMIT] = body_limit
    face.config["CLOCK"] = clock
    face.after_request(own_flask.add_headers)
    face.register_blueprint(pages)
    face.register_error_handler(Exception, on_failure)
    return face


def body_limit() -> int:
    return declared_limit(current_app.view_functions.get(request.endpoint or ""))


def read_request() -> network.Asked:
    """The whole request; its body is never more than the view takes."""
    if DROPPED in request.environ:
        request.max_content_length = 0
    else:
        request.max_content_length = body_limit()
    signature = request.headers.get(SIGNATURE_HEADER, "")
    return network.Asked(request.method, request.path, request.get_data(), signature)


def answer(made: tuple[bytes, str]) -> Response:
    body, signature = made
    return Response(body, headers={SIGNATURE_HEADER: signature}, content_type="application/octet-stream")


@pages.get("/key")
def show_key() -> Response:
    journal, exchange = current_app.extensions["loket_office"]
    return Response(network.public_keys(journal, exchange), content_type="application/json")


@pages.post("/key")
@takes_body(SMALL)
def admit() -> Response:
    journal, exchange = current_app.extensions["loket_office"]
    return answer(network.admit_village(journal, exchange, read_request(), current_app.config["CLOCK"]()))


@pages.post("/<village>/drafts")
@takes_body(LARGEST_FILE)
def take_drafts(village: str) -> Response:
    journal, exchange = current_app.extensions["loket_office"]
    return answer(network.answer_village(journal, exchange, village, read_request(), current_app.config["CLOCK"]()))


def on_failure(error: Exception) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        error = network.AnswerProblem("too_big", what="dokumen desa")
    if isinstance(error, HTTPException):
        error = network.AnswerProblem("bad_request", what=error.name)
    problem = network.problem_of(error)
    if problem is None:
        log.error("a village could not be answered", exc_info=error)
        problem = network.AnswerProblem("failed")
    return Response(network.problem_document(problem), problem.status, content_type="application/problem+json")
