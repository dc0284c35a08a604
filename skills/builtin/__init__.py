"""The skills that come with Hearth, loaded through the same entry points as anyone's."""
