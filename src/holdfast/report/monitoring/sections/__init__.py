"""Sections of the page, one a module."""
