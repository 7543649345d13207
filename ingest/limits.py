"""How large, deep and slow a file may be; the numbers are those of the threat table (T6)."""

from __future__ import annotations

MEGABYTE = 1024 * 1024
MAX_BYTES = 50 * MEGABYTE
MAX_EXPANDED = 200 * MEGABYTE
MAX_RATIO = 100
MAX_MEMBERS = 2_000
MAX_PAGES = 2_000
MAX_PARTS = 1_000
MAX_PART_DEPTH = 20
MAX_NESTING = 5
MAX_MESSAGES = 20_000
MAX_TREE_DEPTH = 400
MAX_CHARS = 20_000_000
#: Paragraphs, items and cells of one document; a book of 2,000 pages has some 40,000.
MAX_BLOCKS = 300_000
#: Address space of a worker and so its memory: below 1.5 GB, of which a 50 MB text file or mailbox takes about a third.
WORKER_MEMORY = 1_400 * MEGABYTE
WORKER_SECONDS = 60
#: Documents of one file as JSON: a reader and its parent hold them several times over while they cross.
MAX_REPLY = 96 * MEGABYTE
