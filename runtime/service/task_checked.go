//go:build checked

package service

import "fmt"

// With the build tag checked, as in the checked machine, what was given back for
// later holds poison, which shows whoever still uses it.

const (
	poisonKind = 0xEE
	poisonID   = 0xDEAD_DEAD
)

// spoil marks a task that was given back.
func (t *task) spoil() { t.id, t.kind = poisonID, poisonKind }

// unspoil demands that nobody has touched the task since.
func (t *task) unspoil() {
	if t.id != poisonID || t.kind != poisonKind || t.answered || t.dropped || t.timed || t.wait.Kind != WaitNone || t.message.Session != 0 {
		panic(fmt.Sprintf("a task that was given back has been used: %+v", *t))
	}
	t.id, t.kind = 0, TaskMessage
}
