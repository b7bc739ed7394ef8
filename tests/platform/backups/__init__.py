"""Backups as both sides see them: what their threads do."""
