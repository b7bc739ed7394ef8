"""Officers who wander: `python3 run.py prove desks` (docs/decisions/0068-officers-who-wander.md)."""
