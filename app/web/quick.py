"""What makes the pages quick and the start short: work that is left out, put off, or kept from the last time."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from jinja2 import FileSystemBytecodeCache, Template, nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import _escape_inner, escape
from werkzeug.routing import Rule

from app.version import VERSION


class CompiledTemplates(FileSystemBytecodeCache):
    """Templates as they were compiled the last time, in a folder beside the database that only its owner may open.

    Jinja compares each with its source. Where the disk is full or read-only the pages are compiled as ever.
    """

    def __init__(self, folder: Path) -> None:
        with suppress(OSError):  # nothing can be kept then, and nothing needs to be
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(str(folder), f"%s-{VERSION}.bin")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept, if it can be read and belongs to whoever runs the program."""
        try:
            if os.name == "nt" or Path(self.directory).stat().st_uid == os.getuid():
                super().load_bytecode(bucket)
        except (OSError, EOFError, ValueError, TypeError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the next start, if that works."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def plain_escape(value: object) -> str:
    """A value as text with the marks of HTML escaped; the same text as :func:`markupsafe.escape` gives."""
    return _escape_inner(value) if type(value) is str else str(escape(value))


class PlainOutput(CodeGenerator):
    """Compiled templates put escaped text straight into the page.

    Jinja wraps each of some hundred pieces into a Markup object first, only to join them as text: a sixth of a page.
    What a template sets, calls or filters is untouched.
    """

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.plain_escape(")


class QuickTemplate(Template):
    """Templates whose macros are imported as they are: no page of ours gives a template globals of its own.

    Jinja would compare two sets of names at every import of every page.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        if self._module is None:
            self._module = self.make_module()
        return self._module


class KeptSigner(SecureCookieSessionInterface):
    """Session cookies whose signer is made once for an app and not for every request; its key never changes."""

    signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self.signer is None:
            self.signer = super().get_signing_serializer(app)
        return self.signer


def install(app: Flask, kept: Path | None) -> None:
    """Make the pages of an app quick; `kept` is the folder for compiled templates."""
    app.session_interface = KeptSigner()
    app.jinja_env.code_generator_class = PlainOutput
    app.jinja_env.template_class = QuickTemplate
    app.jinja_env.plain_escape = plain_escape  # type: ignore[attr-defined]
    if kept is not None:
        app.jinja_env.bytecode_cache = CompiledTemplates(kept)


class PatientRule(Rule):
    """A route that compiles what builds its addresses when the first address is asked for.

    Werkzeug compiles two builders for each of some hundred and fifty routes, a tenth of the whole start; a day needs
    a handful of them.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., Any]:
        made: list[Callable[..., Any]] = []

        def build(rule: Rule, *values: Any, **named: Any) -> Any:
            if not made:
                made.append(Rule._compile_builder(rule, append_unknown))
            return made[0](rule, *values, **named)

        return build
