"""Whole ways through the house: from files on a disk to an answer at each door."""
