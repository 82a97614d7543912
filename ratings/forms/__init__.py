"""What a researcher is asked: the study's form, section by section, and the small forms of its actions."""
