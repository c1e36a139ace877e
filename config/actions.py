"""What a clerk's key may mean. A key is not an action: `[keymap.*]` in hall.toml binds the two."""

ACTIONS = (
    "call-next",
    "call-ticket",
    "recall-ticket",
    "serve-ticket",
    "finish-ticket",
    "mark-no-show",
    "park-ticket",
    "park-with-papers",
    "park-to-wait",
    "resume-ticket",
    "transfer-ticket",
    "open-window",
    "pause-window",
    "close-window",
    "return-pager",
    "digit",
    "clear",
    "nothing",
)
