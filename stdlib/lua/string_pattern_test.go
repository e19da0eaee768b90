package lua

import (
	"bytes"
	"fmt"
	"math/rand"
	"os/exec"
	"strings"
	"testing"
)

// patternError is what a matcher under test raises.
type patternError string

// search runs a pattern as string.find does and writes the outcome as the
// reference's print(pcall(string.find, …)) would.
func search(subject, pattern string) (outcome string) {
	defer func() {
		if r := recover(); r != nil {
			message, ok := r.(patternError)
			if !ok {
				panic(r)
			}
			outcome = "false\t" + string(message)
		}
	}()
	m := matcher{
		subject: subject, pattern: pattern,
		fail: func(message string) { panic(patternError(message)) },
		poll: func() {},
	}
	begin, anchored := anchor(pattern)
	start, end := m.find(0, begin, anchored)
	if start < 0 {
		return "true\tnil"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "true\t%d\t%d", start+1, end)
	for i := range m.level {
		c := m.captures[i]
		switch c.length {
		case captureOpen:
			return "false\tunfinished capture"
		case capturePosition:
			fmt.Fprintf(&b, "\t%d", c.start+1)
		default:
			fmt.Fprintf(&b, "\t%s", subject[c.start:c.start+c.length])
		}
	}
	return b.String()
}

func TestPatterns(t *testing.T) {
	cases := []struct{ subject, pattern, want string }{
		{"hello world", "o w", "true\t5\t7"},
		{"hello world", "(%w+) (%w+)", "true\t1\t11\thello\tworld"},
		{"key = value", "^(%w+)%s*=%s*(%w+)$", "true\t1\t11\tkey\tvalue"},
		{"abc", "()b()", "true\t2\t2\t2\t3"},
		{"f(a(b)c)d", "%b()", "true\t2\t8"},
		{"THE (quick) fox", "%f[%a]%a+%f[%A]", "true\t1\t3"},
		{"\"it's\"", "([\"'])(.-)%1", "true\t1\t6\t\"\tit's"},
		{"a]b", "[]]", "true\t2\t2"},
		{"a^b", "[b^]", "true\t2\t2"},
		{"x-y", "[a%-z]", "true\t2\t2"},
		{"aaa", "a-$", "true\t1\t3"},
		{"", ".*", "true\t1\t0"},
		{"abc", "[a", "false\tmalformed pattern (missing ']')"},
		{"abc", "%", "false\tmalformed pattern (ends with '%')"},
		{"abc", "%b(", "false\tmalformed pattern (missing arguments to '%b')"},
		{"abc", "%fa", "false\tmissing '[' after '%f' in pattern"},
		{"abc", "%1", "false\tinvalid capture index %1"},
		{"abc", "(a)%2", "false\tinvalid capture index %2"},
		{"abc", "a)", "false\tinvalid pattern capture"},
		{"abc", "(a", "false\tunfinished capture"},
		{"abc", strings.Repeat("()", 33), "false\ttoo many captures"},
		{strings.Repeat("a", 300), strings.Repeat("a?", 300), "false\tpattern too complex"},
	}
	for _, c := range cases {
		if got := search(c.subject, c.pattern); got != c.want {
			t.Errorf("find(%.40q, %.40q) = %q, want %q", c.subject, c.pattern, got, c.want)
		}
	}
}

// TestPatternPolls makes sure that hopeless backtracking can be interrupted.
func TestPatternPolls(t *testing.T) {
	patterns := []string{
		"a*a*a*a*a*b", ".-.-.-.-.-b", "(.-)(.-)(.-)(.-)b", "a-a-a-a-a-b", "(a*)(a*)(a*)(a*)%1%2%3%4b", "[ab]*[ab]*[ab]*[ab]*c",
	}
	for _, pattern := range patterns {
		polls := 0
		m := matcher{
			subject: strings.Repeat("a", 2000), pattern: pattern,
			fail: func(message string) { panic(patternError(message)) },
			poll: func() {
				if polls++; polls == 3 {
					panic(patternError("interrupted"))
				}
			},
		}
		func() {
			defer func() {
				if r := recover(); r != patternError("interrupted") {
					t.Errorf("%q ended with %v", pattern, r)
				}
			}()
			m.find(0, 0, false)
		}()
	}
}

