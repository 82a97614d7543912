"""The REST API of what people judged: studies with their claims, and reports of closed ones."""
