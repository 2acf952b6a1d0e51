"""Limits of the platform, each with its reason."""

from datetime import timedelta

SIGN_IN_FAILURES = 6  # per account and per address; a person mistypes twice or thrice, a guesser needs thousands
SIGN_IN_WINDOW = timedelta(
    minutes=15
)  # failures older than this no longer count: nobody needs an administrator to get back in
SIGN_IN_NAME_MAX = 150  # the length of User.username; longer input is not looked up
PASSWORD_MAX = 256  # hashing is slow by design; a megabyte of password would be a cheap way to occupy the server

STAFF_IDLE = timedelta(minutes=15)  # counter screens stand in public halls
CUSTOMER_IDLE = timedelta(minutes=30)
SESSION_MAX = timedelta(hours=8)  # a shift; afterwards everybody signs in again
SESSION_TOUCH = timedelta(minutes=1)  # how often the last visit is written down, so that reading pages writes little
