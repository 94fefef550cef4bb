"""The commands of the staff, driving the API."""
