"""S1: what this is made of is known to the byte, each part for a reason, and what is faulty is looked for.

`make audit` asks for known faults and writes the bill of materials. It needs the network, so it is no test: without an
answer it fails, and says so.
"""

import re
import tomllib
from importlib import metadata

import pytest

from tests.drill import HERE

LOCKS = sorted((HERE / "requirements").glob("*.txt"))
HASH = r"    --hash=sha256:[0-9a-f]{64}(?: \\)?\n"
PINNED = re.compile(rf"^([\w.-]+)(?:\[[\w,-]+\])?==([\w.!+-]+)(?: ; .*)? \\\n((?:{HASH})+)", re.M)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_has_its_version_and_its_hashes(lock, measured):
    text = lock.read_text()
    found = PINNED.findall(text)
    named = re.findall(r"^[\w.-]+", text, re.M)
    assert len(found) == len(named) > 10
    # No address of any kind: where packages come from is for whoever installs them to say.
    assert "://" not in text
    measured(f"{lock.name}: {len(found)} packages, all with hashes")


def test_what_is_installed_is_what_the_lock_says():
    for name, version, _ in PINNED.findall((HERE / "requirements" / "base.txt").read_text()):
        assert metadata.version(name) == version, name


def test_there_is_a_reason_above_every_dependency():
    lines = [line.strip() for line in (HERE / "pyproject.toml").read_text().splitlines()]
    project = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    every = project["dependencies"] + [
        one for extra in project["optional-dependencies"].values() for one in extra
    ]
    for dependency in every:
        above = lines[lines.index(f'"{dependency}",') - 1]
        # Types come together, under one reason.
        assert above.startswith(("#", '"')), dependency
    reasons = [line for line in lines if line.startswith("# ")]
    assert len(every) - len(reasons) < 5


def test_what_reads_the_words_of_others_is_locked_to_versions_without_known_faults():
    floors = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]["dependencies"]
    for part in ("django>=5.2.19", "django-allauth[mfa]>=65.21.1", "markdown>=3.11.3", "bleach>=6.4.0"):
        assert any(one.startswith(part) for one in floors), part


def test_known_faults_are_looked_up_strictly_and_what_it_is_made_of_is_written_down(measured):
    makefile = (HERE / "Makefile").read_text()
    audit = makefile[makefile.index("\naudit:") :].partition("\n\n")[0]
    assert "pip-audit --strict --require-hashes" in audit
    assert "cyclonedx-py requirements requirements/base.txt" in audit
    assert " || " not in audit, "No answer is not a good one."
    assert not re.search(r"^\t-", audit, re.M)
    weekly = (HERE / ".github" / "dependabot.yml").read_text()
    assert "package-ecosystem: pip" in weekly
    measured("known faults: make audit")
