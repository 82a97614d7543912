"""What stands between a task and the services: the supervision of one inference process. Imports no torch."""
