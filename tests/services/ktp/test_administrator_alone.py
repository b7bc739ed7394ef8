"""An administrator who wants to decide as the Camat, over real HTTP: alone he gets nowhere, in whatever order."""

import http.cookiejar
import re
import urllib.request
from collections.abc import Iterator

import pytest
from flask import Flask

from app.casework.batches.tables import Dispatch
from app.cli.serving import Running
from app.core.problems import Problem
from app.platform.people import changes, queries
from app.platform.people.access_log import access_lines
from app.platform.people.service import vouch_for_pins
from tests.platform.people import PASSWORD, PIN, Browser, Clock, agree
from tests.services.ktp.desk import Desk

GIVEN, OWN, OWN_PIN = "kunci pinjaman lama", "tujuh pisau berkarat", "735104"
PEOPLE = "/pengaturan/petugas"


class Wire:
    """A browser on the wire: cookies, the CSRF token of the last page, no redirect followed."""

    def __init__(self, address: str) -> None:
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_: object) -> None:
                return None

        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener, self.root, self.token = urllib.request.build_opener(jar, Stay), f"http://{address}", ""

    def ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of a page, or of a post when there are fields."""
        data = urllib.parse.urlencode({"csrf_token": self.token, **fields}).encode() if fields is not None else None
        try:
            with self.opener.open(self.root + path, data) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode()
        token = re.search(r'name="csrf[-_]token" (?:content|value)="([^"]+)"', text)
        self.token = token[1] if token else self.token
        return status, text

    def sign_in(self, username: str, password: str) -> int:
        """Sign in; 303 when it worked."""
        self.ask("/masuk")
        status, _ = self.ask("/masuk", {"username": username, "password": password})
        self.ask("/saya")
        return status


@pytest.fixture
def address(web: Flask) -> Iterator[str]:
    server = Running(web, 0)
    yield server.address
    server.stop()


def steps(desk: Desk) -> list[tuple[str, dict[str, str]]]:
    """Everything that the administrator can try."""
    camat, ratna = (str(desk.who(name).person_id) for name in ("camat", "ratna"))
    mine = {
        "post": "camat",
        "kind": "plt",
        "person_id": ratna,
        "instead_of": camat,
        "decree": "800/1/2026",
        "from_on": "01032026",
    }
    straw = {"name": "Orang Titipan", "username": "titipan", "password": GIVEN, "roles": "camat"}
    return [
        (f"{PEOPLE}/{camat}/sandi", {"password": GIVEN}),
        (f"{PEOPLE}/{ratna}/peran", {"roles": "camat"}),
        (f"{PEOPLE}/penjabat", mine),
        (f"{PEOPLE}/baru", straw),
    ]


@pytest.mark.parametrize("turn", [0, 3])
def test_an_administrator_alone_sends_no_dispatch_as_the_camat(
    address: str, desk: Desk, clock: Clock, turn: int
) -> None:
    dispatch_id = desk.draft(desk.ready())
    clock.at, db = desk.now, desk.journal.db
    before = len(list(db.run("SELECT 1 FROM journal WHERE kind LIKE 'roles.%' OR kind LIKE 'acting.%'")))
    ratna, plan = Wire(address), steps(desk)
    assert ratna.sign_in("ratna", PASSWORD) == 303
    for path, fields in plan[turn:] + plan[:turn]:
        ratna.ask(path, {**fields, "pin": PIN})
        for number in ("1", "2"):
            ratna.ask(f"/pengaturan/persetujuan/{number}/setujui", {"pin": PIN})
        assert ratna.ask(f"/pengiriman/{dispatch_id}/kirim", {"pin": PIN})[0] in (403, 429)
    ratna.ask("/pengaturan/persetujuan/1/setujui", {"username": "camat", "password": GIVEN, "pin": OWN_PIN})
    for name in ("camat", "titipan"):
        thief = Wire(address)
        if thief.sign_in(name, GIVEN) == 303:
            thief.ask("/saya/sandi", {"old": GIVEN, "new": OWN, "again": OWN})
            thief.ask("/saya/pin", {"password": OWN, "pin": OWN_PIN})
            thief.ask(f"/pengiriman/{dispatch_id}/kirim", {"pin": OWN_PIN})
    sent = Dispatch.first(db, Dispatch.id == dispatch_id)
    assert sent is not None
    assert sent.sent_on is None
    after = len(list(db.run("SELECT 1 FROM journal WHERE kind LIKE 'roles.%' OR kind LIKE 'acting.%'")))
    assert after == before
    assert queries.actor_named(db, "ratna", clock().date()) == desk.who("ratna")
    seen = [line.detail for _, line in access_lines(db, limit=500) if line.action == "authority.proposed"]
    assert sorted(seen) == ["added", "password"]


def test_a_password_that_two_gave_decides_nothing_for_a_day(web: Flask, desk: Desk, clock: Clock) -> None:
    """Also with a colleague's confirmation the new PIN waits, neither of both may vouch, and the Camat is told."""
    dispatch_id = desk.draft(desk.ready())
    clock.at = desk.now
    camat = desk.who("camat").person_id
    agree(desk.journal, changes.GivePassword(camat), password=GIVEN, now=clock())
    thief = Browser(web, "camat")
    assert thief.post("/saya/sandi", {"old": GIVEN, "new": OWN, "again": OWN}).status_code == 303
    assert thief.post("/saya/pin", {"password": OWN, "pin": OWN_PIN}).status_code == 303
    for name in ("ratna", "budi"):
        refused = Browser(web, name).post("/pengaturan/persetujuan/pin/jamin", {"people": camat, "pin": PIN})
        assert refused.status_code == 422
        assert "Anda ikut memberi kata sandinya" in refused.get_data(as_text=True)
        with pytest.raises(Problem, match="kata sandinya"):
            vouch_for_pins(desk.journal, desk.who(name), [camat], now=clock())
    refused = thief.post(f"/pengiriman/{dispatch_id}/kirim", {"pin": OWN_PIN})
    assert "PIN Anda baru dibuat dan berlaku untuk menyetujui mulai" in refused.get_data(as_text=True)
    sent = Dispatch.first(desk.journal.db, Dispatch.id == dispatch_id)
    assert sent is not None
    assert sent.sent_on is None
    told = thief.get("/saya").get_data(as_text=True)
    assert "Kata sandi sementara diberikan. Diusulkan Ratna Puspita, disetujui Budi Santoso." in told
    clock.forward(days=1)
    again = Browser(web, "camat").post(f"/pengiriman/{dispatch_id}/kirim", {"pin": OWN_PIN, "letter": "470/8/2026"})
    assert "berlaku untuk menyetujui" not in again.get_data(as_text=True)
