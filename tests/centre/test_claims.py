"""What an office says without proof that the centre lost: its own lines wait, it is named, a person decides."""

from pathlib import Path

import pytest

from app.centre import queries
from sync.events import LossClaimed
from sync.verification import verify_side
from tests.centre.desk import Desk, line_path
from tests.centre.print_centre import OFFICE, OTHER
from tests.platform.people import Clock

TITLE = "Pernyataan tanpa bukti menunggu keputusan"


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    """Two offices with lines in the queue; the word of one of them waits."""
    made = Desk(tmp_path / "pusat", clock)
    made.print_centre.enrol(OTHER)
    made.lines = {office: made.print_centre.queued(2, office) for office in (OFFICE, OTHER)}  # type: ignore[attr-defined]
    return made


def say(desk: Desk, said: int) -> None:
    journal = desk.centre.journal
    body = LossClaimed(OTHER, journal.epoch, journal.source, journal.epoch, OTHER, said, 3)
    with journal.transaction():
        journal.record(body, subject=f"road/{OTHER}", actor="road", at=desk.clock())


def offered(desk: Desk) -> list[str]:
    return sorted({line.source for line in queries.list_queue(desk.centre.journal.db)})


def test_its_lines_wait_and_those_of_the_others_go_on(desk: Desk) -> None:
    assert offered(desk) == [OTHER, OFFICE]
    say(desk, 1000)
    assert offered(desk) == [OFFICE]
    page = desk.yuni.get("/").get_data(as_text=True)
    label = desk.centre.journal.db.one("SELECT label FROM road_peer WHERE name = ?", (OTHER,))
    assert TITLE in page
    assert label is not None
    assert f"{label[0]} menyatakan komputer ini pernah memiliki 1.000 catatan. Di sini ada 3." in page
    assert "Lihat dan putuskan" not in page, "only who decides is led there"
    lines = desk.lines  # type: ignore[attr-defined]
    held = desk.yuni.get(line_path(lines[OTHER][0], OTHER)).get_data(as_text=True)
    assert "Pengirimnya menyatakan tanpa bukti" in held
    free = desk.yuni.get(line_path(lines[OFFICE][0])).get_data(as_text=True)
    assert "Baris ini ditahan" not in free
    desk.print_centre.print(lines[OFFICE][0], "K001001")
    assert "Lepaskan</button>" not in desk.eko.get("/pemulihan/").get_data(as_text=True)


@pytest.mark.parametrize("answer", ["untrue", "true"])
def test_a_person_decides(desk: Desk, tmp_path: Path, answer: str) -> None:
    say(desk, 1000)
    assert desk.yuni.get("/pernyataan/").status_code == 403
    path, fields = f"/pernyataan/{OTHER}", {f"{OTHER}-answer": answer, f"{OTHER}-note": "Buku blangko cocok"}
    assert "Lihat dan putuskan" in desk.eko.get("/").get_data(as_text=True)
    assert desk.yuni.post(path, fields).status_code == 403
    assert desk.eko.post(path, fields | {f"{OTHER}-note": ""}).status_code == 422
    refused = desk.eko.post(path, {f"{OTHER}-note": "Buku blangko cocok"})
    assert refused.status_code == 422
    assert "Buku blangko cocok" in refused.get_data(as_text=True), "nothing typed is lost"
    assert desk.eko.post(path, fields).status_code == 303
    assert TITLE not in desk.eko.get("/").get_data(as_text=True)
    scratch = tmp_path / "uji.sqlite3"
    assert verify_side(desk.centre.journal, "centre", scratch).faults == []
    assert offered(desk) == ([OTHER, OFFICE] if answer == "untrue" else [])
    assert "Tidak ada yang perlu diputuskan" in desk.eko.get("/pernyataan/").get_data(as_text=True)
    again = desk.eko.post(path, fields)
    assert again.status_code == 409
    assert "Tidak ada lagi yang perlu diputuskan" in again.get_data(as_text=True)
