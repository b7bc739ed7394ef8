"""Wrong programs on purpose: which changed rule does no test notice? `python -m tests.mutants --help`."""
