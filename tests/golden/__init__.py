"""Records of whole companies, against what their authors say is in them."""
