"""The gallery itself: it passes what was reviewed, shows what differs, and rewrites only when told to."""

from pathlib import Path

import pytest

from tests.gallery_check import check


def test_a_difference_is_shown_line_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPDATE_GALLERY", "1")
    check("a/b.txt", "one\ntwo", tmp_path)
    monkeypatch.delenv("UPDATE_GALLERY")
    check("a/b.txt", "one\ntwo", tmp_path)
    with pytest.raises(AssertionError, match=r"-two\n\+three"):
        check("a/b.txt", "one\nthree", tmp_path)


def test_a_new_text_must_be_reviewed_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UPDATE_GALLERY", raising=False)
    with pytest.raises(AssertionError, match="not what was reviewed"):
        check("new.txt", "text", tmp_path)
    assert not (tmp_path / "new.txt").exists()
