package differential

import (
	"fmt"
	"math/rand"
	"strings"
)

// This file writes programs that strain the machine's stack and frames: functions
// of few and of very many parameters, called with too few and too many arguments
// from wherever a call can come from.

// strain writes such programs. Functions call those before them only, so that the
// programs end.
type strain struct {
	generator
	functions int
}

// strains writes one program.
func strains(random *rand.Rand) string {
	s := &strain{generator: generator{random: random}}
	s.line("%s", strainPrelude)
	for range 2 + random.Intn(4) {
		s.function()
	}
	for range 3 + random.Intn(5) {
		s.step()
	}
	return s.out.String()
}

// strainPrelude has what the programs call: brief shows values in short, walk
// looks at every call of the thread and counts up the numbers among its variables.
const strainPrelude = `local function brief(...)
 local n, first, last = select('#', ...), ..., (select(-1, nil, ...))
 return n, type(first) == 'table' and 't' or first, type(last) == 'function' and 'f' or type(last) == 'table' and 't' or last
end
local function names(level, n, step, changes)
 local list = {}
 while true do
  local name, value = debug.getlocal(level + 1, n)
  if not name or name == '(*temporary)' then return table.concat(list, ',') end
  list[#list + 1] = name .. (type(value) == 'number' and '=' .. value or ':' .. type(value))
  if changes and type(value) == 'number' and name:sub(1, 1) ~= '(' then debug.setlocal(level + 1, n, value + 1) end
  n = n + step
 end
end
local function walk(changes)
 for level = 1, 30 do
  local info = debug.getinfo(level, 'nSlut')
  if not info then break end
  if info.what ~= 'C' then
   local fn = debug.getinfo(level, 'f').func
   local ups = {}
   for i = 1, info.nups do ups[i] = debug.getupvalue(fn, i) end
   print(level, info.what, info.name, info.currentline, info.nparams, info.isvararg, info.istailcall, #ups,
    names(level, 1, 1, changes and level > 1), names(level, -1, -1, false))
  end
 end
end`

// function writes a function of any number of parameters.
func (s *strain) function() {
	params := []int{0, 1, 2, 5, 6, 9, 17, 40, 120}[s.random.Intn(9)]
	list := make([]string, params)
	for i := range list {
		list[i] = fmt.Sprintf("p%d", i+1)
	}
	vararg := s.chance(60)
	if vararg {
		list = append(list, "...")
	}
	s.line("local function f%d(%s)", s.functions, strings.Join(list, ", "))
	s.depth++
	s.line("tick()")
	for i := range s.random.Intn(4) {
		s.line("local v%d = %s", i, s.pick("{}", "'v'", "7", "function() return p1 end", "function() return 1 end", "p1"))
	}
	if s.chance(20) {
		s.line("walk(%s)", s.pick("true", "false"))
	}
	if s.chance(15) {
		s.line("error(%s)", s.pick("'e'", "{}", "p1", "nil", "'e', 2"))
	}
	if s.chance(20) {
		s.line("local y = coroutine.yield(p1, %d)", s.random.Intn(9))
	}
	some := func() string {
		if params == 0 {
			return s.pick("1", "'x'", "nil")
		}
		return fmt.Sprintf("p%d", 1+s.random.Intn(params))
	}
	given := s.arguments()
	if vararg && s.chance(40) {
		given = strings.TrimSuffix(given+", ...", ", ")
		given = strings.TrimPrefix(given, ", ")
	}
	switch n := s.random.Intn(6); {
	case n < 2 && s.functions > 0:
		s.line("return f%d(%s)", s.random.Intn(s.functions), given)
	case n == 2 && s.functions > 0:
		s.line("local r = f%d(%s)", s.random.Intn(s.functions), given)
		s.line("return r, %s", some())
	case n == 3 && vararg:
		s.line("return %s, ...", some())
	case n == 4 && vararg:
		s.line("return select('#', ...), {...}, %s", some())
	default:
		s.line("return %s, %s", some(), some())
	}
	s.depth--
	s.line("end")
	s.functions++
}

// arguments writes a list of any length.
func (s *strain) arguments() string {
	n := []int{0, 0, 1, 2, 3, 7, 20, 130}[s.random.Intn(8)]
	list := make([]string, n)
	for i := range list {
		list[i] = s.pick("1", "2.5", "'a'", "nil", "true", "{}")
	}
	if s.chance(10) {
		list = append(list, "table.unpack({1, 2, 3}, 1, "+s.pick("0", "3", "60", "240")+")")
	}
	return strings.Join(list, ", ")
}

// callee names a function.
func (s *strain) callee() string { return fmt.Sprintf("f%d", s.random.Intn(s.functions)) }

