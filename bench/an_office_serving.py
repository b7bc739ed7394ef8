"""Serve a filled office for the figure `pages`: the real pages behind the real waitress, on a day that stands still.

`python bench/an_office_serving.py FOLDER`: prints port and session cookie of a signed-in clerk.
"""

import secrets
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.cli.serving import open_server
from app.compose_office import make_office_app
from app.people.sessions import open_session
from bench.an_office import NOW, opened

PERSON = 3


def main(data: Path) -> None:
    """Until killed."""
    with opened(data) as journal:
        app = make_office_app(journal, data, {"CLOCK": lambda: NOW})
        token = open_session(journal.db, person_id=PERSON, now=NOW, address="127.0.0.1")
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        server = open_server(app, "127.0.0.1", 0)
        session = {
            "sid": token,
            "csrf_token": secrets.token_hex(20),
        }  # as a browser keeps it after its first page
        cookie = f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(session)}"
        print(server.effective_port, cookie, flush=True)
        server.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
