package service

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lunarium/runtime/message"
	"lunarium/runtime/visible"
)

// This file holds what people mean by the words that name services: FindService, where
// they may abbreviate. Programs name exactly.

// ErrNobody: a word names no service.
var ErrNobody = errors.New("there is no such service")

// AmbiguousError reports a word that several services answer to.
type AmbiguousError struct {
	Word       string
	Candidates []*Service // by address
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%s may be any of %d services", e.Word, len(e.Candidates))
}

// FindService gives the service that a person means by a word: what Resolve gives; else
// the only service of a file or launched by a name; else a hexadecimal number, in small
// letters as addresses are printed, so that DB never means 219 when the service DB has
// ended; else the only service with a name that begins so. The error is an
// *AmbiguousError or wraps ErrNobody.
func (n *Node) FindService(word string) (*Service, error) {
	if a, ok := n.resolve(word); ok {
		if s := n.Service(a); s != nil {
			return s, nil
		}
		if a == message.NodeAddress {
			return nil, fmt.Errorf("%s is the node itself: %w", word, ErrNobody)
		}
		return nil, fmt.Errorf("%s: %w", n.absence(a), ErrNobody)
	}
	if _, _, isAddress := addressText(word); isAddress {
		return nil, fmt.Errorf("%s is no address: %w", word, ErrNobody)
	}
	services := n.Services()
	if of := matching(services, func(s *Service) bool { return s.base == word || s.spec.Name == word }); len(of) > 0 {
		return only(word, of)
	}
	if bare(word) == "" {
		return nil, fmt.Errorf("no service %s: %w", word, ErrNobody) // and not any
	}
	var candidates []*Service
	if hexadecimal(word) {
		number, err := strconv.ParseUint(word, 16, 32)
		s := n.Service(message.Address(number))
		switch digit := word[0] <= '9'; {
		case err != nil && digit:
			return nil, fmt.Errorf("%s is no address: %w", word, ErrNobody)
		case s == nil && digit:
			return nil, fmt.Errorf("%s: %w", n.absence(message.Address(number)), ErrNobody)
		case s != nil && digit:
			return s, nil
		case s != nil && word == strings.ToLower(word):
			candidates = append(candidates, s)
		}
	}
	return only(word, append(candidates, n.beginning(bare(word), services, candidates)...))
}

// beginning gives the services with a name that begins with a text, by address,
// without some.
func (n *Node) beginning(text string, services, without []*Service) []*Service {
	owners := map[message.Address]bool{}
	for _, entry := range n.Names() {
		if strings.HasPrefix(entry.Name, text) {
			owners[entry.Address] = true
		}
	}
	return matching(services, func(s *Service) bool {
		return (owners[s.address] || strings.HasPrefix(s.base, text)) && !slices.Contains(without, s)
	})
}

func matching(services []*Service, is func(*Service) bool) (found []*Service) {
	for _, s := range services {
		if is(s) {
			found = append(found, s)
		}
	}
	return found
}

func only(word string, found []*Service) (*Service, error) {
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("no service %s: %w", visible.Line(word), ErrNobody)
	case 1:
		return found[0], nil
	}
	slices.SortFunc(found, func(a, b *Service) int { return int(int64(a.address) - int64(b.address)) })
	return nil, &AmbiguousError{word, found}
}

// Handle gives a word by which FindService finds the service: a registered name, else
// its file's when no other service has it, else its address.
func (s *core) Handle() string {
	words := []string{s.base}
	if names := s.node.NamesOf(s.address); len(names) > 0 {
		words = []string{names[0], "." + names[0], s.base}
	}
	for _, word := range words {
		if found, err := s.node.FindService(word); err == nil && &found.core == s {
			return word
		}
	}
	return s.address.String()
}
