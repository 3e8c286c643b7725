"""Cost models: what one call costs, in operations, tokens, seconds or money."""
