package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Tests of what docs/running.md is about: the units of systemd, and the Dockerfile.

const unitFolder = root + "/docs/running"

var unitFiles = []string{"lunarium.service", "lunarium-console.socket", "lunarium-web.socket"}

func readText(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// found gives what a pattern's group matches in a text, each time.
func found(t *testing.T, text, pattern string) []string {
	t.Helper()
	var all []string
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	if all == nil {
		t.Fatalf("nothing matches %s", pattern)
	}
	return all
}

// systemd has nothing to say against the units, and what they may do is little.
func TestUnits(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd is not installed")
	}
	program, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var paths []string
	for _, name := range unitFiles {
		text := strings.ReplaceAll(readText(t, filepath.Join(unitFolder, name)), "/usr/local/bin/lunarium", program)
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	verify := exec.CommandContext(t.Context(), "systemd-analyze", append([]string{"verify", "--man=no"}, paths...)...)
	if out, err := verify.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("verify: %v\n%s", err, out)
	}
	// 20 is an exposure of 2.0 of 10.
	security := exec.CommandContext(t.Context(), "systemd-analyze", "security", "--no-pager", "--offline=true", "--threshold=20", paths[0])
	if out, err := security.CombinedOutput(); err != nil {
		t.Errorf("security: %v\n%s", err, out)
	}
}

// The service's flags make sense, and its sockets have the names that the flags want.
func TestUnitsAndFlagsAgree(t *testing.T) {
	line := found(t, readText(t, filepath.Join(unitFolder, unitFiles[0])), `(?m)^ExecStart=\S+ (.*)$`)[0]
	f, err := parseFlags(strings.Fields(line))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range unitFiles[1:] {
		names = append(names, "fd:"+found(t, readText(t, filepath.Join(unitFolder, name)), `(?m)^FileDescriptorName=(.*)$`)[0])
	}
	if !f.noShell || f.service == "" || !slices.Equal(names, []string{f.console, f.web}) {
		t.Errorf("%s; the sockets are %v", line, names)
	}
}

// The image's program runs as a user who is not root, with flags that make sense, and
// its health check asks the page that they open.
func TestDockerfile(t *testing.T) {
	text := readText(t, root+"/Dockerfile")
	words := func(pattern string) (list []string) {
		t.Helper()
		if err := json.Unmarshal([]byte(found(t, text, pattern)[0]), &list); err != nil {
			t.Fatal(err)
		}
		return list
	}
	f, err := parseFlags(words(`(?m)^CMD (.*)$`))
	if err != nil {
		t.Fatal(err)
	}
	check := words(`(?m)^HEALTHCHECK .*CMD (.*)$`)
	entry := words(`(?m)^ENTRYPOINT (.*)$`)
	if !slices.Equal(check, append(entry, "health", f.web)) {
		t.Errorf("the health check is %v; the page is at %s", check, f.web)
	}
	if user := found(t, text, `(?m)^USER (\d+):\d+$`)[0]; user == "0" {
		t.Error("the user is root")
	}
}

// There is one way to build: the document, the Dockerfile and the checks have the same. The
// checks build where there may be no revision to tell, too.
func TestOneWayToBuild(t *testing.T) {
	const build = "CGO_ENABLED=0 go build -trimpath -buildvcs=true -o lunarium ."
	for _, name := range []string{"docs/running.md", "Dockerfile", ".ci/run"} {
		for _, line := range found(t, readText(t, filepath.Join(root, name)), `(?m)(\S* ?go build .*?\.)\)?$`) {
			line = strings.Replace(line, `"$stamp"`, "true", 1)
			if line != build && !strings.Contains(line, "-tags checked") {
				t.Errorf("%s has %q", name, line)
			}
		}
	}
}
