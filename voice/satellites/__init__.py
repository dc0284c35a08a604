"""The kinds of satellites, each in a module that is imported where one is configured."""
