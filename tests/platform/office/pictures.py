"""Arms that tests upload, harmless and harmful."""

import struct
import zlib


def png(width: int = 20, height: int = 24) -> bytes:
    """A grey PNG."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    pixels = zlib.compress(b"".join(b"\x00" + b"\x77" * width for _ in range(height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def svg(inside: str = '<path d="M0 0h20v16L10 24 0 16z" fill="#155"/>', more: str = "") -> bytes:
    """An SVG with something inside."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 24"{more}>{inside}</svg>'.encode()


HARMFUL = {
    "script": svg("<script>alert(1)</script>"),
    "handler": svg(more=' onload="alert(1)"'),
    "inner handler": svg('<rect width="1" height="1" onclick="x()"/>'),
    "foreign": svg('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>'),
    "html": svg('<p xmlns="http://www.w3.org/1999/xhtml">x</p>'),
    "outside picture": svg('<image href="http://127.0.0.1/a.png" width="1" height="1"/>'),
    "file": svg('<image href="file:///etc/passwd" width="1" height="1"/>'),
    "script link": svg('<a href="javascript:alert(1)"><path d="M0 0"/></a>'),
    "style": svg("<style>@import 'x.css';</style>"),
    "fill": svg('<path d="M0 0" style="fill:url(http://127.0.0.1/x)"/>'),
    "animation": svg('<set attributeName="href" to="javascript:x"/>'),
    "entity": b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg("<text>&a;</text>"),
    "stylesheet": b'<?xml-stylesheet href="x.css"?>' + svg(),
}
