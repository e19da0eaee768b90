package console

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"lunarium/runtime/service"
)

// service finds the service that a word means: an address (":00000008", "8"),
// a name, or the beginning of one that only one service has.
func (s *Session) service(word string) (*service.Service, error) {
	if word == "" {
		return nil, fmt.Errorf(`which service? "list" shows them`)
	}
	if svc, ok := s.byAddress(word); ok {
		if svc == nil {
			return nil, fmt.Errorf("no service %s; it may have exited", word)
		}
		return svc, nil
	}
	if a, ok := s.node.Resolve(word); ok {
		if svc := s.node.Service(a); svc != nil {
			return svc, nil
		}
	}
	return s.byBeginning(word)
}

// byAddress reads a hexadecimal address; a word that could be a name is one
// only when a service has that number.
func (s *Session) byAddress(word string) (*service.Service, bool) {
	digits := strings.TrimPrefix(strings.TrimPrefix(word, ":"), "0x")
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return nil, false
	}
	svc := s.node.Service(service.Address(n))
	return svc, svc != nil || word[0] == ':' || word[0] >= '0' && word[0] <= '9'
}

func (s *Session) byBeginning(word string) (*service.Service, error) {
	names := s.serviceNames()
	var found []*service.Service
	for _, name := range sortedKeys(names) {
		if strings.HasPrefix(name, strings.TrimPrefix(word, ".")) && (len(found) == 0 || found[len(found)-1] != names[name]) {
			found = append(found, names[name])
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return nil, fmt.Errorf("%s may be %s or %s", word, title(found[0]), title(found[1]))
	}
	if near := nearest(word, sortedKeys(names)); near != "" {
		return nil, fmt.Errorf("no service %s; did you mean %s?", word, near)
	}
	return nil, fmt.Errorf(`no service %s; "list" shows them`, word)
}

// serviceNames gives the services by their names: registered ones and those of
// their files.
func (s *Session) serviceNames() map[string]*service.Service {
	names := map[string]*service.Service{}
	for _, svc := range s.node.Services() {
		if _, ok := names[svc.Base()]; !ok {
			names[svc.Base()] = svc
		}
	}
	for _, entry := range s.node.Names() {
		if svc := s.node.Service(entry.Address); svc != nil {
			names[strings.TrimPrefix(entry.Name, ".")] = svc
		}
	}
	return names
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// title is how replies name a service: ":00000008 chat_room_service".
func title(svc *service.Service) string {
	return svc.Address().String() + " " + svc.Base()
}
