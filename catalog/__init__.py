"""Reference data that operators write as YAML: services, exams, statuses and communes."""
