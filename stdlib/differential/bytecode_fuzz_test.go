package differential

import (
	"bytes"
	"math/rand"
	"testing"
	"time"

	"lunarium/runtime/bytecode"
	"lunarium/runtime/compile"
	"lunarium/runtime/vm"
	"lunarium/stdlib/lua"
)

// FuzzBytecode runs what the loader lets through. Whatever a chunk does, it ends
// in a Lua error or is stopped from outside; it never brings the process down.
func FuzzBytecode(f *testing.F) {
	for i := range 100 {
		f.Add(int64(i), uint16(i*7), uint32(i*0x01234567), uint16(i*31), uint32(i*0x00400040))
	}
	f.Fuzz(func(t *testing.T, seed int64, at1 uint16, with1 uint32, at2 uint16, with2 uint32) {
		p, err := compile.Source("=p", []byte(program(rand.New(rand.NewSource(seed)))))
		if err != nil {
			return // the generator may write what no parser takes
		}
		change(p, int(at1), with1)
		change(p, int(at2), with2)
		if bytecode.Verify(p) == nil {
			runBriefly(p)
		}
	})
}

// change replaces one instruction of a function or one nested in it.
func change(p *bytecode.Proto, at int, with uint32) {
	for len(p.Protos) > 0 && at&1 != 0 {
		at >>= 1
		p = p.Protos[at%len(p.Protos)]
	}
	if len(p.Code) > 0 {
		p.Code[at/2%len(p.Code)] ^= bytecode.Instruction(with)
	}
}

func runBriefly(p *bytecode.Proto) {
	polls := 0
	s := vm.NewState(vm.Config{Slice: func() bool { polls++; return polls > 3 }})
	var out bytes.Buffer
	lua.Open(s, &lua.Host{
		Stdin: &out, Stdout: &out, Stderr: &out,
		Now: time.Now, CPU: func() time.Duration { return 0 }, Exit: func(int) {},
		Getenv:   func(string) (string, bool) { return "", false },
		ReadFile: func(string) ([]byte, error) { return nil, bytes.ErrTooLarge },
		Compile: func(name string, source []byte, stop func() bool) (*vm.Code, error) {
			p, err := compile.Chunk(name, source, stop)
			if err != nil {
				return nil, err
			}
			return vm.NewLoader(0).Load(p), nil
		},
	})
	// What writes to the world is not for random code.
	for _, name := range []string{"os", "io", "lfs", "dofile", "loadfile"} {
		s.Globals.SetString(name, vm.Nil)
	}
	s.Globals.SetString("tick", s.NewFunction("tick", func(*vm.Thread) int { return 0 }))
	s.Globals.SetString("cut", s.NewFunction("cut", func(t *vm.Thread) int { return t.ReturnArgs(1) }))
	task := s.NewTask(s.NewClosure(vm.NewLoader(0).Load(p), vm.TableValue(s.Globals)))
	if task.AsTask().Resume() == vm.StatusPreempted {
		s.Interrupt(vm.InterruptKill)
		task.AsTask().Resume()
	}
}
