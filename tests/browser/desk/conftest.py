"""The desk's office for the browser: the same fixtures as in tests/cases."""

from tests.cases.conftest import journal, opened, rooms, sari, shell, web  # noqa: F401
