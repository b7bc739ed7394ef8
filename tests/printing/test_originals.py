"""What makes a paper a copy, what stands below its signature, what stays blank: for every paper that has it."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.printing.data.common import Paper
from app.printing.papers import PAPERS, content_digest, render_paper
from tests.office.pictures import svg
from tests.printing.reading import text_of
from tests.printing.sheets_letters import letter


def other(value: Any) -> Any:
    """Another value of the same kind; None for what cannot be changed here."""
    if isinstance(value, str):
        return value + " lain"
    return (*value, *value[:1]) if isinstance(value, tuple) and value else None


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_a_copy_only_of_the_same_content(name: str, samples: Mapping[str, Paper]) -> None:
    """Printed later by somebody else, under another address, it says the same; any other word makes an original."""
    data = samples[name]
    later: dict[str, Any] = {"printed_at": data.printed_at + timedelta(days=1), "printed_by": "Orang Lain"}
    head = replace(data.head, address="Jalan Lain 9")
    assert content_digest(replace(data, **later, head=head)) == content_digest(data)
    said = {field: getattr(data, field) for field in data.__struct_fields__ if field not in data.beside_content}
    changed = {field: new for field, value in said.items() if (new := other(value)) is not None}
    assert changed
    assert [
        one for one, new in changed.items() if content_digest(replace(data, **{one: new})) == content_digest(data)
    ] == []


def test_a_letter_has_its_tembusan_below_the_signature_and_only_where_it_has_one(tmp_path: Path) -> None:
    sent = text_of(render_paper("official_letter", letter()), tmp_path)
    places = [sent.find(words) for words in (letter().signer.name, "Tembusan:", "1. Sekretaris Daerah")]
    assert places == sorted(places)
    assert min(places) > 0
    assert "Tembusan" not in text_of(render_paper("official_letter", replace(letter(), copies=())), tmp_path)


@pytest.mark.parametrize("name", ["official_letter", "register", "standard", "recap", "sop"])
def test_the_place_of_the_arms_is_blank_until_the_office_has_put_them_in(
    name: str, samples: Mapping[str, Paper]
) -> None:
    data = samples[name]
    drawn = [
        b"Lambang daerah" in render_paper(name, replace(data, head=replace(data.head, arms=arms)))
        for arms in (b"", svg())
    ]
    assert drawn == [False, True]
