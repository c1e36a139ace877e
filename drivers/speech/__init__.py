"""Speech: `reading` says how, `voice` makes it sound, `player` makes it loud."""
