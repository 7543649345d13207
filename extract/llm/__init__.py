"""The optional stage of extraction: a language model looks again at sentences of which the network is unsure; off unless it is set."""
