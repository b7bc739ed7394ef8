"""Tests of the wing `app/casework`."""
