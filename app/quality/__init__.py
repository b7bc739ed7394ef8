"""What the office says of its own work: checks, LTPP, recap of a quarter, surveys, indicators, evaluation.

Knows all that does the work (`core`, `platform`, `casework`, `services`); nothing of those knows it.
"""
