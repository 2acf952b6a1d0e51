"""The words a user sees: what the sources ask for and what the catalogs answer."""

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from tests.house.sources import files, modules

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Python's % formats and Django's; a translation must carry the same set.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")

Key = tuple[str | None, str]  # context and message


def templates() -> list[Path]:
    """Every template of the product."""
    return [path for path in files() if path.suffix in {".html", ".txt"} and "templates" in path.parts]


def in_source(path: Path, code: str) -> Iterator[tuple[Key, int]]:
    """Each message a Python text asks for, with its line."""
    for line, message, _comments, context in extract("python", io.BytesIO(code.encode()), KEYWORDS):
        singular = message[0] if isinstance(message, tuple) else message
        yield (context, singular), line


def asked() -> Iterator[tuple[Key, Path, int]]:
    """Each message the product asks for, with where."""
    for path in modules():
        for key, line in in_source(path, path.read_text("utf-8")):
            yield key, path, line
    for path in templates():
        # Django's own reduction of a template to the gettext calls it makes.
        for key, line in in_source(path, templatize(path.read_text("utf-8"), origin=path.name)):
            yield key, path, line


@cache
def catalogs() -> dict[Path, Catalog]:
    """Our Chinese catalogs, parsed."""
    found = {}
    for path in files():
        if path.suffix == ".po" and "zh_Hans" in path.parts:
            with path.open("rb") as text:
                found[path] = read_po(text, locale="zh_Hans", abort_invalid=True)
    return found


@cache
def answers() -> frozenset[Key]:
    """Every message with a complete Chinese translation, ours or Django's own."""
    done: set[Key] = set()
    every = [*catalogs().values()]
    for path in Path(django.__file__).parent.glob("**/locale/zh_Hans/LC_MESSAGES/django.po"):
        with path.open("rb") as text:
            every.append(read_po(text, locale="zh_Hans"))
    for catalog in every:
        for message in catalog:
            singular = message.id[0] if isinstance(message.id, tuple) else message.id
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            if singular and all(strings) and not message.fuzzy:
                done.add((message.context, singular))
    return frozenset(done)


def shown_words(template: str) -> Iterator[tuple[int, str]]:
    """Line and text of every word a template shows without asking for its translation."""

    def blank(match: re.Match[str]) -> str:
        return "\n" * match.group().count("\n")

    text = template
    for pattern in (
        r"{#.*?#}",
        r"{%\s*comment.*?endcomment\s*%}",
        r"{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%}",
        r"<!--.*?-->",
        r"<(script|style)\b.*?</\1>",
        r"{%.*?%}",
        r"{{.*?}}",
    ):
        text = re.sub(pattern, blank, text, flags=re.DOTALL)
    spoken = re.compile(r"\b(?:alt|title|placeholder|aria-label|aria-description|label)=\"([^\"]*)\"")
    for attribute in spoken.finditer(text):
        if has_words(attribute.group(1)):
            yield text.count("\n", 0, attribute.start()) + 1, attribute.group(1)
    bare = re.sub(r"<[^>]*>", blank, text, flags=re.DOTALL)
    for number, line in enumerate(bare.splitlines(), 1):
        if has_words(line):
            yield number, line.strip()


# The same in both languages: units, the product's name, and the two languages' names for themselves.
UNIVERSAL = re.compile(
    r"\b(?:kWh|MWh|GWh|kW|MW|kvarh|kvar|kVA|Wh|Gridhall|English|API|CSV|PDF|QR|JSON)\b|简体中文|中文|&\w+;"
)


def has_words(text: str) -> bool:
    """True where letters are left once units and names are taken away."""
    return bool(re.search(r"[^\W\d_]{2,}", UNIVERSAL.sub("", text)))


def placeholders(text: str) -> list[str]:
    """The placeholders in a message, sorted, without the doubled percent sign."""
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def missing() -> dict[Path, list[Key]]:
    """Messages without Chinese, by the catalog they belong into: that of the nearest app."""
    found: dict[Path, dict[Key, None]] = {}
    for key, path, _line in asked():
        if key not in answers():
            app = next(folder for folder in path.parents if (folder / "apps.py").exists())
            found.setdefault(app / "locale/zh_Hans/LC_MESSAGES/django.po", {})[key] = None
    return {catalog: list(keys) for catalog, keys in found.items()}


def entry(key: Key) -> str:
    """A catalog entry that waits for its translation."""
    context, message = key
    head = f'msgctxt "{context}"\n' if context else ""
    quoted = message.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{head}msgid "{quoted}"\nmsgstr ""\n'


if __name__ == "__main__":  # python -m tests.house.messages: what is still to be translated, by catalog
    for catalog, keys in missing().items():
        print(f"# {catalog}\n")
        print("\n".join(map(entry, keys)))
