"""Figure `centre`: the print centre's own pages with 60,000 undecided lines of twenty offices against 1,000.

The lines are applied as an exchange applies them; the pages are asked of the application itself, signed in, so that
nothing but the page is measured.
"""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from flask.testing import FlaskClient

from app.centre import settings
from app.centre.events import OfficeInvited, apply_lines, apply_sent
from app.compose_centre import Centre, build_centre
from app.core.messages import DispatchLine, DispatchSent
from bench.citizens import Citizens
from bench.measuring import Figure, in_turn, ratio, spread, timed, typical
from bench.sync import STREAM, VILLAGES, dispatches
from sync.entries import Entry

NOW = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
FEW, MANY, TOGETHER = 1_000, 60_000, 100
OFFICES = tuple(f"3508{number:02}" for number in range(1, 21))
PASSWORD = "Sungai-tenang-7-perahu"
PATHS = ("/", "/antrean", "/kantor/", f"/kantor/{OFFICES[0]}")
IDENTITY = {
    "centre.code": "dukcapil-3508",
    "centre.name": "Dispenduk Capil Contoh",
    "centre.regency": "Kabupaten Contoh",
    "centre.place": "Contoh",
    "centre.address": "127.0.0.1:8135",
}


def main(rounds: int) -> list[Figure]:
    """Each page with many lines against the same page with few."""
    with tempfile.TemporaryDirectory() as folder:
        many, few = (sign_in(filled(Path(folder) / str(count), count)) for count in (MANY, FEW))
        return [figure(path, many, few, rounds) for path in PATHS]


def figure(path: str, many: FlaskClient, few: FlaskClient, rounds: int) -> Figure:
    pairs = in_turn(lambda: timed(lambda: fetch(many, path)), lambda: timed(lambda: fetch(few, path)), rounds)
    usual = typical(pairs)
    told = f"{1000 * usual.ours:.0f} against {1000 * usual.bare:.0f} ms; {spread(pairs)}"
    return Figure("centre", f"page {path}, 60,000 undecided lines against 1,000", 3.0, False, ratio(pairs), "×", told)


def fetch(client: FlaskClient, path: str) -> None:
    answer = client.get(path, base_url="http://127.0.0.1")
    assert answer.status_code == 200, path


def sign_in(centre: Centre) -> FlaskClient:
    client = centre.pages.test_client()
    page = client.get("/masuk", base_url="http://127.0.0.1").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "username": "eko", "password": PASSWORD}
    client.post("/masuk", data=form, base_url="http://127.0.0.1", headers={"Referer": "http://127.0.0.1/"})
    return client


def filled(folder: Path, count: int) -> Centre:
    """A centre to which the offices have sent so many lines, in dispatches of a hundred."""
    centre = build_centre(folder, now=lambda: NOW)
    settings.create_centre(centre.journal, identity=IDENTITY, name="Eko", username="eko", password=PASSWORD, now=NOW)
    with centre.journal.transaction():
        for code in OFFICES:
            body = OfficeInvited(code, f"Kecamatan {code}")
            centre.journal.record(body, subject=f"office/{code}", actor="eko", at=NOW)
        for ours in sent(count):
            with centre.journal.db.applying():
                apply_lines(centre.journal.db, ours[:-1])
                apply_sent(centre.journal.db, ours[-1])
    return centre


def sent(count: int) -> Iterator[list[Entry]]:
    """The entries of each dispatch, as they came from its office."""
    whole, ours = TOGETHER + 1, list[Entry]()
    bodies = dispatches(Citizens(VILLAGES), count // TOGETHER * whole, whole)
    for n, body in enumerate(bodies, start=1):
        kind = "dispatch.line" if isinstance(body, DispatchLine) else "dispatch.sent"
        office = OFFICES[body.dispatch_id % len(OFFICES)]
        ours.append(Entry(office, 1, STREAM, n, None, kind, "", NOW, "agung", body))
        if isinstance(body, DispatchSent):
            yield ours
            ours = []
