"""One file per page, each with a function ``draw``.

The folder must not be called ``pages``: Streamlit would take every file in it for a script of its own, and open it
without the frame when a fresh server's first visitor asks for a page by its address.
"""
