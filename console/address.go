package console

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"lunarium/console/render"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file finds the service that a word means.

// Service finds the service that a word means, as service.Node.FindService does; quotes
// are taken off.
func (o *Operator) Service(word string) (*service.Service, error) {
	word = unquoted(strings.TrimSpace(word))
	if word == "" {
		return nil, fmt.Errorf(`which service? "list" shows them`)
	}
	svc, err := o.node.FindService(word)
	if err == nil {
		return svc, nil
	}
	if several := (*service.AmbiguousError)(nil); errors.As(err, &several) {
		return nil, o.ambiguous(several)
	}
	text := strings.TrimSuffix(err.Error(), ": "+service.ErrNobody.Error())
	near := o.nearestService(word)
	if a, isNumber := strconv.ParseUint(word, 16, 32); near == "" && isNumber == nil && o.node.Service(message.Address(a)) != nil {
		near = message.Address(a).String() // a number in capitals may be a name
	}
	if near != "" {
		return nil, fmt.Errorf("%s; did you mean %s?", text, near)
	}
	if len(o.node.Services()) == 0 {
		return nil, fmt.Errorf(`%s: none runs; "launch NAME" starts one`, text)
	}
	return nil, fmt.Errorf(`%s; "list" shows them`, text)
}

// IsService tells whether a word names a service, or several.
func (o *Operator) IsService(word string) bool {
	_, err := o.node.FindService(word)
	return !errors.Is(err, service.ErrNobody)
}

// unquoted takes the quotes off a name.
func unquoted(word string) string {
	if name, rest, ok := visible.CutQuoted(word); ok && rest == "" {
		return name
	}
	return word
}

// Typed gives a word by which an operator can name a service.
func Typed(svc *service.Service) string { return quotedName(svc.Handle()) }

// quotedName puts a name in quotes when it could not be typed without.
func quotedName(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == '"' || r == unicode.ReplacementChar
	}) {
		return visible.Quote(name)
	}
	return name
}

// mostCandidates bounds the services that a refusal lists.
const mostCandidates = 10

// ambiguous lists the services that a word may mean, each as it can be typed.
func (o *Operator) ambiguous(e *service.AmbiguousError) error {
	shown := e.Candidates[:min(len(e.Candidates), mostCandidates)]
	text := e.Word + " may be any of these; name one by its address or its own name"
	for _, svc := range shown {
		text += "\n  " + svc.Address().String()
		if names := o.node.NamesOf(svc.Address()); len(names) > 0 {
			text += "  " + Typed(svc)
		}
		text += "  " + visible.Line(strings.TrimPrefix(o.CommandLine(svc), "snlua "))
	}
	if left := len(e.Candidates) - len(shown); left > 0 {
		text += fmt.Sprintf("\n  … %s more; \"list %s\" shows them", render.Count(left), strings.TrimPrefix(e.Word, "."))
	}
	return errors.New(text)
}

// CommandLine gives what a service was started with, without what who is at the session does not
// see.
func (o *Operator) CommandLine(svc *service.Service) string {
	line := svc.CommandLine()
	if args := svc.Spec().Args; len(args) > 0 && o.Hidden() != nil {
		line = strings.TrimSuffix(line, strings.Join(args, " ")) + strings.Join(o.Hidden().Arguments(args), " ")
	}
	return line
}

// nearestService gives the name that a word was probably meant to be, as it can be
// typed; "" when there is none.
func (o *Operator) nearestService(word string) string {
	near := nearest(strings.TrimPrefix(word, "."), o.serviceNames())
	return quotedName(near) // when several services have it, the next answer lists them
}

// serviceNames gives what services can be called by, in order: registered names
// and those of their files.
func (o *Operator) serviceNames() []string {
	var names []string
	for _, svc := range o.node.Services() {
		names = append(names, svc.Base())
	}
	for _, entry := range o.node.Names() {
		if o.node.Service(entry.Address) != nil {
			names = append(names, entry.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// serviceWords is serviceNames as they can be typed.
func (o *Operator) serviceWords() []string {
	words := o.serviceNames()
	for i, name := range words {
		words[i] = quotedName(name)
	}
	return words
}

// Title is how replies name a service: ":00000008 chat_room_service".
func Title(svc *service.Service) string {
	return svc.Address().String() + " " + Base(svc)
}

// Base is a service's file name as it can be shown.
func Base(svc *service.Service) string { return visible.Line(svc.Base()) }
