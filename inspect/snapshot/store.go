package snapshot

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"lunarium/inspect/plain"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file keeps the snapshots of a node's services.

const (
	// MostOfService is how many snapshots are kept of a service, and MostOfAll the bytes that
	// those of all services may take.
	MostOfService = 16
	MostOfAll     = 256 << 20
	// Before begins the names of the snapshots that are taken before a restore, of which the
	// latest few are kept.
	Before     = "before-restore-"
	mostBefore = 4
)

// Store has the snapshots of the services of a node, until these end. Its zero value is
// ready. Its methods may be called from any goroutine.
type Store struct {
	mu    sync.Mutex
	of    map[*service.Service]*kept
	bytes int64
}

// kept are the snapshots of a service, in the order in which they were taken.
type kept struct {
	list []*Snapshot
	last map[string]int // numbers of the names that were made
}

// Why a snapshot is not kept, for errors.Is.
var (
	ErrName  = errors.New("is no name for a snapshot, which begins with a letter and has letters, digits, _ and - only")
	ErrTaken = errors.New("is the name of a snapshot already")
	ErrFull  = errors.New("too many snapshots")
)

var errFullNode = fmt.Errorf("%w: those of all services would take more than %d MB", ErrFull, MostOfAll>>20)

// Name gives the name that a snapshot of a service is to have: the one that is asked for, or
// for a beginning alone, "s" or Before, one with the next number.
func (s *Store) Name(svc *service.Service, asked string) (string, error) {
	for i, c := range []byte(asked) {
		if !plain.IsLetter(c) && (i == 0 || !plain.IsDigit(c) && c != '_' && c != '-') {
			return "", fmt.Errorf("%s %w", asked, ErrName)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.keptOf(svc)
	switch {
	case asked == "":
		asked = "s"
	case asked == Before:
	case k.find(asked) >= 0:
		return "", fmt.Errorf("%s %w", asked, ErrTaken)
	default:
		return asked, nil
	}
	for {
		k.last[asked]++
		if name := asked + strconv.Itoa(k.last[asked]); k.find(name) < 0 {
			return name, nil
		}
	}
}

func (s *Store) keptOf(svc *service.Service) *kept {
	if s.of == nil {
		s.of = map[*service.Service]*kept{}
	}
	k := s.of[svc]
	if k == nil {
		k = &kept{last: map[string]int{}}
		s.of[svc] = k
		go s.awaitEnd(svc)
	}
	return k
}

// awaitEnd forgets the snapshots of a service when it, or its node, has ended.
func (s *Store) awaitEnd(svc *service.Service) {
	select {
	case <-svc.Gone():
	case <-svc.Node().Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.of[svc].list {
		s.bytes -= one.Bytes()
	}
	delete(s.of, svc)
}

// Room tells why one more snapshot of a service would not be kept.
func (s *Store) Room(svc *service.Service) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.room(s.keptOf(svc), 0)
}

func (s *Store) room(k *kept, bytes int64) error {
	asked := 0
	for _, one := range k.list {
		if !one.automatic() {
			asked++
		}
	}
	switch {
	case asked >= MostOfService:
		return fmt.Errorf("%w: %d of this service are kept", ErrFull, asked)
	case s.bytes+bytes > MostOfAll:
		return errFullNode
	}
	return nil
}

// automatic tells whether a snapshot was taken before a restore.
func (s *Snapshot) automatic() bool { return strings.HasPrefix(s.Name, Before) }

// Put keeps a snapshot. For one that was taken before a restore older ones of its kind make way;
// it is kept if there is room for its bytes then.
func (s *Store) Put(svc *service.Service, one *Snapshot) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.keptOf(svc)
	if one.automatic() {
		before := 0
		for i := len(k.list) - 1; i >= 0; i-- {
			if k.list[i].automatic() {
				if before++; before >= mostBefore {
					s.drop(k, i)
				}
			}
		}
		if s.bytes+one.Bytes() > MostOfAll {
			return errFullNode
		}
	} else if err := s.room(k, one.Bytes()); err != nil {
		return err
	}
	k.list = append(k.list, one)
	s.bytes += one.Bytes()
	return nil
}

// Find gives the snapshot of a name; nil when there is none.
func (s *Store) Find(svc *service.Service, name string) *Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.of[svc]; k != nil {
		if i := k.find(name); i >= 0 {
			return k.list[i]
		}
	}
	return nil
}

func (k *kept) find(name string) int {
	return slices.IndexFunc(k.list, func(one *Snapshot) bool { return one.Name == name })
}

// Drop forgets the snapshot of a name; false when there is none.
func (s *Store) Drop(svc *service.Service, name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.of[svc]
	if k == nil || k.find(name) < 0 {
		return false
	}
	s.drop(k, k.find(name))
	return true
}

func (s *Store) drop(k *kept, i int) {
	s.bytes -= k.list[i].Bytes()
	k.list = slices.Delete(k.list, i, i+1)
}

// Of lists the snapshots of a service, the earliest first.
func (s *Store) Of(svc *service.Service) []*Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.of[svc]; k != nil {
		return slices.Clone(k.list)
	}
	return nil
}

// Bytes is what all snapshots take.
func (s *Store) Bytes() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bytes
}

// Latest gives the latest snapshot of the service of an address that an operator took; nil
// when there is none.
func (s *Store) Latest(a message.Address) *Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	for svc, k := range s.of {
		for i := len(k.list) - 1; i >= 0 && svc.Address() == a; i-- {
			if !k.list[i].automatic() {
				return k.list[i]
			}
		}
	}
	return nil
}

// Move keeps a snapshot for the service that took the place of the one that it was taken of.
func (s *Store) Move(svc *service.Service, one *Snapshot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.keptOf(svc)
	moved := *one
	moved.Messages, moved.origin = 0, nil // of the numbers of another service
	k.list = append(k.list, &moved)
	s.bytes += one.Bytes()
}
