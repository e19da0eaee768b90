package cli

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/console/usage"
)

var update = flag.Bool("update", false, "rewrite the page of the manual")

const manualPath = root + "/docs/running/lunarium.1"

// The page of the manual that the documents have is the one that the program writes.
func TestManualIsCurrent(t *testing.T) {
	status, page, errs := ran(t, "", "man")
	if status != usage.ExitOK || errs != "" {
		t.Fatalf("status %d: %s", status, errs)
	}
	if *update {
		if err := os.WriteFile(manualPath, []byte(page), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(manualPath)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(content), page); diff != "" {
		t.Errorf("go test ./console/cli -run Manual -update writes it anew:\n%s", diff)
	}
}

// groff has nothing to say against the page, and shows each flag of the table.
func TestManualIsGoodRoff(t *testing.T) {
	if _, err := exec.LookPath("groff"); err != nil {
		t.Skip("groff is not installed")
	}
	command := exec.CommandContext(t.Context(), "groff", "-man", "-Tutf8", "-ww", "-P-cbou")
	command.Stdin = strings.NewReader(description().Man(version))
	var warnings bytes.Buffer
	command.Stderr = &warnings
	shown, err := command.Output()
	if err != nil || warnings.Len() > 0 {
		t.Errorf("groff: %v\n%s", err, warnings.String())
	}
	for _, f := range nodeTable {
		if !strings.Contains(string(shown), "\n       "+f.Name) {
			t.Errorf("the page does not show %s", f.Name)
		}
	}
}
