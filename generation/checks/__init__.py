"""What stands between a draft and a customer: one class per rule, pure functions of a text and its facts."""
