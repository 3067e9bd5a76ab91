"""What docs/running.md tells an administrator to do can be done: its commands, units and files are there."""

import re
import runpy
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

HERE = Path(settings.BASE_DIR)
UNITS = sorted((HERE / "deploy").glob("*.service"))
RUNNING = (HERE / "docs" / "running.md").read_text()


@pytest.mark.parametrize("document", [HERE / "docs" / "running.md", *UNITS], ids=lambda path: path.name)
def test_every_command_that_it_names_is_there(document):
    named = set(re.findall(r"manage\.py ([a-z_]+)", document.read_text()))
    assert named <= set(get_commands())


def test_every_unit_and_file_that_it_names_is_there():
    assert {unit.stem for unit in UNITS} <= set(re.findall(r"alongside-\w+", RUNNING))
    for name in re.findall(r"deploy/([\w.-]+\w)", RUNNING):
        assert (HERE / "deploy" / name).exists()


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_no_unit_may_do_more_than_it_needs(unit):
    words = unit.read_text().splitlines()
    for line in ("NoNewPrivileges=true", "ProtectSystem=strict", "PrivateTmp=true", "UMask=0077"):
        assert line in words
    assert "User=root" not in words
    assert ("User=alongside-owner" in words) == (unit.stem == "alongside-backup")


def test_neither_nginx_nor_gunicorn_keeps_a_log_of_requests():
    nginx = (HERE / "deploy" / "nginx.conf").read_text()
    assert set(re.findall(r"^ *access_log (.*);", nginx, re.M)) == {"off"}
    assert nginx.count("access_log off;") == nginx.count("server {")
    assert set(re.findall(r"error_log \S+ (\w+);", nginx)) == {"alert"}
    served = runpy.run_path(str(HERE / "config" / "gunicorn.py"))
    assert served["accesslog"] is None
    assert served["control_socket_disable"] is True


def test_nginx_compresses_nothing():
    """Debian's does so by default, every page alike and without padding: docs/decisions/0026."""
    nginx = (HERE / "deploy" / "nginx.conf").read_text()
    assert re.findall(r"^ *(gzip.*|brotli.*);", nginx, re.M) == ["gzip off"]
    assert nginx.index("gzip off;") > nginx.rindex("server {")
