"""The desk's office for the browser: the same fixtures as in tests/desk."""

from tests.desk.conftest import journal, opened, rooms, sari, shell

__all__ = ["journal", "opened", "rooms", "sari", "shell"]
