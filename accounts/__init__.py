"""Who works with Zin at a ministry, and the record of what they did."""
