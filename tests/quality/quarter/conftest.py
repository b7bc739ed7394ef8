"""The book and its office, as in tests/services/complaints."""

from tests.services.complaints.conftest import approved, book, drafted, kiosk, office_file, web

__all__ = ["approved", "book", "drafted", "kiosk", "office_file", "web"]
