"""The bureau of tests/casework/members."""

from tests.casework.members.conftest import office_file

__all__ = ["office_file"]
