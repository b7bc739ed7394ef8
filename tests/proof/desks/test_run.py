"""A run as a whole: what a planted office shows wrong, `prove desks` finds in every class, and it exits with 1."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from flask import Flask, Response, request

from app.cli.demo.programs import SetClock
from app.cli.serving import Running
from app.core.problems import Problem
from tests.platform.people import START
from tests.proof import __main__ as command
from tests.proof.desks import run as runs
from tests.proof.desks.handwriting import Handwriting
from tests.proof.desks.officer import PATIENCE, Ledger, Officer
from tests.proof.desks.pages import SeenPage
from tests.proof.desks.world import Side
from tests.services.ktp.conftest import desk, office_file
from tests.services.ktp.desk import Desk
from tests.world.cast import Member

__all__ = ["desk", "office_file"]
PAGE = """<html><head><title>{title}</title></head><body>
<header><nav><a href="/jatuh-tempo">Jatuh tempo</a></nav></header>
<main id="main"><h1>Meja kerja kantor ini hari ini</h1>{main}</main></body></html>"""
FORM = '<form action="/{0}" method="post"><input name="note" aria-label="Catatan"><button>{0}</button></form>'
IN_PLACE = '<form action="/tempat" method="post" hx-post><button>Di tempat</button></form>'
DESK = "".join(FORM.format(name) for name in ("menolak", "rusak", "hilang", "kosong")) + IN_PLACE
WRONG = """<p>Daftar mahasiswa.</p><a href="/jatuh-tempo" data-figure="late-cases">2 lewat</a>
<p>67 tepat waktu, 1 terlambat: 90 %</p><button disabled>Tanpa alasan</button>"""
DUE = '<p><a href="/jatuh-tempo" data-figure="late-cases">3 lewat</a></p>'
CLASSES = {"refused", "500", "lost", "empty", "focus", "greyed", "words", "figures", "limit", "waiting"}


def make_planted_office() -> Flask:
    """An office with a fault of every class on its pages."""
    app = Flask("planted", static_folder=None)

    @app.get("/")
    def show_desk() -> str:
        return PAGE.format(title="Meja", main=DESK + WRONG)

    @app.get("/jatuh-tempo")
    def show_due() -> str:
        return PAGE.format(title="Jatuh tempo", main=DUE)

    @app.post("/<what>")
    def answer(what: str) -> Response:
        return ANSWERS[what]()

    return app


def refuse() -> Response:
    problem = Problem.of("forbidden")
    return Response(PAGE.format(title="Ditolak", main=f"<p class='error'>{problem.sentence}</p>"), problem.status)


def crash() -> Response:
    return Response(PAGE.format(title="Rusak", main="<p>Ada yang salah di Loket.</p>"), 500)


def lose_words() -> Response:
    problem = Problem.of("invalid", {"note": "Tulis lebih jelas."})
    typed = request.form.get("note", "")
    main = f"<p class='error'>{problem.sentence}</p>{FORM.format('hilang')}<p>{len(typed)} huruf</p>"
    return Response(PAGE.format(title="Galat", main=main), 422)


ANSWERS = {
    "menolak": refuse,
    "rusak": crash,
    "hilang": lose_words,
    "kosong": lambda: Response("<html><head><title></title></head><body><main id='main'></main></body></html>"),
    "tempat": lambda: Response("<p>Tersimpan, dan papan ketik tidak tahu ke mana.</p>"),
}


class PlantedWorld:
    """The world of a run, with one officer at one planted side."""

    kind, partners = "kecamatan", ()

    def __init__(self, folder: Path, served: Running, desk: Desk) -> None:
        self.folder, self.clock = folder, SetClock(START)
        self.cut: set[str] = set()
        people = (Member("sari", "Sari Rekaan", ("counter",), "Petugas Loket"),)
        self.sides = {"office": Side("office", served.address, people, desk.journal.db)}
        self.sides["kiosk"] = Side("kiosk", served.address, (), desk.journal.db)
        self.today = START.date()

    def side(self, name: str) -> Side:
        return self.sides[name]

    def minutes_pass(self, _minutes: int) -> bool:
        return False


@pytest.fixture
def planted(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A case that no page shows, a limit that stands on another day, and the planted pages over real HTTP."""
    desk.ready()
    with desk.journal.transaction():
        desk.journal.db.run("UPDATE deadline SET due = '2026-12-31' WHERE limit_id = 'promise'")
    served = Running(make_planted_office(), 0)

    @contextmanager
    def planted_world(folder: Path, _kind: str, _days: Mapping[str, int]) -> Iterator[PlantedWorld]:
        yield PlantedWorld(folder, served, desk)

    monkeypatch.setattr(runs, "running_world", planted_world)
    yield
    served.stop()


@pytest.mark.usefixtures("planted")
def test_a_run_finds_what_is_planted_in_every_class(tmp_path: Path) -> None:
    figures = runs.prove_desks(tmp_path, 1, 120, ["kecamatan"])
    assert {fault.kind for fault in figures.faults} == CLASSES
    assert f"{len(figures.faults)} faults" in figures.line()
    assert "seed 1: 120 acts" in figures.line()


@pytest.mark.usefixtures("planted")
def test_one_fault_ends_the_command_with_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["prove", "desks", "--profile", "kecamatan", "--acts", "20"])
    assert command.main() == 1
    told = capsys.readouterr()
    assert told.out.startswith("desks: kecamatan; seed 1: 20 acts")
    assert "[waiting] kecamatan: case 0001/KTP/2026" in told.err


DESK_OF_A_SIGNER = """<html><head><title>Meja</title></head><body>
<header><nav><a href="/berkas">Berkas</a><a href="/rekap">Rekap</a><a href="/surat">Surat</a></nav></header>
<main id="main"><a href="/standar/ktp/usulan">Baca dan tanda tangani</a></main></body></html>"""
PROPOSAL = """<html><head><title>Usulan</title></head><body><main id="main"><a href="/standar">Kembali</a>
<form action="/tanda" method="post"><button>Tanda tangani</button></form>
<form action="/cabut" method="post"><button>Cabut usulan</button></form></main></body></html>"""


def chosen(html: str, path: str, refused: int = 0) -> Counter[str]:
    """What somebody takes of a page in two hundred visits, none of its acts tried before."""
    officer = Officer("office", "http://kantor/", "wiji", [], Handwriting(Random(1), 3000))
    officer.refused = refused
    seen = SeenPage(f"http://kantor{path}", 200, html)
    picks = (officer.choose(seen, Ledger(), Random(number)) for number in range(200))
    return Counter(pick.label if pick else "" for pick in picks)


def test_an_officer_does_what_his_desk_names_and_there_the_work_itself() -> None:
    """The first standard of an office was never signed: its signers went to any page of the menu instead."""
    at_desk, there = chosen(DESK_OF_A_SIGNER, "/"), chosen(PROPOSAL, "/standar/ktp/usulan")
    assert at_desk["Baca dan tanda tangani"] > 140
    assert len(at_desk) == 4, "the rest of the menu is tried too"
    assert there["Tanda tangani"] > 140
    assert 0 < there["Cabut usulan"] < 30


def test_who_is_refused_again_and_again_goes_back_to_his_desk() -> None:
    assert chosen(PROPOSAL, "/standar/ktp/usulan", refused=PATIENCE) == {"": 200}
