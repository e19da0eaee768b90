package cli

import (
	"encoding/json"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/console/usage"
)

func TestBuildData(t *testing.T) {
	setting := func(key, value string) debug.BuildSetting { return debug.BuildSetting{Key: key, Value: value} }
	built := "built     with " + runtime.Version() + " for " + runtime.GOOS + "/" + runtime.GOARCH + "\n"
	for _, c := range []struct {
		info *debug.BuildInfo
		want string
	}{
		{nil, "revision  not known: built without the repository\n" + built},
		{&debug.BuildInfo{Settings: []debug.BuildSetting{setting("-tags", "checked")}},
			"revision  not known: built without the repository\n" + built + "tags      checked\n"},
		{&debug.BuildInfo{Settings: []debug.BuildSetting{
			setting("vcs.revision", "abc"), setting("vcs.time", "2026-11-29T12:00:00Z"), setting("vcs.modified", "false")}},
			"revision  abc of 2026-11-29T12:00:00Z\n" + built},
		{&debug.BuildInfo{Settings: []debug.BuildSetting{
			setting("vcs.revision", "abc"), setting("vcs.time", "2026-11-29T12:00:00Z"), setting("vcs.modified", "true")}},
			"revision  abc of 2026-11-29T12:00:00Z, modified\n" + built},
	} {
		var b strings.Builder
		data := buildOf(c.info)
		data.write(&b)
		if diff := cmp.Diff("lunarium "+version+"\n"+c.want, b.String()); diff != "" {
			t.Error(diff)
		}
	}
}

// The command, its flag and the node's flag tell the same.
func TestVersion(t *testing.T) {
	_, text, _ := ran(t, "", "version")
	if !strings.HasPrefix(text, "lunarium "+version+"\nrevision  ") {
		t.Errorf("version: %s", text)
	}
	if status, same, _ := ran(t, "", "--version"); same != text || status != usage.ExitOK {
		t.Errorf("--version: %d, %s", status, same)
	}
	_, text, _ = ran(t, "", "version", "--json")
	var got build
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	info, _ := debug.ReadBuildInfo()
	if diff := cmp.Diff(buildOf(info), got); diff != "" {
		t.Error(diff)
	}
	if status, _, errs := ran(t, "", "version", "now"); status != usage.ExitUsage || !strings.HasPrefix(errs, "usage: lunarium version [--json]\n") {
		t.Errorf("version now: %d, %s", status, errs)
	}
}
