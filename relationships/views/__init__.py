"""What is shown at each address: one module for each noun in `relationships.urls`."""
