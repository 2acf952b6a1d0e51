"""Rates of any shape, a year at a time: what the world's tariff databases describe."""

from gridhall.kernel.structures.rate import YearBills, fold, rate_year
from gridhall.kernel.structures.types import Structure

__all__ = ["Structure", "YearBills", "fold", "rate_year"]
