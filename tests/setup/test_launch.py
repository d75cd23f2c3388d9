"""Troubles at the start, each told in one sentence before anything was started."""

import dataclasses
import socket
from pathlib import Path

import pytest

from schoolbell.queue import launch
from schoolbell.queue.errors import SetupError
from schoolbell.queue.settings import settings


@pytest.fixture
def wanted(tmp_path):
    return dataclasses.replace(settings(), home=tmp_path / "home", host="127.0.0.1", port=1)


def test_a_taken_port_is_told_before_anything_is_started(wanted, capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert launch.up(dataclasses.replace(wanted, port=port)) == 1
    told = (
        f"Port {port} on 127.0.0.1 is taken by another program; set SCHOOLBELL_PORT to a free one."
    )
    assert capsys.readouterr() == ("", f"{told}\n")
    assert not Path(wanted.home).exists()


def test_an_address_of_another_machine_is_told_apart_from_a_taken_port(wanted, capsys):
    assert launch.up(dataclasses.replace(wanted, host="192.0.2.1", port=0)) == 1
    assert "cannot listen to port 0 on 192.0.2.1" in capsys.readouterr().err


def test_a_server_that_does_not_answer_is_told_without_its_password(wanted):
    unreachable = dataclasses.replace(wanted, database_url="postgresql://me:secret@127.0.0.1:1/x")
    with pytest.raises(SetupError, match="not reachable") as told, launch.attached(unreachable):
        pass
    assert "secret" not in str(told.value)


def test_an_address_that_is_none_is_told_in_one_sentence(wanted):
    wrong = dataclasses.replace(wanted, database_url="the usual one")
    with pytest.raises(SetupError, match="no address"), launch.attached(wrong):
        pass
