"""Tests of the wing `app/quality`."""
