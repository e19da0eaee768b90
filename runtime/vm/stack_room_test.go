package vm_test

import (
	"fmt"
	"strings"
	"testing"
)

// names gives n parameters: a1, a2 …
func names(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("a%d", i+1)
	}
	return strings.Join(list, ", ")
}

// Each call finds the room on the stack that it takes, however many parameters
// and arguments it has: a fresh coroutine's stack has no slot to spare.
func TestRoomForCalls(t *testing.T) {
	for _, params := range []int{0, 1, 5, 6, 7, 12, 16, 60, 110, 190} {
		for _, args := range []int{0, 1, params / 2, params, params + 1, 2*params + 3} {
			args = min(args, 230)
			given := strings.TrimSuffix(strings.Repeat("'v', ", args), ", ")
			list := names(params)
			if params > 0 {
				list += ", "
			}
			for _, call := range []string{"(f(%s))", "f(%s)", "(call(f, %s))", "g(%s)", "select_first(f(%s))"} {
				source := fmt.Sprintf(`
					local function select_first(a) return a end
					local function f(%s...) local x, y = 'x', {} call(count, y) return x, ... end
					local g = setmetatable({}, {__call = function(self, ...) return f(...) end})
					return create(function() return %s end)`, list, fmt.Sprintf(call, given))
				source = strings.ReplaceAll(source, ", )", ")")
				want := "true x"
				if call == "f(%s)" || call == "g(%s)" {
					want += strings.Repeat(" v", max(0, args-params))
				}
				if got := run(t, "return resume((function() "+source+" end)())"); got != want {
					t.Errorf("%d parameters, %d arguments, %s: %.80s", params, args, call, got)
				}
			}
		}
	}
}

// A tail call by the first function of a thread makes room while that is there:
// an error then has a place, and a collection a stack to look at.
func TestTailCallOfFirstFunctionMakesRoom(t *testing.T) {
	list := names(190)
	check(t, []program{
		{"overflow", `
			local function f(` + list + `, ...) return 'done' end
			local co = create(function(...) return f(...) end)
			return resume(co, spread(499950))`, "false test:3: stack overflow"},
		{"memory", `
			local function f(` + list + `, ...) local t = {} return 'done' end
			local keep = {}
			for i = 1, 3000 do keep[i] = {i} end
			limit(memory() * 32 / 31 + 4000)
			local done, failed = 0, 0
			for i = 1, 50 do
				local ok, e = resume(create(function(...) return f(...) end))
				if e == 'done' then done = done + 1 elseif e == 'not enough memory' then failed = failed + 1 end
			end
			return done + failed, failed > 0`, "50 true"},
	})
}

// A stack that shrinks keeps the registers of those who wait for a call.
func TestShrunkenStackHasRoomForCallers(t *testing.T) {
	many := strings.TrimSuffix(strings.Repeat("'x', ", 200), ", ")
	check(t, []program{
		{"collection", `
			local function deep(n) if n > 0 then return 1 + deep(n - 1) end return 0 end
			local function last(` + names(180) + `, ...) return a180, ... end
			local function wide() deep(400) collect() return last(` + many + `) end
			return resume(create(function() return count(wide()), (wide()) end))`, "true 21 x"},
		{"resumer", `
			local function deep(n) if n > 0 then return 1 + deep(n - 1) end return 0 end
			local function last(` + names(180) + `, ...) return a180, ... end
			local function wide() deep(400) wrap(collect)() return last(` + many + `) end
			return resume(create(function() return count(wide()), (wide()) end))`, "true 21 x"},
	})
}
