"""Reads the CSV and XLSX files of administrations as rows of text; what a file is about is not known here."""
