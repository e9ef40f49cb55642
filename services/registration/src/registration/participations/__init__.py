"""What came of accepted applications at the fair, as allocation tells it: places held, days at the booth, days missed."""
