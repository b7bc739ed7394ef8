"""The office room: first run, settings, calendar, standards, road page, health, supervision."""
