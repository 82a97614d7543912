"""A closed study's report: what its data say, in one document, and the forms it is handed out in."""
