"""The documents: every link leads somewhere."""

import re

from tests.house.sources import ROOT, files, where

LINK = re.compile(r"\]\(([^)\s]+)\)")


def test_every_relative_link_leads_to_a_file() -> None:
    broken = [
        f"{where(path, number)} {target}"
        for path in files()
        if path.suffix == ".md"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        for target in LINK.findall(line)
        if not re.match(r"[a-z]+:|#", target) and not (path.parent / target.split("#")[0]).exists()
    ]
    assert not broken, "\n".join(broken)


def test_every_document_is_reached_from_the_index() -> None:
    index = (ROOT / "docs/README.md").read_text("utf-8")
    lost = [
        where(path)
        for path in files()
        if path.suffix == ".md" and path.is_relative_to(ROOT / "docs") and path != ROOT / "docs/README.md"
        if path.parent.name != "decisions"  # one page each; the folder itself is linked
        if path.relative_to(ROOT / "docs").as_posix() not in index
    ]
    assert not lost, "\n".join(lost)
