"""Which gateway an SMS leaves by: the table gateways/routes.yaml, networks of numbers, the health of gateways."""
