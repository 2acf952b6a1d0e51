"""What a printed table says about itself: differences are warnings, the printed price stays the law."""

from collections.abc import Iterable
from typing import Final

from gridhall.kernel.money import format_scaled, round_half_up
from gridhall.kernel.tariffs.types import PERIODS, Component, Season, TariffVersion

TOLERANCE_E8: Final = 100  # printed prices have six decimals


def warnings(version: TariffVersion) -> list[str]:
    """Differences between the printed prices and their parts or ratios, one text each."""
    messages = [message for component in version.components for message in _parts(component)]
    for season in version.energy:
        messages += _flat_sum(version.components, season)
        messages += _ratios(version, season)
    return messages


def _parts(component: Component) -> Iterable[str]:
    printed = component.prices.total
    if not component.parts or printed is None:
        return
    total = sum(part.price_e8 for part in component.parts)
    if abs(printed - total) > TOLERANCE_E8:
        yield (
            f"components.{component.code}: the items sum to {_text(total)}, "
            f"printed {_text(printed)}: {_text(printed - total)} unexplained"
        )


def _flat_sum(components: tuple[Component, ...], season: Season) -> Iterable[str]:
    flat = season.prices.flat if season.prices.flat is not None else season.prices.total
    prices = [component.prices.total for component in components]
    if flat is None or not prices or None in prices:
        return
    total = sum(price for price in prices if price is not None)
    if abs(total - flat) > TOLERANCE_E8:
        yield f"energy.flat: components sum to {_text(total)}, printed {_text(flat)}: {_text(total - flat, '+')}"


def _ratios(version: TariffVersion, season: Season) -> Iterable[str]:
    if version.checks is None:
        return
    floating: int = sum(int(c.prices.total or 0) for c in version.components if c.floats)
    fixed = sum(int(c.prices.total or 0) for c in version.components if not c.floats)
    if not version.components and season.prices.flat is not None:
        floating = int(season.prices.flat)
    for period in PERIODS:
        factor = getattr(version.checks, period, None)
        price = season.prices.at(period)
        if factor is None or price is None or not floating:
            continue
        expected = round_half_up(floating * factor, 10**6) + fixed
        if abs(price - expected) > TOLERANCE_E8:
            implied = format_scaled(round_half_up((price - fixed) * 1000, floating), 3)
            yield (
                f"energy.{period}: printed {_text(price)}, ratio {_ratio(factor)} gives {_text(expected)}; "
                f"the printed price implies {implied}"
            )


def _text(price_e8: int, plus: str = "") -> str:
    return (plus if price_e8 > 0 else "") + format_scaled(price_e8, 8, decimals=4)


def _ratio(factor_e6: int) -> str:
    return format_scaled(factor_e6, 6, decimals=2)
