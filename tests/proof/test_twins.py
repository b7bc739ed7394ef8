"""One office's folder is copied and two PCs serve with it: every citizen ends with exactly one card line."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from msgspec.structs import replace as with_keys

from app import compose
from app.casework.batches import dispatch
from app.casework.batches.other_versions import count_waiting_lines
from app.centre import service
from app.centre.offices import CentreExchange
from app.compose_centre import centre_shell
from app.compose_office import make_office_app
from app.core.permissions import Actor
from app.platform.office.exchange import OfficeExchange
from app.platform.web.application import make_app
from sync import enrolment
from sync.enrolment import EnrolmentCode
from sync.keys import load_or_make_keys, make_keys
from sync.nodes import Node, read_peers
from sync.verification import verify_side
from tests.centre.desk import shown_code
from tests.platform.people import PIN, SECRET_KEY, Browser, keep_pin
from tests.proof.pair import OFFICE, Pair, pair
from tests.services.ktp.desk import Desk

CAST = {"sari": "retno", "oki": "fajar", "budi": "agung"}
BEFORE = 2
"""Id of the case that waited when the folder was copied."""


class Counter(Desk):
    """The desk of an office whose people bear other names."""

    def who(self, username: str) -> Actor:
        return super().who(CAST.get(username, username))

    def form(self, **changed: str) -> dict[str, str]:
        return super().form(**{"village": "3508072002", **changed})


@dataclass
class Twins:
    """Two PCs with one office's folder, and the centre."""

    first: Pair
    second: Pair
    pages: Flask

    def desk(self, which: Pair, made: int) -> Counter:
        return Counter(which.office.journal, which.now, made)

    def office_pages(self, which: Pair) -> Flask:
        config = {"SECRET_KEY": SECRET_KEY, "CLOCK": lambda: which.now}
        folder = which.folder / "halaman"
        app = make_office_app(which.office.journal, folder, config)
        exchange = OfficeExchange(which.office.journal, folder, count_waiting_lines)
        exchange.open_node = lambda: which.office
        app.extensions["loket"].surroundings.sync = exchange
        return app


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[Twins]:
    """One citizen was sent; then the folder is copied, keys and all."""
    first = pair(tmp_path)
    for node, name in ((first.office, "wiji"), (first.centre, "yuni")):
        node.db.run("UPDATE credential SET must_change = 0")
        keep_pin(node.db, first.who(name).person_id, now=first.now)
    desk = Counter(first.office.journal, first.now)
    desk.send(desk.ready())
    desk.ready()  # a citizen whose case waits when the folder is copied: both PCs send it
    assert first.sync().ok
    (tmp_path / "salinan" / "kantor").mkdir(parents=True)
    shutil.copytree(tmp_path / "kantor" / "keys", tmp_path / "salinan" / "kantor" / "keys")
    shutil.copy(tmp_path / "kantor" / "rahasia-pin", tmp_path / "salinan" / "kantor")
    first.office.db.run(f"VACUUM INTO '{compose.place('office', tmp_path / 'salinan' / 'kantor')}'")
    db = compose.open_side("office", tmp_path / "salinan" / "kantor")
    node = Node(
        compose.journal("office", db),
        load_or_make_keys(tmp_path / "salinan" / "kantor" / "keys", OFFICE),
        "Yosowilangun",
    )
    second = replace(first, office=node, folder=tmp_path / "salinan")
    centre = make_app(
        centre_shell(),
        first.centre.journal,
        compose.web_rooms("centre"),
        {"SECRET_KEY": SECRET_KEY, "CLOCK": lambda: first.now},
    )
    centre.extensions["loket"].surroundings.sync = CentreExchange(first.centre.journal, tmp_path / "pusat" / "keys")
    yield Twins(first, second, centre)
    first.close()
    db.close()


def work_apart(twins: Twins) -> None:
    """Both PCs serve: two citizens here, two others and one of the same there; the first PC's card is printed."""
    ours, theirs = twins.desk(twins.first, 10), twins.desk(twins.second, 20)
    ours.send(BEFORE, ours.ready(), ours.ready())
    assert twins.first.sync().ok
    both = twins.desk(twins.second, 10)
    theirs.send(BEFORE, theirs.ready(), theirs.ready(), both.ready())
    yuni, now = twins.first.who("yuni"), twins.first.now
    for dispatch_id in lines_here(twins.first):
        service.accept_dispatch(twins.first.centre.journal, yuni, office=OFFICE, dispatch_id=dispatch_id, now=now)
    line = incoming(twins.first)[2][0]
    service.print_line(twins.first.centre.journal, yuni, office=OFFICE, line=line, serial="0A118401", now=now)


def lines_here(stage: Pair) -> list[int]:
    return [row[0] for row in stage.centre.db.run("SELECT dispatch_id FROM incoming_dispatch ORDER BY dispatch_id")]


def incoming(stage: Pair) -> list[tuple[str, str, str, str]]:
    """(line, number, NIK, state) at the centre, in the order of the lines."""
    sql = "SELECT line, number, main_key, state FROM incoming_line ORDER BY sent_on, dispatch_id, ordinal"
    return [(row[0], row[1], row[2], row[3]) for row in stage.centre.db.run(sql)]


