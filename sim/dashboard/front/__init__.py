"""The files the browser needs: which, and how they get into `assets/`."""
