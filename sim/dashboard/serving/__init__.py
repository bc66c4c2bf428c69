"""The server: settings, the guard before it, front-end files, what is mounted where."""
