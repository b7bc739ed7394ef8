"""A fault planted in each class is found, and what is right is left alone: a small program served over real HTTP."""

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from flask import Flask, request
from markupsafe import escape

from app.cli.serving import Running
from app.core.problems import Problem
from app.paths import template_folder
from tests.proof.desks.handwriting import Handwriting
from tests.proof.desks.officer import Officer, Sent
from tests.proof.desks.pages import Offer, SeenPage
from tests.proof.desks.refusals import Answer, judge_answer, listening
from tests.proof.desks.world import TODAY

Reply = Callable[[], tuple[str, int]]
FRAME = "<html><head><title>{title}</title></head><body><main id='main'>{main}</main></body></html>"
FORM = """<h1>Halaman dengan sebuah formulir</h1><form action="/{plant}" method="post"{more}>
<label for="note">Catatan</label><textarea id="note" name="note">{note}</textarea><button>Simpan</button></form>"""


def page(main: str, status: int = 200, title: str = "Berkas") -> tuple[str, int]:
    return FRAME.format(title=title, main=main), status


def refuse(code: str, **details: Any) -> Reply:
    def reply() -> tuple[str, int]:
        problem = Problem.of(code, **details)
        return page(f"<p class='error-summary'>{problem.sentence}</p>", problem.status)

    return reply


def with_words(code: str, words: str | None = None) -> Reply:
    def reply() -> tuple[str, int]:
        problem = Problem.of(code)
        note = escape(request.form["note"] if words is None else words)
        form = FORM.format(plant="x", more="", note=note)
        return page(f"<p class='error-summary'>{problem.sentence}</p>{form}", problem.status)

    return reply


def crash() -> tuple[str, int]:
    return page("<p class='astray-say'>Ada yang salah di Loket</p>", 500)


LOCKED = """<p>Layar terkunci, masukkan kata sandi.</p><form><input type="hidden" name="note" value="{}">
<input name="kunci-sandi"></form>"""
PLANTED: dict[str, tuple[Reply, str]] = {
    "permission": (refuse("forbidden"), "refused"),
    "state": (refuse("state", what="Berkas", state="selesai"), "refused"),
    "second-person": (refuse("second_person"), "refused"),
    "own-authority": (refuse("own_authority"), "refused"),
    "pin-waits": (refuse("pin_waits", when="besok"), "refused"),
    "pin-missing": (refuse("pin_missing"), "refused"),
    "pin-locked": (refuse("pin_locked"), "refused"),
    "signer": (refuse("standard"), "refused"),
    "registration": (refuse("series", name="surat"), "refused"),
    "gone": (refuse("not_found", what="Berkas itu"), "refused"),
    "conflict": (refuse("conflict", why="Cetak dulu kartunya."), "refused"),
    "crash": (crash, "500"),
    "empty": (lambda: page(""), "empty"),
    "untitled": (lambda: page("<p>Halaman ini tidak punya nama.</p>", title=""), "empty"),
    "lost": (with_words("reason_needed", ""), "lost"),
    "lost-under-the-lock": (lambda: page(LOCKED.format(""), 423), "lost"),
}
RIGHT: dict[str, Reply] = {
    "saved": lambda: page("<p>Catatan disimpan, terima kasih banyak.</p>"),
    "refused-for-what-was-typed": with_words("reason_needed"),
    "kept-under-the-lock": lambda: page(LOCKED.format(escape(request.form["note"])), 423),
}
IN_PLACE = {
    "focus": ("<div><p>Tersimpan tanpa tempat bagi papan ketik.</p></div>", ["focus"]),
    "acted": ("<div class='acted' tabindex='-1'><p>Tersimpan.</p></div>", []),
    "errors": ("<form><div class='error-summary' tabindex='-1'>Isi alasannya.</div></form>", []),
}


