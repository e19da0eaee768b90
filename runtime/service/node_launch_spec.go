package service

import (
	"path/filepath"
	"strings"

	"lunarium/runtime/message"
)

// This file holds what a service is launched with.

// Spec says what to launch.
type Spec struct {
	// Name is a file when it has a slash or ".lua" and there is one; else it is
	// looked for among the built-in services and on the search path. For a service
	// from a string it is only the service's name. "snlua" stands for the first argument.
	Name string
	// Args are the main chunk's arguments, byte for byte.
	Args []string
	// Source, when Literal, is the main chunk's text.
	Source  string
	Literal bool
	// By is who launched it; 0: the node.
	By message.Address
	// unique is the name under which it is the node's one service of its kind; "": it is not.
	unique string
}

// title gives the name of what is launched.
func (spec Spec) title() string {
	if spec.Name == "" {
		return "code"
	}
	return spec.Name
}

// base gives the name without directory and extension.
func (spec Spec) base() string {
	return strings.TrimSuffix(filepath.Base(spec.title()), ".lua")
}

// withoutSnlua drops a first "snlua": every service here is one.
func (spec Spec) withoutSnlua() Spec {
	if spec.Name == "snlua" && len(spec.Args) > 0 {
		spec.Name, spec.Args = spec.Args[0], spec.Args[1:]
	}
	return spec
}

// ShortPath gives the name of a service's file in error positions: without its
// directory, wherever the node was started.
func ShortPath(path string) string {
	if filepath.Base(path) == "init.lua" {
		return filepath.Base(filepath.Dir(path)) + "/init.lua"
	}
	return filepath.Base(path)
}
