"""What makes the pages quick and the start short: work that is left out, put off, or kept from the last time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from keyword import iskeyword
from pathlib import Path
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession
from itsdangerous import BadSignature, URLSafeTimedSerializer
from jinja2 import FileSystemBytecodeCache, Template, nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup, _escape_inner, escape
from werkzeug.routing import Rule

from app.version import VERSION
from app.web.responses import SessionCookies

MOST_COOKIES = 200


class CompiledTemplates(FileSystemBytecodeCache):
    """Templates as they were compiled the last time, in a folder beside the database that only its owner may open.

    Jinja compares each with its source. Where the disk is full or read-only the pages are compiled as ever.
    """

    def __init__(self, folder: Path) -> None:
        with suppress(OSError):  # nothing can be kept then, and nothing needs to be
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(str(folder), f"%s-{VERSION}.bin")

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            if os.name == "nt" or Path(self.directory).stat().st_uid == os.getuid():
                super().load_bytecode(bucket)
        except (OSError, EOFError, ValueError, TypeError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def plain_escape(value: object) -> str:
    """A value as text with the marks of HTML escaped; the same text as :func:`markupsafe.escape` gives."""
    if type(value) is str:
        return _escape_inner(value)
    if type(value) is int:
        return str(value)
    return value if type(value) is Markup else str(escape(value))


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

    def visit_CondExpr(self, node: nodes.CondExpr, frame: Frame) -> None:
        """`x if y` without an else is an empty text, which prints as Jinja's undefined value does."""
        if node.expr2 is None:
            node.expr2 = nodes.Const("", lineno=node.lineno, environment=self.environment)
        super().visit_CondExpr(node, frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """Functions are called as they are: none of ours wants the template's context, which Jinja looks for."""
        named = [one.key for one in node.kwargs]
        if forward_caller or node.dyn_args or node.dyn_kwargs or any(map(iskeyword, named)):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for one in (*node.args, *node.kwargs):
            self.visit(one, frame)
            self.write(", ")
        self.write(")")


class QuickTemplate(Template):
    """Templates whose macros are imported as they are: no page of ours gives a template globals of its own.

    Jinja would compare two sets of names at every import of every page.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        if self._module is None:
            self._module = self.make_module()
        return self._module


class KeptSigner(SessionCookies):
    """Session cookies whose signer is made once for an app and not for every request; its key never changes.

    A cookie whose signature was found good is good the next time, until it is too old. One that holds more than plain
    values is read anew each time, because a request may change what it holds.
    """

    signer: URLSafeTimedSerializer | None = None

    def __init__(self) -> None:
        self.known: dict[str, tuple[float, dict[str, Any]]] = {}

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        value, signer = request.cookies.get(self.get_cookie_name(app)), self.get_signing_serializer(app)
        if not value or signer is None:
            return super().open_session(app, request)
        longest = app.permanent_session_lifetime.total_seconds()
        held = self.known.get(value)
        if held is not None and time.time() - held[0] <= longest:
            return self.session_class(held[1])
        try:
            content, signed = signer.loads(value, max_age=int(longest), return_timestamp=True)
        except BadSignature:
            return self.session_class()
        if all(isinstance(one, str | int | bool | None) for one in content.values()):
            if len(self.known) >= MOST_COOKIES:
                self.known.clear()
            self.known[value] = signed.timestamp(), content
        return self.session_class(content)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self.signer is None:
            self.signer = super().get_signing_serializer(app)
        return self.signer


def install(app: Flask, kept: Path | None) -> None:
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
