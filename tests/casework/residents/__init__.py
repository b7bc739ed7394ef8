"""The reference of residents: reading a list, comparing a form with it, destroying it."""
