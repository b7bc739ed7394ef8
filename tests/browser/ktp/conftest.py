"""The office of identity cards for the browser: the same fixtures as in tests/services/ktp."""

from tests.services.ktp.conftest import desk, office_file, rooms, shell, web

__all__ = ["desk", "office_file", "rooms", "shell", "web"]
