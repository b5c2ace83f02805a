"""What an evaluation shows: tables, pictures, and the errors one by one."""
