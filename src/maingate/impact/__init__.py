"""What a change can affect, and the test run that measures it."""
