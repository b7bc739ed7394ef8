"""The ground: databases, migrations, definitions and the seed data of an office."""