func randomText(random *rand.Rand, pieces []string, most int) string {
	var b strings.Builder
	for range random.Intn(most + 1) {
		b.WriteString(pieces[random.Intn(len(pieces))])
	}
	return b.String()
}

// reference runs a script with lua5.2 and gives the lines it prints, or nil
// where that is not installed.
func reference(t *testing.T, script string) []string {
	lua, err := exec.LookPath("lua5.2")
	if err != nil {
		t.Log("lua5.2 is not installed: the tables of the other tests stand alone")
		return nil
	}
	command := exec.Command(lua, "-")
	command.Stdin = strings.NewReader(script)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

// literal writes s as a Lua string that survives any bytes.
func literal(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); i++ {
		fmt.Fprintf(&b, "\\%03d", s[i])
	}
	b.WriteByte('"')
	return b.String()
}

var (
	patternPieces = []string{
		"a", "b", "c", ".", "%a", "%d", "%W", "%s", "[ab]", "[^a]", "[a-c]", "[%d_]", "[]]", "[^]a]", "[a%]]", "%.", "%%",
		"*", "+", "-", "?", "*", "+", "-", "?", "(", ")", "(", ")", "()", "%1", "%2", "%b()", "%bab", "%f[%w]", "%f[^a]",
		"^", "$", "[", "]", "%", "1", "_", " ", "%z", "%p", "[a-", "[^", "%f",
	}
	subjectPieces = []string{"a", "b", "c", "a", "b", "1", "_", " ", "(", ")", "]", "%", ".", "ab", "aab", "(a)", "-", "^", "$"}
)

// TestPatternsAsReference compares random searches with lua5.2's.
func TestPatternsAsReference(t *testing.T) {
	random := rand.New(rand.NewSource(2))
	type question struct{ subject, pattern string }
	questions := make([]question, 8000)
	var script strings.Builder
	// Calling match keeps the reference from taking a pattern as plain text.
	script.WriteString(`local function q(s, p)
		local r = table.pack(pcall(string.match, s, p))
		if r[1] then r = table.pack(pcall(string.find, s, p)) end
		for i = 1, r.n do r[i] = tostring(r[i]) end
		print(table.concat(r, "\t"))
	end
`)
	for i := range questions {
		q := question{randomText(random, subjectPieces, 12), randomText(random, patternPieces, 7)}
		questions[i] = q
		fmt.Fprintf(&script, "q(%s, %s)\n", literal(q.subject), literal(q.pattern))
	}
	for i, want := range reference(t, script.String()) {
		q := questions[i]
		if got := search(q.subject, q.pattern); got != want {
			t.Errorf("find(%q, %q) = %q, want %q", q.subject, q.pattern, got, want)
		}
	}
}

func FuzzPattern(f *testing.F) {
	random := rand.New(rand.NewSource(3))
	for range 100 {
		f.Add(randomText(random, subjectPieces, 12), randomText(random, patternPieces, 7))
	}
	f.Fuzz(func(t *testing.T, subject, pattern string) {
		defer func() {
			if r := recover(); r != nil {
				if _, ok := r.(patternError); !ok {
					panic(r)
				}
			}
		}()
		polls := 0
		m := matcher{
			subject: subject, pattern: pattern,
			fail: func(message string) { panic(patternError(message)) },
			poll: func() {
				if polls++; polls > 20 {
					panic(patternError("interrupted"))
				}
			},
		}
		begin, anchored := anchor(pattern)
		start, end := m.find(0, begin, anchored)
		if start >= 0 && (start > end || end > len(subject)) || start < 0 && end >= 0 {
			t.Fatalf("find(%q, %q) gives [%d, %d)", subject, pattern, start, end)
		}
		if isLiteral(pattern) && strings.IndexByte(pattern, ')') < 0 && start != strings.Index(subject, pattern) {
			t.Fatalf("find(%q, %q) gives %d", subject, pattern, start)
		}
	})
}

func BenchmarkPattern(b *testing.B) {
	text := strings.Repeat("the quick brown fox = jumps over, ", 100)
	for _, pattern := range []string{"%w+ = %w+", "[^=]+=", "(%a+)%s*,%s*$", "zzz", ".-=", "q[%l]+k"} {
		b.Run(pattern, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				m := matcher{subject: text, pattern: pattern, fail: func(string) {}, poll: func() {}}
				m.find(0, 0, false)
			}
		})
	}
}
