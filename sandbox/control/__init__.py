"""What a demo or a test may do behind the vendor's back: people, tickets, trouble, deliveries."""
