"""Serve a filled office for the figure `pages`: the real pages behind the real waitress, on a day that stands still.

`python bench/an_office_serving.py FOLDER [PASSPHRASE]`: prints port and session cookies of a clerk, a section head and
a secretary.
"""

import secrets
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask import Flask

from app.cli.serving import open_server
from app.compose_office import make_office_app
from app.platform.people.sessions import open_session
from bench.an_office import NOW, opened
from sync.database_key import unlock
from sync.journal import Journal

PEOPLE = (3, 2, 1)
"""Clerk, section head, secretary."""


def main(data: Path, passphrase: str = "") -> None:
    """Until killed."""
    if passphrase:
        unlock(data, passphrase)
    with opened(data) as journal:
        app = make_office_app(journal, data, {"CLOCK": lambda: NOW})
        server = open_server(app, "127.0.0.1", 0)
        print(server.effective_port, *(cookie(app, journal, person) for person in PEOPLE), flush=True)
        server.run()


def cookie(app: Flask, journal: Journal, person: int) -> str:
    """The session of somebody who is signed in, as a browser keeps it after its first page."""
    token = open_session(journal.db, person_id=person, now=NOW, address="127.0.0.1")
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # of the cookie kind
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'sid': token, 'csrf_token': secrets.token_hex(20)})}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
