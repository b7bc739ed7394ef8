"""Villages over the network as people do it: the administrator's page, the village's browser and its commands."""

import re
import shutil
from pathlib import Path

from click.testing import CliRunner
from flask import Flask

from app.casework.villages.own_folder import VillageFolder
from app.casework.villages.views.own_pages import make_village_app
from app.cli.village import village
from tests.casework.villages.conftest import Line
from tests.casework.villages.test_drafts import typed, waiting
from tests.platform.people import MUNDER, PIN, Browser
from tests.services.ktp.desk import Desk


def test_an_administrator_gives_a_code_and_the_village_types_it_in_its_browser(
    line: Line, desk: Desk, web: Flask, tmp_path: Path
) -> None:
    keeper = Browser(web, "ratna")
    line.exchange.open_node()
    shutil.copytree(line.exchange.keys, web.extensions["loket"].surroundings.data / "keys")
    line.turn_on("")
    assert "belum dinyalakan" in keeper.get("/desa").get_data(as_text=True)
    wrong = keeper.post("/desa/alamat", {"alamat-address": "dua kata", "alamat-pin": PIN})
    assert (wrong.status_code, 'value="dua kata"' in wrong.get_data(as_text=True)) == (422, True)
    new = {"alamat-address": line.running.address}
    assert keeper.post("/desa/alamat", {**new, "alamat-pin": ""}).status_code == 422
    assert keeper.post("/desa/alamat", {**new, "alamat-pin": PIN}).status_code == 303
    asked = {"kode-village": MUNDER}
    assert keeper.post("/desa/kode", {**asked, "kode-pin": "000000"}).status_code == 422
    assert keeper.post("/desa/kode", {"kode-village": "x", "kode-pin": PIN}).status_code == 422
    page = keeper.post("/desa/kode", {**asked, "kode-pin": PIN}).get_data(as_text=True)
    letters = re.findall(r"<b>([0-9A-Z]{3,4})</b>", page)
    assert (len(letters), line.running.address in page) == (14, True)
    assert Browser(web, "sari").post("/desa/kode", {**asked, "kode-pin": PIN}).status_code == 403

    own = VillageFolder(tmp_path / "desa")
    app = make_village_app(own, {"KEY": "kunci", "CLOCK": lambda: desk.now, "STICKS": list})
    client = app.test_client()
    client.get("/masuk/kunci")
    typed_code = {"key": "kunci", "joining": f"{line.running.address} {' '.join(letters)}".lower()}
    assert "10 angka" in client.post("/jaringan", data={**typed_code, "village": "12"}).get_data(as_text=True)
    short = client.post("/jaringan", data={**typed_code, "village": MUNDER, "joining": "x <y"})
    assert (short.status_code, "x &lt;y" in short.get_data(as_text=True)) == (422, True)
    joined = client.post("/jaringan", data={**typed_code, "village": MUNDER})
    assert "Terhubung. Daftar dari kecamatan diperbarui." in joined.get_data(as_text=True)
    assert client.post("/jaringan", data={"village": MUNDER}).status_code == 403
    form = typed(desk, own)
    assert "1 draf dikirim" in client.post("/kirim", data={"key": "kunci"}).get_data(as_text=True)
    assert "Batalkan draf" in client.get("/").get_data(as_text=True)
    client.post(f"/draf/{form.code}/buang", data={"key": "kunci"})
    client.post("/kirim", data={"key": "kunci"})
    assert waiting(desk.journal.db) == []
    line.turn_on("")
    off = client.post("/kirim", data={"key": "kunci"})
    assert (off.status_code, "tidak menjawab desa" in off.get_data(as_text=True)) == (422, True)


def test_the_commands_join_and_exchange(line: Line, desk: Desk, tmp_path: Path) -> None:
    def run(*arguments: str, typed: str = "", code: int = 0) -> str:
        done = CliRunner().invoke(village, [*arguments, "--data", str(tmp_path / "desa")], input=typed)
        assert done.exit_code == code, done.output
        return done.output

    assert "10 angka" in run("join", "3508", code=2)
    assert "Terhubung" in run("join", MUNDER, typed=f"{line.code(MUNDER)}\n")
    assert run("sync") == "Tidak ada yang baru di kecamatan.\n"
