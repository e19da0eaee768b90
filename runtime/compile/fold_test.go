package compile

import (
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lunarium/runtime/bytecode"
)

// constants writes a constant expression, or one that is nearly constant.
func constants(random *rand.Rand, depth int) string {
	if depth == 0 || random.Intn(4) == 0 {
		pieces := []string{"0", "1", "2", "3", "7", "10", "31", "-3", "-0", "0x10", "1e15", "1e999", "(1)", "nil", "true", "'s'", "x", "x.y", "{}", "f()"}
		return pieces[min(random.Intn(3*len(pieces)), random.Intn(len(pieces)))]
	}
	a := func() string { return constants(random, depth-1) }
	space := []string{" ", " ", " ", "\n"}[random.Intn(4)]
	switch operator := []string{"^", "^", "^", "+", "-", "*", "/", "%", "and", "or", "not", "-", "==", "..", "{"}[random.Intn(15)]; operator {
	case "not":
		return "not" + space + a()
	case "{":
		return "{" + a() + ";" + a() + "," + a() + ";}"
	default:
		return []string{"", "("}[random.Intn(2)] + a() + space + operator + space + a() + ")"
	}
}

// balance makes the brackets of an expression come in pairs.
func balance(s string) string {
	out, open := "", 0
	for _, c := range s {
		switch {
		case c == '(':
			open++
		case c == ')' && open == 0:
			continue
		case c == ')':
			open--
		}
		out += string(c)
	}
	return out + strings.Repeat(")", open)
}

// TestFoldsAsReference compares the code of expressions with luac's.
func TestFoldsAsReference(t *testing.T) {
	luac := reference(t, "luac5.2")
	random := rand.New(rand.NewSource(1))
	dir := t.TempDir()
	source, out := filepath.Join(dir, "f.lua"), filepath.Join(dir, "f.luac")
	for range 30 {
		var b strings.Builder
		for range 30 {
			line := "local _ = " + balance(constants(random, 4)) + "\n"
			if p, err := Source("=p", []byte(line)); err == nil && p != nil {
				fmt.Fprintf(&b, "do %send\n", line)
			}
		}
		if err := os.WriteFile(source, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		if text, err := exec.Command(luac, "-o", out, source).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		p, err := File(source, []byte(b.String()))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(readFile(t, out), bytecode.Dump(p, false)) {
			t.Errorf("differs from luac's chunk:\n%s", firstDifferent(t, luac, out, b.String()))
		}
	}
}

// firstDifferent finds the line at fault.
func firstDifferent(t *testing.T, luac, out, program string) string {
	for _, part := range strings.SplitAfter(program, "end\n") {
		command := exec.Command(luac, "-o", out, "-")
		command.Stdin = strings.NewReader(part)
		if err := command.Run(); err != nil {
			continue
		}
		p, err := Source("=stdin", []byte(part))
		if err != nil || !bytes.Equal(readFile(t, out), bytecode.Dump(p, false)) {
			return part
		}
	}
	return "?"
}

// TestFoldErrors checks that no error is named after what was folded.
func TestFoldErrors(t *testing.T) {
	for source, want := range map[string]string{
		"x = y 2^3":           `x:1: unexpected symbol near '2'`,
		"x = y 2^(1e999*0)":   `x:1: unexpected symbol near '2'`,
		"(2)^3":               `x:1: syntax error near '^'`,
		"f()\n;(2)^3":         `x:2: syntax error near '^'`,
		"x = (2)^3(4)":        `x:1: syntax error near <eof>`,
		"x = 2^\n3 4":         `x:2: unexpected symbol near '4'`,
		"x = 2^\n(3\n*'a' 'b": `x:3: unfinished string near <eof>`,
		"x = (2^3^":           `x:1: unexpected symbol near <eof>`,
		"x = {2^3 4^5}":       `x:1: '}' expected near '4'`,
	} {
		_, err := Source("=x", []byte(source))
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", source, err, want)
		}
	}
}
