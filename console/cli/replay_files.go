package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// This file keeps transcripts from files that are not theirs.

// A transcript may come from somebody else, or be damaged: its commands write no file
// but such as belong to it. What its services and its Lua code do is their business.

// ownFiles are how the files may end that the commands of a replayed session write:
// those of record, and those of logon.
var ownFiles = []string{".out", ".log"}

// besideFile tells why a command of a transcript may not write a file.
func besideFile(transcript, path string) error {
	rule := fmt.Errorf("a replay writes only files that end in %s, in folders that are there, from %s on",
		strings.Join(ownFiles, " or "), folderOf(transcript))
	owns := false
	for _, end := range ownFiles {
		owns = owns || strings.HasSuffix(path, end)
	}
	if !owns || !within(folderOf(transcript), filepath.Dir(path)) {
		return rule
	}
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return rule
	}
	return nil
}

// besideFolder tells why a transcript's node may not keep its data in a folder.
func besideFolder(transcript, path string) error {
	if within(folderOf(transcript), path) {
		return nil
	}
	return fmt.Errorf("a replay keeps data only in folders that are there, from %s on; without the flag it has one of its own", folderOf(transcript))
}

func folderOf(transcript string) string { return filepath.Dir(transcript) }

// within tells whether a folder is another or lies in it, links followed.
func within(outer, folder string) bool {
	outer, err := realPath(outer)
	if err != nil {
		return false
	}
	if folder, err = realPath(folder); err != nil {
		return false
	}
	relative, err := filepath.Rel(outer, folder)
	return err == nil && filepath.IsLocal(relative)
}

func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(path)
}
