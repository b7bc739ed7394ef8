"""A lived-in office and a centre out of nothing: synthetic people, a year of work, and the walk through it."""
