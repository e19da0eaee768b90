package command

import (
	"lunarium/console"
	"lunarium/runtime/service"
)

// This file holds what commands share that measure one service or all for a while.

// measured are the services that are measured.
type measured struct {
	service *service.Service // nil: all
}

// subject is the word for them.
func (m *measured) subject() string {
	if m.service == nil {
		return "all"
	}
	return console.Typed(m.service)
}

// title names them in sentences.
func (m *measured) title() string {
	if m.service == nil {
		return "all services"
	}
	return console.Title(m.service)
}

// completeMeasured completes the service, and the words after it.
func completeMeasured(o *console.Operator, t console.Typing, words ...string) console.Completion {
	if len(t.Before) > 1 {
		return console.Completion{Candidates: console.Beginning(words, t.Word()), From: t.From}
	}
	c := console.CompleteService(o, t)
	c.Candidates = append(c.Candidates, console.Beginning([]string{"all"}, t.Word())...)
	return c
}
