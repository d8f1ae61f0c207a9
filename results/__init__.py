"""An exam's results, from the file that the ministry hands over to the hour at which citizens are told."""
