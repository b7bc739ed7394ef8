"""Where a centre is, without what it takes to talk to it: an office at rest does not load requests."""

from __future__ import annotations

CONNECT_SECONDS = 5.0


def base_address(address: str) -> str:
    """`pusat.example:8135` as a base address; files are sealed and answers signed, so http is enough."""
    return (address if "://" in address else f"http://{address}").rstrip("/")
