"""The short form of the planted codes, and that the proof would find one."""

import hashlib
from pathlib import Path

import pytest

from app.platform.printing.data.common import SecretCode
from tests.proof.planted_codes import prove_planted_codes

COUNT = 24


def test_no_code_is_recovered_from_a_copied_folder_and_its_backup(tmp_path: Path) -> None:
    proved = prove_planted_codes(tmp_path, 1, count=COUNT)
    assert proved.faults == []
    assert proved.figures.startswith(f"codes: 0 of {COUNT} recovered")


def test_codes_in_a_digest_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SecretCode, "beside_content", frozenset())
    assert prove_planted_codes(tmp_path, 1, count=COUNT).faults == [f"codes: {COUNT} of {COUNT} recovered"]


def test_a_quick_digest_of_code_and_word_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def quick(word: str, code: str) -> str:
        return hashlib.sha256(f"loket-word-1 {code} {word}".encode()).hexdigest() if word else ""

    monkeypatch.setattr("app.services.complaints.service.second_word_hash", quick)
    assert prove_planted_codes(tmp_path, 1, count=COUNT).faults == [f"codes: {COUNT // 6} of {COUNT} recovered"]
