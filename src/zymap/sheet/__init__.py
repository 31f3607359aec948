"""The printed briefing sheet: one engine for the page, the API and the command line."""
