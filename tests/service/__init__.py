"""The use cases, most of them run over the demo company's papers."""
