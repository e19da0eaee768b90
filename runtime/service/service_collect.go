package service

import (
	"context"

	"lunarium/runtime/vm"
)

// This file holds what is asked about a service's memory.

// Collect runs a full collection of the service's state and gives the bytes
// that can be reached then. It gives way to other services at the end of a slice.
// Finalizers run afterwards, in a task.
func (s *Service) Collect(ctx context.Context) (bytes int, err error) {
	err = s.do(ctx, func() {
		s.state.Collector().Begin()
		s.collecting = true
	})
	if err == nil { // the next order is taken when it has ended
		err = s.do(ctx, func() { bytes = s.collected })
	}
	return bytes, err
}

// Memory gives the bytes that the service's state reaches. They are added up in
// pieces: what comes and goes meanwhile may be counted or not.
func (s *Service) Memory(ctx context.Context) (bytes int, err error) {
	var w *vm.Walk
	err = s.DoInPieces(ctx, func(own Self) bool {
		if w == nil {
			w = own.state.Memory().Measure()
		}
		for pace := own.Pace(); w.Some(pacePlaces); {
			if pace.Over(pacePlaces) {
				return false
			}
		}
		bytes = w.Bytes()
		return true
	})
	return bytes, err
}
