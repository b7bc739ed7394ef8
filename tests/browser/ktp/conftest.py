"""The office of identity cards for the browser: the same fixtures as in tests/ktp."""

from tests.ktp.conftest import desk, journal, rooms, shell, web

__all__ = ["desk", "journal", "rooms", "shell", "web"]
