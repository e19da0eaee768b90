-- Commands: how they end, and what they have of the process's streams.
for _, command in ipairs{"exit 0", "exit 3", "exit 255", "exit 256", "kill -9 $$", "kill -TERM $$", "kill -INT $$", "kill -PIPE $$", "exec 2>/dev/null; sh -c 'kill -9 $$'; exit 4", "sh -c 'exit 7'", "no-such-command 2>/dev/null", "", ":", "true;false", "if", "(exit 5)", "ulimit -c 0; kill -ABRT $$"} do
  print(command, os.execute(command == "if" and "exec 2>/dev/null; eval if" or command))
  local p = io.popen(command == "if" and "exec 2>/dev/null; eval if" or command)
  print(p:read("*a"), p:close())
end
print(os.execute(nil)); print(pcall(os.execute, {})); print(os.execute(10 / 4 .. " 2>/dev/null"))
print(pcall(io.popen)); print(pcall(io.popen, {})); print(io.type(io.popen("true")))
-- a reader that leaves early, a writer that nobody reads
local p = io.popen("while :; do echo y; done"); print(p:read(), p:read(), p:close())
p = io.popen("exit 6", "w"); print(p:close())
p = io.popen("cat > /dev/null; exit 9", "w"); print(p:write("x", 1) == p, p:close())
print(pcall(p.close, p)); print(pcall(p.read, p)); print(tostring(p), io.type(p))
-- what is not meant for it
p = io.popen("true"); print(p:write("x")); print(pcall(p.seek, p)); p:close()
p = io.popen("cat >/dev/null", "w"); print((p:read())); print(p:setvbuf("full", 100), p:write("kept") == p, p:close())
-- several at a time
local a, b = io.popen("read x; echo $x"), io.popen("echo b"); print(b:read("*a"), b:close()); print(a:read("*a"), a:close())
for line in io.popen("printf '1\\n2\\n3'"):lines() do io.write(line, ";") end print()
-- what runs on in the background has no part in how a command ends
print(os.execute("true & exit 3")); p = io.popen("false & exit 2"); print(p:read("*a"), p:close())
p = io.popen("echo $0"); print(p:read("*a"), p:close())
