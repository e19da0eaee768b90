package dap

import (
	"encoding/json"
	"slices"
	"strings"

	"lunarium/runtime/service"
)

// This file is what an attach configuration says.

// attachArguments are what an attach configuration says.
type attachArguments struct {
	User        string   `json:"user"` // where there are users
	Password    string   `json:"password"`
	Services    services `json:"services"` // names or addresses; none: all
	LocalRoot   string   `json:"localRoot"`
	RemoteRoot  string   `json:"remoteRoot"`
	PathMapping []root   `json:"pathMapping"`
	NodeSources bool     `json:"nodeSources"` // the client has no files: the node shows its own
	Hold        bool     `json:"hold"`        // services do nothing else while a task stands
}

// services are names of services, written as one or as a list.
type services []string

func (s *services) UnmarshalJSON(content []byte) error {
	var one string
	if json.Unmarshal(content, &one) == nil {
		*s = services{one}
		return nil
	}
	return json.Unmarshal(content, (*[]string)(s))
}

// selects tells whether a service is one of those that are to be debugged.
func (s services) selects(svc *service.Service) bool {
	return len(s) == 0 || slices.ContainsFunc(s, func(word string) bool {
		return word == svc.Base() || word == svc.Name() || word == svc.Address().String() ||
			slices.Contains(svc.Node().NamesOf(svc.Address()), strings.TrimPrefix(word, "."))
	})
}

// root is a folder as the client and the node call it.
type root struct {
	Local  string `json:"localRoot"`  // the client's
	Remote string `json:"remoteRoot"` // the node's
}
