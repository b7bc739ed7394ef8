"""Compiled templates are kept for the next start; what cannot be read or kept is compiled as ever."""

from pathlib import Path

from jinja2 import DictLoader, Environment

from app.platform.web.application import CompiledTemplates


def shown(folder: Path, source: str = "{{ name }}") -> str:
    cache = CompiledTemplates(folder)
    return (
        Environment(loader=DictLoader({"a.html": source}), bytecode_cache=cache).get_template("a.html").render(name=7)
    )


def test_a_template_is_kept_and_a_changed_one_is_compiled_again(tmp_path: Path) -> None:
    folder = tmp_path / "templat"
    assert shown(folder) == "7"
    assert len(list(folder.iterdir())) == 1
    assert folder.stat().st_mode & 0o077 == 0
    assert shown(folder) == "7"
    assert shown(folder, "<{{ name }}>") == "<7>"


def test_a_damaged_file_and_a_folder_that_takes_none_stop_nothing(tmp_path: Path) -> None:
    assert shown(tmp_path) == "7"
    for kept in tmp_path.iterdir():
        kept.write_bytes(kept.read_bytes()[:30])
    assert shown(tmp_path) == "7"
    (tmp_path / "berkas").write_text("", encoding="utf-8")
    assert shown(tmp_path / "berkas" / "templat") == "7"
