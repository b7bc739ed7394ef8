"""Secrets that a person types at a terminal, or that come from a pipe."""

import os
import sys
from importlib import import_module
from typing import Any

import click


def can_ask() -> bool:
    """Whether somebody sits at the standard input. Windows calls NUL, which holds nothing, a terminal too."""
    return sys.stdin.isatty() and (os.name != "nt" or is_console(sys.stdin.fileno()))


def is_console(number: int) -> bool:
    """Whether an open file of Windows is a console in which somebody types."""
    ctypes: Any = import_module("ctypes")
    msvcrt: Any = import_module("msvcrt")
    handle = ctypes.c_void_p(msvcrt.get_osfhandle(number))
    return bool(ctypes.windll.kernel32.GetConsoleMode(handle, ctypes.byref(ctypes.c_uint32())))


def typed_secret(question: str, *, hide: bool = True, whole: bool = False) -> str:
    """What is typed, unless asked without being shown; from a pipe one line of it, or the `whole`."""
    if can_ask():
        return str(click.prompt(question, hide_input=hide))
    if whole:
        return sys.stdin.read()
    return sys.stdin.readline().rstrip("\r\n")


def typed_twice(question: str) -> str:
    """A new secret: typed twice at a terminal, or one line from a pipe. Raises ClickException."""
    first = typed_secret(question)
    if can_ask() and first != typed_secret("Sekali lagi"):
        raise click.ClickException("Kedua kata sandi tidak sama. Ulangi perintahnya.")
    return first
