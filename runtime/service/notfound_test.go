package service

import (
	"strings"
	"testing"
)

// Who has no search path for services is told so, and what to do.
func TestNotFoundSaysWhereItLooked(t *testing.T) {
	_, err := NewNode(Config{}).Find("nope")
	if err == nil || !strings.Contains(err.Error(), `there is no search path for services; name its file (nope.lua)`) || !strings.Contains(err.Error(), "luaservice = ") {
		t.Errorf("without a path: %v", err)
	}
	_, err = NewNode(Config{Path: []string{"dir/?.lua"}}).Find("nope")
	if want := "service 'nope' not found:\n\tno file 'dir/nope.lua'"; err == nil || err.Error() != want {
		t.Errorf("with a path: %v", err)
	}
}
