"""`python -m tests.world.path`: the way of two posts through the files of the program, a registration and an LTPP.

A file counts once, a change each time a call goes on in another file of app/, sync/ or schema/. The second post of a
kind is followed: the first loads what comes late. `--draw` prints each file on its way with the depth of the call.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from flask import Flask

from app import compose
from app.compose_office import make_office_app
from schema.database import open_office
from tests.casework.desk.papers import ALL_ITEMS, other
from tests.conftest import adopt, furnish_office
from tests.platform.people import Browser, Clock
from tests.rules.source import CODE, ROOT


class Way(NamedTuple):
    """Files in the order in which a request came to them, each with the depth of the call."""

    steps: list[tuple[str, int]]

    @property
    def files(self) -> set[str]:
        return {path for path, _ in self.steps}

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


def follow(request: Callable[[], Any]) -> Way:
    """The way of a request that is answered in this thread."""
    steps: list[tuple[str, int]] = []
    depth = 0

    def note(frame: FrameType, event: str, _arg: object) -> None:
        nonlocal depth
        path = frame.f_code.co_filename
        if event not in ("call", "return") or not path.startswith(str(ROOT)):
            return
        own = path[len(str(ROOT)) + 1 :]
        if own.startswith(CODE):
            depth += 1 if event == "call" else -1
            if not steps or steps[-1][0] != own:
                steps.append((own, depth))

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
    clerk.get(draft)
    return lambda: expect(clerk.post(draft, {**fields, "have": list(ALL_ITEMS), "aksi": "daftar"}))


def open_report(clerk: Browser, number: int) -> Callable[[], Any]:
    """What opens an LTPP, from its form."""
    clerk.get("/ltpp/baru")
    return lambda: expect(clerk.post("/ltpp/baru", {"source": "audit", "trouble": f"Antrean {number} terlalu lama"}))


def expect(answer: Any) -> None:
    """A post that went well leads on."""
    if answer.status_code != 303:
        raise SystemExit(f"{answer.status_code}: {answer.text[:500]}")


POSTS = {"a registration": ("sari", register, 30, 150), "an LTPP": ("ida", open_report, 18, 80)}
"""What is posted → who posts it, how, and the most files and changes that are aimed at (docs/developers.md)."""


def main(draw: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        furnish_office(Path(folder))
        journal = compose.journal("office", open_office(Path(folder) / "kantor.sqlite3"))
        adopt(journal)
        app = make_office_app(journal, Path(folder), {"CLOCK": Clock()})
        for name, (username, post, files, changes) in POSTS.items():
            clerk = Browser(app, username)
            post(clerk, 1)()
            way = follow_post(app, post(clerk, 2))
            sys.stdout.write(
                f"{name}: {len(way.files)} files (aim {files}), {way.changes} changes of file (aim {changes})\n"
            )
            for path, depth in way.steps if draw else ():
                sys.stdout.write(f"{'  ' * depth}{path}\n")


if __name__ == "__main__":
    main("--draw" in sys.argv[1:])
