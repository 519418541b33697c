"""A folder for PYTHONPATH: what is in it is loaded by child processes, not by this package."""
