"""Ways of speaking, one folder a kind of partner; each keeps the contract of ``channels.contract``."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from gridhall.cis.channels.contract import Adapter
from gridhall.cis.channels.models import Link


def adapter_of(link: Link) -> Adapter:
    """The adapter of a link."""
    return _load(Link.Adapter(link.adapter))


def load_all() -> None:
    """Before the first message comes: modules are not loaded, nor their types made ready, while threads serve."""
    for adapter in Link.Adapter:
        _load(adapter)


def _load(adapter: Link.Adapter) -> Adapter:
    return cast(Adapter, import_module(f"gridhall.cis.channels.adapters.{adapter.value}"))
