package bytecode

import (
	"strings"
	"testing"
)

// TestVerifyOpenVariables: a call must not put its frame over a register that a
// closure may still share, on whatever way control comes to it.
func TestVerifyOpenVariables(t *testing.T) {
	closure, call := ABx(CLOSURE, 0, 0), ABC(CALL, 1, 1, 1) // captures register 2
	for _, tc := range []struct {
		name  string
		at    int // the instruction that is refused, counted from 1, or 0
		codes []Instruction
	}{
		{"a call over it", 2, []Instruction{closure, call}},
		{"a call at it", 2, []Instruction{closure, ABC(CALL, 2, 1, 1)}},
		{"a call above it", 0, []Instruction{closure, ABC(CALL, 3, 1, 1)}},
		{"a call before", 0, []Instruction{call, closure}},
		{"a tail call", 2, []Instruction{closure, ABC(TAILCALL, 1, 1, 0), ABC(RETURN, 1, 0, 0)}},
		{"a closing jump", 0, []Instruction{closure, AsBx(JMP, 3, 0), call}},
		{"a closing jump from lower down", 0, []Instruction{closure, AsBx(JMP, 1, 0), call}},
		{"a jump that closes too little", 3, []Instruction{closure, AsBx(JMP, 4, 0), call}},
		{"a jump back", 1, []Instruction{call, closure, AsBx(JMP, 0, -3)}},
		{"a closing jump back", 0, []Instruction{call, closure, AsBx(JMP, 2, -3)}},
		{"a jump around the closing one", 4, []Instruction{
			closure, ABC(TEST, 0, 0, 0), AsBx(JMP, 3, 0), call, // skipped to, or jumped to
		}},
		{"a skip around the closing jump", 4, []Instruction{closure, ABC(LOADBOOL, 0, 0, 1), AsBx(JMP, 3, 0), call}},
		{"code that nothing reaches", 0, []Instruction{closure, AsBx(JMP, 0, 1), call}},
		{"a numeric loop", 2, []Instruction{AsBx(FORPREP, 4, 2), call, closure, AsBx(FORLOOP, 4, -3)}},
		{"after a numeric loop", 4, []Instruction{AsBx(FORPREP, 4, 1), closure, AsBx(FORLOOP, 4, -2), call}},
		{"a generic loop whose first variable it is", 2, []Instruction{ABx(CLOSURE, 0, 1), ABC(TFORCALL, 0, 0, 1), AsBx(TFORLOOP, 2, -2)}},
		{"a generic loop whose state it is", 0, []Instruction{closure, ABC(TFORCALL, 1, 0, 1), AsBx(TFORLOOP, 3, -2)}},
	} {
		p := &Proto{
			MaxStack: 9, Code: append(tc.codes, ABC(RETURN, 0, 1, 0)),
			Protos: []*Proto{capturing(2), capturing(3)},
		}
		err := Verify(p)
		switch refusal, _ := err.(*VerifyError); {
		case tc.at == 0 && err != nil:
			t.Errorf("%s: %v", tc.name, err)
		case tc.at != 0 && (refusal == nil || refusal.PC+1 != tc.at || !strings.Contains(refusal.Reason, "captured")):
			t.Errorf("%s: instruction %d should be refused, got %v", tc.name, tc.at, err)
		}
	}
}

func capturing(register uint8) *Proto {
	return &Proto{
		MaxStack: 2, Code: []Instruction{ABC(RETURN, 0, 1, 0)},
		Upvalues: []UpvalueDesc{{InStack: true, Index: register}},
	}
}

// A captured register in the last word of the set.
func TestOpenSet(t *testing.T) {
	var s, none openSet
	s.add(0)
	s.add(63)
	s.add(64)
	s.add(250)
	s.closeFrom(251)
	if s[0] != 1|1<<63 || s[1] != 1 || s[3] != 1<<58 {
		t.Errorf("%x", s)
	}
	if s.closeFrom(64); s[0] != 1|1<<63 || s[1] != 0 || s[3] != 0 {
		t.Errorf("from 64: %x", s)
	}
	if s.closeFrom(0); s != none {
		t.Errorf("from 0: %x", s)
	}
}
