"""The book and its office, as in tests/complaints."""

from tests.complaints.conftest import approved, as_ida, book, drafted, journal, kiosk, web

__all__ = ["approved", "as_ida", "book", "drafted", "journal", "kiosk", "web"]
