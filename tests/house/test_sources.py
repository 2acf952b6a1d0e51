"""Every fact shipped as data says where it comes from, and SOURCES.md knows its notice."""

import re
from pathlib import Path

import pytest
import yaml

from tests.house.sources import PACKAGE, ROOT

DATED = sorted(path for path in (PACKAGE / "data").glob("*/*.yaml"))


@pytest.mark.parametrize("path", DATED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_data_file_names_its_source_and_evidence(path: Path) -> None:
    text = path.read_text("utf-8")
    record = yaml.safe_load(text)
    assert {"source", "sources", "notice", "notices"} & set(record)
    if path.parent.name == "demo":
        return  # shapes of invented people: the works they were fitted to are named, nothing is claimed
    evidence = re.findall(r"^\s*evidence: (.+)$", text, re.MULTILINE)
    assert evidence
    assert set(evidence) <= {"V", "S", "M", "C"}


def test_the_list_of_sources_names_every_calendar_notice() -> None:
    listed = (ROOT / "SOURCES.md").read_text("utf-8")
    missing = [
        f"{path.stem}: {notice}"
        for path in DATED
        if path.parent.name == "calendars"
        for notice in yaml.safe_load(path.read_text("utf-8")).get("notices", [])
        if notice not in listed
    ]
    assert not missing, "\n".join(missing)
