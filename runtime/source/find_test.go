package source

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Who has no search path for services is told so, and what to do.
func TestNotFoundSaysWhereItLooked(t *testing.T) {
	_, err := newStore().Find("nope")
	if err == nil || !strings.Contains(err.Error(), `there is no search path for services; name its file (nope.lua)`) || !strings.Contains(err.Error(), "luaservice = ") {
		t.Errorf("without a path: %v", err)
	}
	_, err = newStore("dir/?.lua").Find("nope")
	if want := "service 'nope' not found:\n\tno file 'dir/nope.lua'"; err == nil || err.Error() != want {
		t.Errorf("with a path: %v", err)
	}
}

// A name is looked for where it may mean something, each place once.
func TestFindSaysWhereItLooked(t *testing.T) {
	store := newStore("nowhere/?.lua", "./nowhere/?.lua", "?.lua")
	for name, tried := range map[string][]string{
		"a":          {"nowhere/a.lua", "a.lua"},
		"./a.lua":    {"./a.lua", "nowhere/./a.lua"},
		"/nowhere/a": {"/nowhere/a"},
		"":           nil,
	} {
		var missing *NotFoundError
		if _, err := store.Find(name); !errors.As(err, &missing) || !cmp.Equal(missing.Tried, tried) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
