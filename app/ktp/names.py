"""How the definition of this service calls itself, and the kind of people from elsewhere."""

SERVICE = "ktp-el"
AWAY = "luar_domisili"
"""The kind of people whose home is in another regency (Perpres 96/2018 art. 22)."""
