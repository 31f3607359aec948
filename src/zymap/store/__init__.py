"""Where features are kept and asked for. The only floor that knows SQL."""
