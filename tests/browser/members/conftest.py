"""The bureau of tests/members."""

from tests.members.conftest import office_file

__all__ = ["office_file"]
