"""Officers who wander: `python3 run.py prove desks` (docs/decisions/0018-proofs-outside.md)."""
