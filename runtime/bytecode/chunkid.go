package bytecode

import "strings"

// This file cuts the names of chunks to what messages show.

// idSize is the most bytes a chunk's display name takes, as LUA_IDSIZE less
// the final zero.
const idSize = 59

// ChunkID turns a chunk name into what messages show before the line number:
// the name itself for "@name" and "=name", `[string "first line..."]` for a
// chunk named by its text, cut to 59 bytes. Source: lobject.c, luaO_chunkid.
func ChunkID(source string) string {
	source, _, _ = strings.Cut(source, "\x00")
	const dots = "..."
	switch {
	case strings.HasPrefix(source, "="):
		return source[1:min(len(source), idSize+1)]
	case strings.HasPrefix(source, "@"):
		if len(source) <= idSize+1 {
			return source[1:]
		}
		return dots + source[len(source)-(idSize-len(dots)):]
	}
	const before, after = `[string "`, `"]`
	room := idSize - len(before) - len(dots) - len(after)
	line, _, more := strings.Cut(source, "\n")
	if !more && len(line) < room {
		return before + line + after
	}
	return before + line[:min(len(line), room)] + dots + after
}