def decide_at_the_centre(twins: Twins, goes_on: str) -> str:
    """The administrator sees both versions and decides; the code for the PC that goes on."""
    yuni = Browser(twins.pages, "yuni")
    assert f"/kantor/{OFFICE}/kembar/" in yuni.get(f"/kantor/{OFFICE}").get_data(as_text=True)
    page = yuni.get(f"/kantor/{OFFICE}/kembar/").get_data(as_text=True)
    assert "catatan pertama jalur" in page
    for (name,) in twins.second.office.db.run("SELECT name FROM case_file"):
        assert name in page
    place = re.search(r'name="place" value="([^"]+)"', page)
    assert place is not None
    data = {"place": place[1], "goes_on": goes_on, "note": "Kasi memastikan lewat telepon.", "pin": PIN}
    assert yuni.post(f"/kantor/{OFFICE}/kembar/", data | {"pin": "000000"}).status_code == 422
    return shown_code(yuni.post(f"/kantor/{OFFICE}/kembar/", data).get_data(as_text=True))


def goes_on(stage: Pair, code: str) -> None:
    """The chosen PC enrols with the code and new keys."""
    stage.office = with_keys(stage.office, keys=make_keys(OFFICE))
    typed, centre = EnrolmentCode.read(code), stage.centre
    request, _ = enrolment.request_file(stage.office, typed, centre.keys.public, stage.now)
    answer = enrolment.accept_office(centre, request, stage.now)
    enrolment.finish_enrolment(stage.office, answer, centre.keys.public, typed.address, stage.now)


def decide_at_the_office(twins: Twins, stage: Pair) -> None:
    """Every line of the other PC is decided on the page; a citizen who has a case already is set aside."""
    wiji = Browser(twins.office_pages(stage), "wiji")
    assert "/jalan/kembar/" in wiji.get("/jalan/").get_data(as_text=True)
    page = wiji.get("/jalan/kembar/").get_data(as_text=True)
    for key in re.findall(r'name="which"[^>]*value="([^"]+)"', page):
        data = {"which": key, "deed": "ambil", "note": "Berkas kertasnya ada.", "pin": PIN}
        answer = wiji.post("/jalan/kembar/", data)
        if answer.status_code == 422:
            assert re.search("NIK ini sudah ada di berkas|ini sudah ada di sini", answer.get_data(as_text=True))
            answer = wiji.post("/jalan/kembar/", data | {"deed": "sisihkan", "note": "Orang yang sama."})
        if answer.status_code == 409 or "sudah dikerjakan mitra. Ambil alih" in answer.get_data(as_text=True):
            answer = wiji.post("/jalan/kembar/", data | {"heeded": "y"})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        wiji.post("/jalan/kembar/kirim-ulang")
    assert wiji.post("/jalan/kembar/sisa", {"rest-note": "Bukan permohonan.", "rest-pin": PIN}).status_code == 303
    assert "Tidak ada yang menunggu keputusan" in wiji.get("/jalan/kembar/").get_data(as_text=True)


@pytest.mark.parametrize("who", ["held", "other"])
def test_every_citizen_ends_with_one_card_line(twins: Twins, who: str) -> None:
    work_apart(twins)
    chosen, beside = (twins.first, twins.second) if who == "held" else (twins.second, twins.first)
    assert "fork" in [problem.code for problem in twins.second.sync().problems]
    page = Browser(twins.office_pages(twins.second), "wiji").get("/jalan/").get_data(as_text=True)
    [partner] = read_peers(twins.second.office.db)
    assert f"Dua komputer menulis catatan untuk {partner.label}" in page
    assert page.count("0003/KTP/2026") == 2  # one number for two citizens, each shown on its side
    goes_on(chosen, decide_at_the_centre(twins, who))
    assert chosen.sync().ok
    decide_at_the_office(twins, chosen)
    desk = twins.desk(chosen, 40)
    ready = dispatch.ready_cases(chosen.office.db, "ktp-el", chosen.now.date())
    assert [case.why_not != "" for case in ready].count(True) == (0 if who == "held" else 1)
    desk.send(*(case.id for case in ready if not case.why_not))
    assert chosen.sync().ok
    assert chosen.sync().sentences == ["Tidak ada yang baru di kedua pihak."]
    rows = incoming(chosen)
    people = {row[0] for row in chosen.office.db.run("SELECT main_key FROM case_file")}
    assert len(people) == 6
    assert sorted(nik for _, _, nik, _ in rows) == sorted(people)  # one line for every citizen, none has two
    assert len({number for _, number, _, _ in rows}) == 6
    assert [row[3] for row in rows].count("printed") == 1
    cases = set(chosen.office.db.run("SELECT number, main_key FROM case_file"))
    assert {(number, nik) for _, number, nik, _ in rows} <= cases
    (printed,) = [nik for _, _, nik, state in rows if state == "printed"]
    sql = "SELECT c.main_key FROM dispatch_line l JOIN case_file c ON c.id = l.case_id WHERE l.result = 'printed'"
    assert list(chosen.office.db.run(sql)) == [(printed,)]  # the card is noted for whom it was printed, and nobody else
    for node, side in ((chosen.office, "office"), (chosen.centre, "centre")):
        proof = verify_side(node.journal, side, chosen.folder / f"{side}-bukti.sqlite3")
        assert proof.faults == []
    assert not beside.sync().ok
    assert incoming(chosen) == rows
