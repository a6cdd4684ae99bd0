"""What only a browser shows: the pages in headless Chromium."""