// step calls a function in one of the ways there are.
func (s *strain) step() {
	f, args := s.callee(), s.arguments()
	behind := args
	if behind != "" {
		behind = ", " + behind
	}
	s.line("%s", s.pick(
		fmt.Sprintf("print(pcall(function() return brief(%s(%s)) end))", f, args),
		fmt.Sprintf("print(brief(pcall(%s%s)))", f, behind),
		fmt.Sprintf("print(brief(pcall(coroutine.wrap(%s)%s)))", f, behind),
		fmt.Sprintf("print(brief(pcall(coroutine.wrap(function(...) return %s(...) end)%s)))", f, behind),
		fmt.Sprintf("print(brief(pcall(coroutine.wrap(function() return (%s(%s)) end))))", f, args),
		fmt.Sprintf("do local co = coroutine.create(%s) print(brief(coroutine.resume(co%s))) print(brief(coroutine.resume(co%s))) print(coroutine.status(co)) end", f, behind, behind),
		fmt.Sprintf("print(brief(xpcall(%s, function(e) walk(false) return type(e) end%s)))", f, behind),
		fmt.Sprintf("print(brief(xpcall(%s, function(e) %s end%s)))", f, s.pick("error(e, 0)", "error({})", "return brief(e)", "coroutine.yield(e)"), behind),
		fmt.Sprintf("print(pcall(string.gsub, 'abc', '(.)(.)', %s))", f),
		fmt.Sprintf("print(pcall(table.sort, {3, 1, 2}, function(a, b) %s(%s) return a < b end))", f, args),
		fmt.Sprintf("do local o = setmetatable({}, {__index = %s, __call = %s, __add = %s, __concat = %s, __len = %s, __eq = %s}) print(pcall(function() return brief(o.x, o(%s), o + 1, o .. 'x' .. o, #o) end)) end", f, s.callee(), s.callee(), s.callee(), s.callee(), s.callee(), args),
		fmt.Sprintf("print(pcall(function() local n = 0 for a, b in %s, 1, 2 do tick() n = n + 1 if n > 3 then break end end return n end))", f),
		s.hooked(f, args), s.hooked(f, args), s.finalized(f, args), s.inspected(f, behind),
	))
}

// hooked calls a function under a hook, which may raise, yield or call.
func (s *strain) hooked(f, args string) string {
	mask, count := s.pick("c", "r", "l", "cr", "crl", ""), ""
	if mask == "" {
		count = fmt.Sprintf(", %d", 1+s.random.Intn(5))
	}
	does := s.pick(
		"", "error('hook')", "error('hook')", "print(pcall(coroutine.yield, 1))", "print(brief(pcall("+s.callee()+")))",
		"debug.sethook()", "print(brief(coroutine.wrap("+s.callee()+")()))",
	)
	return fmt.Sprintf(`do
 local co = coroutine.create(function()
  local n = 0
  debug.sethook(function(event, line) n = n + 1 if n == %d then %s end end, '%s'%s)
  local ok, a, b = pcall(function() return brief(%s(%s)) end)
  debug.sethook()
  print(ok, a, b, n)
  return coroutine.yield('here')
 end)
 print(brief(coroutine.resume(co))) print(brief(coroutine.resume(co, 1))) print(coroutine.status(co))
end`, 1+s.random.Intn(12), does, mask, count, f, args)
}

// finalized has objects collected whose finalizers do what they should not.
func (s *strain) finalized(f, args string) string {
	return fmt.Sprintf(`do
 local co = coroutine.create(function()
  do setmetatable({}, {__gc = function(o) %s end}) end
  %s
  print(brief(pcall(collect)))
  debug.sethook()
  print(pcall(string.gsub, 'x', '.', coroutine.yield))
  return coroutine.yield('here')
 end)
 print(brief(coroutine.resume(co))) print(brief(coroutine.resume(co))) print(coroutine.status(co))
end`, s.pick("error('gc')", "coroutine.yield(1)", "print(brief("+f+"("+args+")))", "error({})", "coroutine.wrap("+f+")()", "pcall(error)"),
		s.pick("", "", "do local calls = 0 debug.sethook(function() calls = calls + 1 if calls == "+s.pick("3", "4", "5", "6")+" then error('hook') end end, 'c') end"))
}

// inspected looks into a coroutine that stands, and changes it.
func (s *strain) inspected(f, behind string) string {
	return fmt.Sprintf(`do
 local co = coroutine.create(%s)
 print(brief(coroutine.resume(co%s)))
 for level = 0, 5 do
  local info = debug.getinfo(co, level, 'Sl')
  if not info then break end
  if info.what ~= 'C' then
   for n = 1, 3 do
    local name, value = debug.getlocal(co, level, n)
    if name and name:sub(1, 1) == 'p' then print(name, type(value), debug.setlocal(co, level, n, %s)) end
   end
   print(debug.getlocal(co, level, -1), debug.setlocal(co, level, -1, 5))
  end
 end
 print((debug.traceback(co)))
 print(brief(coroutine.resume(co)))
end`, f, behind, s.pick("1", "'s'", "nil"))
}
