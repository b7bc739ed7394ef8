"""The kiosk in a real Chromium: back, forward, reload, resend, a closed tab and a restored session show nothing."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.proof.kiosk_visitors import FEW_PAIRS, prove_kiosk_visitors

pytestmark = pytest.mark.browser


def test_nobody_finds_what_an_earlier_visitor_left(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as apart:  # a thread of its own: another test's browser runs in this one
        part = apart.submit(prove_kiosk_visitors, tmp_path, pairs=FEW_PAIRS).result()
    assert part.faults == []
    assert part.figures.startswith("kiosk: 5 of 5 ")
