"""Clause 10 of a standard at work: internal checks with questions, a random sample, findings and their answers."""
