"""What people tune: ad slots, their fields and limits."""
