"""No float ever touches money or energy: names that carry an integer unit are watched wherever they get a value."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.sources import PACKAGE, modules, tree, where

# Invents curves from weather and chance, in floats, and rounds them once before anything else sees them.
INVENTS = {PACKAGE / "demo/loads.py"}
INTEGER_UNITS = ("_fen", "_e8", "_e6", "_wh", "_varh", "_vah")


def makes_a_float(value: ast.AST | None) -> bool:
    """True where an expression divides, calls float(), or holds a float literal."""
    if value is None:
        return False
    return any(
        (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
        for node in ast.walk(value)
    )


def names(target: ast.AST) -> Iterator[str]:
    """The variable or attribute names an assignment writes."""
    for node in ast.walk(target):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def is_float(annotation: ast.AST | None) -> bool:
    return isinstance(annotation, ast.Name) and annotation.id == "float"


def floats_in(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of every integer-unit name that is given a float."""
    for node in ast.walk(module):
        found: list[tuple[str, ast.AST | None, ast.AST | None]] = []
        if isinstance(node, ast.Assign):
            found = [(name, node.value, None) for target in node.targets for name in names(target)]
        elif isinstance(node, ast.AnnAssign):
            found = [(name, node.value, node.annotation) for name in names(node.target)]
        elif isinstance(node, ast.AugAssign):
            divided = ast.Constant(0.0) if isinstance(node.op, ast.Div) else node.value
            found = [(name, divided, None) for name in names(node.target)]
        elif isinstance(node, ast.keyword) and node.arg:
            found = [(node.arg, node.value, None)]
        elif isinstance(node, ast.arg):
            found = [(node.arg, None, node.annotation)]
        elif isinstance(node, ast.FunctionDef):
            found = [(node.name, None, node.returns)]
        for name, value, annotation in found:
            if name.endswith(INTEGER_UNITS) and (makes_a_float(value) or is_float(annotation)):
                yield getattr(node, "lineno", 0), name


@pytest.mark.parametrize(
    "line",
    [
        "amount_fen = total / 2",
        "self.price_e8 = 0.52",
        "energy_wh /= 2",
        "post(amount_fen=float(text))",
        "def f(amount_fen: float): ...",
        "def due_fen() -> float: ...",
    ],
)
def test_the_rule_sees_a_float_in_every_form(line: str) -> None:
    assert list(floats_in(ast.parse(line)))


def test_no_float_touches_money_or_energy() -> None:
    found = [
        f"{where(path, line)} {name}"
        for path in modules()
        if path not in INVENTS
        for line, name in floats_in(tree(path))
    ]
    assert not found, "\n".join(found)
