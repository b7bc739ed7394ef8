"""The village's own pages: who may open them, the whole way in a browser, and what is typed is kept."""

import re
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.casework.villages.files import spoken_fingerprint
from app.casework.villages.own_folder import VillageFolder
from app.casework.villages.views.own_pages import make_village_app
from app.cli import serving
from app.cli.serving import Running
from app.cli.village import serve_pages
from tests.casework.villages.conftest import Counter
from tests.platform.people import MUNDER
from tests.services.ktp.desk import Desk

KEY = "kunci-untuk-uji"


class Village:
    """A browser on the village's computer."""

    def __init__(self, app: Flask, stick: Path) -> None:
        self.client: FlaskClient = app.test_client()
        self.stick = str(stick)

    def enter(self) -> "Village":
        assert self.client.get(f"/masuk/{KEY}").status_code == 303
        return self

    def get(self, where: str) -> str:
        answer = self.client.get(where)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    def send(self, typed: dict[str, str], status: int = 303) -> str:
        """What a browser sends of the form: every field that stands on the page, the typed ones filled."""
        shown = dict.fromkeys(re.findall(r'name="([a-z_0-9]+)"', self.get("/draf/ktp-el")), "")
        return self.post("/draf/ktp-el", status, **{**shown, "key": KEY, **typed})

    def post(self, where: str, status: int = 200, **typed: str) -> str:
        answer = self.client.post(where, data={"stick": self.stick, "key": KEY, **typed})
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)


@pytest.fixture
def own(counter: Counter, tmp_path: Path) -> VillageFolder:
    return VillageFolder(tmp_path / "desa")


@pytest.fixture
def app(own: VillageFolder, desk: Desk, stick: Path) -> Flask:
    return make_village_app(own, {"KEY": KEY, "CLOCK": lambda: desk.now, "STICKS": lambda: [(str(stick), "DESA")]})


@pytest.fixture
def village(app: Flask, stick: Path) -> Village:
    return Village(app, stick)


def filled(desk: Desk, **changed: str) -> dict[str, str]:
    return {key: text for key, text in desk.form(**changed).items() if key != "village"}


def test_the_whole_way_in_the_browser(village: Village, own: VillageFolder, counter: Counter, desk: Desk) -> None:
    village.enter()
    assert "Kunci desa" in village.get("/")
    page = village.post("/kunci", code=MUNDER)
    spoken = re.search(r"(?:[0-9a-f]{4} ){7}[0-9a-f]{4}", page)
    assert spoken
    counter.note(MUNDER, spoken[0])
    assert "bukan milik kunci" in village.post("/percaya", 422, fingerprint="0" * 32)
    village.post("/percaya", fingerprint=spoken_fingerprint(counter.node.keys.public))
    desk.open(village=MUNDER)
    counter.list_for(MUNDER)
    page = village.post("/baca")
    assert "1 berkas" in page
    assert "Formulir" in page or "Kurang" in page
    form = village.get("/draf/ktp-el")
    assert 'name="kind"' in form
    assert "Luar domisili" not in form, "what a village may not send is not offered"
    village.send(filled(desk))
    assert "belum dibawa" in village.get("/")
    assert "1 draf ditulis" in village.post("/tulis")
    assert counter.take().taken == 1
    counter.list_for(MUNDER)
    assert "menunggu petugas" in village.post("/baca")
    assert "Tidak ada draf yang perlu dibawa" in village.post("/tulis")


def test_nobody_without_the_key_sees_or_changes_anything(
    app: Flask, village: Village, munder: VillageFolder, own: VillageFolder
) -> None:
    stranger = app.test_client()
    assert stranger.get("/").status_code == 403
    assert stranger.get("/masuk/lain").status_code == 403
    assert stranger.post("/kunci", data={"code": MUNDER, "key": KEY}).status_code == 403
    village.enter()
    assert village.client.post("/kunci", data={"code": MUNDER, "stick": village.stick}).status_code == 403
    foreign = {"Host": "desa.contoh.example", "Cookie": f"loket_desa={KEY}"}
    assert app.test_client(use_cookies=False).get("/", headers=foreign).status_code == 400
    assert not (own.folder / "keys").exists()
    cookie = village.client.get(f"/masuk/{KEY}").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.fixture
