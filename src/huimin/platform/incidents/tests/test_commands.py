"""`huimin incidents` at the terminal."""

import argparse

import pytest

from huimin.cli import incidents as command
from huimin.platform.incidents.models import Forwarding
from huimin.platform.incidents.operations.open311 import ClientNameTaken, NoSuchNeighbour, NoSuchOpen311Client
from huimin.platform.incidents.operations.suggesting import NothingToLearn
from huimin.platform.incidents.queries.open311 import find_open311_client
from huimin.platform.incidents.tests import factories as make
from huimin.platform.incidents.tests.test_learning import told
from huimin.platform.incidents.tests.test_suggesting import closed_before

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.covers("G01")]


def typed(*words):
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["incidents", *words])
    return args.run(args)


def test_a_key_is_shown_once_and_can_be_ended(city, capsys):
    assert typed("open311-key", "手机软件") == 0
    key = capsys.readouterr().out.strip()
    assert find_open311_client(key).name == "手机软件"
    with pytest.raises(ClientNameTaken):
        typed("open311-key", "手机软件")
    assert typed("open311-close", "手机软件") == 0
    assert find_open311_client(key) is None
    with pytest.raises(NoSuchOpen311Client):
        typed("open311-close", "没有这个")


def test_learning_says_how_well_it_did(city, capsys):
    with pytest.raises(NothingToLearn):
        typed("train")
    closed_before(*told(300), days=60)
    closed_before(*told(80, seed=2), days=1)
    assert typed("train") == 0
    said = capsys.readouterr().out
    assert "300" in said
    assert "80" in said
    assert "%" in said


def test_an_incident_is_handed_over(people, capsys):
    mine = make.reported(actor=people.worker)
    with pytest.raises(NoSuchNeighbour):
        typed("forward", mine.number, "nowhere")
    assert typed("forward", mine.number, "xuancheng") == 0
    assert Forwarding.objects.get().incident == mine
    assert typed("neighbours") == 0
    assert "1" in capsys.readouterr().out
