package whatif

import (
	"strings"
	"sync"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file keeps copies from the world outside.

// offline notes what was not done, by its name.
type offline struct {
	mu   sync.Mutex
	done map[string]int
}

func (o *offline) note(what string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.done == nil {
		o.done = map[string]int{}
	}
	o.done[what]++
}

// isolate keeps a state from the world outside for good.
func (o *offline) isolate(svc service.Self) {
	st := svc.State()
	st.Isolate(&vm.Isolation{
		Handlers: st.NewTable(0, 0),
		Allows:   staysOnNode,
		Refuse: func(t *vm.Thread, what string) int {
			o.note(what)
			t.Errorf("%s is not done in a copy", what)
			return 0
		},
		Act: func(t *vm.Thread, deed vm.Deed) int {
			o.note(deed.Name)
			if !deed.Quiet {
				t.Errorf("%s is not done in a copy", deed.Name)
			}
			return 0
		},
	})
}

// staysOnNode tells whether a deed reaches no further than the node, which is the copy's own.
func staysOnNode(deed vm.Deed) bool {
	return strings.HasPrefix(deed.Name, "skynet.") && deed.Name != "skynet.abort"
}
