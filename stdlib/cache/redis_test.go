package cache

import (
	"fmt"
	"os"
	"sync/atomic"
	"testing"
)

// RedisURL gives the URL of the server that tests may use; they leave nothing
// behind in it.
func RedisURL(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a Redis server")
	}
	url := os.Getenv("LUNARIUM_TEST_REDIS")
	if url == "" {
		t.Skip("LUNARIUM_TEST_REDIS, the URL of a Redis server, is not set")
	}
	return url
}

var names atomic.Int64

// uniqueName gives a name that no other test uses.
func uniqueName(t *testing.T) string {
	return fmt.Sprintf("lunarium-test-%s-%d-%d", t.Name(), os.Getpid(), names.Add(1))
}
