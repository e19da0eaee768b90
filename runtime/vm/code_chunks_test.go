package vm_test

import (
	"fmt"
	"runtime"
	"testing"

	"lunarium/runtime/bytecode"
	"lunarium/runtime/vm"
)

// Code that was loaded and forgotten again is not kept by the list of chunks.
func TestChunksAreForgotten(t *testing.T) {
	s := vm.NewState(vm.Config{Seed: 7})
	loader := vm.NewLoader(7)
	load := func(source string) *vm.Code {
		code := loader.Load(&bytecode.Proto{
			Source: source, MaxStack: 2, Code: []bytecode.Instruction{bytecode.Instruction(bytecode.RETURN) | 1<<23},
		})
		s.NewClosure(code, vm.TableValue(s.Globals))
		return code
	}
	kept := load("@kept.lua")
	load("=eval")
	for i := range 1000 {
		load(fmt.Sprintf("@passing%d.lua", i))
		if i%100 == 0 {
			runtime.GC()
		}
	}
	runtime.GC()
	list, made := s.Debug().Chunks()
	if made != 1001 {
		t.Errorf("%d chunks were made", made)
	}
	if len(list) > 1 || list[0] != kept {
		t.Errorf("%d chunks are known", len(list))
	}
	runtime.KeepAlive(kept)
}
