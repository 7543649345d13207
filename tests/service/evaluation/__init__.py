"""Scoring against gold: rules of matching, figures, gates and the report."""
