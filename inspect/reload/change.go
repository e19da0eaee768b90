package reload

import (
	"fmt"
	"strings"

	"lunarium/runtime/vm"
)

// This file holds what a reload tells: what became of functions, of state, and its
// summary.

// functionChange is what becomes of the functions of the files that are exchanged.
type functionChange struct {
	was, now map[string]string // by name: what they do, as fingerprints
	units    []unit
	match    counterparts
	started  map[string]bool // fingerprints of start functions: a note tells of them

	added, removed []*vm.Code // functions that no name leads to
}

// Change is what a reload did, or would do.
type Change struct {
	Service   string
	Version   int  // that runs now; of a dry run, that would
	DryRun    bool // nothing was installed
	Unchanged bool // the code is the one that runs

	NewFunctions, ChangedFunctions, RemovedFunctions, SameFunctions []string

	Kept, Added, Dropped []string // variables that are state
	Updated              []string // constants with the value of the new code
	Differs              []string // what the service changed and the new text has otherwise: kept
	Notes                []string
}

// mostNamed is how many names of a kind a version's line has.
const mostNamed = 100

// fewOf names the first of several places.
func fewOf(all []string, between string) string {
	const shown = 3
	if len(all) > shown {
		return strings.Join(all[:shown], between) + between + "…"
	}
	return strings.Join(all, between)
}

// summary tells in a line what a version changed.
func (c *Change) summary() string {
	var parts []string
	for _, list := range []struct {
		what  string
		names []string
	}{
		{"changed", c.ChangedFunctions}, {"new", c.NewFunctions}, {"removed", c.RemovedFunctions},
		{"updated", c.Updated}, {"state added", c.Added}, {"state dropped", c.Dropped},
	} {
		if len(list.names) > 0 {
			parts = append(parts, list.what+": "+someOf(list.names, mostNamed, ", "))
		}
	}
	if len(parts) == 0 {
		return "nothing but the text"
	}
	return strings.Join(parts, "; ")
}

// someOf joins the first of texts, and tells how many there are beside them.
func someOf(texts []string, most int, between string) string {
	if left := len(texts) - most; left > 0 {
		return fmt.Sprintf("%s%s… %d more", strings.Join(texts[:most], between), between, left)
	}
	return strings.Join(texts, between)
}
