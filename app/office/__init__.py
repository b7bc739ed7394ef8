"""The office: identity, settings, villages, calendar, number series, adopted standards, devices, oversight."""
