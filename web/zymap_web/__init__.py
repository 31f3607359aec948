"""The map page: Folium builds it, the API fills it."""
