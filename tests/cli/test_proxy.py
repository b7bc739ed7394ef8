"""The real proxy before a real office: what a desk of the office network gets, and what it does not.

Desks are addresses of this machine's own loopback (127.0.0.0/8), so nothing leaves it.
"""

import hashlib
import http.client
import io
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import pytest

from app import compose
from app.cli.serving import free_port
from app.platform.office import proxy
from schema.database import SqliteDatabase
from tests.cli.test_command_line import call
from tests.cli.test_network import ADDRESS, NAME, furnish
from tests.rules.source import ROOT
from tests.world.cast import PASSWORD

PROGRAM = (sys.executable, "run.py")
DESK = "127.0.0.9"


@dataclass(frozen=True)
class House:
    """An office and its proxy at work."""

    data: Path
    port: int
    office_port: int

    @property
    def root(self) -> Path:
        """The office's own certificate as Caddy keeps it."""
        return self.data / "proksi" / proxy.ROOT_CERTIFICATE


class DeskConnection(http.client.HTTPSConnection):
    """A desk of the office network: resolves the office's name as a hosts file would, and has its own address."""

    def __init__(self, house: House, name: str, trusted: Path | None) -> None:
        context = ssl.create_default_context(cafile=str(trusted) if trusted else None)
        super().__init__(name, house.port, timeout=10, context=context)
        self.trust = context

    def connect(self) -> None:
        """Reach the office's address from the desk's."""
        plain = socket.create_connection((ADDRESS, self.port), 10, source_address=(DESK, 0))
        self.sock = self.trust.wrap_socket(plain, server_hostname=self.host)


def ask(
    house: House, method: str, path: str, *, name: str = NAME, body: str | None = None, **headers: str
) -> http.client.HTTPResponse:
    """One request of a desk; the answer with its body read into `text`."""
    line = DeskConnection(house, name, house.root)
    line.request(method, path, body, {key.replace("_", "-"): value for key, value in headers.items()})
    answer = line.getresponse()
    answer.text = answer.read().decode()
    line.close()
    return answer


def until(stream: io.TextIOWrapper, *words: str) -> None:
    """Read what a program says until each of these was said. Fails when it ends before."""
    said, waiting = "", set(words)
    while waiting:
        line = stream.readline()
        said += line
        assert line, f"ended without saying {waiting}: {said}"
        waiting = {word for word in waiting if word not in said}


