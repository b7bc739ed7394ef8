"""The desk's office for the browser: the same fixtures as in tests/casework/desk."""

from tests.casework.desk.conftest import office_file, opened, rooms, sari, shell

__all__ = ["office_file", "opened", "rooms", "sari", "shell"]
