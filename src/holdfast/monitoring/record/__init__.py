"""The record: entries that cannot be altered unseen, in one file that anyone can read.

`create` begins one, `adding` appends to it, `entries` reads it, `verify` finds what was changed. `sign` makes checkpoints to be kept
elsewhere, `prove` shows that one entry is in it without showing the others, `export` leaves out what one reader may not see. What the
record promises, and what not, is in docs/explanation/record.md; the form of a line, in `_form`.
"""

from holdfast.monitoring.record._checkpoint import (
    Checkpoint,
    make_key,
    read_checkpoint,
    read_key,
    read_public_key,
    write_checkpoint,
)
from holdfast.monitoring.record._digest import Digest
from holdfast.monitoring.record._export import WHOLE, Exported, export
from holdfast.monitoring.record._files import agreement, files_in, packed, unpack
from holdfast.monitoring.record._log import EXPORT, LOG, SEE, no_record
from holdfast.monitoring.record._order import Fault
from holdfast.monitoring.record._proof import Proof, check, prove
from holdfast.monitoring.record._read import Entry, Tip, entries, hash_at, lost_end, tip
from holdfast.monitoring.record._sign import sign
from holdfast.monitoring.record._verdict import Unfinished, Verdict
from holdfast.monitoring.record._verify import verify
from holdfast.monitoring.record._whole import refuse_other_end
from holdfast.monitoring.record._writer import Writer, adding, create

__all__ = [
    "EXPORT",
    "LOG",
    "SEE",
    "WHOLE",
    "Checkpoint",
    "Digest",
    "Entry",
    "Exported",
    "Fault",
    "Proof",
    "Tip",
    "Unfinished",
    "Verdict",
    "Writer",
    "adding",
    "agreement",
    "check",
    "create",
    "entries",
    "export",
    "files_in",
    "hash_at",
    "lost_end",
    "make_key",
    "no_record",
    "packed",
    "prove",
    "read_checkpoint",
    "read_key",
    "read_public_key",
    "refuse_other_end",
    "sign",
    "tip",
    "unpack",
    "verify",
    "write_checkpoint",
]
