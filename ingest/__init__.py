"""From bytes to documents with one canonical text each, and from documents to passages."""
