"""Every address of a web application, with something in each of its places."""

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.platform.web.own_flask import LateFlask
from tests.platform.people import Browser

LEAVING = ("people.sign_out", "people.lock_screen")
HUGE = 99_999_999_999_999_999_999
EXTREMES = (
    f"bulan=9999-12&sampai=9999-12-31&hari=31-12-2199&tahun=9999&hal=9999999&sebelum={HUGE}&baris={HUGE}&minta={HUGE}",
    "bulan=0001-01&sampai=0001-01-01&hari=01-01-1900&tahun=0000&hal=0&sebelum=0&baris=0&minta=0&pengaduan=0",
)
"""What may stand behind the question mark of an address."""


def every_rule(app: Flask) -> list[Rule]:
    """Every route there is, those of pages too that nobody asked for yet."""
    if isinstance(app, LateFlask):
        app.load_all_pages()
    return list(app.url_map.iter_rules())


def addresses(app: Flask, method: str, number: int) -> Iterator[str]:
    """The address of every route of a method: numbers are `number`, choices their first, the rest is any word."""
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in every_rule(app):
            if method in (rule.methods or ()) and rule.endpoint not in LEAVING:
                values: dict[str, object] = {}
                for name in rule.arguments:
                    converter = rule._converters[name]
                    items = getattr(converter, "items", None)
                    whole = type(converter).__name__ in ("KeyConverter", "IntegerConverter")
                    values[name] = number if whole else min(items) if items else "3508992010"
                yield adapter.build(rule.endpoint, values, method)


def failed(browser: Browser, method: str, number: int, query: str = "") -> dict[str, TestResponse]:
    """What a browser got at every address that answers neither a page nor a sentence that belongs there."""
    send = browser.get if method == "GET" else browser.post
    found = {address: send(f"{address}?{query}") for address in sorted(addresses(browser.app, method, number))}
    return {
        address: answer
        for address, answer in found.items()
        if answer.status_code >= 500
        or (method == "GET" and answer.status_code not in (200, 204, 302, 303, 403, 404, 422))
    }
