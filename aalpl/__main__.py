"""`python -m aalpl` is `aalpl`."""

from aalpl.shell.main import main

main()
