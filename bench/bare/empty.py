"""The reference for the start: bare Flask and apsw behind waitress, one page that asks the database one question.

`python bench/bare/empty.py FILE PORT`.
"""

import sys

import apsw
from flask import Flask, render_template_string
from waitress import serve

app = Flask(__name__)
PAGE = "<!DOCTYPE html><html lang='id'><title>Masuk</title><h1>{{ name }}</h1><p>SQLite {{ version }}</p></html>"


@app.get("/masuk")
def first() -> str:
    """The only page."""
    connection = apsw.Connection(sys.argv[1])
    [(version,)] = connection.execute("SELECT sqlite_version()")
    return render_template_string(PAGE, name="Kantor", version=version)


if __name__ == "__main__":
    serve(app, host="127.0.0.1", port=int(sys.argv[2]), threads=8)
