"""The face in a browser: one file per page. It draws and calls; it decides nothing."""