def ready(village: Village, own: VillageFolder, counter: Counter) -> Village:
    counter.meet(own, MUNDER)
    counter.list_for(MUNDER)
    own.read_list(counter.stick)
    return village.enter()


def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(
    ready: Village, own: VillageFolder, desk: Desk
) -> None:
    typed = filled(desk) | {"nik": "123", "street": "Dusun <Krajan> 7"}
    page = ready.send(typed, 422)
    assert 'href="#nik"' in page
    assert 'value="123"' in page
    assert "Dusun &lt;Krajan&gt; 7" in page
    assert own.drafts() == []
    assert "sedikitnya satu" in ready.send(dict.fromkeys(typed, ""), 422)
    assert ready.client.post("/draf/ktp-el", data={"key": KEY, "street": "x" * 300_000}).status_code == 413
    assert ready.client.get("/draf/kartu-pns").status_code == 409
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.casework.villages.own_folder.MOST_DRAFTS", 0)
        page = ready.send(filled(desk) | {"street": "Dusun <Krajan> 7"}, 409)
    assert "Sudah terlalu banyak draf" in page
    assert "Dusun &lt;Krajan&gt; 7" in page


def test_an_answer_that_asks_for_more_shows_it_before_the_draft_is_kept(
    ready: Village, own: VillageFolder, desk: Desk
) -> None:
    page = ready.send({"kind": "perubahan_data"}, 200)
    assert "ada isian lagi" in page
    assert 'name="changes"' in page
    assert own.drafts() == []
    ready.send({"kind": "perubahan_data", "changes": "Alamat"})
    assert [form.fields for form in own.drafts()] == [{"kind": "perubahan_data", "changes": "Alamat"}]


def test_a_draft_is_thrown_away_here_only_while_the_kecamatan_has_none(
    ready: Village, own: VillageFolder, counter: Counter, desk: Desk
) -> None:
    ready.send(filled(desk))
    [form] = own.drafts()
    assert "Buang draf" in ready.get("/")
    ready.post("/draf/" + "0" * 32 + "/buang", 404)
    ready.post("/tulis")
    counter.take()
    counter.list_for(MUNDER)
    assert "Buang draf" not in ready.post("/baca")
    ready.post(f"/draf/{form.code}/buang", 303)
    assert own.drafts() == []


def test_a_stick_that_is_not_there_is_named(ready: Village) -> None:
    assert "Pilih flashdisknya" in ready.post("/tulis", 422, stick="/etc")


def test_the_command_tells_where_the_pages_are_and_how_they_end(
    own: VillageFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served = SimpleNamespace(effective_port=8335, run=lambda: None, close=lambda: None)
    monkeypatch.setattr(serving, "open_server", lambda *_: served)
    serve_pages(own, 8335)
    address, how = capsys.readouterr().out.splitlines()
    assert address.startswith("Desa: http://127.0.0.1:8335/masuk/")
    assert how == "Alamat itu berlaku sampai program ini berhenti. Ctrl+C untuk berhenti."


def test_the_pages_answer_on_a_port_of_this_computer(own: VillageFolder, stick: Path) -> None:
    app = make_village_app(own, {"STICKS": lambda: [(str(stick), "DESA")]})
    running = Running(app, 0)
    try:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"http://{running.address}/", timeout=5)
        assert refused.value.code == 403
        refused.value.close()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with opener.open(f"http://{running.address}/masuk/{app.config['KEY']}", timeout=5) as page:
            assert page.status == 200
            assert app.config["KEY"] not in page.url
    finally:
        running.stop()
    assert len(app.config["KEY"]) >= 32
