"""The status page as it is started: a process of its own, asked over real HTTP on the loopback."""

import random
import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from app.casework.desk.tables import CaseFile
from app.casework.public.service import change_status_page, publish_states
from app.centre.settings import choose_status_page
from app.centre.views import status_page
from app.core.codes import new_code
from tests.centre.test_command import command
from tests.proof.counter_work import open_one
from tests.proof.pair import OFFICE, pair
from tests.proof.worker import Worker

FORM = "application/x-www-form-urlencoded"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str


class Page(NamedTuple):
    """The running page, and the code of a slip that it knows."""

    port: int
    code: str

    def ask(self, method: str, path: str = "/", body: str = "", **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body or None, headers)
        answer: HTTPResponse = connection.getresponse()
        said = Answer(
            answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
        )
        connection.close()
        return said

    def type(self, code: str) -> Answer:
        return self.ask("POST", "/", urlencode({"office": OFFICE, "code": code}), **{"Content-Type": FORM})


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A centre that holds one state, with its page."""
    made = pair(tmp_path_factory.mktemp("status"))
    open_one(Worker(made, random.Random(3)))
    change_status_page(made.office.journal, made.who("wiji"), address="status.contoh.example", now=made.now)
    choose_status_page(made.centre.journal, made.who("yuni"), on=True, now=made.now)
    publish_states(made.office.journal, made.later(minutes=1))
    made.sync()
    case = CaseFile.first(made.office.db, closed=0)
    assert case is not None
    made.close()
    with command(made.folder / "pusat", 0, "--status", "0") as running:
        assert running.stdout is not None
        lines = iter(running.stdout.readline, "")
        ports = (re.search(r"Halaman status: http://127\.0\.0\.1:(\d+)/", line) for line in lines)
        found = next(port for port in ports if port)
        yield Page(int(found[1]), case.code)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=20) in (0, 130)


def test_the_form_is_kept_and_nothing_else_is_there(page: Page) -> None:
    form = page.ask("GET")
    assert (form.status, form.headers["cache-control"]) == (200, f"public, max-age={status_page.FRESH}")
    again = page.ask("GET", **{"If-None-Match": form.headers["etag"]})
    assert (again.status, again.text) == (304, "")
    head = page.ask("HEAD")
    assert (head.status, head.text, head.headers["etag"]) == (200, "", form.headers["etag"])
    assert "set-cookie" not in form.headers
    for path in ("/masuk", "/kantor/", "/api/v1/centre", f"/{page.code}", "/?kode=" + page.code, "/%2e%2e/etc"):
        assert page.ask("GET", path).status == (200 if path.startswith("/?") else 404), path
    for method in ("PUT", "DELETE", "PATCH", "TRACE"):
        assert page.ask(method).status == 405, method
    assert page.ask("GET", Host="jahat.example").status == 400


def test_a_flood_is_answered_in_turn_and_the_form_meanwhile(page: Page) -> None:
    with ThreadPoolExecutor(6) as crowd:
        told = [crowd.submit(page.type, page.code) for _ in range(6)]
        assert page.ask("GET").status == 200
        answers = [one.result() for one in told]
    assert {answer.status for answer in answers} <= {200, 503}
    right = [answer for answer in answers if answer.status == 200]
    assert len(right) >= status_page.AT_ONCE
    assert all(answer.headers["cache-control"] == "no-store" and "set-cookie" not in answer.headers for answer in right)
    assert all("Kecamatan Yosowilangun" in answer.text and page.code not in answer.text for answer in right)


def test_guessing_ends_and_the_right_code_too(page: Page) -> None:
    told = [
        page.type(new_code(random_bytes=bytes([n, 1, 1, 1, 1]))).status for n in range(status_page.MISSES_SHORT + 2)
    ]
    assert told == [422] * status_page.MISSES_SHORT + [429, 429]
    closed = page.type(page.code)
    assert (closed.status, closed.headers["retry-after"]) == (429, "600")
    assert page.ask("GET").status == 200
