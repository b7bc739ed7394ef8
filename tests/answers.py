"""What every answer keeps that a test gets from an application, whatever the test is about.

An answer tells by one of a few numbers what became of the request, and a refusal says what is wrong. A page shows no
value that nobody put into words, and leads nowhere that the person at the page may not open.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from flask.globals import request_ctx
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from app.casework.batches.views.printing import can_judge
from app.core.permissions import may
from app.platform.web.context import current_actor, current_db
from app.platform.web.guard import may_open
from app.platform.web.own_flask import LateFlask
from app.services.complaints.views.book import MAY_PRINT

DONE = frozenset({200, 204, 303, 304})
REFUSED = frozenset({400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 423, 429})
FAILED = frozenset({500, 503, 507})
OF_NOBODY = frozenset({"letter_lists.download_kinds"})
"""Files that say nothing of a person and leave without a line in a log: the office's own kinds of letters."""
WORDLESS = re.compile(r"\b(?:None|True|False|Undefined|nan)\b|\{'|\('|<(?:built-in|function|bound) ")
"""What Python writes where nobody chose words."""
NOT_SHOWN = re.compile(r"<(script|style|textarea)\b.*?</\1>|<[^>]*>", re.S)
WATCHED = "watched_answers"
UNOFFERED = "tests.unoffered"
"""In the environment of a request that no page offers: the page that refuses it may draw no such form."""
LEADS = re.compile(r'<a\b[^>]*?\shref="(/[^"#]*)')
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)
SENT_TO = re.compile(r'\saction="(/[^"#]*)')
ELSEWHERE = re.compile(r'<(?!form\b)[^>]*\s(?:formaction|hx-post)="(/[^"#]*)')
SENDS = re.compile(r'<button\b(?![^>]*\s(?:disabled|type="button"))')
SAYS_SOMETHING = "a|b|button|caption|dd|dt|em|figcaption|h[1-6]|label|legend|li|strong|summary|title"
EMPTY = re.compile(rf"<({SAYS_SOMETHING})\b(?![^>]*\shidden)[^>]*>\s*</\1>")
SHEET = re.compile(r'name="paper" value="(\w+)"')
"""The paper of a question whether its sheet came out right."""
TYPED = re.compile(r"<(?:input|textarea)\b[^>]*>")
UNSEEN = re.compile(r'type="(?:password|hidden|checkbox|radio|file)"')
"""Fields that are chosen, or whose content no page repeats."""
NAMED = re.compile(r'\sname="([^"]+)"')
SAYS_WRONG = re.compile(r'class="(?:error\b|error-summary|[^"]*\bis-bad\b|[^"]*\bhas-error\b)|id="alerts"|role="alert"')


def faults_of(answer: Response) -> Iterator[str]:
    """What is wrong with an answer, in words."""
    status = answer.status_code
    if status == 302:
        if urlsplit(answer.location).path != request.path.rstrip("/"):
            yield "302 leads to the same address without its stroke, and nowhere else"
    elif status not in DONE | REFUSED | FAILED:
        yield f"{status} is no answer of ours"
    if status == 204 and answer.get_data():
        yield "204 with a page"
    yield from faults_of_file(answer)
    if answer.mimetype == "text/html" and not answer.is_streamed and "Content-Encoding" not in answer.headers:
        page = answer.get_data(as_text=True)
        yield from faults_of_page(page)
        if status < 500 and status != 401 and isinstance(current_app._get_current_object(), LateFlask):
            yield from closed_leads(page)
        if status == 422 and request.method == "POST" and not SAYS_WRONG.search(page):
            yield "422 and nothing is said to be wrong"
        if status == 422 and request.method == "POST":
            yield from told_elsewhere(page)
            yield from forgotten(page)
        if status < 300 and request.method == "POST" and 'class="error-summary"' in page:
            yield f"{status} and yet refused"


def faults_of_file(answer: Response) -> Iterator[str]:
    if answer.status_code == 200 and "Content-Disposition" in answer.headers and not is_logged():
        yield "a file left and no log tells of it"


def count_log_lines() -> int:
    """Lines of the access log, and entries of the journal, which tells of a paper itself."""
    lines, entries = current_db().one("SELECT (SELECT count(*) FROM access_log), (SELECT count(*) FROM journal)")
    return int(lines + entries)


