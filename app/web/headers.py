"""Headers of every answer (architecture.md section 7) and compression of what is worth it."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

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
REMEMBERED = "max-age=2592000"
"""HSTS: for thirty days a browser asks this name with TLS only; an office that goes back is not locked out for ever."""
WORTH = 1024
TEXT = ("text/", "application/json", "application/problem+json", "image/svg+xml")


def install(app: Flask) -> None:
    """Put the headers on every answer, `no-store` on pages, gzip on text above 1 kB."""

    app.after_request(lambda answer: pack(protect(answer)))


def protect(answer: Response) -> Response:
    """The headers without the compression, for a face that is no browser's."""
    if "Content-Security-Policy" not in answer.headers:
        answer.headers.extend(HEADERS)
    if request.is_secure:
        answer.headers["Strict-Transport-Security"] = REMEMBERED
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def pack(answer: Response) -> Response:
    """Compress a finished text body when the browser takes gzip."""
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
