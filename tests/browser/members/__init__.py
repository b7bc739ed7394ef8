"""Collective cards in a real Chromium."""
