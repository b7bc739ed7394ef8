"""The office room: first run, settings, calendar, standards, page of the exchange, health, supervision."""
