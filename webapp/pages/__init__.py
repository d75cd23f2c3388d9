"""One file a page; each has a blueprint called bp and is found, not listed."""
