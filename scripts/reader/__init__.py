"""How the offline reader is made. Nothing here is part of the installed product."""
