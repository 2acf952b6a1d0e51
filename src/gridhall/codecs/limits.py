"""How much a file may hold. Every limit has its reason; an upload is hostile until it is read."""

# 4 GiB: a million points with one day of 96 values is 0.6 GB of text, so a week of a large city still fits.
MAX_BYTES = 4 << 30

# Ten million rows: ten days of a million points; the memory kept per row (24 bytes, see repeats.py) stays below 250 MB.
MAX_ROWS = 10_000_000

# Long files have one row per value; 500 million values is a month of 170 000 points.
MAX_LONG_ROWS = 500_000_000

# 288 five-minute values and a dozen columns beside them; more is another kind of file.
MAX_COLUMNS = 320

# 288 values of 20 characters are 6 kB; ten times that is not a line but a file without line ends.
MAX_LINE_BYTES = 1 << 16

# An id, a name or an address; the longest column of the domain has 200 characters.
MAX_KEY_CHARACTERS = 64

# One million megawatt-hours in one interval is more than any country uses in an hour; it also keeps 288 values of
# 1e12 Wh and their sum inside 64 bits.
MAX_INTERVAL_WH = 10**12

# After this many refusals the file has one cause, not many; a list of more is read by nobody.
MAX_PROBLEMS = 1_000

# Long files: values of days that are not complete yet, 27 bytes each and as much again while they are sorted.
MAX_PENDING_VALUES = 10_000_000

# Text is handled in blocks of this size, so that memory does not grow with the file.
BLOCK_BYTES = 4 << 20

# Green Button nests eight levels; lxml itself stops at 256.
MAX_XML_DEPTH = 32

# A year of quarter hours for one point is 8 MB of Green Button; 256 MB is thirty of them.
MAX_XML_BYTES = 256 << 20

# A table of customers: a million rows of 200 bytes.
MAX_TABLE_BYTES = 256 << 20
MAX_TABLE_ROWS = 1_000_000
MAX_TABLE_COLUMNS = 200
MAX_CELL_CHARACTERS = 2_000

# A workbook is a zip: ordinary sheets shrink to a tenth, a bomb to a thousandth.
MAX_WORKBOOK_BYTES = 64 << 20
MAX_UNZIPPED_BYTES = 512 << 20
MAX_ZIP_RATIO = 200
MAX_ZIP_MEMBERS = 1_000
