"""What is made for a moment lies in a folder that only its owner reads, however it was found."""

from pathlib import Path

from schema.data_folder import hold_scratch_folder


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_scratch_folder_and_the_one_around_it_are_for_the_owner_only(tmp_path: Path) -> None:
    around = tmp_path / "sementara"
    around.mkdir()
    around.chmod(0o755)  # as a person or an older program left it
    with hold_scratch_folder(around / "satu") as own:
        assert (mode(around), mode(own)) == (0o700, 0o700)
        (own / "isi").write_text("x")
    assert not (around / "satu").exists()
    with hold_scratch_folder(tmp_path / "baru" / "dua") as made:
        assert (mode(tmp_path / "baru"), mode(made)) == (0o700, 0o700)
