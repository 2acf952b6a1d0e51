"""Arithmetic on arrays and frozen records: tariffs, calendars, energy and bills. Imports nothing of ours."""
