package inspect

import (
	"context"

	"lunarium/inspect/live"
	"lunarium/runtime/service"
)

// This file completes code that is typed for a service.

// Candidates lists what may stand for the name that code ends in, inside a
// service: its variables and globals, or after a dot the fields and after a
// colon the methods of the value before it, or after a bracket its keys. from is the
// byte offset of what they stand for. Indices may stand before it, as in
// rooms["a b"].users[id].na. A function's candidate ends in "(", that of a table with
// named fields in ".". Where a key is no name, candidates stand for the dot, too:
// ["a-b"], [3], .name. Nothing is called: fields that only an __index function knows
// are not found.
func Candidates(ctx context.Context, s *service.Service, code string) (candidates []string, from int, err error) {
	c := live.ParseChain(code)
	err = live.InSteps(ctx, s, func(own service.Self, w *live.Work) {
		st := own.State()
		candidates = c.Candidates(w, live.NamesOf(own).Values(), st)
	})
	return candidates, c.From, err
}
