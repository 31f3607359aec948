"""zymap beside the servers that others use, with the same data and the same questions."""
