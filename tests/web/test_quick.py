"""What makes pages quick must not change them: the same text as plain Jinja, the same sessions as plain Flask."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import TimestampSigner
from jinja2 import Environment
from markupsafe import Markup
from werkzeug.test import EnvironBuilder

from app.web.quick import KeptSigner, install

BOX = "{% macro box(a, b='<i>', c=none) %}[{{ a }}{{ b }}{{ c }}{{ caller() if caller }}]{% endmacro %}"
PIECES = (
    "{{ v }}",
    "{{ v if flag }}",
    "{{ v if flag else w }}",
    "<a title=\"{{ v ~ (w if flag) }}\">{{ (w if flag) or 'kosong' }}</a>",
    "{% set x = (v if flag) %}{{ x }}|{{ '<b>' ~ v }}",
    "{% for one in [v, w] %}{{ one }}{{ ', ' if not loop.last }}{{ loop.cycle('a', 'b') }}{% endfor %}",
    BOX + "{{ box(v) }}{{ box(v, c=w) }}{{ box(*[v, w]) }}{{ box(**{'a': w}) }}",
    BOX + "{% call box(w) %}<u>{{ v }}</u>{% endcall %}",
    "{{ told(v, text=w) }}{{ told(v)|upper }}{{ told(v)|safe }}",
    "{% macro inner(x) %}<em>{{ x }}</em>{% endmacro %}{% macro outer(x) %}{{ inner(x) }}{% endmacro %}{{ outer(v) }}",
    "{{ missing }}",
)
VALUES = st.one_of(
    st.text("<>&\"'a{}% é", max_size=8),
    st.integers(),
    st.booleans(),
    st.none(),
    st.floats(allow_nan=False),
    st.text("<>&a", max_size=6).map(Markup),
)


def told(value: object, text: object = "") -> str:
    """A function as templates call it; what it gives is text, not markup."""
    return f"<{value}{text}>"


@pytest.fixture(scope="module")
def quick() -> Environment:
    """The environment of an app with everything installed."""
    app = Flask(__name__)
    install(app, None)
    return app.jinja_env


@given(v=VALUES, w=VALUES, flag=st.booleans())
def test_every_construct_prints_what_plain_jinja_prints(quick: Environment, v: Any, w: Any, flag: bool) -> None:
    plain = Environment(autoescape=True)
    for piece in PIECES:
        names = {"v": v, "w": w, "flag": flag, "told": told}
        ours = quick.from_string(piece)
        assert ours.render(names) == plain.from_string(piece).render(names), piece


# -- sessions ---------------------------------------------------------------------------------------------------


@pytest.fixture
def app() -> Flask:
    found = Flask(__name__)
    found.secret_key = "bukan rahasia"
    install(found, None)
    return found


def opened(app: Flask, value: str) -> dict[str, Any]:
    """The session that a cookie opens."""
    name = app.config["SESSION_COOKIE_NAME"]
    environ = EnvironBuilder(headers={"Cookie": f"{name}={value}"}).get_environ()
    with app.request_context(environ):  # the name of the cookie asks how the request came
        found = app.session_interface.open_session(app, app.request_class(environ))
    return dict(found or {})


def signed(app: Flask, content: dict[str, Any]) -> str:
    signer = keeper(app).get_signing_serializer(app)
    assert signer is not None
    return str(signer.dumps(content))


def keeper(app: Flask) -> KeptSigner:
    assert isinstance(app.session_interface, KeptSigner)
    return app.session_interface


def test_a_kept_cookie_opens_the_same_session_and_a_changed_one_opens_none(app: Flask) -> None:
    value = signed(app, {"sid": "abc", "n": 3})
    assert opened(app, value) == opened(app, value) == {"sid": "abc", "n": 3}
    assert list(keeper(app).known) == [value]
    # ten from the end: two bits of the last character say nothing
    assert opened(app, f"{value[:-10]}{'B' if value[-10] == 'A' else 'A'}{value[-9:]}") == {}
    assert opened(app, "") == opened(app, "omong kosong") == {}
    assert list(keeper(app).known) == [value]


def test_what_a_request_may_change_is_not_kept(app: Flask) -> None:
    value = signed(app, {"sid": "abc", "_flashes": [["message", "Disimpan."]]})
    first = opened(app, value)
    first["_flashes"].append(["message", "Lagi."])
    assert opened(app, value)["_flashes"] == [["message", "Disimpan."]]
    assert keeper(app).known == {}


def test_a_kept_cookie_grows_too_old_like_any_other(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    now = TimestampSigner.get_timestamp
    long_ago = int(timedelta(days=40).total_seconds())
    with monkeypatch.context() as then:
        then.setattr(TimestampSigner, "get_timestamp", lambda self: now(self) - long_ago)
        value = signed(app, {"sid": "abc"})
        assert opened(app, value) == {"sid": "abc"}
    assert value in keeper(app).known
    assert opened(app, value) == {}
