"""Printed documents: bills, receipts and statements of account as PDF.

Fill a struct of `schema`, pass it to `render.render_pdf`; the same data always gives the same bytes.
"""
