package cli

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"lunarium/console/usage"
)

// This file says what the program is: the release, and what it was built from.

// version is the release.
const version = "0.1"

// build is what the program was built from and for. Texts that are not known are empty.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"` // of the repository
	Time     string `json:"time,omitempty"`     // of the revision, as RFC 3339
	Modified bool   `json:"modified"`           // files differed from the revision
	Tags     string `json:"tags,omitempty"`
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

// buildOf reads what Go's linker has noted; info may be nil.
func buildOf(info *debug.BuildInfo) build {
	b := build{Version: version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info == nil {
		return b
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		case "-tags":
			b.Tags = s.Value
		}
	}
	return b
}

// write tells people.
func (b *build) write(w io.Writer) {
	revision := "not known: built without the repository"
	if b.Revision != "" {
		revision = fmt.Sprintf("%s of %s", b.Revision, b.Time)
	}
	if b.Modified {
		revision += ", modified"
	}
	fmt.Fprintf(w, "lunarium %s\nrevision  %s\nbuilt     with %s for %s/%s\n", b.Version, revision, b.Go, b.OS, b.Arch)
	if b.Tags != "" {
		fmt.Fprintf(w, "tags      %s\n", b.Tags)
	}
}

// runVersion is "lunarium version [--json]".
func runVersion(args []string, std usage.Streams) int {
	set := flag.NewFlagSet("version", flag.ContinueOnError)
	inJSON := set.Bool("json", false, "")
	if status, ok := readFlags(set, args, std, 0, 0); !ok {
		return status
	}
	info, _ := debug.ReadBuildInfo()
	b := buildOf(info)
	if *inJSON {
		if err := json.NewEncoder(std.Out).Encode(b); err != nil {
			return usage.ExitFailed
		}
		return usage.ExitOK
	}
	b.write(std.Out)
	return usage.ExitOK
}
