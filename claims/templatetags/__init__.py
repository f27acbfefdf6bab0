"""What the templates of the site need beside Django's own tags and filters."""
