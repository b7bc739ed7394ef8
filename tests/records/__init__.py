"""Tests of the wing `app/records`."""
