"""The nouns and their invariants: numbers, quantities and spans."""
