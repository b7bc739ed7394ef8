"""The session cookie, by how the request came.

Over TLS it is `Secure` and its name begins with `__Host-`: a browser then takes it from this very host only, so neither
a neighbour's name nor a page in the open can plant one. On the PC itself, without TLS, browsers would refuse that name.
"""

from __future__ import annotations

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface


class SessionCookies(SecureCookieSessionInterface):
    """Flask's signed cookie under the name and with the flag that the request asks for."""

    def get_cookie_name(self, app: Flask) -> str:
        """`__Host-loket_office` over TLS, `loket_office` on the PC itself."""
        name = super().get_cookie_name(app)
        return f"__Host-{name}" if request.is_secure else name

    def get_cookie_secure(self, app: Flask) -> bool:
        """Over TLS always."""
        return request.is_secure or super().get_cookie_secure(app)
