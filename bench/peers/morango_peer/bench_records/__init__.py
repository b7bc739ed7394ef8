"""The one table that travels."""
