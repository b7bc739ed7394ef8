"""An office without network: enrolled and served by a stick alone, from the pages of both sides."""

import shutil
from pathlib import Path

import pytest
from flask import Flask

from app.compose_office import make_office_app
from app.platform.office.exchange import OfficeExchange
from sync.enrolment import EnrolmentCode
from sync.journal import Journal
from sync.keys import AGE_FILE, SIGNING_FILE
from sync.problems import SyncError
from tests.centre.desk import Desk, shown_code
from tests.platform.people import PIN, SECRET_KEY, Browser, Clock, keep_pin


@pytest.fixture
def pages(journal: Journal, tmp_path: Path, clock: Clock) -> Flask:
    """The pages of the office with this folder's keys."""
    return make_office_app(journal, tmp_path / "kantor", {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


class Walk:
    """One stick that is carried between the folders which the two pages offer."""

    def __init__(self, folder: Path, centre: Desk, pages: Flask) -> None:
        self.centre, self.eko = centre, centre.eko
        self.ratna = Browser(pages, "ratna")
        self.here, self.there = folder / "kantor" / "stik", folder / "pusat" / "stik"

    def at_office(self, path: str, **typed: str) -> str:
        """The stick lies in the office's PC; what the page says."""
        shutil.copytree(self.there, self.here, dirs_exist_ok=True)
        page = self.ratna.post(f"/jalan/{path}", {"folder": str(self.here), **typed})
        assert page.status_code == 200, page.get_data(as_text=True)
        return page.get_data(as_text=True)

    def at_centre(self, path: str) -> str:
        """The stick lies in the centre's PC."""
        self.there.mkdir(exist_ok=True)
        if self.here.exists():
            shutil.copytree(self.here, self.there, dirs_exist_ok=True)
        page = self.eko.post(f"/stik/{path}", {"folder": str(self.there)})
        assert page.status_code == 200, page.get_data(as_text=True)
        return page.get_data(as_text=True)

    def code(self) -> str:
        """A code for the office, from the centre's page of offices."""
        page = self.eko.post("/kantor/", {"office": "350899", "name": "Contoh"}).get_data(as_text=True)
        return shown_code(page)

    def enrol(self) -> None:
        """The three walks."""
        code = self.code()
        assert "kunci-pusat-" in self.at_centre("kunci")
        assert "Bawa ke pemberi kode" in self.at_office("daftar", code=code)
        assert "Pendaftaran diterima." in self.at_centre("baca")
        assert "Kantor ini terdaftar di Dispenduk Capil Contoh." in self.at_office("stik/baca")

    def day(self) -> None:
        """A day's way there and back; everything that ever lay on the stick still does."""
        self.centre.clock.forward(days=1)
        self.eko, self.ratna = Browser(self.centre.centre.pages, "eko"), Browser(self.ratna.app, "ratna")
        assert "Baru dihitung terkirim" in self.at_office("stik/tulis")
        read = self.at_centre("baca")
        assert "baru diterima" in read
        assert "Belum selesai" not in read
        assert "hanya membawa tanda terima" in self.at_centre("tulis")
        answer = self.at_office("stik/baca")
        assert "Belum selesai" not in answer
        assert "Semua sudah diakui" in answer


@pytest.fixture
def walk(tmp_path: Path, pages: Flask) -> Walk:
    folder = tmp_path
    clock = pages.config["CLOCK"]
    desk = Desk(folder / "pusat", clock)
    desk.centre.journal.db.run("DELETE FROM road_key")
    desk.centre.journal.db.run("DELETE FROM road_peer")
    return Walk(folder, desk, pages)


def recorded(journal: Journal, clock: Clock) -> None:
    """The office has something for the centre."""
    from app.core.messages import HeadsAnchored

    with journal.transaction():
        journal.record(
            HeadsAnchored("2026-03-12", 1, "0" * 64, ""), subject="heads", actor="system", at=clock(), stream="dukcapil"
        )


def test_an_office_enrols_and_lives_by_stick_from_the_pages(walk: Walk, journal: Journal, clock: Clock) -> None:
    assert "Baca jawaban dari flashdisk" in walk.ratna.get("/jalan/").get_data(as_text=True)
    walk.enrol()
    for _ in range(2):
        recorded(journal, clock)
        walk.day()


def test_the_code_stands_in_groups_that_are_read_aloud_and_typed_as_heard(walk: Walk) -> None:
    """Fourteen groups of at most four letters, none of which looks like another; lines, blanks and small letters do not
    matter, and it prints alone."""
    page = walk.eko.post("/kantor/", {"office": "350899", "name": "Contoh"}).get_data(as_text=True)
    code = shown_code(page)
    address, *groups = code.split(" ")
    assert len(groups) == 14
    assert {len(group) for group in groups} == {3, 4}
    assert not set("OILU") & set("".join(groups))
    assert "Kode pendaftaran untuk Contoh" in page
    assert "Cetak kode" in page
    whole = EnrolmentCode.read(code)
    heard = f"  {address}\n" + "\r\n".join(" ".join(groups[i : i + 4]).lower() for i in range(0, 14, 4))
    assert EnrolmentCode.read(heard) == whole
    assert EnrolmentCode.read(f"{address} {'-'.join(groups)}") == whole
    for wrong in (address, "", code[:-1], f"{groups[0]} {code}"):
        with pytest.raises(SyncError) as told:
            EnrolmentCode.read(wrong)
        assert told.value.code == "code_shape"


def test_the_centres_stick_page_takes_no_other_folder(walk: Walk) -> None:
    for path in ("baca", "tulis", "kunci"):
        for folder in ("/etc", "", str(walk.there.parent)):
            answer = walk.eko.post(f"/stik/{path}", {"folder": folder})
            assert answer.status_code == 422
            assert "Flashdisk itu tidak ditemukan lagi" in answer.get_data(as_text=True)


@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_an_office_whose_keys_are_gone_gets_new_ones_with_a_code(
    walk: Walk, journal: Journal, clock: Clock, harm: str
) -> None:
    walk.enrol()
    keys = walk.here.parent / "keys"
    for name in (SIGNING_FILE, AGE_FILE):
        if harm == "missing":
            (keys / name).unlink()
        else:
            (keys / name).write_bytes(b"\xff\x00rusak")
    page = walk.ratna.get("/jalan/").get_data(as_text=True)
    assert "Kunci komputer ini tidak dapat dipakai" in page
    assert "Minta kode pendaftaran baru dari pusat, lalu isi di halaman Sambungan." in page
    assert not (keys / SIGNING_FILE).exists() or (keys / SIGNING_FILE).read_bytes() == b"\xff\x00rusak"
    assert "Minta kode pendaftaran baru" in walk.at_office("stik/tulis")
    with pytest.raises(SyncError):
        OfficeExchange(journal, keys.parent).node_to_read()
    walk.enrol()
    assert "Kunci komputer ini tidak dapat dipakai" not in walk.ratna.get("/jalan/").get_data(as_text=True)
    recorded(journal, clock)
    walk.day()


def test_a_centre_whose_keys_are_gone_makes_new_ones_after_a_persons_word(walk: Walk) -> None:
    from app.compose_centre import build_centre

    walk.enrol()
    folder = walk.there.parent
    copy = (folder / "keys" / SIGNING_FILE).read_bytes()
    (folder / "keys" / SIGNING_FILE).write_text("rusak")
    again = build_centre(folder, now=walk.centre.clock)
    eko = Browser(again.pages, "eko")
    keep_pin(again.journal.db, eko.actor.person_id, now=walk.centre.clock())
    page = eko.get("/pengaturan/pusat/kunci/").get_data(as_text=True)
    assert "Kunci pusat tidak dapat dipakai" in page
    (folder / "keys" / SIGNING_FILE).write_bytes(copy)
    assert "Kunci pusat tidak dapat dipakai" not in eko.get("/pengaturan/pusat/kunci/").get_data(as_text=True)
    (folder / "keys" / SIGNING_FILE).unlink()
    again = build_centre(folder, now=walk.centre.clock)
    eko = Browser(again.pages, "eko")
    typed = {"way": "stolen", "reason": "Disket rusak, tidak ada salinan", "pin": PIN}
    assert eko.post("/pengaturan/pusat/kunci/", typed | {"way": "announced"}).status_code == 422
    assert not (folder / "keys" / SIGNING_FILE).exists()
    assert eko.post("/pengaturan/pusat/kunci/", typed).status_code == 303
    assert "Kunci pusat tidak dapat dipakai" not in eko.get("/pengaturan/pusat/kunci/").get_data(as_text=True)
    walk.centre.centre, walk.eko = again, eko
    walk.enrol()
