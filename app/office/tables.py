"""Tables that only this room writes."""

from __future__ import annotations

from schema.tables import Table


class Setting(Table):
    """One setting; `value` is JSON text."""


class Village(Table):
    """A desa of the kecamatan with its head, who signs applications (SP 4.2)."""


class HolidayRow(Table, table="holiday"):
    """A day nobody works: national holiday, cuti bersama or a local one."""


class NumberSeries(Table):
    """Pattern and start value of one series of numbers."""


class NumberUsed(Table):
    """Every number given, so that none is given twice."""


class Standard(Table):
    """A revision of a service standard that the office adopted, with its full text."""


class Device(Table):
    """A piece of equipment (SP 8) and whether it works."""
