package snapshot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"lunarium/runtime/message"
)

// This file gives snapshots as the content of files, and reads them.

// heading begins a file. A line of JSON follows, and then the graph.
const heading = "lunarium snapshot 1\n"

// fileHead is what a file says of its snapshot.
type fileHead struct {
	Service  string          `json:"service"`
	Address  message.Address `json:"address"`
	Taken    time.Time       `json:"taken"`
	At       time.Duration   `json:"at"`
	Version  int             `json:"version"`
	Tasks    int             `json:"tasks"`
	Messages uint64          `json:"messages"`
	Places   int             `json:"places"`
	Objects  int             `json:"objects"`
	Entries  int             `json:"entries"`
}

// File gives the snapshot as the content of a file.
func (s *Snapshot) File() ([]byte, error) {
	head, err := json.Marshal(fileHead{s.Service, s.Address, s.Taken, s.At, s.Version, s.Tasks, s.Messages, s.Places, s.Objects, s.Entries})
	if err != nil {
		return nil, fmt.Errorf("a snapshot for a file: %w", err)
	}
	return append(append(append([]byte(heading), head...), '\n'), s.data...), nil
}

// OfFile reads the content of a file. Its objects are those of another state: what stands for
// them is found by its place. The error is ErrDamaged.
func OfFile(content []byte) (*Snapshot, error) {
	rest, ok := bytes.CutPrefix(content, []byte(heading))
	line, data, whole := bytes.Cut(rest, []byte("\n"))
	var h fileHead
	if !ok || !whole || json.Unmarshal(line, &h) != nil {
		return nil, ErrDamaged
	}
	if _, err := readGraph(data); err != nil {
		return nil, err
	}
	return &Snapshot{
		Service: h.Service, Address: h.Address, Taken: h.Taken, At: h.At, Version: h.Version, Tasks: h.Tasks, Messages: h.Messages,
		Places: h.Places, Objects: h.Objects, Entries: h.Entries, data: data,
	}, nil
}
