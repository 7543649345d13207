"""Tests of the store that are not part of its contract."""
