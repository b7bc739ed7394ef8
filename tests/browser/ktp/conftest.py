"""The KTP desk for the browser: the same fixtures as in tests/ktp."""

from tests.ktp.conftest import desk, journal, rooms, shell, web  # noqa: F401
