"""The office with the KTP standard in force and all its rooms, as in tests/services/ktp."""

from tests.services.ktp.conftest import desk, office_file, rooms, shell, web

__all__ = ["desk", "office_file", "rooms", "shell", "web"]
