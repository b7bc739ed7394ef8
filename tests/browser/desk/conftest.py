"""The desk's office for the browser: the same fixtures as in tests/cases."""
