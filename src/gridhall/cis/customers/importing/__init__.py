"""Customers from a file: one row makes a customer with premise, terms, account, agreement and, if named, a meter.

``checking.check`` reads and judges a file without changing anything; ``actions.import_customers`` brings it in.
"""
