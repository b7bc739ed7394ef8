"""The office that carries KTP files, as in tests/services/ktp."""

from tests.services.ktp.conftest import desk, office_file, rooms, shell, web

__all__ = ["desk", "office_file", "rooms", "shell", "web"]
