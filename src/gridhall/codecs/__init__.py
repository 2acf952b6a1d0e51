"""File formats, sans-IO: bytes or text in, records out, and back.

A codec never opens a file, asks a clock or touches a database. It reads a binary stream and yields records and
`FileProblem`s; it raises `CodecError` when the file as a whole cannot be taken, and nothing else.
"""
