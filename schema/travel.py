"""Which messages travel: who may send one, and what it is about. Declared with the message; the default is nobody."""

from __future__ import annotations

from typing import Literal, NamedTuple

Sender = Literal["office", "centre"]


class Travel(NamedTuple):
    """`sender` writes it into its stream for the other side. `subject` is what the line must name as its subject:
    `{field}` stands for the message's own field, `{stream}` for the stream, a last `*` for a number. `about`: which
    records of the sender the receiver compares it with, in words for the documentation.
    """

    sender: Sender
    subject: str
    about: str = ""
