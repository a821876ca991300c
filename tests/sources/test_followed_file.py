"""A log that grows, is renamed, cut, and for a moment not there."""

import pytest

from camscan.errors import SourceError
from camscan.sources.followed_file import FollowedFile, Piece


def text(piece):
    if piece is None:
        return None
    with piece.open() as stream:
        return stream.peek(1 << 20).decode()


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "a.log"
    path.write_text("old\n")
    return path


def add(path, words):
    with path.open("a") as file:
        file.write(words)


def test_only_what_is_new_and_only_whole_lines(log):
    followed = FollowedFile(str(log))
    assert followed.new_lines() is None
    add(log, "one\ntwo")
    assert text(followed.new_lines()) == "one\n"
    add(log, " and a half\n")
    assert text(followed.new_lines()) == "two and a half\n"
    followed.close()


def test_renamed_and_made_anew(log):
    followed = FollowedFile(str(log))
    add(log, "last of the old\n")
    log.rename(log.with_suffix(".1"))
    assert text(followed.new_lines()) == "last of the old\n"
    assert followed.rotations == 0
    log.write_text("first of the new\n")
    assert text(followed.new_lines()) == "first of the new\n"
    assert followed.rotations == 1
    followed.close()


def test_cut_to_nothing(log):
    followed = FollowedFile(str(log))
    log.write_text("")
    followed.new_lines()
    add(log, "anew\n")
    assert text(followed.new_lines()) == "anew\n"
    followed.close()


def test_comments_at_the_top_go_before_every_piece(log):
    log.write_text("#fields a b\n1 2\n")
    followed = FollowedFile(str(log))
    add(log, "3 4\n")
    assert text(followed.new_lines()) == "#fields a b\n3 4\n"
    log.unlink()
    log.write_text("#fields b a\n5 6\n")
    assert text(followed.new_lines()) == "#fields b a\n5 6\n"
    followed.close()


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SourceError, match="cannot follow"):
        FollowedFile(str(tmp_path / "none"))


def test_a_piece_is_read_as_often_as_wanted():
    piece = Piece("x", b"a\nb\n")
    assert piece.head() == b"a\nb\n"
    assert text(piece) == text(piece) == "a\nb\n"
