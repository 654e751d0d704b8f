"""The door: django-allauth in our words, with a second factor for officials, and journaled."""
