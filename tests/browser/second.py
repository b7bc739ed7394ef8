"""An office as a second, real process that a test may kill: `python -m tests.browser.second FOLDER PORT`."""

import os
import subprocess
import sys
from pathlib import Path

from app.cli.office import open_office_journal
from app.cli.serving import free_port, open_server
from app.compose_office import make_office_app
from tests.browser.job.stage import furnish
from tests.proof.pair import START, pair
from tests.rules.source import ROOT


def serve(folder: Path, port: int) -> None:
    """The office's pages, until the process ends. Its clock stands still, as in every test."""
    app = make_office_app(open_office_journal(folder), folder, {"CLOCK": lambda: START})
    server = open_server(app, "127.0.0.1", port)
    print("ready", flush=True)  # noqa: T201
    server.run()


class SecondOffice:
    """The process with its folder and port; it can be killed and started again on the same data."""

    def __init__(self, folder: Path) -> None:
        made = pair(folder, durable=True)
        furnish(made)
        made.close()
        self.folder, self.port = folder / "kantor", free_port(0)
        self.start()

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until it listens."""
        arguments = [sys.executable, "-m", "tests.browser.second", str(self.folder), str(self.port)]
        self.process = subprocess.Popen(arguments, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def kill(self) -> None:
        """The power goes: SIGKILL."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
