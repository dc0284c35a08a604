"""The house over HTTP: its state, its operations, and the door that a button of a notification opens."""
