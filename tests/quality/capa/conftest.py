"""The book and its office, as in tests/services/complaints."""

from tests.services.complaints.conftest import book, office_file, web

__all__ = ["book", "office_file", "web"]
