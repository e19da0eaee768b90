package console

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lunarium/console/render"
	"lunarium/runtime/service"
)

// This file refuses numbers of tasks, timers and versions that are not there, and names
// those that are.

// mostNumbers bounds the numbers that a refusal lists.
const mostNumbers = 10

// noNumber refuses a number and says which ones there are: the first of very many.
// lists is the command that shows them.
func noNumber(what string, number uint64, there []uint64, total int, lists string) error {
	if total == 0 {
		return fmt.Errorf("no %s %d; there are none", what, number)
	}
	var shown []string
	for _, n := range there[:min(len(there), mostNumbers)] {
		shown = append(shown, strconv.FormatUint(n, 10))
	}
	text := strings.Join(shown, ", ")
	if left := total - len(shown); left > 0 {
		text += fmt.Sprintf(" and %s more", render.Count(left))
	}
	verb := "are"
	if total == 1 {
		verb = "is"
	}
	return fmt.Errorf("no %s %d; there %s %s, \"%s\" tells more", what, number, verb, text, lists)
}

// noTask says why a task was not killed.
func (s *Session) noTask(ctx context.Context, svc *service.Service, id uint64) error {
	tasks, total, err := svc.FirstTasks(ctx, mostNumbers)
	if err != nil {
		return fmt.Errorf("no task %d in %s", id, title(svc))
	}
	var there []uint64
	for _, t := range tasks {
		if t.ID == id {
			return fmt.Errorf(`task %d of %s runs just now; "signal %s" interrupts it`, id, title(svc), typed(svc))
		}
		there = append(there, t.ID)
	}
	err = noNumber("task", id, there, total, "tasks "+typed(svc))
	return fmt.Errorf("%s: %w", title(svc), err)
}

func (s *Session) noTimer(id uint64) error {
	first, total := s.node.Clock().FirstTimers(0, mostNumbers)
	var there []uint64
	for _, t := range first {
		there = append(there, t.ID)
	}
	slices.Sort(there)
	return noNumber("timer", id, there, total, "timers")
}
