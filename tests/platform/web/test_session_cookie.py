"""The session cookie opens what was signed and nothing else, and grows too old; its signer is made once."""

from datetime import timedelta

import pytest
from flask import Flask
from itsdangerous import TimestampSigner
from werkzeug.test import EnvironBuilder

from app.platform.web.own_flask import SessionCookies


@pytest.fixture
def app() -> Flask:
    found = Flask(__name__)
    found.secret_key = "bukan rahasia"
    found.session_interface = SessionCookies()
    return found


def opened(app: Flask, value: str) -> dict[str, object]:
    """The session that a cookie opens."""
    environ = EnvironBuilder(headers={"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={value}"}).get_environ()
    with app.request_context(environ):  # the name of the cookie asks how the request came
        return dict(app.session_interface.open_session(app, app.request_class(environ)) or {})


def signed(app: Flask, content: dict[str, object]) -> str:
    assert isinstance(app.session_interface, SessionCookies)
    signer = app.session_interface.get_signing_serializer(app)
    assert signer is not None
    assert app.session_interface.get_signing_serializer(app) is signer
    return str(signer.dumps(content))


def test_a_cookie_opens_its_session_again_and_a_changed_one_opens_none(app: Flask) -> None:
    value = signed(app, {"sid": "abc", "n": 3})
    assert opened(app, value) == opened(app, value) == {"sid": "abc", "n": 3}
    # ten from the end: two bits of the last character say nothing
    assert opened(app, f"{value[:-10]}{'B' if value[-10] == 'A' else 'A'}{value[-9:]}") == {}
    assert opened(app, "") == opened(app, "omong kosong") == {}


def test_what_a_request_changes_in_its_session_stays_its_own(app: Flask) -> None:
    value = signed(app, {"sid": "abc", "_flashes": ["Disimpan."]})
    first = opened(app, value)["_flashes"]
    assert isinstance(first, list)
    first.append("Lagi.")
    assert opened(app, value)["_flashes"] == ["Disimpan."]


def test_a_cookie_grows_too_old(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    now = TimestampSigner.get_timestamp
    long_ago = int(timedelta(days=40).total_seconds())
    with monkeypatch.context() as then:
        then.setattr(TimestampSigner, "get_timestamp", lambda self: now(self) - long_ago)
        value = signed(app, {"sid": "abc"})
        assert opened(app, value) == {"sid": "abc"}
    assert opened(app, value) == {}
