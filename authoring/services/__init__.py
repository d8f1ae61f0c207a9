"""The catalogue as files of other programs: import from and export to CSV, XLSX and CPSV-AP."""
