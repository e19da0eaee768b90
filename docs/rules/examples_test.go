package rules

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The worked examples of docs/contributing.md are true: all of them together are laid over
// the source, the program is built with them, its new tests run, and the sessions that the
// document shows are replayed by that program.

// Fences that the document's examples use: "```go FILE" is a new file, "```lua FILE" too,
// "```diff FILE" is a change of one that is there, "```changed session" is what the
// changed program says.
var exampleFence = regexp.MustCompile("(?ms)^```(go|lua|diff) ([a-z0-9_/.]+)\n(.*?)^```$")

var exampleSession = regexp.MustCompile("(?ms)^```changed session\n(.*?)^```$")

func TestExamplesForContributorsWork(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the program anew")
	}
	document, err := os.ReadFile("docs/contributing.md")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := readExamples(string(document))
	if err != nil {
		t.Fatal(err)
	}
	examples.checkLists(t)
	dir := t.TempDir()
	overlay := examples.write(t, dir)
	program := filepath.Join(dir, "lunarium")
	runGo(t, "build", "-pgo=off", "-overlay", overlay, "-o", program, ".")
	for _, pkg := range examples.tested() {
		runGo(t, "test", "-overlay", overlay, "-run", examples.tests(pkg), "./"+pkg)
	}
	for i, session := range exampleSession.FindAllStringSubmatch(string(document), -1) {
		name := filepath.Join(dir, fmt.Sprintf("session%d.txt", i+1))
		if err := os.WriteFile(name, []byte(session[1]), 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(program, "replay", name).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

func runGo(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// examples are the files as they are with all changes of the document.
type examples map[string]string

func readExamples(document string) (examples, error) {
	e := examples{}
	for _, m := range exampleFence.FindAllStringSubmatch(document, -1) {
		kind, file, text := m[1], m[2], m[3]
		if kind != "diff" {
			if _, err := os.Stat(file); err == nil {
				return nil, fmt.Errorf("%s is there already", file)
			}
			e[file] += text
			continue
		}
		if _, ok := e[file]; !ok {
			content, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			e[file] = string(content)
		}
		changed, err := patched(e[file], text)
		if err != nil {
			return nil, fmt.Errorf("the example of docs/contributing.md that changes %s: %w", file, err)
		}
		e[file] = changed
	}
	return e, nil
}

// patched makes the changes of a diff: hunks, apart by lines "@@", of lines that begin with
// a blank (they stay), - (they go) and + (they come). Each hunk must fit in one place.
func patched(content, diff string) (string, error) {
	for hunk := range strings.SplitSeq(diff, "@@\n") {
		if hunk == "" {
			continue
		}
		var before, after strings.Builder
		for line := range strings.Lines(hunk) {
			mark, text := line[0], line[1:]
			if mark != '+' {
				before.WriteString(text)
			}
			if mark != '-' {
				after.WriteString(text)
			}
		}
		if n := strings.Count(content, before.String()); n != 1 {
			return "", fmt.Errorf("it fits in %d places, and must fit in one:\n%s", n, hunk)
		}
		content = strings.Replace(content, before.String(), after.String(), 1)
	}
	return content, nil
}

// checkLists looks whether the packages' doc.go, as the examples change them, list the
// files that are new.
func (e examples) checkLists(t *testing.T) {
	t.Helper()
	for file := range e {
		if _, err := os.Stat(file); err == nil || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			continue
		}
		doc := e[path.Dir(file)+"/doc.go"]
		if !strings.Contains(doc, "//   - "+path.Base(file)+": ") {
			t.Errorf("%s is new, and no example lists it in its package's doc.go", file)
		}
	}
}

// write puts the files into a directory, and gives what tells the go command of them.
func (e examples) write(t *testing.T, dir string) (overlay string) {
	t.Helper()
	replace := map[string]string{}
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for file, text := range e {
		at := filepath.Join(dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(wd, filepath.FromSlash(file))] = at
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlay = filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, list, 0o644); err != nil {
		t.Fatal(err)
	}
	return overlay
}

// tested gives the packages that the examples bring tests for.
func (e examples) tested() (packages []string) {
	seen := map[string]bool{}
	for file := range e {
		if dir := filepath.ToSlash(filepath.Dir(file)); strings.HasSuffix(file, "_test.go") && !seen[dir] {
			seen[dir] = true
			packages = append(packages, dir)
		}
	}
	return packages
}

var testName = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// tests gives a pattern for the examples' tests of a package.
func (e examples) tests(pkg string) string {
	var names []string
	for file, text := range e {
		if strings.HasSuffix(file, "_test.go") && filepath.ToSlash(filepath.Dir(file)) == pkg {
			for _, m := range testName.FindAllStringSubmatch(text, -1) {
				names = append(names, m[1])
			}
		}
	}
	return "^(" + strings.Join(names, "|") + ")$"
}
