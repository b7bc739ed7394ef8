"""The reference for pages and start: bare Flask, Jinja and SQLite behind the same waitress. No sign-in, no rules.

`python bench/bare/app.py FILE PORT` serves the cases of a database: `/berkas` the list, `/berkas/ID` one case. It
shows the same rows with the same fields in plain tables.
"""

import json
import logging
import sys
import threading
from datetime import date, timedelta
from typing import Any

import apsw
import words
from flask import Flask, render_template, request
from waitress import create_server

MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
COLUMNS = "id, number, code, kind, name, area, main_key, step, closed, received_on, completed_on, due_on, kept_on"
app = Flask(__name__)
kept = threading.local()


def rows(names: str, rest: str, params: tuple[Any, ...] = ()) -> list[dict[str, Any]]:
    """Rows as dictionaries, over the thread's own connection."""
    if not hasattr(kept, "connection"):
        kept.connection = apsw.Connection(sys.argv[1])
    keys = names.split(", ")
    return [dict(zip(keys, row, strict=True)) for row in kept.connection.execute(f"SELECT {names} {rest}", params)]


def villages() -> dict[str, str]:
    """Names by code."""
    return {row["code"]: row["name"] for row in rows("code, name", "FROM village")}


@app.template_filter("day")
def day(text: str | None) -> str:
    """`25 Mar 2026`."""
    if not text:
        return ""
    on = date.fromisoformat(text[:10])
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


@app.template_filter("masked")
def masked(number: str) -> str:
    """`350899******0003`."""
    return f"{number[:6]}******{number[-4:]}"


@app.get("/")
def first() -> str:
    """The page of an empty database."""
    return render_template("list.html", cases=[], villages={})


@app.get("/berkas")
def all_cases() -> str:
    """Fifty cases, the newest first."""
    before = int(request.args.get("sebelum", "999999999"))
    found = rows(COLUMNS, "FROM case_file WHERE id < ? ORDER BY id DESC LIMIT 50", (before,))
    return render_template("list.html", cases=found, villages=villages())


@app.get("/berkas/<int:case_id>")
def one(case_id: int) -> str:
    """One case with all that our page shows of it: place, promise day by day, way, checklist, fields, forms."""
    case = rows(f"{COLUMNS}, place, place_number, entered_at, fields", "FROM case_file WHERE id = ?", (case_id,))[0]
    return render_template(
        "case.html",
        case=case,
        fields=json.loads(case["fields"]),
        villages=villages(),
        weeks=weeks(case),
        words=words,
        items=rows("item, state, note, rule, on_date", "FROM case_item WHERE case_id = ?", (case_id,)),
        events=rows("at, action, actor, note", "FROM case_event WHERE case_id = ? ORDER BY id", (case_id,)),
        prints=rows("paper, copies, last_at", "FROM paper_print WHERE subject = ?", (f"case/{case_id}",)),
        trail=rows("at, action, person_id", "FROM access_log WHERE subject = ? LIMIT 30", (f"case/{case_id}",)),
        people={row["username"]: row["name"] for row in rows("username, name", "FROM person")},
    )


BOOK = (
    "id, n, number, received_on, channel, anonymous, area, words, category, section, settle_due_on, closed_on,"
    " entered_by"
)


@app.get("/pengaduan")
def book() -> str:
    """Fifteen lines of the complaint book with their staff columns, the newest first."""
    year, page = int(request.args["tahun"]), int(request.args.get("hal", "1"))
    last = rows("n", "FROM complaint WHERE year = ? ORDER BY epoch DESC, n DESC LIMIT 1", (year,))[0]["n"]
    top = last - (page - 1) * 15
    lines = rows(
        BOOK,
        "FROM complaint WHERE year = ? AND epoch = 1 AND n <= ? AND n > ? ORDER BY n DESC",
        (year, top, top - 15),
    )
    columns: dict[int, list[dict[str, Any]]] = {line["id"]: [] for line in lines}
    marks = ", ".join("?" * len(lines))
    names = "id, complaint_id, name, text, on_date, actor"
    for column in rows(names, f"FROM complaint_column WHERE complaint_id IN ({marks}) ORDER BY id", tuple(columns)):
        columns[column["complaint_id"]].append(column)
    sections = {row["code"]: row["name"] for row in rows("code, name", "FROM section")}
    return render_template("book.html", year=year, lines=lines, columns=columns, sections=sections, villages=villages())


def elsewhere(**_: Any) -> str:
    """Pages that are linked and not measured."""
    return ""


OTHER = {
    "line": "/pengaduan/<int:complaint_id>",
    "search": "/cari",
    "new": "/permohonan/baru",
    "due": "/jatuh-tempo",
    "register": "/register",
    "recording": "/perekaman/",
    "calls": "/kartu/panggilan",
    "dispatches": "/pengiriman/",
    "arrivals": "/kartu/kedatangan",
    "balance": "/keseimbangan/",
    "road": "/jalan/",
    "number": "/berkas/<int:case_id>/nomor",
    "note": "/berkas/<int:case_id>/catatan",
    "place": "/berkas/<int:case_id>/tempat",
    "paper": "/berkas/<int:case_id>/kertas/<name>",
}
for endpoint, rule in OTHER.items():
    app.add_url_rule(rule, endpoint, elsewhere)


@app.get("/kerangka/<int:case_id>")
def skeleton(case_id: int) -> str:
    """The rows of one case and nothing else, to show what all the words around them cost."""
    case = rows(f"{COLUMNS}, place, place_number, fields", "FROM case_file WHERE id = ?", (case_id,))[0]
    return render_template(
        "skeleton.html",
        case=case,
        fields=json.loads(case["fields"]),
        villages=villages(),
        items=rows("item, state, note, rule, on_date", "FROM case_item WHERE case_id = ?", (case_id,)),
        events=rows("at, action, step_to, actor, note", "FROM case_event WHERE case_id = ? ORDER BY id", (case_id,)),
    )


def weeks(case: dict[str, Any]) -> list[list[tuple[date, int]]]:
    """The days from completeness to the promise with their running numbers, 0 for a day off."""
    if not case["completed_on"]:
        return []
    off = {row["on_date"] for row in rows("on_date", "FROM holiday")}
    day, number, found = date.fromisoformat(case["completed_on"]), 0, []
    found.append((day, 0))
    while number < 12:
        day += timedelta(days=1)
        counts = day.weekday() < 5 and day.isoformat() not in off
        number += counts
        found.append((day, number if counts else 0))
    return [found[start : start + 7] for start in range(0, len(found), 7)]


if __name__ == "__main__":
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = create_server(app, host="127.0.0.1", port=int(sys.argv[2]), threads=8, ident=None)
    print(server.effective_port, flush=True)
    server.run()
