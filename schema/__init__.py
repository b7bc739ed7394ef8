"""Databases, migrations, definitions and the seed data of an office."""
