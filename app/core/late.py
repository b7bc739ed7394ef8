"""What a room names without importing it: a start loads a module when somebody first needs it."""

import sys
from collections.abc import Iterator
from importlib import import_module
from threading import RLock
from typing import Any

ONE_AT_A_TIME = RLock()
"""Two requests that need two modules for the first time never wait for each other in turn."""


class Late:
    """What stands under `module:name`: called, gone through, or asked for an attribute, it is imported first.

    It is looked up each time, so it is always the very thing that the module holds.
    """

    __slots__ = ("name", "path")

    def __init__(self, target: str) -> None:
        self.path, _, self.name = target.partition(":")

    def load(self) -> Any:
        module = sys.modules.get(self.path)
        if module is None or getattr(module.__spec__, "_initializing", False):
            with ONE_AT_A_TIME:
                module = import_module(self.path)
        return getattr(module, self.name)

    def __call__(self, *args: Any, **named: Any) -> Any:
        return self.load()(*args, **named)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.load())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.load(), name)


def late(target: str) -> Any:
    """A :class:`Late` in the place of the thing itself; tests/rules/test_start.py loads every one."""
    return Late(target)
