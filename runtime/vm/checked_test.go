//go:build checked

package vm

import (
	"strings"
	"testing"
	"unsafe"

	"lunarium/runtime/compile"
)

// Each of the things that the checked machine watches for is noticed.
func TestFaultsAreNoticed(t *testing.T) {
	for _, tc := range []struct {
		name  string
		spoil func(t *Thread)
		want  string
	}{
		{"nothing", func(*Thread) {}, ""},
		{"below the stack", func(t *Thread) { at(t.bottom() - valueSize).n = 0 }, "wrote beyond"},
		{"above the stack", func(t *Thread) { at(t.end()).n = 0 }, "wrote beyond"},
		{"a slot elsewhere", func(t *Thread) { t.at(t.end()) }, "slot"},
		{"a running function's slot", func(t *Thread) { *at(t.current().previous().function) = Nil }, "the slot of a running function"},
		{"the count of boundaries", func(t *Thread) { t.boundary++ }, "nested runs"},
		{"the depth", func(t *Thread) { t.state.depth++ }, "nested runs"},
		{"an outcome", func(t *Thread) { t.state.outcome = outcomeDone; t.Call(Nil) }, "outcome"},
		{"a frame too many", func(t *Thread) { t.frame = t.lastFrame + frameSize }, "frame"},
		{"the program counter", func(t *Thread) { t.current().previous().pc += 1000 * instrSize }, "program counter"},
		{"the top", func(t *Thread) { t.top = t.end() + valueSize }, "top"},
		{"a register", func(t *Thread) { t.current().previous().checkOperand(register(200), false) }, "registers"},
		{"an upvalue", func(t *Thread) { t.current().previous().lua().upvalue(3) }, "upvalue"},
		{"an element", func(t *Thread) { t.state.NewTable(2, 0).num(5) }, "element"},
		{"a node", func(t *Thread) { t.state.NewTable(0, 2).node(7) }, "node"},
		{"an open upvalue", func(t *Thread) {
			t.findCell(t.current().base)
			t.open.v = unsafe.Pointer(new(Value))
		}, "slot"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := faultOf(t, tc.spoil); !strings.Contains(got, tc.want) || (got == "") != (tc.want == "") {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// faultOf runs a program that lets spoil do its work amid calls.
func faultOf(t *testing.T, spoil func(*Thread)) (message string) {
	proto, err := compile.Source("=test", []byte("local x = 1 spoil(x) call(spoilt) return x"))
	if err != nil {
		t.Fatal(err)
	}
	s := NewState(Config{})
	s.Globals.SetString("spoil", s.NewFunction("spoil", func(t *Thread) int { spoil(t); t.checkAll(); return 0 }))
	s.Globals.SetString("call", s.NewFunction("call", func(t *Thread) int { t.Call(t.Arg(1)); return 0 }))
	s.Globals.SetString("spoilt", s.NewFunction("spoilt", func(*Thread) int { return 0 }))
	defer func() {
		if f, ok := recover().(Fault); ok {
			message = string(f)
		}
	}()
	s.NewTask(s.NewClosure(NewLoader(0).Load(proto), TableValue(s.Globals))).AsTask().Resume()
	return ""
}

// What was given back is spoilt: an address of it leads nowhere.
func TestWhatIsGivenBackIsPoisoned(t *testing.T) {
	s := NewState(Config{})
	thread := s.NewThread(Nil)
	stack, frames := thread.stack, thread.frames
	thread.resizeStack(100)
	thread.resizeFrames(100)
	if stack[0].n != poisonBits || frames[0].closure != 1 {
		t.Errorf("an old stack holds %x, old frames %+v", stack[0].n, frames[0])
	}
}
