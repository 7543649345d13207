"""Files made to hurt: bombs, hidden words, hostile names, entities, remote references."""
