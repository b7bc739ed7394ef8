"""Style, script, fonts and pictures: every byte ours, read once, kept by browsers under an address with its digest."""

import gzip
import hashlib
from functools import cache
from pathlib import Path

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from app.platform.web.guard import public

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
        if "charset" in known.kind and request.accept_encodings.quality("gzip") > 0:
            answer = Response(pack_asset(known), content_type=known.kind)
            answer.headers["Content-Encoding"] = "gzip"
        else:
            answer = Response(known.plain, content_type=known.kind)
        answer.vary.add("Accept-Encoding")
        if request.args.get("v") == known.version:
            answer.headers["Cache-Control"] = FOREVER
        else:
            answer.headers["Cache-Control"] = A_WEEK
        return answer

    addresses = {name: f"/static/{name}?v={file.version}" for name, file in assets.items()}
    app.add_url_rule("/static/<path:name>", "asset", asset)
    app.jinja_env.globals["asset"] = addresses.__getitem__
    app.jinja_env.globals["HTMX"] = HTMX
