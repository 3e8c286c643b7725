"""The command line: the only room that reads the environment, touches files and prints."""
