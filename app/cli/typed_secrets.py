"""Secrets that a person types at a terminal, or that come from a pipe."""

import sys

import click


def typed_secret(question: str, *, hide: bool = True, whole: bool = False) -> str:
    """What is typed, unless asked without being shown; from a pipe one line of it, or the `whole`."""
    if sys.stdin.isatty():
        return str(click.prompt(question, hide_input=hide))
    return sys.stdin.read() if whole else sys.stdin.readline().rstrip("\r\n")


def typed_twice(question: str) -> str:
    """A new secret: typed twice at a terminal, or one line from a pipe. Raises ClickException."""
    first = typed_secret(question)
    if sys.stdin.isatty() and first != typed_secret("Sekali lagi"):
        raise click.ClickException("Kedua kata sandi tidak sama. Ulangi perintahnya.")
    return first
