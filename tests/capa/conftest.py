"""The book and its office, as in tests/complaints."""

from tests.complaints.conftest import as_ida, book, journal, web

__all__ = ["as_ida", "book", "journal", "web"]
