"""Rules over all sources. Each failure names file, line and what to do instead."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import grimp

from tests.house.sources import PACKAGE, ROOT, files, modules, pages, texts, tree, where

# Written in pieces so that this file does not hold what it forbids.
MARKS = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:home|root|Users|work|mnt|farm|tmp/\w+)/\w")
REGISTRY = re.compile(r"registry\.npmjs|registry\.yarnpkg|files\.pythonhosted|pypi\.org/simple")
FOREIGN = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+\.[a-z]""", re.IGNORECASE)
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+off")

FORBIDDEN_CALLS = {
    "eval": "parse the input",
    "exec": "parse the input",
    "mark_safe": "use format_html or a template",
    "csrf_exempt": "send the token",
}
SHELLS = {"os.system", "os.popen"}
FORBIDDEN_IMPORTS = {"pickle": "msgspec or JSON", "marshal": "msgspec or JSON", "shelve": "the database"}


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Each call in a module with the last part of the name it calls."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node, getattr(node.func, "attr", getattr(node.func, "id", ""))


def test_nothing_runs_text_as_code() -> None:
    found = []
    for path in modules():
        for node, name in calls(path):
            if name in FORBIDDEN_CALLS and not (name == "exec" and isinstance(node.func, ast.Attribute)):
                found.append(f"{where(path, node.lineno)} {name}: {FORBIDDEN_CALLS[name]}")
            if any(keyword.arg == "shell" for keyword in node.keywords) or ast.unparse(node.func) in SHELLS:
                found.append(f"{where(path, node.lineno)} a shell: pass a list of arguments")
    assert not found, "\n".join(found)


def test_nothing_stores_code_as_data() -> None:
    found = []
    for path in modules():
        for node in ast.walk(tree(path)):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            imported += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [
                f"{where(path, node.lineno)} {name}: use {FORBIDDEN_IMPORTS[name]}"  # type: ignore[attr-defined]
                for name in imported
                if name in FORBIDDEN_IMPORTS
            ]
    assert not found, "\n".join(found)


def test_a_form_names_the_fields_it_takes() -> None:
    found = [
        where(path, node.lineno)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and node.value.value == "__all__"
        and any(isinstance(target, ast.Name) and target.id == "fields" for target in node.targets)
    ]
    assert not found, "\n".join(found)


def scoped_models() -> set[str]:
    """Names of the models whose manager is a ScopedManager: rows that belong to an organisation unit."""
    return {
        owner.name
        for path in modules()
        for owner in ast.walk(tree(path))
        if isinstance(owner, ast.ClassDef)
        for node in owner.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).endswith("ScopedManager")
    }


def test_pages_and_commands_read_scoped_rows_within_a_scope() -> None:
    scoped = scoped_models()
    assert scoped, "no scoped model was found: the rule would see nothing"
    found = []
    for path in modules(PACKAGE / "halls"):
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)):
                continue
            manager = node.value
            owner = getattr(manager.value, "id", "")
            if manager.attr == "objects" and owner in scoped and node.attr != "within":
                found.append(f"{where(path, node.lineno)} {owner}.objects.{node.attr}: ask the queries")
    assert not found, "\n".join(found)


def test_pages_bring_nothing_from_another_host() -> None:
    found = [
        f"{where(path, number)} {line.strip()[:90]}"
        for path in pages()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if FOREIGN.search(line)
    ]
    assert not found, "\n".join(found)


def test_templates_escape_everything() -> None:
    found = [
        where(path, number)
        for path in pages()
        if path.suffix == ".html"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if UNESCAPED.search(line)
    ]
    assert not found, "\n".join(found)


def test_no_file_names_this_machine_or_a_registry() -> None:
    found = [
        f"{where(path, number)} {match.group()}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        for match in [MACHINE_PATH.search(line) or REGISTRY.search(line)]
        if match
    ]
    assert not found, "\n".join(found)


def test_no_mark_is_left_over() -> None:
    found = [
        where(path, number)
        for path, text in texts()
        if path.name != "LICENSE"
        for number, line in enumerate(text.splitlines(), 1)
        if MARKS.search(line)
    ]
    assert not found, "\n".join(found)


def test_no_built_or_foreign_file_is_committed() -> None:
    built = re.compile(r"(^|/)(uv\.lock|pylock\.toml)$|node_modules/|\.min\.(js|css)$|\.mo$|\.ttf$|\.sqlite3$")
    found = [where(path) for path in files() if built.search(path.as_posix())]
    assert not found, "\n".join(found)


# Called from outside the package: the witness that tests compare the rater with, and a writer for integrators' scripts.
USED_FROM_OUTSIDE = {
    "gridhall.kernel.oracle", "gridhall.codecs.green_button_export", "gridhall.platform.postgresql.base",
}  # fmt: skip


def is_a_script(module: str) -> bool:
    """True where a module is run as `python -m`."""
    path = ROOT / "src" / (module.replace(".", "/") + ".py")
    return path.is_file() and 'if __name__ == "__main__":' in path.read_text("utf-8")


def named_in_strings() -> str:
    """Every string constant that could name a module: settings name middleware and context processors so."""
    return "\n".join(
        node.value
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("gridhall.")
    )


def test_every_module_is_used() -> None:
    found_by_name = re.compile(
        r"\.(apps|models|urls|settings|wsgi|cli|__main__|actions|jobs)$|\.(migrations|management|templatetags)($|\.)"
    )
    graph = grimp.build_graph("gridhall", cache_dir=None)
    strings = named_in_strings()
    dead = [
        module
        for module in sorted(graph.modules)
        if not found_by_name.search(module)
        and module not in USED_FROM_OUTSIDE
        and not is_a_script(module)
        and module not in strings
        and not graph.find_children(module)
        and not graph.find_modules_that_directly_import(module)
        and not (ROOT / "src" / module.replace(".", "/")).is_dir()
    ]
    assert not dead, "nobody imports: " + ", ".join(dead)
