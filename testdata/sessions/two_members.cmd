# Two members for the lobby.
call CHAT_ROOM_SERVICE "join", 2, "lobby", "bob"
call CHAT_ROOM_SERVICE "join", 3, "lobby", "cid"
