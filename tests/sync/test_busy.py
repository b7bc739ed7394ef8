"""A centre on SQLite whose database another writer holds: `busy` with a time to come again, never 500."""

from pathlib import Path

import apsw
from flask import Flask

from schema.database import SqliteDatabase
from sync import enrolment
from sync.http_server import install_server
from tests.sync.world import ADDRESS, make_world


def test_a_held_database_is_busy_and_the_same_request_goes_through_later(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    face = Flask("busy")
    install_server(face, lambda: world.centre, lambda: world.now)
    office, public = world.office, world.centre.keys.public
    code = enrolment.issue_code(world.centre, office.name, "", address=ADDRESS, actor="admin", now=world.now)
    request, _ = enrolment.request_file(office, code, public, world.now)
    db = world.centre.db
    assert isinstance(db, SqliteDatabase)
    db.connection().set_busy_timeout(20)
    other = apsw.Connection(str(tmp_path / "centre.db"))
    other.execute("BEGIN IMMEDIATE")
    client = face.test_client()
    answer = client.post("/api/v1/enrolments", data=request)
    assert (answer.status_code, answer.get_json()["code"], answer.headers["Retry-After"]) == (503, "busy", "30")
    stranger = client.post("/api/v1/enrolments", data=b"bukan Loket")
    assert stranger.get_json()["code"] == "not_loket"  # known without the database; only its counting had to wait
    other.execute("COMMIT")
    other.close()
    assert client.post("/api/v1/enrolments", data=request).status_code == 200
    world.office.db.close()
    db.close()
