"""The folder of monitoring: adding to its record, making its index, reading it.

Nothing is imported here: a status needs `folder` only, and is to be quick.
"""
