"""What makes a paper a copy, what stands below its signature, what stays blank: for every paper that has it."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from msgspec.structs import replace

from app.platform.printing.data.books import AnswerLetter
from app.platform.printing.data.common import Paper, Part, SecretCode
from app.platform.printing.data.letters import OfficialLetter
from app.platform.printing.data.surveys import SurveySlip
from app.platform.printing.papers import PAPERS, content_digest, render_paper
from tests.platform.office.pictures import svg
from tests.platform.printing.reading import text_of
from tests.platform.printing.sheets_letters import letter
from tests.proof.planted_codes import without_empty


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


PLAIN_CODES = {
    "CallLine.code",
    "CardFace.code",
    "CardFace.qr",
    "CoveringLetter.qr",
    "DispositionSheet.code",
    "FilledForm.code",
    "FilledForm.qr",
    "MarkedLine.code",
    "Minutes.qr",
    "PopulationForm.code",
    "ReadyCodes.codes",
    "ReservedNumber.qr",
    "ShippingList.qr",
    "Subject.code",
    "Subject.qr",
}
"""Slip codes of cases, numbers with a check character, of student cards, of printed forms: tables hold them."""


def parts_of(shape: Any) -> Iterator[type[Part]]:
    """Every part that a paper can hold, itself included."""
    if isinstance(shape, type) and issubclass(shape, Part):
        yield shape
        for hint in get_type_hints(shape).values():
            yield from parts_of(hint)
    for inner in get_args(shape):
        yield from parts_of(inner)


def test_a_code_in_the_content_of_a_paper_stands_in_the_tables_anyway() -> None:
    """The digest of a content is kept: a code that only its paper knows is a `SecretCode` there and nothing else."""
    parts = {part for kind in PAPERS.values() for part in parts_of(kind.shape)}
    named = {
        f"{part.__name__}.{field}"
        for part in parts
        for field in part.__struct_fields__
        if re.search("code|qr|pin|token", field) and field not in part.beside_content
    }
    assert named == PLAIN_CODES
    assert {"code", "qr"} <= SecretCode.beside_content


def other_code(value: Any) -> Any:
    """The same with another secret code wherever there is one."""
    if isinstance(value, SecretCode):
        return replace(value, code="7T2V-9H3C", qr="7T2V9H3C")
    if isinstance(value, Part):
        return replace(value, **{name: other_code(getattr(value, name)) for name in value.__struct_fields__})
    return tuple(map(other_code, value)) if isinstance(value, tuple) else value


def secret_codes(value: Any) -> list[SecretCode]:
    if isinstance(value, SecretCode):
        return [value]
    inner = [getattr(value, name) for name in value.__struct_fields__] if isinstance(value, Part) else value
    return [code for one in inner for code in secret_codes(one)] if isinstance(inner, list | tuple) else []


def test_no_secret_code_changes_the_digest_of_a_content(samples: Mapping[str, Paper]) -> None:
    changed = {name: other_code(data) for name, data in samples.items()}
    assert {name for name, data in samples.items() if changed[name] != data} >= {"survey_slip", "complaint_receipt"}
    assert [name for name, data in samples.items() if content_digest(changed[name]) != content_digest(data)] == []
    for name in ("survey_slip", "complaint_receipt"):
        assert [bool(code.issue) for code in secret_codes(samples[name])] == [True]


def test_another_code_makes_an_original(samples: Mapping[str, Paper]) -> None:
    slip = samples["survey_slip"]
    assert isinstance(slip, SurveySlip)
    assert content_digest(replace(slip, survey=replace(slip.survey, issue="x"))) != content_digest(slip)


@pytest.mark.parametrize("name", [name for name in PAPERS if name not in ("survey_slip", "complaint_receipt")])
def test_contents_of_before_are_known_again(name: str, samples: Mapping[str, Paper]) -> None:
    """The digest as it was reckoned until November 2026, of papers without a secret code: no letter had one."""
    data = samples[name]
    if isinstance(data, OfficialLetter | AnswerLetter):
        data = replace(data, check=None)
    built = {one: getattr(data, one) for one in data.__struct_fields__ if one not in data.beside_content}
    text = json.dumps(without_empty(msgspec.to_builtins(built)), sort_keys=True, ensure_ascii=False)
    assert content_digest(data) == hashlib.sha256(text.encode()).hexdigest()[:32]


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
