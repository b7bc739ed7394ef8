"""Backups as both sides see them: how they stand, the recovery key, and what lies beside an emptied database."""
