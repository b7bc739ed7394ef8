"""PostgreSQL is restarted under a running centre: pages and exchange answer again at once, and nothing is lost."""

import peewee
import pytest

from schema.database import Database
from schema.postgres import open_centre
from tests.centre.desk import Desk
from tests.platform.people import Clock
from tests.postgres import Server


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_pages_and_road_go_on(
    postgres: Server, tmp_path: object, clock: Clock, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    with postgres.database() as address:
        monkeypatch.setenv("LOKET_CENTRE_DB", address)
        desk = Desk(tmp_path, clock)
        face = desk.centre.face().test_client()
        assert desk.eko.get("/kantor/").status_code == 200
        assert face.get("/api/v1/centre").status_code == 200
        postgres.restart(mode)
        assert desk.eko.get("/kantor/").status_code == 200
        postgres.restart(mode)
        assert face.get("/api/v1/centre").status_code == 200
        postgres.restart(mode)
        assert desk.eko.post("/blangko/masuk", {"count": "7", "letter": "471/2"}).status_code == 303
        assert "27" in desk.eko.get("/blangko/").get_data(as_text=True)
        desk.centre.journal.db.close()


def cut_after_writing(db: Database, postgres: Server) -> None:
    db.run("INSERT INTO beside (name, why) VALUES ('a', 'b')")
    postgres.restart()


def test_a_transaction_that_was_cut_is_told_and_never_half_done(postgres: Server) -> None:
    """A restart in the middle: the work fails aloud, also when its last statement had gone well."""
    with postgres.database() as address:
        db = open_centre(address)
        with pytest.raises(peewee.OperationalError), db.writing():
            cut_after_writing(db, postgres)
        assert db.one("SELECT count(*) FROM beside WHERE name = 'a'") == (0,)
        with db.writing():
            db.run("INSERT INTO beside (name, why) VALUES ('a', 'b')")
        assert db.one("SELECT count(*) FROM beside WHERE name = 'a'") == (1,)
        db.close()


def test_a_name_with_a_nul_is_not_found(
    postgres: Server, tmp_path: object, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.database() as address:
        monkeypatch.setenv("LOKET_CENTRE_DB", address)
        desk = Desk(tmp_path, clock)
        face = desk.centre.face().test_client()
        for path in ("state", "batches?after=1/x/1"):
            answer = face.get(f"/api/v1/offices/%00/{path}")
            assert (answer.status_code, answer.get_json()["code"]) == (403, "unknown_sender")
        assert face.post("/api/v1/offices/%00/batches", data=b"x").status_code == 403
        assert desk.eko.get("/kantor/%00").status_code == 404
        assert desk.eko.get("/?kantor=%00").status_code == 400
        assert desk.eko.post("/kantor/", {"office": "350807", "name": "a\0b"}).status_code == 400
        desk.centre.journal.db.close()
