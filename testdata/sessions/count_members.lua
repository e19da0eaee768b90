-- Tells how many members each room has.
for room_id, room in pairs(rooms) do
    local n = 0
    for _ in pairs(room.users) do n = n + 1 end
    print(room_id, n)
end
