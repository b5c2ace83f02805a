"""What every helpdesk behind the port promises, one scenario a test. `make desks` prints them as a matrix."""
