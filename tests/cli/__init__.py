"""The command line, run as a person runs it, on a data folder that holds a handful of papers."""
