"""Settings: few, and each can be given in four places.

Precedence, highest first: a command-line flag, an environment variable (``INTERVIEWER_...``), the file
``config.toml`` in the configuration folder, the default. ``interviewer doctor`` prints what is in force and where it
came from. A model's key has a file of its own beside that (``keys``), and OpenAI's usual variables count where ours
say nothing.
"""

from interviewer.settings.changing import change_settings
from interviewer.settings.keys import forget_key, host_of, keep_key, key_file
from interviewer.settings.places import APP, config_file, file_in_the_way, is_loopback
from interviewer.settings.values import DEFAULT_MODEL, OF_THE_MODEL, OPENAI_HOST, Settings, key_origin, origin

__all__ = [
    "APP",
    "DEFAULT_MODEL",
    "OF_THE_MODEL",
    "OPENAI_HOST",
    "Settings",
    "change_settings",
    "config_file",
    "file_in_the_way",
    "forget_key",
    "host_of",
    "is_loopback",
    "keep_key",
    "key_file",
    "key_origin",
    "origin",
]
