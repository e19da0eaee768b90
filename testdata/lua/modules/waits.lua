coroutine.yield("waits"); return "waited"
