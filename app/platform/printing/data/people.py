"""Lists of the people of a request: schedule, receipt with signatures, report."""

from app.platform.printing.data.books import Column, Fact
from app.platform.printing.data.common import Official, Paper, Part

Cell = str | int


class PeopleTable(Part):
    """A table of the paper. `signed` adds a column to sign in; `nothing` stands there when it has no row."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    signed: bool = False
    nothing: str = ""


class PeopleList(Paper):
    """A list of people. `balance` are the parts of a sum with the sum first; an empty `receiver` signs nothing,
    a `maker` signs what the `giver` acknowledges."""

    title: str
    number: str
    facts: tuple[Fact, ...]
    opening: str
    tables: tuple[PeopleTable, ...]
    balance: tuple[Fact, ...]
    giver: Official
    giver_heading: str
    receiver: str = ""
    maker: Official | None = None
