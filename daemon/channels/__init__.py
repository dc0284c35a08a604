"""The ways on which people are reached: each speaks to one kind of server, and all keep the same promises."""
