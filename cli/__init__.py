"""The command line: data on stdout, everything else on stderr, one plain sentence where something is wrong."""
