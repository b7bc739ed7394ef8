"""What this room begins with when an office is set up: sections and time limits, to be set by the office itself."""

from __future__ import annotations

from app.complaints.limits import seed

FOUNDED = seed
