"""Gridhall: the open system on which an electricity utility serves, bills and understands its customers."""
