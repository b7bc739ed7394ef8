"""What other rooms' cases do because of a KTP entry: small bridges to the desk's own tables and entries."""

from __future__ import annotations

SERVICE = "ktp-el"
AWAY = "luar_domisili"
"""The kind of people whose home is in another regency (Perpres 96/2018 art. 22)."""
HOME = ("home_address", "home_village", "home_kecamatan", "home_regency", "home_province")
"""Fields of their home address, smallest place first."""
