"""Static files: known at start, sent with a far expiry under a query that names their content, compressed once."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from pathlib import Path

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from app.web.guard import public

HTMX = "vendor/htmx-2.0.11.min.js"
FOREVER = "public, max-age=31536000, immutable"
A_WEEK = "public, max-age=604800"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".woff2": "font/woff2",
         ".svg": "image/svg+xml; charset=utf-8", ".png": "image/png"}  # fmt: skip


class Asset(msgspec.Struct, frozen=True):
    """One file of ours: its bytes, the same compressed (None where that gains nothing), type and version."""

    plain: bytes
    packed: bytes | None
    kind: str
    version: str


def load(folder: Path) -> dict[str, Asset]:
    """Read what pages may load below a folder (css, scripts, fonts, pictures): the rest is not served."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in TYPES:
            plain = path.read_bytes()
            packed = None if path.suffix in (".woff2", ".png") else gzip.compress(plain, 9, mtime=0)
            version = hashlib.sha256(plain).hexdigest()[:10]
            kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            found[path.relative_to(folder).as_posix()] = Asset(plain, packed, kind, version)
    return found


def install(app: Flask, folder: Path) -> None:
    """Serve the folder under /static and give templates `asset(name)`."""
    assets = load(folder)

    @public
    def asset(name: str) -> Response:
        known = assets.get(name)
        if known is None:
            raise NotFound
        packed = known.packed is not None and request.accept_encodings.quality("gzip") > 0
        answer = Response(known.packed if packed else known.plain, content_type=known.kind)
        if packed:
            answer.headers["Content-Encoding"] = "gzip"
        answer.vary.add("Accept-Encoding")
        answer.headers["Cache-Control"] = FOREVER if request.args.get("v") == known.version else A_WEEK
        return answer

    addresses = {name: f"/static/{name}?v={one.version}" for name, one in assets.items()}
    app.add_url_rule("/static/<path:name>", "asset", asset)
    app.jinja_env.globals["asset"] = addresses.__getitem__
    app.jinja_env.globals["HTMX"] = HTMX
