package compile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// badSources maps sources to the reference's complaint after "x:". One that is
// mapped to "" is good.
var badSources = map[string]string{
	"":                            "",
	"x":                           "1: syntax error near <eof>",
	"x y":                         "1: syntax error near 'y'",
	"x = ":                        "1: unexpected symbol near <eof>",
	"x = = 1":                     "1: unexpected symbol near '='",
	"x = }":                       "1: unexpected symbol near '}'",
	"x = 1 2":                     "1: unexpected symbol near '2'",
	"f(\n1":                       "2: ')' expected (to close '(' at line 1) near <eof>",
	"f(1":                         "1: ')' expected near <eof>",
	"x = {1\n2}":                  "2: '}' expected (to close '{' at line 1) near '2'",
	"x = a[1":                     "1: ']' expected near <eof>",
	"if x\nthen":                  "2: 'end' expected (to close 'if' at line 1) near <eof>",
	"if x do end":                 "1: 'then' expected near 'do'",
	"while x end":                 "1: 'do' expected near 'end'",
	"repeat\n\nend":               "3: 'until' expected (to close 'repeat' at line 1) near 'end'",
	"for 1 = 2":                   "1: <name> expected near '1'",
	"for i 1":                     "1: '=' or 'in' expected near '1'",
	"for i = 1 do":                "1: ',' expected near 'do'",
	"for a, 'b' in c do end":      "1: <name> expected near ''b''",
	"local 5":                     "1: <name> expected near '5'",
	"local 'and'":                 "1: <name> expected near ''and''",
	"local function":              "1: <name> expected near <eof>",
	"local and = 1":               "1: <name> expected near 'and'",
	"function f(a, 1) end":        "1: <name> or '...' expected near '1'",
	"function f(a":                "1: ')' expected near <eof>",
	"function f() return ... end": "1: cannot use '...' outside a vararg function near '...'",
	"a.1":                         "1: syntax error near '.1'",
	"a.b:c = 1":                   "1: function arguments expected near '='",
	"a:b":                         "1: function arguments expected near <eof>",
	"a.'x'":                       "1: <name> expected near ''x''",
	"return 1 end":                "1: <eof> expected near 'end'",
	"end":                         "1: <eof> expected near 'end'",
	"break":                       "1: <break> at line 1 not inside a loop",
	"goto done":                   "1: no visible label 'done' for <goto> at line 1",
	"::a:: ::a::":                 "1: label 'a' already defined on line 1",
	"goto a; local b; ::a:: b()":  "1: <goto a> at line 1 jumps into the scope of local 'b'",
	"do\n::a\nend":                "3: '::' expected near 'end'",
	"x = 'a":                      "1: unfinished string near <eof>",
	"x = 'a\nb'":                  "1: unfinished string near ''a'",
	"x = 'a\\":                    "1: unfinished string near <eof>",
	"x = [[a\n\n":                 "3: unfinished long string near <eof>",
	"x = [==a":                    "1: invalid long string delimiter near '[=='",
	"--[[\n":                      "2: unfinished long comment near <eof>",
	`x = "\q"`:                    `1: invalid escape sequence near '\q'`,
	`x = "\xg0"`:                  `1: hexadecimal digit expected near '\xg'`,
	`x = "\x0g"`:                  `1: hexadecimal digit expected near '\x0g'`,
	`x = "\300"`:                  `1: decimal escape too large near '\300'`,
	"x = 0x":                      "1: malformed number near '0x'",
	"x = 1e":                      "1: malformed number near '1e'",
	"x = 1..2":                    "1: malformed number near '1..2'",
	"x = 3z":                      "1: syntax error near <eof>",
	"x = 0x1p+":                   "1: malformed number near '0x1p+'",
	"x = 'a\\nb' 'c'":             "1: unexpected symbol near ''c''",
	"x = @":                       "1: unexpected symbol near '@'",
	"x = é":                       "1: unexpected symbol near char(195)",
	"x = \x01":                    "1: unexpected symbol near char(1)",
	"x = \x00":                    "1: unexpected symbol",
	"\x1bLua":                     "1: unexpected symbol near char(27)",
	"f() = 1":                     "1: syntax error near '='",
	"x, f() = 1, 2":               "1: syntax error near '='",
	"(x) = 1":                     "1: syntax error near '='",
	"x = 'end' end 'near'":        "1: <eof> expected near 'end'",
	"\n\n\nx = 12.5 = 3":          "4: unexpected symbol near '='",
	"x = [=[near]=] [=[a]=]":      "1: unexpected symbol near '[=[a]=]'",
}

