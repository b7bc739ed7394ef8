"""The columns of the list that goes to a partner, and an address, as the definition of the service names them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from app.batches.partners import partner_of, rules_for
from app.core.dates import numeric_date
from app.desk.form import SEXES, choice_labels
from app.desk.tables import CaseFile
from app.office import queries as office
from schema.database import Database
from schema.service_procedure import Definition, Field
from schema.service_standard import PartnerColumn

Cell = str | date | None


def fields_by_id(definition: Definition) -> dict[str, Field]:
    return {field.id: field for field in definition.fields}


def column_heads(definition: Definition, columns: Iterable[PartnerColumn]) -> list[str]:
    known = fields_by_id(definition)
    return [column.head or known[column.fields[0]].heading for column in columns]


def is_day(definition: Definition, column: PartnerColumn) -> bool:
    known = fields_by_id(definition)
    return column.supplied == "record_day" or any(known[name].type == "date" for name in column.fields)


def column_cells(
    db: Database, definition: Definition, case: CaseFile, columns: Sequence[PartnerColumn], at: datetime | None = None
) -> list[Cell]:
    """What stands in these columns for a case; what its service keeps beside the form as known at `at`."""
    values: dict[str, str] = json.loads(case.fields)
    supplied: dict[str, Cell] = {}
    if any(column.supplied for column in columns):
        _, words, day = rules_for(db, case.service).recording(db, case.main_key, at)
        on = date.fromisoformat(day) if day else None
        if on and not any(column.supplied == "record_day" for column in columns):
            words = f"{words}, {numeric_date(on)}"
        supplied = {"record": words, "record_day": on}
        supplied["address"] = to_address(definition, values)
    return [
        supplied[column.supplied] if column.supplied else field_cell(db, definition, values, column.fields)
        for column in columns
    ]


def field_cell(db: Database, definition: Definition, values: Mapping[str, str], names: Sequence[str]) -> Cell:
    """One field as what it is; several as one text."""
    if len(names) == 1 and fields_by_id(definition)[names[0]].type == "date":
        return date.fromisoformat(values[names[0]]) if values.get(names[0]) else None
    texts = [shown_value(db, definition, name, values.get(name, "")) for name in names]
    return ", ".join(text for text in texts if text)


def shown_value(db: Database, definition: Definition, name: str, value: str) -> str:
    field = fields_by_id(definition)[name]
    if field.type == "village":
        return office.area_names(db).get(value, value)
    if field.type == "sex":
        return SEXES.get(value, "")
    if field.type == "choice":
        return choice_labels(field, definition).get(value, value)
    return numeric_date(date.fromisoformat(value)) if field.type == "date" and value else value


def cell_text(cell: Cell) -> str:
    return numeric_date(cell) if isinstance(cell, date) else cell or ""


def to_address(definition: Definition, values: Mapping[str, str]) -> str:
    """`Dusun Krajan, RT 003 RW 001` as the form says it, or the home address of somebody from elsewhere."""
    parts: list[str] = []
    numbered = False
    for name in partner_of(definition).address:
        value, kind = values.get(name, ""), fields_by_id(definition)[name].type
        if not value:
            continue
        text = f"{kind.upper()} {value}" if kind in ("rt", "rw") else value
        if numbered and kind == "rw":
            parts[-1] += f" {text}"
        else:
            parts.append(text)
        numbered = kind == "rt"
    return ", ".join(parts)
