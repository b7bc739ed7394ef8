"""Journal kinds of student cards. `apply` sees only the entry and the tables."""

from sync.entries import Kind

KINDS: list[Kind] = []
