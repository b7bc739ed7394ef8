"""The office with the KTP standard in force and all its rooms, as in tests/ktp."""

from tests.ktp.conftest import desk, office_file, rooms, shell, web

__all__ = ["desk", "office_file", "rooms", "shell", "web"]
