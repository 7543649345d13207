"""The nouns of Groundrule and what must always hold for them; standard library only."""
