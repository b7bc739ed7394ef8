"""The version of the program; pyproject.toml reads it from here."""

VERSION = "0.3.0"
