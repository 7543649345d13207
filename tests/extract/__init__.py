"""What is found in a sentence, and the network that reads it."""
