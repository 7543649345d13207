"""The system of record, and the search index made from it; what leaves this package are the domain's types only."""
