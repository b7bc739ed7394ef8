"""Line numbers of a TOML text: `tomllib` gives values without places, and an error must name its line.

`lines_of(text)` maps the path of every key, table and array element to its line, counted from 1. The text
must already have passed `tomllib`; this reader trusts its syntax.
"""

import re

KeyPath = tuple[str | int, ...]
_HEADER = re.compile(r"\[\[?\s*+([^\]\s]++(?:\s++[^\]\s]++)*+)\s*+\]")
_KEY = re.compile(r"""(?:(?<!\s)\s++)?("(?:[^"\\]|\\.)*+"|'[^']*+'|[A-Za-z0-9_-]++)\s*+""")
_TRIPLE = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}', re.S)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_BARE = re.compile(r"[^,\]}\n#]+")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")


def lines_of(text: str) -> dict[KeyPath, int]:
    """Path of every key and element of `text` -> its line (1-based); () is line 1."""
    return _Reader(text).read_lines()


def line_at(lines: dict[KeyPath, int], path: KeyPath) -> int:
    while path not in lines:
        path = path[:-1]
    return lines[path]


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {(): 1}
        self.counts: dict[KeyPath, int] = {}

    def read_lines(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        self._skip_over(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._read_header()
            else:
                self._read_pair(table)
            self._skip_over(_BLANK)
        return self.lines

    def _mark_line(self, path: KeyPath) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, self.at) + 1)

    def _skip_over(self, pattern: re.Pattern[str]) -> bool:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()
        return match is not None

    def _read_header(self) -> KeyPath:
        """Read `[a.b]` or `[[a.b]]`; every name that is an array of tables means its last element."""
        many = self.text.startswith("[[", self.at)
        match = _HEADER.match(self.text, self.at)
        if match:
            names = [_without_quotes(name) for name in _KEY.findall(match.group(1))]
        else:
            names = []
        path: KeyPath = ()
        for name in names[:-1]:
            path = self._last_element((*path, name))
        path = (*path, *names[-1:])
        if many:
            self.counts[path] = self.counts.get(path, -1) + 1
            self._mark_line(path)
            path = self._last_element(path)
        self._mark_line(path)
        if match:
            self.at = match.end()
        self.at += many
        return path

    def _last_element(self, path: KeyPath) -> KeyPath:
        if path in self.counts:
            return (*path, self.counts[path])
        return path

    def _read_pair(self, table: KeyPath) -> None:
        path = table
        start = self.at
        while True:
            match = _KEY.match(self.text, self.at)
            if match is None:  # not reached on a text that tomllib accepts
                self.at = len(self.text)
                return
            path = (*path, _without_quotes(match.group(1)))
            end = match.end()
            self.at = start
            self._mark_line(path)
            self.at = end + 1
            if self.text[end] == "=":
                break
        self._read_value(path)

    def _read_value(self, path: KeyPath) -> None:
        self._skip_over(_BLANK)
        self._mark_line(path)
        opener = self.text[self.at]
        if opener in "[{":
            self.at += 1
            closer = "]" if opener == "[" else "}"
            self._read_members(path, closer)
        elif not self._skip_over(_TRIPLE) and not self._skip_over(_STRING):
            self._skip_over(_BARE)

    def _read_members(self, path: KeyPath, closer: str) -> None:
        index = 0
        self._skip_over(_BLANK)
        while self.text[self.at] != closer:
            if closer == "]":
                self._read_value((*path, index))
                index += 1
            else:
                self._read_pair(path)
            self._skip_over(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
                self._skip_over(_BLANK)
        self.at += 1


def _without_quotes(key: str) -> str:
    return key[1:-1] if key[0] in "\"'" else key