@contextmanager
def at_work(call: list[str], *words: str, **more: Any) -> Iterator[None]:
    """A program that has said these words, until it is stopped as Ctrl+C does."""
    running = subprocess.Popen(call, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    try:
        assert isinstance(running.stdout, io.TextIOWrapper)
        until(running.stdout, *words)
        yield
    finally:
        running.send_signal(signal.SIGINT)
        with running:
            running.communicate(timeout=20)


@contextmanager
def proxy_at_work(house: House) -> Iterator[None]:
    """The real Caddy over the configuration in the data folder."""
    assert shutil.which("caddy"), "caddy is missing: apt-get install caddy"
    call = ["caddy", "run", "--config", str(house.data / "proksi/caddy.json")]
    with at_work(call, "serving initial configuration", env={**os.environ, "HOME": str(house.data.parent)}):
        for name in (NAME, ADDRESS):
            until_certified(house, name)
        yield


def until_certified(house: House, name: str) -> None:
    """Caddy makes the certificates while it already listens: knock until one is shown. Raises SSLError after 20 s."""
    patience = monotonic() + 20
    while True:
        line = DeskConnection(house, name, house.root)
        try:
            return line.connect()
        except ssl.SSLError:
            if monotonic() > patience:
                raise
        finally:
            line.close()


def opened(folder: Path) -> House:
    """An office that `network` has opened, nothing running yet."""
    made = House(furnish(folder), free_port(0, ADDRESS), free_port(0))
    done = subprocess.run(
        [
            *PROGRAM,
            "network",
            "--data",
            str(made.data),
            "--address",
            ADDRESS,
            "--name",
            NAME,
            "--user",
            "wiji",
            "--port",
            str(made.port),
            "--office-port",
            str(made.office_port),
        ],
        cwd=ROOT,
        input=PASSWORD + "\n",
        text=True,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """`network`, `office` and Caddy as an administrator starts them."""
    made = opened(tmp_path_factory.mktemp("kantor di jaringan"))
    office = [*PROGRAM, "office", "--data", str(made.data), "--port", str(made.office_port)]
    with at_work(office, "Loket: http://"), proxy_at_work(made):
        yield made


def test_an_office_that_is_off_is_told_to_its_desks(tmp_path: Path) -> None:
    house = opened(tmp_path)
    with proxy_at_work(house):
        answer = ask(house, "GET", "/masuk")
    assert (answer.status, "belum hidup" in answer.text) == (502, True)


def test_a_desk_signs_in_over_tls_and_is_known_by_its_address(house: House) -> None:
    page = ask(house, "GET", "/masuk")
    assert page.status == 200
    assert page.getheader("Strict-Transport-Security") == "max-age=2592000"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    cookie = page.getheader("Set-Cookie", "")
    assert token is not None
    assert cookie.startswith("__Host-loket_office=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    form = urlencode({"csrf_token": token[1], "username": "retno", "password": PASSWORD})
    here = f"https://{NAME}:{house.port}"
    answer = ask(
        house,
        "POST",
        "/masuk",
        body=form,
        Referer=f"{here}/masuk",
        Cookie=cookie.partition(";")[0],
        Content_Type="application/x-www-form-urlencoded",
        X_Forwarded_For="203.0.113.7",
        Forwarded="for=203.0.113.7",
        X_Forwarded_Host="jahat.contoh",
    )
    assert answer.status == 303, answer.text
    assert all("; Secure" in one for one in answer.headers.get_all("Set-Cookie", []))
    assert "jahat" not in str(answer.getheader("Location"))
    db = SqliteDatabase(house.data / compose.FILES["office"])
    assert db.one("SELECT action, address FROM access_log ORDER BY id DESC LIMIT 1") == ("sign_in", DESK)
    db.close()


def test_the_bare_address_is_served_too(house: House) -> None:
    assert ask(house, "GET", "/masuk", name=ADDRESS).status == 200


def test_another_name_gets_no_answer(house: House) -> None:
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        ask(house, "GET", "/masuk", Host="jahat.contoh")
    with pytest.raises(ssl.SSLError):  # and no certificate for it either
        ask(house, "GET", "/masuk", name="jahat.contoh")


def test_who_does_not_know_the_certificate_is_warned(house: House) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        DeskConnection(house, NAME, None).connect()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize(
    ("version", "suites", "refusal"),
    [
        (ssl.TLSVersion.TLSv1_1, "ALL", "PROTOCOL_VERSION"),
        (ssl.TLSVersion.TLSv1_2, "ALL:!AESGCM:!CHACHA20:!AESCCM", "HANDSHAKE_FAILURE"),
        (ssl.TLSVersion.TLSv1_2, "ALL:!ECDHE", "HANDSHAKE_FAILURE"),
    ],
)
def test_old_tls_and_weak_ciphers_are_refused(house: House, version: ssl.TLSVersion, suites: str, refusal: str) -> None:
    """What OpenSSL itself would still speak; the proxy names why it does not."""
    line = DeskConnection(house, NAME, house.root)
    line.trust.minimum_version = line.trust.maximum_version = version
    line.trust.set_ciphers(f"{suites}:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError, match=refusal):
        line.connect()


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_new_tls_is_spoken_with_a_strong_cipher(house: House, version: str) -> None:
    line = DeskConnection(house, NAME, house.root)
    line.trust.minimum_version = line.trust.maximum_version = ssl.TLSVersion[version]
    line.connect()
    spoken, (cipher, _, bits) = line.sock.version(), line.sock.cipher()
    line.close()
    assert spoken == version.replace("_", ".")
    assert "GCM" in cipher or "CHACHA20" in cipher
    assert bits >= 128


def test_nothing_is_offered_in_the_open(house: House) -> None:
    plain = http.client.HTTPConnection(ADDRESS, house.port, timeout=10)
    plain.request("GET", "/masuk")
    assert plain.getresponse().status == 400  # the proxy's own answer to HTTP on its port
    plain.close()
    for other in (ADDRESS, DESK):  # the office itself listens to 127.0.0.1 only
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((other, house.office_port), 5)
    with pytest.raises(ConnectionRefusedError):  # no endpoint that reconfigures Caddy
        socket.create_connection(("127.0.0.1", 2019), 5)


def test_too_big_a_body_is_told_before_it_is_sent(house: House) -> None:
    line = DeskConnection(house, NAME, house.root)
    line.putrequest("POST", "/masuk")
    line.putheader("Content-Length", str(proxy.BODY_LIMIT + 1))
    line.endheaders()
    answer = line.getresponse()
    assert (answer.status, "terlalu besar" in answer.read().decode()) == (413, True)
    line.close()


def test_the_fingerprint_is_what_other_tools_say(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    code, told, _ = call(capsys, "network", "--fingerprint", "--data", str(house.data), "--json")
    answer = json.loads(told)
    by_openssl = subprocess.run(
        ["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", str(house.root)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert (code, by_openssl.partition("=")[2]) == (0, answer["fingerprint"])
    file = Path(answer["certificate"]).read_bytes()
    assert hashlib.sha256(file).hexdigest() == answer["fingerprint"].replace(":", "").lower()
    page = Path(answer["page"]).read_text(encoding="utf-8")
    assert f"https://{NAME}:{house.port}/" in page
    assert answer["fingerprint"][:23] in page
    assert f"{ADDRESS} {NAME}" in page
    assert max(map(len, page.splitlines())) <= 80


def test_all_that_the_proxy_keeps_lies_in_the_data_folder_and_is_private(house: House) -> None:
    folder = house.data / "proksi"
    keys = list(folder.rglob("*.key"))
    assert keys
    assert all(key.stat().st_mode & 0o077 == 0 for key in keys)
    assert not list((house.data.parent / ".local").rglob("*"))
