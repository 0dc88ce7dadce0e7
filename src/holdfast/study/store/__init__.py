"""A study's folder: parts that survive an interruption, the finished table, the summary and the manifest."""

from holdfast.study.store._files import json_text, write_bytes
from holdfast.study.store._key import RunKey, default_folder
from holdfast.study.store._state import State, damaged, look
from holdfast.study.store._store import Store, open_store, read_manifest, read_summary

__all__ = [
    "RunKey",
    "State",
    "Store",
    "damaged",
    "default_folder",
    "json_text",
    "look",
    "open_store",
    "read_manifest",
    "read_summary",
    "write_bytes",
]
