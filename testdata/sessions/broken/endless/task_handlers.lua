-- Handlers of the task queue that are never loaded
while true do end
