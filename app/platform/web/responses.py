"""Headers of every answer (architecture.md section 7) and compression of what is worth it."""

import gzip
import hashlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from werkzeug.exceptions import NotFound

from app.platform.web.guard import public

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


def install_headers(app: Flask) -> None:

    app.after_request(lambda answer: compress_answer(add_headers(answer)))


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


HTMX = "vendor/htmx-2.0.11.min.js"
FOREVER = "public, max-age=31536000, immutable"
A_WEEK = "public, max-age=604800"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
}


class Asset(msgspec.Struct, frozen=True):
    plain: bytes
    kind: str
    version: str


@cache
def load_assets(folder: Path) -> dict[str, Asset]:
    assets = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in TYPES:
            plain = path.read_bytes()
            version = hashlib.sha256(plain).hexdigest()[:10]
            assets[path.relative_to(folder).as_posix()] = Asset(plain, TYPES[path.suffix], version)
    return assets


@cache
def pack_asset(asset: Asset) -> bytes:
    """An asset as gzip, made when the first browser asks for it."""
    return gzip.compress(asset.plain, 9, mtime=0)


def install_assets(app: Flask, folder: Path) -> None:
    assets = load_assets(folder)

    @public
    def asset(name: str) -> Response:
        known = assets.get(name)
        if known is None:
            raise NotFound
        packed = "charset" in known.kind and request.accept_encodings.quality("gzip") > 0
        answer = Response(pack_asset(known) if packed else known.plain, content_type=known.kind)
        if packed:
            answer.headers["Content-Encoding"] = "gzip"
        answer.vary.add("Accept-Encoding")
        answer.headers["Cache-Control"] = FOREVER if request.args.get("v") == known.version else A_WEEK
        return answer

    addresses = {name: f"/static/{name}?v={one.version}" for name, one in assets.items()}
    app.add_url_rule("/static/<path:name>", "asset", asset)
    app.jinja_env.globals["asset"] = addresses.__getitem__
    app.jinja_env.globals["HTMX"] = HTMX


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
        opened, signer = super().open_session(app, request), self.get_signing_serializer(app)
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
        return f"__Host-{name}" if request.is_secure else name

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure or super().get_cookie_secure(app)
