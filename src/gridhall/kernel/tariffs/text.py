"""Tariffs as text: YAML for people, JSON for storage, one form for both. No number ever passes through a float."""

from typing import Any, Final, TypeVar

import msgspec
import yaml

from gridhall.kernel.money import DecimalError, format_scaled, parse_decimal
from gridhall.kernel.tariffs.types import FactorE6, PriceE8, TariffVersion
from gridhall.kernel.tariffs.validity import validate

T = TypeVar("T")

DOCUMENT_BYTES_MAX: Final = 1_000_000  # the largest real price notice is a few kilobytes


class TariffError(ValueError):
    """A tariff text that cannot be used; the message names the field and the remedy, and can be shown as it is."""

    def __init__(self, message: str) -> None:
        super().__init__("".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in message))


class _Loader(yaml.BaseLoader):
    """Scalars stay strings; aliases and repeated keys, which hide mistakes or blow up, are refused."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise TariffError(f"line {self.line + 1}: write the value out, aliases are refused")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            raise TariffError(f"line {node.start_mark.line + 1}: a key is written twice in this block; keep one")
        return mapping


def read_yaml(document: bytes | str) -> Any:
    """A YAML text as dicts, lists and strings; TariffError with the line where it cannot be read."""
    if len(document) > DOCUMENT_BYTES_MAX:
        raise TariffError(f"the text is longer than {DOCUMENT_BYTES_MAX} bytes; split it by tariff")
    try:
        return yaml.load(document, _Loader)  # noqa: S506 - a BaseLoader builds only str, list and dict
    except yaml.MarkedYAMLError as error:
        mark, problem = error.problem_mark, error.problem or error.context
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise TariffError(f"{place}not readable as YAML: {problem}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TariffError(f"not readable as YAML: {error}; save the text as UTF-8") from error
    except RecursionError as error:
        raise TariffError("not readable as YAML: nested too deep; write the form of the documentation") from error


def read_structured(document: bytes | str, kind: type[T]) -> T:
    """A YAML text as one of the kernel's records; TariffError carries the path and the remedy."""
    return convert(read_yaml(document), kind)


def convert(document: Any, kind: type[T]) -> T:
    """Dicts, lists and strings as one of the kernel's records; prices and ratios from decimal text."""
    try:
        return msgspec.convert(document, kind, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise TariffError(_with_path_first(str(error))) from error


def load(document: bytes | str) -> TariffVersion:
    """One tariff version from YAML text; TariffError carries the path and the remedy."""
    return from_document(read_yaml(document))


def from_json(text: bytes | str) -> TariffVersion:
    """The stored form back; equal to the version given to `to_json`."""
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise TariffError(f"not readable as JSON: {error}") from error
    return from_document(document)


def to_json(version: TariffVersion) -> str:
    """The stored form; prices are decimal strings."""
    return msgspec.json.encode(version, enc_hook=_encode).decode()


def json_schema() -> dict[str, Any]:
    """JSON Schema of the form, for editors and importers."""
    return msgspec.json.schema(TariffVersion, schema_hook=_schema)


def from_document(document: Any) -> TariffVersion:
    """A version from dicts, lists and strings."""
    version = convert(document, TariffVersion)
    problems = validate(version)
    if problems:
        raise TariffError("\n".join(problems))
    return version


def _with_path_first(message: str) -> str:
    text, _, path = message.rpartition(" - at `$")
    return f"{path.rstrip('`').lstrip('.') or 'document'}: {text}" if text else f"document: {message}"


def _decode(kind: type, value: object) -> object:
    if kind not in (PriceE8, FactorE6):
        raise NotImplementedError(kind)
    noun = "price" if kind is PriceE8 else "ratio"
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a decimal {noun} in quotes; {kind.remedy}")
    try:
        return kind(parse_decimal(value, kind.scale, noun))
    except DecimalError as error:
        detail = str(error).split("; ")[0].removeprefix(f"{noun}: ").removesuffix(" is not a decimal number")
        reason = "is not a decimal " + noun if detail.startswith('"') and detail.endswith('"') else ""
        raise ValueError(f"{detail} {reason}".strip() + f"; {kind.remedy}") from error


def _encode(value: object) -> object:
    if isinstance(value, PriceE8 | FactorE6):
        return format_scaled(int(value), value.scale, decimals=2)
    raise NotImplementedError(type(value))


def _schema(kind: type) -> dict[str, Any]:
    if kind in (PriceE8, FactorE6):
        decimals: int = kind.scale
        pattern = rf"^[+-]?[0-9]+(\.[0-9]{{1,{decimals}}})?$"
        return {"type": "string", "pattern": pattern, "description": kind.remedy}
    raise NotImplementedError(kind)
