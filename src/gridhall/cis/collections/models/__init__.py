"""What is kept about debts: who is protected, how far dunning got, and every touch."""

from gridhall.cis.collections.models.dunning import ChosenChannel, DunningCase, Touch
from gridhall.cis.collections.models.protection import Protection

__all__ = ["ChosenChannel", "DunningCase", "Protection", "Touch"]
