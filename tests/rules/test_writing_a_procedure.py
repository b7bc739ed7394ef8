"""The page that teaches writing a procedure is true: its example is the file that the browser carries through."""

import json
import re

from msgspec.structs import fields

from app.core.procedure.format_keys import HEADING, keys_as_text
from schema.service_procedure import Definition
from tests.casework.desk.market import TEXT
from tests.rules.source import ROOT

PAGE = (ROOT / "docs/writing-a-procedure.md").read_text(encoding="utf-8")


def test_every_piece_stands_in_the_file_that_is_proposed_signed_and_used() -> None:
    pieces = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(pieces) >= 8
    assert [piece for piece in pieces if piece not in TEXT] == []


def test_every_table_of_a_definition_is_named() -> None:
    shown = " ".join(re.findall(r"`([^`\n]+)`|^\[+([a-z_.]+)\]+$|^([a-z_]+) = ", PAGE, re.MULTILINE).__str__().split())
    assert [field.name for field in fields(Definition) if not re.search(rf"\b{field.name}\b", shown)] == []


def test_the_last_part_names_every_key_of_every_table() -> None:
    """Compared with the published schema, which comes from the structs by another way."""
    defined = json.loads((ROOT / "schema/services/service.schema.json").read_text(encoding="utf-8"))["$defs"]
    asked = sorted(sorted(table["properties"]) for table in defined.values())
    told = [re.findall(r"(\*\*)?`([a-z_]+)`", line.split(": ", 1)[1]) for line in key_lines()]
    assert sorted(sorted(name for _, name in keys) for keys in told) == asked
    required = sorted(sorted(table["required"]) for table in defined.values())
    assert sorted(sorted(name for bold, name in keys if bold) for keys in told) == required


def key_lines() -> list[str]:
    part = PAGE.split(HEADING)[1].replace("\n  ", " ")
    return [line for line in part.split("\n") if line.startswith("- ")]


def test_the_last_part_is_what_the_command_writes() -> None:
    assert PAGE.endswith(keys_as_text()), "run: python -m app.core.procedure.format_keys"
