"""The book and its office, as in tests/services/complaints."""

from tests.services.complaints.conftest import as_ida, book, office_file, web

__all__ = ["as_ida", "book", "office_file", "web"]
