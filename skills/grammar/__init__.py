"""What people say, turned into scored readings: the one door to the sentence engine."""
