"""The verbs of partners and of their files."""

from gridhall.cis.channels.actions.debits import ask_debits, end_mandate, sign_mandate
from gridhall.cis.channels.actions.files import file_step, finish_file, keep_file, post_file
from gridhall.cis.channels.actions.links import end_key, open_link, trust_key

__all__ = [
    "ask_debits", "end_key", "end_mandate", "file_step", "finish_file", "keep_file", "open_link", "post_file",
    "sign_mandate", "trust_key",
]  # fmt: skip
