"""Clauses 8 and 9 of a standard at work: facilities with what is broken, people against the posts."""
