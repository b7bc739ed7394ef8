"""Our Flask: pages that come late, the session cookie, and headers and compression of every answer.

An office has some sixty blueprints with four hundred routes; a day needs a few of them, a sign-in page hardly one. A
room says of each blueprint its name, the addresses that it answers and where it stands (:class:`Pages`): it is imported
when the first address below these, or the first link to one of its pages, is asked for.
"""

import gzip
from collections.abc import Callable, MutableMapping, Sequence
from datetime import UTC, datetime
from threading import RLock
from typing import Any, cast

import markupsafe
import msgspec
from flask import Blueprint, Flask, Request, Response, request
from flask.ctx import RequestContext
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.templating import Environment
from itsdangerous import URLSafeTimedSerializer
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from werkzeug.routing import MapAdapter, Rule

from app.core.late import Late

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
MOST_READ = 256
"""Cookies whose signature is remembered; an office has a dozen browsers."""
REMEMBERED = "max-age=2592000"
"""HSTS: for thirty days a browser asks this name with TLS only; an office that goes back is not locked out for ever."""
WORTH = 1024
TEXT = ("text/", "application/json", "application/problem+json", "image/svg+xml")


class Pages(msgspec.Struct, frozen=True):
    """A blueprint that is imported late: its name, the heads of its addresses (`*` for any one part), and where it
    stands as `module:name`."""

    name: str
    heads: str | tuple[str, ...]
    target: str

    def list_heads(self) -> tuple[str, ...]:
        if isinstance(self.heads, str):
            return (self.heads,)
        return self.heads

    def has_address(self, parts: Sequence[str]) -> bool:
        return any(begins_with(parts, head.split("/")) for head in self.list_heads())


def begins_with(parts: Sequence[str], head: Sequence[str]) -> bool:
    return len(head) <= len(parts) and all(wanted in ("*", part) for wanted, part in zip(head, parts, strict=False))


