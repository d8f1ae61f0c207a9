"""Reference data that operators write as YAML: services, exams, centres, communes, and how they are named."""
