"""The reference for many offices: bare Flask and apsw behind waitress, JSON lines upserted with one FULL commit each.

`python bench/bare/upserts.py FILE PORT` prints its port.
"""

import gzip
import json
import logging
import sys
import threading

import apsw
from flask import Flask, request
from waitress import create_server

app = Flask(__name__)
kept, one_writer = threading.local(), threading.Lock()
UPSERT = "INSERT INTO line (id, content) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET content = excluded.content"


def connection() -> apsw.Connection:
    """The thread's own, as a careful program opens it."""
    if not hasattr(kept, "connection"):
        kept.connection = apsw.Connection(sys.argv[1])
        kept.connection.pragma("journal_mode", "wal")
        kept.connection.pragma("synchronous", "full")
    known: apsw.Connection = kept.connection
    return known


@app.post("/")
def take() -> str:
    """All lines of a request."""
    rows = [json.loads(line) for line in gzip.decompress(request.get_data()).splitlines()]
    db = connection()
    with one_writer, db:
        db.executemany(UPSERT, [(row["id"], json.dumps(row["content"])) for row in rows])
    return str(len(rows))


if __name__ == "__main__":
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    connection().execute("CREATE TABLE line (id TEXT PRIMARY KEY, content TEXT NOT NULL)")
    server = create_server(app, host="127.0.0.1", port=int(sys.argv[2]), threads=8)
    print(server.effective_port, flush=True)
    server.run()
