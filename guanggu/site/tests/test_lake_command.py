"""``guanggu lake``: what it prints and how it ends."""

from __future__ import annotations

import argparse

from guanggu.kernel.identity.public import Post
from guanggu.kernel.identity.testing import a_post
from guanggu.site.commands import lake as command


def run(what: str) -> int:
    return command.run(argparse.Namespace(what=what))


def test_status_tells_the_tables_and_verify_that_they_equal_the_database(the_lake, capsys):
    a_post()
    the_lake.take_in()
    assert run("status") == 0
    assert "identity_posts" in capsys.readouterr().out
    assert run("verify") == 0
    assert "核对通过" in capsys.readouterr().out


def test_verify_names_the_row_and_the_columns_that_differ(the_lake, capsys, monkeypatch):
    monkeypatch.setattr("guanggu.kernel.lake.verifying.WAIT_S", 0.0)
    post = a_post()
    the_lake.take_in()
    Post.objects.filter(pk=post.pk).update(name="偷改")
    assert run("verify") == 1
    said = capsys.readouterr()
    assert f"identity_posts {post.pk}" in said.out
    assert "name" in said.out
    assert "differs" in said.err
