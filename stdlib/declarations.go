package stdlib

import (
	"slices"

	"lunarium/stdlib/cache"
	"lunarium/stdlib/dbpool"
	"lunarium/stdlib/http"
	"lunarium/stdlib/json"
	"lunarium/stdlib/kit"
	"lunarium/stdlib/lua"
	"lunarium/stdlib/persist"
	"lunarium/stdlib/skynet"
	"lunarium/stdlib/versions"
)

// This file gathers what all libraries declare.

// Declarations gives every library, and the methods of their objects, with what it
// declares of each function.
func Declarations() []kit.Library {
	return slices.Concat(
		lua.Declarations(), skynet.Declarations(), cache.Declarations(), dbpool.Declarations(),
		http.Declarations(), json.Declarations(), persist.Declarations(), versions.Declarations(),
	)
}
