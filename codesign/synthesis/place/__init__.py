"""Place and route with open tools: a real clock frequency, of a part of its own."""