func TestSyntaxErrors(t *testing.T) {
	for source, want := range badSources {
		_, err := Source("=x", []byte(source))
		var syntax *SyntaxError
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: %v", source, err)
		case want != "" && (!errors.As(err, &syntax) || err.Error() != "x:"+want):
			t.Errorf("%q: got %v, want x:%s", source, err, want)
		}
	}
}

// TestSyntaxErrorsAgree asks the reference about the same sources, and about
// pieces of good programs: each is cut off at many places, and spoilt there.
func TestSyntaxErrorsAgree(t *testing.T) {
	var sources []string
	for source := range badSources {
		sources = append(sources, source)
	}
	for _, file := range programs(t) {
		text := string(readFile(t, file))
		for i, end := range []string{"", " end", " )", "'", " = ", "[", " in ", "\\"} {
			cut := len(text) * (i + 1) / 9
			sources = append(sources, text[:cut]+end, text[:cut]+end+text[cut:])
		}
	}
	sources = slices.DeleteFunc(sources, func(source string) bool {
		return strings.HasPrefix(source, "\x1b") || strings.HasPrefix(source, "#") // read differently from a file
	})
	for i, want := range referenceErrors(t, sources) {
		got := ""
		if _, err := Source("=x", []byte(sources[i])); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%.200q:\ngot  %s\nwant %s", sources[i], got, want)
		}
	}
}

// referenceErrors gives what the reference says of each source, "" of one that is right.
// One process compiles them all.
func referenceErrors(t *testing.T, sources []string) []string {
	t.Helper()
	const compileAll = `for line in io.lines() do
		local _, complaint = load(io.read(tonumber(line)), "=x", "t")
		complaint = complaint or ""
		io.write(#complaint, "\n", complaint)
		io.read()
	end`
	var in, out bytes.Buffer
	for _, source := range sources {
		fmt.Fprintf(&in, "%d\n%s\n", len(source), source)
	}
	command := exec.Command(reference(t, "lua5.2"), "-e", compileAll)
	command.Stdin, command.Stdout, command.Stderr = &in, &out, os.Stderr
	if err := command.Run(); err != nil {
		t.Fatal(err)
	}
	complaints := make([]string, len(sources))
	for i := range complaints {
		var length int
		if _, err := fmt.Fscanf(&out, "%d\n", &length); err != nil {
			t.Fatalf("the reference on source %d: %v", i, err)
		}
		complaints[i] = string(out.Next(length))
	}
	return complaints
}

func TestIncomplete(t *testing.T) {
	for source, want := range map[string]bool{
		"for i = 1, 2 do": true,
		"x = {":           true,
		"x = [[":          true,
		"f(":              true,
		"x = 1 +":         true,
		"x = 'open":       true,
		"function f()":    true,
		"x = )":           false,
		"x = 'line\n":     false,
		"x = 1":           false,
	} {
		_, err := Source("=stdin", []byte(source))
		if got := Incomplete(fmt.Errorf("wrapped: %w", err)); err != nil && got != want || err == nil && want {
			t.Errorf("%q: incomplete %v (%v)", source, got, err)
		}
	}
	if Incomplete(nil) || Incomplete(errors.New("near <eof>")) {
		t.Error("other errors count as incomplete")
	}
}
