"""Ways of speaking, one folder a kind of partner; each keeps the contract of ``channels.contract``."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from gridhall.cis.channels.contract import Adapter
from gridhall.cis.channels.models import Link


def adapter_of(link: Link) -> Adapter:
    """The adapter of a link."""
    return cast(Adapter, import_module(f"gridhall.cis.channels.adapters.{Link.Adapter(link.adapter).value}"))