def make_program() -> Flask:
    app = Flask("planted", static_folder=None)
    replies = {name: reply for name, (reply, _) in PLANTED.items()} | RIGHT
    for name, reply in replies.items():
        app.add_url_rule(f"/{name}", name, answering(name, "", reply), methods=["GET", "POST"])
    for name, (part, _) in IN_PLACE.items():
        app.add_url_rule(f"/{name}", name, answering(name, " hx-post", part_of(part)), methods=["GET", "POST"])
    return app


def part_of(part: str) -> Reply:
    return lambda: (part, 200)


def answering(name: str, more: str, reply: Reply) -> Reply:
    def answer() -> tuple[str, int]:
        return reply() if request.method == "POST" else page(FORM.format(plant=name, more=more, note=""))

    return answer


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    served = Running(make_program(), 0)
    yield f"http://{served.address}/"
    served.stop()


def send_form(address: str, name: str) -> Answer:
    """An officer opens a page, fills its one form and sends it."""
    officer = Officer("office", address, "retno", ["sandi"], Handwriting(Random(1), 3000))
    with listening() as ear:
        officer.here = officer.open(name, ear).page
        (offer,) = officer.here.offers
        sent = Sent()
        for blank in offer.blanks:
            officer.fill_blank(blank, sent, TODAY, wrongly=False)
        return officer.ask(offer, ear, sent)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(address: str, name: str) -> None:
    found = [fault.kind for fault in judge_answer(send_form(address, name))]
    assert found == [PLANTED[name][1]]


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_left_alone(address: str, name: str) -> None:
    assert list(judge_answer(send_form(address, name))) == []


@pytest.mark.parametrize("name", IN_PLACE)
def test_an_answer_in_place_must_leave_the_keyboard_somewhere(address: str, name: str) -> None:
    assert [fault.kind for fault in judge_answer(send_form(address, name))] == IN_PLACE[name][1]


def test_a_fault_names_who_did_what_and_what_was_said(address: str) -> None:
    (fault,) = judge_answer(send_form(address, "permission"))
    assert fault.where == "office/retno, post /permission (Simpan)"
    assert "403 forbidden" in fault.sentence


HIDDEN = """<html><body><main id="main"><a href="/kertas.pdf" data-print="q">Cetak</a>
<form action="/sekarang" method="post"><button>Sekarang</button></form>
<div id="q" hidden><form action="/nanti" method="post"><button>Ya, benar</button></form></div>
<form action="/tidak" method="post"><button disabled aria-describedby="why">Tidak bisa</button></form>
<p id="why">Menunggu PIN Anda berlaku besok.</p></main></body></html>"""


def test_what_is_not_seen_is_not_offered_and_a_greyed_act_says_why() -> None:
    seen = SeenPage("http://127.0.0.1/", 200, HIDDEN)
    shown = {offer.label: offer for offer in seen.offers}
    assert (shown["Ya, benar"].hidden_in, shown["Cetak"].shows) == ("q", "q")
    assert [offer.label for offer in seen.offers if offer.does == "send"] == ["Sekarang", "Ya, benar"]
    greyed: Offer = shown["Tidak bisa"]
    assert (greyed.does, greyed.reason) == ("greyed", "Menunggu PIN Anda berlaku besok.")


def test_every_way_in_which_a_page_says_what_went_wrong_is_read() -> None:
    """A note as the program's own macro draws it."""
    macros = (template_folder() / "_macros.html").read_text(encoding="utf-8")
    drawn = re.search(r'<div class="note is-\{\{ kind \}\}', macros)
    assert drawn
    bad = drawn.group().replace("{{ kind }}", "bad") + '"><p>Belum tercatat</p></div>'
    warning = drawn.group().replace("{{ kind }}", "warn") + '"><p>Periksa</p></div>'
    main = f"<main id='main'>{bad}{warning}<p class='error'>Wajib.</p></main>"
    assert SeenPage("http://127.0.0.1/", 422, main).problems == ["Belum tercatat", "Wajib."]
