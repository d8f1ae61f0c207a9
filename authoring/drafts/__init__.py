"""The draft of the menus: what operators changed in the browser, before it is staged as a version.

A draft is a working copy of the files in service. SQL has the changed files only, so that all servers see the same
draft; files on disk are never written. MenuDrafts (repository.py) is the store: it returns the working copy and saves a
file. blocks.py joins what two people changed, compiled_draft.py compiles the working copy.
"""
