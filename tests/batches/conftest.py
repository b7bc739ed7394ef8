"""The office that carries KTP files, as in tests/ktp: its service is the one whose product a centre makes."""

from tests.ktp.conftest import desk, journal, rooms, shell, web

__all__ = ["desk", "journal", "rooms", "shell", "web"]
