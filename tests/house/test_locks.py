"""The locks: no address in them, a hash for everything, and in step with what the project asks for."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.sources import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = sorted(ROOT.glob("requirements*.lock"))
PACKAGES = json.loads((ROOT / "package-lock.json").read_text())["packages"]


def pins(lock: Path) -> dict[str, str]:
    """Package name to pinned version."""
    found = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==([^ ;\\]+)", lock.read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def asked(*extras: str) -> list[Requirement]:
    """What pyproject.toml asks for on this platform, with the extras' own lists and without ourselves."""
    lines = [*PROJECT["project"]["dependencies"]]
    for extra in extras:
        lines += PROJECT["project"]["optional-dependencies"][extra]
    return [one for one in map(Requirement, lines) if one.name != "gridhall" and applies(one.marker)]


def applies(marker: Marker | None) -> bool:
    return marker is None or marker.evaluate()


@pytest.mark.parametrize("lock", [*LOCKS, ROOT / "package-lock.json"], ids=lambda path: path.name)
def test_a_lock_holds_no_address(lock: Path) -> None:
    assert not re.search(r"https?:|--(?:extra-)?index-url|--find-links|file:", lock.read_text())


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_pin_carries_a_hash(lock: Path) -> None:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock.read_text())
    bare = [block.split()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block]
    assert not bare


@pytest.mark.parametrize(
    ("name", "extras"),
    [
        ("requirements.lock", ("postgres",)),
        ("requirements-test.lock", ("postgres", "test")),
        ("requirements-bench.lock", ("postgres", "bench")),
    ],
)
def test_a_lock_pins_what_the_project_asks_for(name: str, extras: tuple[str, ...]) -> None:
    pinned = pins(ROOT / name)
    wrong = [
        f"{one} but {pinned.get(canonicalize_name(one.name), 'no pin')}; run ./run lock"
        for one in asked(*extras)
        if not one.specifier.contains(pinned.get(canonicalize_name(one.name), "0.dev0"), prereleases=True)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["requirements-test.lock", "requirements-bench.lock"])
def test_tools_run_on_the_versions_that_users_get(name: str) -> None:
    tools = pins(ROOT / name)
    differing = {
        package: (version, tools.get(package))
        for package, version in pins(ROOT / "requirements.lock").items()
        if tools.get(package) != version
    }
    assert not differing


def test_the_build_lock_pins_what_the_build_asks_for() -> None:
    pinned = pins(ROOT / "requirements-build.lock")
    for one in map(Requirement, PROJECT["build-system"]["requires"]):
        assert one.specifier.contains(pinned[canonicalize_name(one.name)]), one


def test_browser_libraries_are_locked_with_an_integrity_hash() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert PACKAGES[""]["dependencies"] == wanted
    for name, version in wanted.items():
        assert PACKAGES[f"node_modules/{name}"]["version"] == version
    assert all(package["integrity"].startswith("sha512-") for path, package in PACKAGES.items() if path)
    assert not any("resolved" in package for package in PACKAGES.values())


def test_the_changelog_opens_with_the_version_of_the_package() -> None:
    heading = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert heading
    assert heading.group(1) == PROJECT["project"]["version"]
