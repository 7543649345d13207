"""A case to what governs it: candidates, applicability, precedence, gaps."""
