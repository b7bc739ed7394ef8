"""The page that teaches writing a procedure is true: its example is the file that the browser carries through."""

import re

from msgspec.structs import fields

from schema.service_procedure import Definition
from tests.desk.market import TEXT
from tests.rules.source import ROOT

PAGE = (ROOT / "docs/writing-a-procedure.md").read_text(encoding="utf-8")


def test_every_piece_stands_in_the_file_that_is_proposed_signed_and_used() -> None:
    pieces = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(pieces) >= 8
    assert [piece for piece in pieces if piece not in TEXT] == []


def test_every_table_of_a_definition_is_named() -> None:
    shown = " ".join(re.findall(r"`([^`\n]+)`|^\[+([a-z_.]+)\]+$|^([a-z_]+) = ", PAGE, re.MULTILINE).__str__().split())
    assert [one.name for one in fields(Definition) if not re.search(rf"\b{one.name}\b", shown)] == []
