"""Tests of Loket in a hurry: nothing is made twice that comes out the same.

Passwords are hashed at no cost (it stands in each hash, so signing in works as usual), the digest of a code is
reckoned once, and no commit waits for the disk: a killed process loses nothing that it gave to the system; only a
power cut would, and a database with a file system of its own (a proof of power cuts) keeps waiting. A new database is
a copy of the first one that this process migrated by the same steps. Addresses of pages are compiled once per
process, templates once until they change (beside Python's own compiled modules). Python looks for garbage less often:
a test run keeps much.
"""

import functools
import gc
import hashlib
import marshal
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import get_ident
from types import CodeType
from typing import Any, cast

import apsw
import jinja2
from jinja2 import Environment
from werkzeug.routing import Rule

from app.platform.people import hashing
from schema import migrations
from schema.cipher import encrypted_folder_of
from schema.database import SqliteDatabase
from schema.migrations import Side, migration_steps
from schema.postgres import CentrePostgres

REAL_COST, REAL_HOOKS = hashing.OFFICE_PC, SqliteDatabase._add_conn_hooks
hashing.OFFICE_PC = hashing.Cost(4, 8, 1)
hashing.hash_secret.__defaults__ = (hashing.OFFICE_PC,)
# The same code under the same salt has the same digest.
hashlib.scrypt = cast(Any, functools.lru_cache(10_000)(hashlib.scrypt))
gc.set_threshold(50_000, 10, 10)


def without_waiting(db: SqliteDatabase, conn: Any) -> None:
    """The settings of a connection, but it does not wait for the system's own disk."""
    REAL_HOOKS(db, conn)
    if conn.open_vfs == apsw.vfs_names()[0]:
        conn.execute("PRAGMA synchronous=OFF")


SqliteDatabase._add_conn_hooks = without_waiting  # type: ignore[method-assign, assignment]  # replaced on purpose

Migrate = Callable[..., list[str]]
MIGRATED: dict[tuple[object, ...], tuple[list[str], apsw.Connection]] = {}
"""How, and steps (names and digests) → what was applied, and a copy of the database that they gave."""


def by_copy(migrate: Migrate) -> Migrate:
    """An empty SQLite file becomes a copy of what the same steps gave before; everything else is migrated."""

    def migrate_by_copy(db: SqliteDatabase | CentrePostgres, side: Side, **options: bool) -> list[str]:
        if not isinstance(db, SqliteDatabase) or db.one("SELECT 1 FROM sqlite_master"):
            return migrate(db, side, **options)
        elsewhere = db.connection().open_vfs != apsw.vfs_names()[0]
        if elsewhere or encrypted_folder_of(Path(str(db.database))):  # there a plain copy does not fit
            return migrate(db, side)
        key = (migrate, *(step.name + step.digest for step in migration_steps(db, side)))
        if key not in MIGRATED:
            done = migrate(db, side)
            MIGRATED[key] = done, apsw.Connection(":memory:")
            copy(db.connection(), MIGRATED[key][1])
            return done
        done, template = MIGRATED[key]
        copy(template, db.connection())
        db.relearn()
        return list(done)

    return migrate_by_copy


def copy(source: apsw.Connection, target: apsw.Connection) -> None:
    with target.backup("main", source, "main") as running:
        running.step()


migrations.migrate_database = by_copy(migrations.migrate_database)  # type: ignore[assignment]  # as above
migrations.migrate_only = by_copy(migrations.migrate_only)  # type: ignore[assignment]  # scratch tables

real_builder = Rule._compile_builder
BUILDERS: dict[str, Any] = {}


def compile_builder_once(rule: Rule, append_unknown: bool = True) -> Any:
    """The function that writes an address depends on the rule's text and defaults alone."""
    key = repr((rule.rule, rule._trace, rule.defaults, append_unknown))
    if key not in BUILDERS:
        BUILDERS[key] = real_builder(rule, append_unknown)
    return BUILDERS[key]


Rule._compile_builder = compile_builder_once  # type: ignore[method-assign, assignment]  # replaced on purpose, see above

real_compile = Environment.compile
TEMPLATES: dict[tuple[Any, ...], Any] = {}
COMPILED = Path(__file__).resolve().parent / "__pycache__" / "templates"
WEB = Path(__file__).resolve().parents[1] / "app/platform/web"
COMPILERS = [WEB.joinpath(name).read_text("utf-8") for name in ("line_breaks.py", "own_flask.py")]
"""What decides how a template is compiled, beside Jinja."""


def compile_template_once(environment: Environment, source: Any, *named: Any, **more: Any) -> Any:
    """The code of a template depends on its text, its name, and what its environment calls by name or leaves out."""
    if more.get("raw") or not isinstance(source, str):
        return real_compile(environment, source, *named, **more)
    kept = (
        *COMPILERS,
        environment.code_generator_class,
        environment.finalize,
        *environment.extensions,
        *sorted(environment.filters),
        *sorted(more.items()),
    )
    key = (source, named, kept)
    if key not in TEMPLATES:
        TEMPLATES[key] = kept_code(key) or keep_code(key, real_compile(environment, source, *named, **more))
    return TEMPLATES[key]


def place_of(key: tuple[Any, ...]) -> Path:
    text = repr((key, jinja2.__version__, sys.version))
    return COMPILED / f"{hashlib.sha256(text.encode()).hexdigest()}.bin"


def kept_code(key: tuple[Any, ...]) -> CodeType | None:
    with suppress(OSError, EOFError, ValueError, TypeError):
        code = marshal.loads(place_of(key).read_bytes())  # beside our own compiled modules
        return code if isinstance(code, CodeType) else None
    return None


def keep_code(key: tuple[Any, ...], code: Any) -> Any:
    if isinstance(code, CodeType) and not sys.dont_write_bytecode:
        with suppress(OSError):
            COMPILED.mkdir(parents=True, exist_ok=True)
            half = COMPILED / f"{os.getpid()}-{get_ident()}.part"  # an app serves in several threads
            half.write_bytes(marshal.dumps(code))
            half.replace(place_of(key))
    return code


Environment.compile = compile_template_once  # type: ignore[method-assign, assignment]  # as above
