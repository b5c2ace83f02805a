"""The second reader on any endpoint that speaks OpenAI's chat completions."""
