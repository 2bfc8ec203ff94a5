"""What keeps an account its owner's. Each test is named for the attack that it is about."""
