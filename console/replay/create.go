package replay

import (
	"cmp"
	"errors"
	"fmt"
	"os"

	"lunarium/runtime/worded"
)

// This file opens the file of a recording.

var errNoCommand = errors.New(`no "$ lunarium" line`)

// Create opens a file for a recording, and tells whether it replaces a transcript.
// Nothing else is overwritten.
func Create(path string) (file *os.File, replaces bool, err error) {
	if replaces, err = replaceable(path); err != nil {
		return nil, false, fmt.Errorf("cannot record to %s: %w", path, err)
	}
	if file, err = os.Create(path); err != nil {
		return nil, false, fmt.Errorf("cannot record to %s: %s", path, worded.FileText(err))
	}
	return file, replaces, nil
}

// replaceable tells whether what is in a file is a transcript, which a recording replaces.
func replaceable(path string) (bool, error) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return false, nil // what is wrong with it is seen when it is opened
	}
	file, err := os.Open(path)
	if err != nil {
		return false, errors.New(worded.FileText(err))
	}
	defer file.Close()
	if t, err := Parse(path, file); err != nil || t.Command == "" {
		return false, fmt.Errorf("it is there, and is no transcript (%w); record to a new file", cmp.Or(err, errNoCommand))
	}
	return true, nil
}
