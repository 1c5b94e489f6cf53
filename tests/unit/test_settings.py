from pathlib import Path

import pytest

from sinergi.errors import SinergiError
from sinergi.settings import Settings


def test_defaults_live_under_the_home(tmp_path: Path):
    loaded = Settings.load({"SINERGI_HOME": str(tmp_path)})
    assert loaded.inbox == str(tmp_path / "inbox")
    assert loaded.archive == tmp_path / "archive"
    assert loaded.database_url is None
    assert loaded.lang == "id"


def test_an_argument_wins_over_the_environment(tmp_path: Path):
    loaded = Settings.load({"SINERGI_INBOX": "sftp://office/inbox"}, inbox="s3://bucket/inbox", home=tmp_path)
    assert loaded.inbox == "s3://bucket/inbox"


def test_an_unknown_language_says_which_there_are():
    with pytest.raises(SinergiError, match=r"SINERGI_LANG is 'jv'; use one of id, en"):
        Settings.load({"SINERGI_LANG": "jv"})
