"""The verbs of partners and of their files."""

from gridhall.cis.channels.actions.files import file_step, finish_file, keep_file, post_file
from gridhall.cis.channels.actions.links import end_key, open_link, trust_key

__all__ = ["end_key", "file_step", "finish_file", "keep_file", "open_link", "post_file", "trust_key"]
