"""A case put to records made by hand, and to those of the demo company."""
