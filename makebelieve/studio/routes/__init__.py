"""The studio's routes, one file a page or more."""
