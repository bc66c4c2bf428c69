"""Longer texts of the dashboard, German and English beside each other; a file a page."""