class LateRule(Rule):
    """A route that compiles what builds its address when the first address is asked for.

    Werkzeug compiles two builders for each route, a sixth of the whole start; a day needs a few dozen.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_builder = super()._compile_builder
        compiled: Callable[..., tuple[str, str]] | None = None

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            nonlocal compiled
            compiled = compiled or compile_builder(append_unknown)
            return compiled(rule, **values)

        return build


class OrderedContext(RequestContext):
    def match_request(self) -> None:
        with cast(LateFlask, self.app).turn:
            super().match_request()


class WritingCode(CodeGenerator):
    """What `{{ }}` writes goes through :func:`text_to_write`: the result of `escape` is used once, to be joined."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        self.writeline(f"from {__name__} import text_to_write")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("text_to_write(")
        else:
            super()._output_child_pre(node, frame, finalize)


escape_text: Callable[[str], str] = getattr(markupsafe, "_escape_inner", markupsafe.escape)
"""The part of `markupsafe.escape` that replaces signs; a release that has it under another name is only slower."""


def text_to_write(value: Any) -> str:
    """What `markupsafe.escape` answers, as plain text: making its own kind of text costs eight times the escaping, and
    a list page escapes seven hundred values."""
    if type(value) is str:
        return escape_text(value)
    if hasattr(value, "__html__"):
        return cast(str, value.__html__())
    return escape_text(str(value))


class PlainGlobals(Environment):
    """Templates share the environment's globals as they are.

    Jinja chains them with those of each template, of which ours have none, and subtracts both at every import.
    """

    code_generator_class = WritingCode

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        if d:
            return super().make_globals(d)
        return self.globals


class LateFlask(Flask):
    """An application that takes in more pages while it serves.

    `turn`: an address is matched or built either before pages came in or after it, never while they do.
    `sections`: the first part of an address, which no head leaves open → the pages that have such addresses.
    """

    url_rule_class = LateRule
    jinja_environment = PlainGlobals

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.turn = RLock()
        self.waiting: dict[str, Pages] = {}
        self.sections: dict[str, list[Pages]] = {}

    def _check_setup_finished(self, f_name: str) -> None:
        """Flask refuses pages after the first request because a request could miss them; `turn` sees to that."""

    def take_pages(self, pages: Blueprint | Pages) -> None:
        """Put a room's pages in: at once, or on the list of what waits to be asked for."""
        if isinstance(pages, Pages):
            self.waiting[pages.name] = pages
            for section in {head.split("/")[1] for head in pages.list_heads()}:
                self.sections.setdefault(section, []).append(pages)
        else:
            self.register_blueprint(pages)

    def load_pages(self, name: str) -> None:
        """Import a blueprint by its name, if it waits."""
        pages = self.waiting.get(name)
        if pages is None:
            return
        blueprint = Late(pages.target).load()  # outside of the turn: a module may take its time
        with self.turn:
            if name in self.waiting:
                self.register_blueprint(blueprint)
                self.url_map.update()
                del self.waiting[name]

    def load_all_pages(self) -> None:
        """For whoever looks at every route there is."""
        for name in list(self.waiting):
            self.load_pages(name)

    def find_view(self, endpoint: str) -> Any:
        """The view of an endpoint, or None."""
        self.load_pages(endpoint.partition(".")[0])
        return self.view_functions.get(endpoint)

    def request_context(self, environ: dict[str, Any]) -> RequestContext:
        return OrderedContext(self, environ)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        if request is not None and self.waiting:
            parts = request.path.split("/")
            for pages in self.sections.get(parts[1], ()):
                if pages.name in self.waiting and pages.has_address(parts):
                    self.load_pages(pages.name)
        return super().create_url_adapter(request)

    def url_for(self, endpoint: str, **values: Any) -> str:  # type: ignore[override]  # options go along by name
        if self.waiting:
            self.load_pages(endpoint.partition(".")[0])
        with self.turn:
            return super().url_for(endpoint, **values)


class SessionCookies(SecureCookieSessionInterface):
    """Flask's signed cookie under the name and with the flag that the request asks for; its signer is made once."""

    signer: URLSafeTimedSerializer | None = None

    def __init__(self) -> None:
        self.read: dict[str, tuple[datetime, dict[str, Any]]] = {}

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie says. A signature that was right is not reckoned again, only its age: it comes with each page
        and each autosave. What a request could change in place is read anew."""
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        if cookie in self.read:
            signed_at, values = self.read[cookie]
            if datetime.now(UTC) - signed_at < app.permanent_session_lifetime:
                return self.session_class(values)
        opened = super().open_session(app, request)
        signer = self.get_signing_serializer(app)
        if opened and signer and all(isinstance(value, (str, int)) for value in opened.values()):
            if len(self.read) >= MOST_READ:
                self.read.clear()
            self.read[cookie] = signer.loads(cookie, return_timestamp=True)[1], dict(opened)
        return opened

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        self.signer = self.signer or super().get_signing_serializer(app)
        return self.signer

    def get_cookie_name(self, app: Flask) -> str:
        """`__Host-loket_office` over TLS, `loket_office` on the PC itself."""
        name = super().get_cookie_name(app)
        if request.is_secure:
            return f"__Host-{name}"
        return name

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure or super().get_cookie_secure(app)


def finish_answer(answer: Response) -> Response:
    """What an app does to each of its answers (`after_request`)."""
    return compress_answer(add_headers(answer))


def add_headers(answer: Response) -> Response:
    """The headers without the compression, for an answer that no browser reads."""
    if "Content-Security-Policy" not in answer.headers:
        answer.headers.extend(HEADERS)
    if request.is_secure:
        answer.headers["Strict-Transport-Security"] = REMEMBERED
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def compress_answer(answer: Response) -> Response:
    if answer.direct_passthrough or answer.is_streamed or "Content-Encoding" in answer.headers:
        return answer
    if not (answer.content_type or "").startswith(TEXT) or not request.accept_encodings.quality("gzip"):
        return answer
    body = answer.get_data()
    if len(body) > WORTH:
        answer.set_data(gzip.compress(body, 5, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
        answer.vary.add("Accept-Encoding")
    return answer
