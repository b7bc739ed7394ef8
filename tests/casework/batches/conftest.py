"""The office that carries KTP files, as in tests/services/ktp: its service is the one whose product a centre makes."""

from tests.services.ktp.conftest import desk, office_file, rooms, shell, web

__all__ = ["desk", "office_file", "rooms", "shell", "web"]
