"""The backend: answers questions about the project and keeps them. Begin with app.py."""
