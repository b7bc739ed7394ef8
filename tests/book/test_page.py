"""Every command of the administrators' pages is typed by a part of the book, or says why it is not."""

import re

import pytest

from tests.book import page, rules
from tests.book.page import ADMINISTRATORS, WINDOWS, Written, command, commands, commands_in


def test_every_command_of_the_page_is_typed_by_the_book_or_says_why_not() -> None:
    assert len(commands(ADMINISTRATORS)) > 80
    assert rules.not_typed() == []


def test_every_command_of_the_page_for_windows_is_typed_in_wine_as_it_stands_or_says_why_not() -> None:
    assert len(commands(WINDOWS)) > 12
    typed = rules.typed_on_windows()
    assert rules.not_on_windows(typed) == []
    assert typed.isdisjoint(rules.NOT_IN_WINE)


def test_no_reason_outlives_its_command() -> None:
    written = {text for _, text in (*commands(ADMINISTRATORS), *commands(WINDOWS))}
    assert {*rules.EXCEPTIONS, *rules.NOT_IN_WINE} <= written


def test_a_new_or_changed_command_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    known = commands(ADMINISTRATORS)
    new = Written("Memasang", "sudo reboot")
    monkeypatch.setattr(rules, "commands", lambda _page: [*known, new])
    assert rules.not_typed() == [new]
    assert "sudo reboot" in rules.not_on_windows(rules.typed_on_windows())
    monkeypatch.setattr(page, "commands", lambda _page: [one for one in known if "REVOKE" not in one.text])
    with pytest.raises(AssertionError, match="REVOKE"):
        rules.typed_by_parts()


def test_commands_are_read_from_blocks_and_from_sentences() -> None:
    body = "Lalu `sudo a\nb`, dengan `py run.py`:\n\n   ```sh\n   python3 run.py c    # keterangan\n   ```\n\n`data/x`"
    assert commands_in(body) == ["python3 run.py c", "sudo a b"]
    assert command("Cadangan dan pemulihan", "python3 run.py backup") == "python3 run.py backup"


def test_one_account_runs_the_office_and_one_the_centre_on_the_whole_page() -> None:
    text = "\n".join(text for _, text in commands(ADMINISTRATORS))
    named = re.findall(r"(?:chown -R|usermod -aG gammu|createuser) (\w+)|/media/(\w+)", text)
    assert {user for found in named for user in found if user} == {"kantor", "pusat"}
