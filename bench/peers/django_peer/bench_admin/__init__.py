"""The table of cases and its list."""
