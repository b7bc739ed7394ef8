"""Where the program's own files lie: beside the packages in a checkout, inside `app/` in a wheel."""

import os
from pathlib import Path

APP_FOLDER = Path(__file__).resolve().parent
BUNDLED = APP_FOLDER / "_bundled"
"""The wheel puts `templates`, `static` and the guides here (force-include in pyproject.toml); a checkout has none."""

CHECKOUT = APP_FOLDER.parent


VERSIONS = "versi"
"""Below the installed program: the versions that updates put beside it (app/platform/updates/versions.py)."""


def home_folder() -> Path:
    """The folder of the installation, which stays while versions come and go."""
    if CHECKOUT.parent.name == VERSIONS:
        return CHECKOUT.parent.parent
    return CHECKOUT


def in_checkout() -> bool:
    return not BUNDLED.is_dir()


def resource_folder() -> Path:
    return CHECKOUT if in_checkout() else BUNDLED


def template_folder() -> Path:
    return resource_folder() / "templates"


def static_folder() -> Path:
    return resource_folder() / "static"


def docs_folder() -> Path:
    return resource_folder() / "docs"


def default_data() -> Path:
    """Where an office keeps its database unless told otherwise: LOKET_DATA, else a folder of the installation.

    An installed wheel has nothing of the office's beside it, so there it is the user's own data folder.
    """
    if named := os.environ.get("LOKET_DATA"):
        return Path(named)
    if in_checkout():
        return home_folder() / "data"
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "Loket"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "loket"
