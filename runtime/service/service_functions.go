package service

import "lunarium/runtime/vm"

// This file holds the functions that a service's code registers.

// SetStart sets the function that runs when the main chunk has ended (skynet.start);
// Start gives it, or nil.
func (s Self) SetStart(fn vm.Value) { s.start = fn }

func (s Self) Start() vm.Value { return s.start }

// SetInfo sets the function behind the debug command INFO (skynet.info_func); Info gives
// it, or nil.
func (s Self) SetInfo(fn vm.Value) { s.info = fn }

func (s Self) Info() vm.Value { return s.info }

// SetPreload sets a function that runs before the main chunk with the same arguments. It
// takes effect in Config.Open only.
func (s Self) SetPreload(fn vm.Value) { s.preload = fn }

// Preload gives the function that runs before the main chunk, or nil.
func (s Reloading) Preload() vm.Value { return s.preload }

// Hooks gives the service's hooks, to read and to change.
func (s Self) Hooks() *Hooks { return &s.hooks }
