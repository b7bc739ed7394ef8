"""Which command of the pages is typed by which part of the book, and why the others are not."""

import ast
from importlib import import_module
from pathlib import Path

from tests.book.page import ADMINISTRATORS, TAKEN, WINDOWS, Written, command, commands
from tests.rules.source import ROOT

PARTS = ("base", "office", "centre", "standby")
EXCEPTIONS = {
    'sudo timedatectl set-time "2026-03-12 09:42"': "would set the clock of the machine that runs the test",
    ".venv\\Scripts\\python": "of Windows: the same call as on Debian",
    "py run.py encrypt --account": "Windows has the account's key, Wine has not (docs/windows.md)",
    'caddy run --config "C:\\Loket\\data\\proksi\\caddy.json"': "Caddy for Windows is fetched by the administrator",
    "sudo apt install ./loket_VERSI_amd64.deb": "the package, which tests/debian/walk.py installs by dpkg",
    "sudo dpkg-reconfigure loket": "of the package: tests/debian/walk.py types it when the Python is gone",
    "sudo systemctl edit loket": "opens an editor, for the package alone",
}
"""Command of the administrators' page → why nobody types it here."""
NOT_IN_WINE = {
    'netsh advfirewall firewall add rule name="Loket Caddy" dir=in action=allow protocol=TCP localport=443 '
    'profile=private program="C:\\Loket\\caddy.exe"': "Wine's netsh does nothing and says that it went well",
    'icacls C:\\Loket\\data /inheritance:r /grant:r "%USERNAME%:(OI)(CI)F" "SYSTEM:(OI)(CI)F"': (
        "Wine's icacls does nothing and says that it went well"
    ),
    'schtasks /Create /TN "Loket" /SC ONLOGON /RU "%USERNAME%" /TR "py C:\\Loket\\run.py office"': (
        "Wine's schtasks ends with 1 and makes no task; the command within is typed"
    ),
    "caddy run --config C:\\Loket\\data\\proksi\\caddy.json": "Caddy for Windows is fetched by the administrator",
}
"""Command of the page for Windows → why no walk of tests/windows types it."""
WINDOWS_PARTS = ("typed", "packaged")


def typed_by_parts() -> list[Written]:
    """Every command of the administrators' page that a part of the book names."""
    return [found for part in PARTS for found in typed_by(f"tests.book.{part}")]


def typed_by(name: str, page: str = ADMINISTRATORS) -> list[Written]:
    """The commands that a module takes from a page: its calls of `command` with words, or names of its constants."""
    names = vars(import_module(name))
    tree = ast.parse((ROOT / Path(*name.split("."))).with_suffix(".py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and is_command(node)]
    said = [[word_of(argument, names) for argument in call.args] for call in calls]
    return [Written(heading, command(heading, *words, page=page)) for heading, *words in said]


def is_command(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "command"


def word_of(argument: ast.expr, names: dict[str, object]) -> str:
    return str(names[argument.id] if isinstance(argument, ast.Name) else ast.literal_eval(argument))


def not_typed() -> list[Written]:
    """Commands of the administrators' page that neither a part nor a reason knows."""
    known = {text for _, text in typed_by_parts()} | set(EXCEPTIONS)
    return [found for found in commands(ADMINISTRATORS) if found.text not in known]


def typed_on_windows() -> set[str]:
    return {text for part in WINDOWS_PARTS for _, text in typed_by(f"tests.windows.{part}", WINDOWS)}


def not_on_windows(typed: set[str]) -> list[str]:
    """Commands of the page for Windows that are neither typed nor have a reason."""
    return [text for _, text in commands(WINDOWS) if text not in typed and text not in NOT_IN_WINE]


def never_typed_on_windows() -> list[str]:
    """What is missing at the end of the walks of this process."""
    return not_on_windows({text for _, text in TAKEN})
