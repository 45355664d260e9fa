"""`huimin statistics release`."""

import pytest

from huimin.cli import statistics
from huimin.kernel.refusals import Refusal
from huimin.platform.indicators import queries
from huimin.platform.indicators.tests.test_operations import build

pytestmark = pytest.mark.django_db
__all__ = ["build"]


def test_a_build_is_published_and_told(build, monkeypatch, capsys):
    monkeypatch.setattr(queries, "find_standing_build", lambda: build)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    statistics.run_release(None)
    assert "6 tables: " in capsys.readouterr().out
    statistics.run_release(None)
    assert "(released before)" in capsys.readouterr().out


def test_without_a_build_it_refuses():
    with pytest.raises(Refusal, match="NothingToCount"):
        statistics.run_release(None)
