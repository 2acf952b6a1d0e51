"""Money in, simulated with a seed: who pays by which way, what goes wrong, and whether the books are right afterwards.

PYTHONPATH=src:. DJANGO_SETTINGS_MODULE=gridhall.settings python -m tests.simulator --seed 7 --operations 400
"""
