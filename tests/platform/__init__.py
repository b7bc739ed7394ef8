"""Tests of the wing `app/platform`."""
