import os
import subprocess
import sys
import time
from contextlib import suppress

from zymap.workshop import workshop

MAKE_ONE_AND_DIE = """
import os, sys
from pathlib import Path
from zymap.workshop import workshop
with workshop(Path(sys.argv[1]), "works.part-") as folder:
    (folder / "half").write_bytes(b"1")
    os.kill(os.getpid(), 9)
"""
YESTERDAY = time.time() - 86_400


def test_the_folder_is_gone_whatever_happens_in_it(tmp_path):
    with suppress(OSError), workshop(tmp_path, "works.part-") as folder:
        (folder / "half").write_bytes(b"1")
        raise OSError
    assert not list(tmp_path.iterdir())


def test_what_a_killed_process_left_is_gone_with_the_next_run(tmp_path):
    subprocess.run([sys.executable, "-c", MAKE_ONE_AND_DIE, str(tmp_path)], check=False)
    (left,) = tmp_path.iterdir()
    other = tmp_path / "others.part-left"
    other.mkdir()
    with workshop(tmp_path, "works.part-") as folder:
        assert folder != left
        assert not left.exists()
        assert other.exists()


def test_a_folder_that_is_in_use_stays_however_old_it_is(tmp_path):
    with workshop(tmp_path, "works.part-") as first:
        os.utime(first, (YESTERDAY, YESTERDAY))
        with workshop(tmp_path, "works.part-") as second:
            assert first.is_dir()
            assert first != second


def test_where_folders_cannot_be_locked_only_an_old_one_is_taken_for_left_over(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("zymap.workshop._lock", lambda *_, **__: None)
    old, young = tmp_path / "works.part-old", tmp_path / "works.part-young"
    for folder in (old, young):
        folder.mkdir()
    os.utime(old, (YESTERDAY, YESTERDAY))
    with workshop(tmp_path, "works.part-"):
        assert not old.exists()
        assert young.exists()
