"""One module for each noun that the service serves over HTTP."""
