"""Where the program's own files lie: beside the packages in a checkout, inside `app/` in a wheel."""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUNDLED = HERE / "_bundled"
"""The wheel puts `templates`, `static` and the guides here (force-include in pyproject.toml); a checkout has none."""

CHECKOUT = HERE.parent


def in_checkout() -> bool:
    """Whether the program runs from its source folder, where tests, bench and docs stand beside it."""
    return not BUNDLED.is_dir()


def resources() -> Path:
    """The folder that holds `templates`, `static` and `docs`."""
    return CHECKOUT if in_checkout() else BUNDLED


def templates() -> Path:
    """Folder of the page and paper templates."""
    return resources() / "templates"


def static() -> Path:
    """Folder of stylesheet, scripts and fonts."""
    return resources() / "static"


def docs() -> Path:
    """Folder of the documents that the program shows; a wheel brings the guides only."""
    return resources() / "docs"


def default_data() -> Path:
    """Where an office keeps its database unless told otherwise: LOKET_DATA, else a folder beside the app.

    An installed wheel has nothing of the office's beside it, so there it is the user's own data folder.
    """
    if named := os.environ.get("LOKET_DATA"):
        return Path(named)
    if in_checkout():
        return CHECKOUT / "data"
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "Loket"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "loket"
