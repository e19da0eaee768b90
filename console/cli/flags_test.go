package cli

import (
	"strings"
	"testing"

	"lunarium/console/usage"
)

// What is wrong with a command line is said in two lines, and nothing starts.
func TestBadUsage(t *testing.T) {
	for args, want := range map[string]string{
		"--clok virtual":  "flag provided but not defined: --clok",
		"--clock sundial": `invalid value "sundial" for flag --clock: want real or virtual`,
		"--memlimit much": `invalid value "much" for flag --memlimit: "much" is no size; write it like 64MB`,
		"x --console":     "",
		"--console":       "flag needs an argument: --console",
	} {
		var out, failed strings.Builder
		_, err := parseFlags(strings.Fields(args))
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v", args, err)
			}
			continue
		}
		status := Run(strings.Fields(args), usage.Streams{Program: "lunarium", Out: &out, Err: &failed})
		want = "lunarium: bad usage: " + want + "\n\"lunarium help\" lists the flags\n"
		if status != usage.ExitUsage || out.String() != "" || failed.String() != want {
			t.Errorf("%s: %d, %q, %q; want %q", args, status, out.String(), failed.String(), want)
		}
	}
}
