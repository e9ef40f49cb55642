"""The grounds of a decision on places: the street, the rules in force, who applied, and what the committee said."""
