"""Sound into text and back: nothing here knows of devices, skills or the daemon."""
