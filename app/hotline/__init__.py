"""Calls, messages and walk-in questions: contacts, their clocks, desk information, reports."""
