"""Speed and scale beside other tools; never imported at run time."""
