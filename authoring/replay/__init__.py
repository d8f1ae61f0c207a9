"""Journeys that were written down, played again: real menus over real sources with sample data, in one process.

A ground is one folder of menus; each call is made in a house of its own on it, where a source can be told to fail and
time moves when told to. Nothing here reaches the registry, Valkey or a gateway, nor counts in the figures.
"""
