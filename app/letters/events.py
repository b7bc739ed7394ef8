"""Journal kinds of letters."""

from sync.entries import Kind

KINDS: list[Kind] = []