def note_log_lines() -> None:
    """The kiosk keeps no log of who reads: its visitors are nobody's officers. A part of a page is no file."""
    may_send_file = request.method == "POST" and "HX-Request" not in request.headers
    if may_send_file and isinstance(current_app._get_current_object(), LateFlask):
        g.log_lines_before = count_log_lines()


def is_logged() -> bool:
    """Whether this request has left a line in a log, where it has to."""
    if "log_lines_before" not in g or request.endpoint in OF_NOBODY:
        return True
    return count_log_lines() > g.log_lines_before


def faults_of_page(page: str) -> Iterator[str]:
    for found in WORDLESS.finditer("" if request.path.startswith("/panduan") else NOT_SHOWN.sub(" ", page)):
        yield f"the page shows {found.group()}: …{found.string[max(0, found.start() - 60) : found.end() + 20]}…"
    for found in EMPTY.finditer(page):
        yield f"nothing stands in {found.group()}: …{found.string[max(0, found.start() - 200) : found.start()]}"


def told_elsewhere(page: str) -> Iterator[str]:
    """Forms of another address that say something is wrong with them, though the form that was sent is on the page."""
    forms = [(unescape(sent[1]) if (sent := SENT_TO.search(tag)) else "", inside) for tag, inside in FORM.findall(page)]
    if request.path in [address.partition("?")[0] for address, _ in forms]:
        for address, inside in forms:
            if address.partition("?")[0] not in ("", request.path) and 'aria-invalid="true"' in inside:
                yield f"the form of {address} is refused too"


def forgotten(page: str) -> Iterator[str]:
    """What was typed and does not stand on the page that refuses it, though the form with its field does."""
    forms = [inside for tag, inside in FORM.findall(page) if f'action="{request.path}"' in tag]
    fields = [tag for inside in forms for tag in TYPED.findall(inside) if not UNSEEN.search(tag)]
    typed, shown = {name for tag in fields for name in NAMED.findall(tag)}, unescape(page)
    for name, value in request.form.items(multi=True):
        if name in typed and value.strip()[:12] not in shown:  # a page may cut what is far too long
            yield f"{name} has to be typed again: {value[:60]}"


def closed_leads(page: str) -> Iterator[str]:
    """Links and forms of a page to what the person who sees it may not open or send."""
    offered = {(address, "GET") for address in LEADS.findall(page)}
    offered |= {(address, "POST") for address in ELSEWHERE.findall(page)}
    for tag, inside in FORM.findall(page):
        if 'method="post"' in tag and SENDS.search(inside):
            offered |= {(address, "POST") for address in SENT_TO.findall(tag)}
            yield from closed_question(tag, inside)
    addresses = request_ctx.url_adapter
    for address, method in sorted(offered):
        with suppress(HTTPException):  # a test's application serves only some of the pages
            endpoint = addresses.match(unescape(address).partition("?")[0], method)[0] if addresses else "static"
            if endpoint != "static" and not may_open(endpoint):
                yield f"{address} is offered to somebody who may not open it ({method})"


def closed_question(tag: str, inside: str) -> Iterator[str]:
    """A question about a sheet that this person may not have printed: its address is open, its answer is refused."""
    asked = SHEET.search(inside)
    if not asked or "/kertas/" not in tag:
        return
    paper = asked[1]
    of_the_book = paper in MAY_PRINT and may(current_actor(), MAY_PRINT[paper])
    if not of_the_book and not can_judge(paper):
        yield f"a question about {paper} is asked of somebody who may not answer it"


class WatchedClient(FlaskClient):
    """A client for tests that says of every answer what is wrong with it."""

    def __init__(self, application: Flask, *given: Any, **named: Any) -> None:
        super().__init__(application, *given, **named)
        if WATCHED not in application.extensions:
            faults: list[str] = application.extensions.setdefault(WATCHED, [])
            application.before_request_funcs.setdefault(None, []).insert(0, note_log_lines)
            application.after_request_funcs.setdefault(None, []).insert(0, lambda answer: watch(answer, faults))

    def open(self, *given: Any, **named: Any) -> TestResponse:
        faults = self.application.extensions[WATCHED]
        faults.clear()
        answer = super().open(*given, **named)
        assert not faults, f"{answer.request.method} {answer.request.path} {answer.status}: {faults}"
        return answer


def watch(answer: Response, faults: list[str]) -> Response:
    if UNOFFERED not in request.environ:
        faults += faults_of(answer)
    return answer
