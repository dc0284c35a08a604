"""What this household calls things and how it says them: learned, tested before it is kept, and taken back."""
