package cache

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestStoresAgree does the same random operations on the store in memory and on
// a Redis server, and compares what each of them gives. Times to live are long,
// so that none passes meanwhile.
func TestStoresAgree(t *testing.T) {
	var stores Stores
	defer stores.Close()
	remote, err := stores.redis(config{url: RedisURL(t), name: uniqueName(t), timeout: time.Minute, maxValue: 1 << 20}, nil)
	if err != nil {
		t.Fatal(err)
	}
	local := newMemory(time.Now, limits{1 << 20, 1 << 30})
	ctx := context.Background()
	random := rand.New(rand.NewPCG(3, 4))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	key := func() string { return pick("", "a", "b", "ab", "*", "[a]", "\\", "a\x00b", "é", "a:b", " ", "\n") }
	defer func() {
		keys, _ := remote.keys(ctx, "*")
		if len(keys) > 0 {
			remote.del(ctx, keys)
		}
	}()
	for i := range 4000 {
		k, keys := key(), []string{key(), key(), key()}
		value := pick("", "x", "0", "-1", "41", "007", " 1", "1 ", "+1", "1.5", "1e3", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "-0", "N1", "I5", "\r\n$5\r\n")
		by := []int64{1, -1, 0, 1 << 53, -1 << 53}[random.IntN(5)]
		ttl := time.Duration(random.IntN(2)) * time.Hour
		pattern := pick("", "*", "?", "a*", "[a]", "\\*", "\\\\", "[^a]", "[a-b]*", "*b", "[", "]", "\\", "a?b", "**", "[]", "[^]")
		ask := []struct {
			name string
			do   func(store) (any, error)
		}{
			{fmt.Sprintf("get %q", keys), func(s store) (any, error) { return s.get(ctx, keys...) }},
			{fmt.Sprintf("get %q", k), func(s store) (any, error) { return s.get(ctx, k) }},
			{fmt.Sprintf("set %q %q %s", k, value, ttl), func(s store) (any, error) { return nil, s.set(ctx, k, value, ttl) }},
			{fmt.Sprintf("del %q", keys), func(s store) (any, error) { return s.del(ctx, keys) }},
			{fmt.Sprintf("incr %q %d", k, by), func(s store) (any, error) { return s.incr(ctx, k, by) }},
			{fmt.Sprintf("expire %q %s", k, ttl), func(s store) (any, error) { return s.expire(ctx, k, ttl) }},
			{fmt.Sprintf("ttl %q", k), func(s store) (any, error) {
				left, err := s.ttl(ctx, k)
				if left > 0 {
					left = left.Round(10 * time.Minute)
				}
				return left, err
			}},
			{fmt.Sprintf("keys %q", pattern), func(s store) (any, error) {
				keys, err := s.keys(ctx, pattern)
				slices.Sort(keys)
				return append([]string{}, keys...), err
			}},
		}[random.IntN(8)]
		want, wantErr := ask.do(remote)
		got, gotErr := ask.do(local)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(found{})); diff != "" && wantErr == nil || fmt.Sprint(wantErr) != fmt.Sprint(gotErr) {
			t.Fatalf("%d. %s: memory has %v, %v; Redis %v, %v", i, ask.name, got, gotErr, want, wantErr)
		}
	}
}
