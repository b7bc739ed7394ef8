"""The office that carries KTP files, as in tests/ktp: its service is the one whose product a centre makes."""

from tests.ktp.conftest import desk, office_file, rooms, shell, web

__all__ = ["desk", "office_file", "rooms", "shell", "web"]
