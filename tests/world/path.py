"""`python -m tests.world.path`: the way of requests through the files of the program: a registration, the page of its
case, a step of it, and an LTPP.

A file counts once, a change each time a call goes on in another file of app/, sync/ or schema/. The second post of a
kind is followed: the first loads what comes late. Each file is printed where it is first called, as developers' page
shows it for the LTPP; `--draw` prints every change.
"""

import sys
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from flask import Flask

from app import compose
from app.compose_office import make_office_app
from app.platform.web.own_flask import text_to_write
from schema.database import open_office
from tests.casework.desk.papers import ALL_ITEMS, other
from tests.conftest import adopt, furnish_office
from tests.platform.people import Browser, Clock
from tests.rules.source import CODE, ROOT


class Step(NamedTuple):
    """A file to which a request came: how many files it came through, and what it called there."""

    path: str
    depth: int
    function: str


class Way(NamedTuple):
    """The steps of a request in their order."""

    steps: list[Step]

    @property
    def files(self) -> set[str]:
        return {step.path for step in self.steps}

    @property
    def changes(self) -> int:
        """How often the way goes on in another file."""
        return len(self.steps) - 1


def follow_post(app: Flask, send: Callable[[], Any]) -> Way:
    """The way of a post from where the server hands it to the program, to where its answer is given back.

    What the browser of the tests does of its own is left out: it reads the token of the form out of the cookie.
    """
    ways: list[Way] = []
    serve = app.wsgi_app

    def followed(environ: dict[str, Any], start_response: Any) -> Any:
        answers: list[Any] = []
        ways.append(follow(lambda: answers.append(serve(environ, start_response))))
        return answers[0]

    app.wsgi_app = followed  # type: ignore[method-assign]  # as a server's middleware is put around an application
    try:
        send()
    finally:
        app.wsgi_app = serve  # type: ignore[method-assign]
    return ways[-1]


WATCHER = "tests/answers.py"
"""Looks through every answer that a test gets; what it asks the program for is no part of a request."""


ESCAPING = text_to_write.__code__
"""Takes the place of a function of markupsafe at each value of a page; nobody who reads a template goes there."""


def follow(request: Callable[[], Any]) -> Way:
    """The way of a request that is answered in this thread."""
    steps: list[Step] = []
    calls: list[str] = []
    watched: list[str] = []

    def note(frame: FrameType, event: str, _arg: object) -> None:
        path = frame.f_code.co_filename
        if event not in ("call", "return") or not path.startswith(str(ROOT)) or frame.f_code is ESCAPING:
            return
        own = path[len(str(ROOT)) + 1 :]
        if own == WATCHER and event == "call":
            watched.append(own)
        elif own == WATCHER:
            watched.pop()
        if watched or not own.startswith(CODE):
            return
        if event == "call":
            calls.append(own)
        elif calls:
            calls.pop()
        if not steps or steps[-1].path != own:
            through = sum(here != there for here, there in pairwise(calls))
            steps.append(Step(own, through, frame.f_code.co_qualname))

    sys.setprofile(note)
    try:
        request()
    finally:
        sys.setprofile(None)
    return Way(steps)


def register(clerk: Browser, number: int) -> Callable[[], Any]:
    """What sends the whole form of somebody new, which was drawn before."""
    fields = other(number)
    draft = clerk.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": fields["nik"]}).location
    expect(clerk.get(draft), 200)
    return lambda: expect(clerk.post(draft, {**fields, "have": list(ALL_ITEMS), "aksi": "daftar"}))


def registered_case(clerk: Browser, number: int) -> str:
    """The page of a case that was just registered."""
    receipt = register(clerk, number)()
    return str(receipt.location).partition("/kertas/")[0]


def show_case(clerk: Browser, number: int) -> Callable[[], Any]:
    """What opens the page of a case."""
    page = registered_case(clerk, number + 2)
    return lambda: expect(clerk.get(page), 200)


def end_step(clerk: Browser, number: int) -> Callable[[], Any]:
    """What ends the first check of a case from its page: it goes back to the applicant."""
    page = registered_case(clerk, number + 4)
    back = {"outcome": "returned", "step": "validate", "note": "Foto tidak terbaca."}
    return lambda: expect(clerk.post(f"{page}/langkah", back))


def open_report(clerk: Browser, number: int) -> Callable[[], Any]:
    """What opens an LTPP, from its form."""
    expect(clerk.get("/ltpp/baru"), 200)
    return lambda: expect(clerk.post("/ltpp/baru", {"source": "audit", "trouble": f"Antrean {number} terlalu lama"}))


def expect(answer: Any, status: int = 303) -> Any:
    """A post that went well leads on, a page that went well is drawn."""
    if answer.status_code != status:
        raise SystemExit(f"{answer.status_code}: {answer.text[:500]}")
    return answer


class Post(NamedTuple):
    """A post that is followed: who sends it, how, the most files and changes of file that it may pass, and how many are
    aimed at."""

    username: str
    prepare: Callable[[Browser, int], Callable[[], Any]]
    most: tuple[int, int]
    aim: tuple[int, int]


POSTS = {
    "a registration": Post("sari", register, (27, 150), (30, 150)),
    "a case's page": Post("sari", show_case, (69, 820), (30, 150)),
    "a step of a case": Post("sari", end_step, (26, 143), (30, 150)),
    "an LTPP": Post("ida", open_report, (17, 78), (18, 80)),
}
"""What is followed; `tests/rules/test_path.py` holds `most`: the files as they are, the changes with a few more (149,
815, 140 and 75 on 27 November 2026; decision 90)."""


def follow_posts(app: Flask) -> dict[str, Way]:
    """The way of each post in an office whose standards are in force."""
    ways = {}
    for name, post in POSTS.items():
        clerk = Browser(app, post.username)
        post.prepare(clerk, 1)()
        ways[name] = follow_post(app, post.prepare(clerk, 2))
    return ways


def draw_way(way: Way) -> str:
    """Each file on a way, as deep as the files that came to it."""
    return "".join(f"{'  ' * step.depth}{step.path}  {step.function}\n" for step in way.steps)


def draw_for_page(way: Way) -> str:
    """Each file on a way once, where it is first called and what of it."""
    first = {step.path: step for step in reversed(way.steps)}
    drawn = sorted(first.values(), key=way.steps.index)
    return "".join(f"{'  ' * step.depth + step.path:<50}{step.function}\n" for step in drawn)


def main(draw: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        furnish_office(Path(folder))
        journal = compose.journal("office", open_office(Path(folder) / "kantor.sqlite3"))
        adopt(journal)
        app = make_office_app(journal, Path(folder), {"CLOCK": Clock()})
        for name, way in follow_posts(app).items():
            files, changes = POSTS[name].aim
            counted = f"{len(way.files)} files (aim {files}), {way.changes} changes of file (aim {changes})"
            sys.stdout.write(f"{name}: {counted}\n{(draw_way if draw else draw_for_page)(way)}")


if __name__ == "__main__":
    main("--draw" in sys.argv[1:])
