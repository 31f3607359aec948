"""The HTTP server: OGC API - Features and the district's own doors."""
