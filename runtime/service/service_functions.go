package service

import "lunarium/runtime/vm"

// This file holds the functions that a service's code registers.

// SetStart sets the function that runs when the main chunk has ended
// (skynet.start); Start gives it, or nil. Own thread.
func (s *Service) SetStart(fn vm.Value) { s.start = fn }

func (s *Service) Start() vm.Value { return s.start }

// SetInfo sets the function behind the debug command INFO (skynet.info_func); Info
// gives it, or nil. Own thread.
func (s *Service) SetInfo(fn vm.Value) { s.info = fn }

func (s *Service) Info() vm.Value { return s.info }

// SetPreload sets a function that runs before the main chunk with the same
// arguments. It takes effect in Config.Open only; own thread.
func (s *Service) SetPreload(fn vm.Value) { s.preload = fn }

// Preload gives the function that runs before the main chunk, or nil.
func (s *Service) Preload() vm.Value { return s.preload }

// Hooks gives the service's hooks, to read and to change; own thread.
func (s *Service) Hooks() *Hooks { return &s.hooks }
