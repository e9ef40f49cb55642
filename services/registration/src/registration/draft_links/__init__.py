"""The link of a draft by mail: asked for, counted, told to nobody but the one who mails it."""
