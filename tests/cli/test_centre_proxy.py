"""The centre behind a real Caddy, as docs/administrators.md sets it up: who is believed, what answers carry."""

import http.client
import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import urlencode

import pytest

from app import compose
from app.cli.demo.sides import make_sides
from app.cli.serving import free_port
from schema.database import SqliteDatabase
from tests.cli.test_network import ADDRESS, NAME
from tests.cli.test_proxy import DESK, PROGRAM, House, ask, at_work, until_certified
from tests.rules.source import ROOT

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
CLAIMS = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https", "X-Forwarded-Host": NAME}
GLOBALS = """{{
    admin off
    skip_install_trust
    auto_https disable_redirects
    storage file_system "{root}"
}}
"""


def documented(house: House) -> str:
    """The Caddyfile of the administrators' page, its name, port and address those of this test."""
    page = (ROOT / "docs/administrators.md").read_text(encoding="utf-8")
    written = re.search(r"```caddyfile\n(.*?)```", page, re.DOTALL)
    assert written is not None
    site = written[1].replace("pusat.kabupaten {", f"{NAME}:{house.port} {{\n    bind {ADDRESS}")
    return GLOBALS.format(root=house.data / "proksi/simpanan") + site.replace("8135", str(house.office_port))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A centre that was set up, listening to everybody, and the proxy before its pages."""
    folder = tmp_path_factory.mktemp("pusat di jaringan")
    sides = make_sides(folder, centre_address="127.0.0.1:9", now=NOW, on=date(2026, 3, 2))
    sides.close()
    made = House(sides.side_folder("centre"), free_port(0, ADDRESS), free_port(0))
    assert shutil.which("caddy"), "caddy is missing: apt-get install caddy"
    (made.data / "proksi").mkdir()
    (made.data / "proksi/Caddyfile").write_text(documented(made), encoding="utf-8")
    proxy = ["caddy", "run", "--adapter", "caddyfile", "--config", str(made.data / "proksi/Caddyfile")]
    centre = [
        *PROGRAM,
        "centre",
        "--data",
        str(made.data),
        "--port",
        str(made.office_port),
        "--host",
        "0.0.0.0",
        "--name",
        NAME,
    ]
    home = {**os.environ, "HOME": str(folder)}
    with at_work(centre, "Pusat: http://"), at_work(proxy, "serving initial configuration", env=home):
        until_certified(made, NAME)
        yield made


def straight(house: House, path: str, *, source: str, **headers: str) -> http.client.HTTPResponse:
    """A request past the proxy, from an address of one's own."""
    line = http.client.HTTPConnection(source, house.office_port, timeout=10, source_address=(source, 0))
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    answer.text = answer.read().decode()
    line.close()
    return answer


def test_who_signs_in_is_known_by_the_own_address_and_the_cookie_stays_with_tls(house: House) -> None:
    page = ask(house, "GET", "/masuk")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    cookie = page.getheader("Set-Cookie", "")
    assert token is not None
    assert cookie.startswith("__Host-loket_centre=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert page.getheader("Strict-Transport-Security") == "max-age=2592000"
    form = urlencode({"csrf_token": token[1], "username": "teguh", "password": "bukan sandinya"})
    answer = ask(
        house,
        "POST",
        "/masuk",
        body=form,
        Referer=f"https://{NAME}:{house.port}/masuk",
        Cookie=cookie.partition(";")[0],
        Content_Type="application/x-www-form-urlencoded",
        X_Forwarded_For="203.0.113.7",
    )
    assert answer.status == 422
    db = SqliteDatabase(house.data / compose.FILES["centre"])
    assert db.one("SELECT action, address FROM access_log ORDER BY id DESC LIMIT 1") == (
        "sign_in.refused",
        DESK,
    )
    assert db.one("SELECT address FROM sign_in_attempt ORDER BY id DESC LIMIT 1") == (DESK,)
    db.close()


def test_what_a_stranger_says_about_himself_is_not_believed(house: House) -> None:
    """Only the proxy on this PC is asked about address and scheme; others get the interface for offices alone."""
    for claims in ({}, CLAIMS):
        answer = straight(house, "/masuk", source="127.0.0.1", **claims)
        assert (answer.status, bool(answer.getheader("Strict-Transport-Security"))) == (200, bool(claims))
        refused = straight(house, "/masuk", source=ADDRESS, **claims)
        assert (refused.status, "hanya dibuka dari komputernya" in refused.text) == (403, True)
        assert refused.getheader("X-Frame-Options") == "DENY"
        assert straight(house, "/api/v1/centre", source=ADDRESS, **claims).status == 200


def test_a_proxy_that_does_not_say_how_it_was_asked_serves_no_page(house: House) -> None:
    answer = straight(house, "/masuk", source="127.0.0.1", Host=NAME.upper())
    assert (answer.status, "X-Forwarded-Proto" in answer.text) == (403, True)


def test_the_face_of_the_road_carries_the_headers_too(house: House) -> None:
    for path in (
        "/api/v1/centre",
        "/api/v1/openapi.json",
        "/api/v1/offices/350899/state",
        "/api/v1/tidak-ada",
    ):
        answer = ask(house, "GET", path)
        assert "default-src 'none'" in answer.getheader("Content-Security-Policy", "")
        assert answer.getheader("X-Content-Type-Options") == "nosniff"
        assert answer.getheader("Cache-Control") == "no-store"
        assert answer.getheader("Strict-Transport-Security") == "max-age=2592000"
    plain = straight(house, "/api/v1/centre", source=ADDRESS)
    assert plain.getheader("Strict-Transport-Security") is None
    assert plain.getheader("X-Frame-Options") == "DENY"
