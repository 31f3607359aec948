"""The routes: what belongs to a path, and nothing else."""
