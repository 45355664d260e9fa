"""Pages of bookings: choosing a time, and the window's queue."""
