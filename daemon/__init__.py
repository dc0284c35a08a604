"""The daemon: everything that knows all the others."""
