"""Scores what is found in a user's own gold folder: records, fields, decoys, calibration, answers; and what fell since last time."""
