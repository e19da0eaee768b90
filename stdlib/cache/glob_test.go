package cache

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, key string
		want         bool
	}{
		{"*", "", true}, {"", "", true}, {"", "a", false}, {"a*", "abc", true}, {"*c", "abc", true}, {"a*b*c", "aXbYbZc", true},
		{"a*b*c", "acb", false}, {"h?llo", "hello", true}, {"h?llo", "hllo", false}, {"h[ae]llo", "hallo", true},
		{"h[^e]llo", "hello", false}, {"h[^e]llo", "hbllo", true}, {"[a-c]", "b", true}, {"[c-a]", "b", true}, {"[a-c]", "d", false},
		{`\*`, "*", true}, {`\*`, "x", false}, {`[\]]`, "]", true}, {`a\`, `a\`, true}, {"[abc", "c", true}, {"[", "[", false},
		{"[a-]", "-", false}, {"user:*:name", "user:7:name", true}, {"*a*", "bab/b", true}, {"**", "x", true}, {"[]a", "a", false},
	} {
		if match(c.pattern, c.key) != c.want {
			t.Errorf("match(%q, %q) is %t", c.pattern, c.key, !c.want)
		}
	}
}

// TestHostilePattern: many stars take no exponential time.
func TestHostilePattern(t *testing.T) {
	if match(strings.Repeat("*a", 1000)+"b", strings.Repeat("a", 10000)) {
		t.Error("matches")
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("a[b-", "ab")
	f.Add(`[^\`, "x")
	f.Add("[", "")
	f.Fuzz(func(t *testing.T, pattern, key string) {
		match(pattern, key)
		if !match(escapeGlob(key), key) || !match("*"+escapeGlob(key)+"*", "x"+key+"y") {
			t.Errorf("%q does not match itself", key)
		}
	})
}

// TestMatchAsRedis asks a Redis server for the keys that random patterns match.
func TestMatchAsRedis(t *testing.T) {
	ctx := context.Background()
	c, err := newClient(server{url: RedisURL(t), timeout: 5 * time.Second, maxValue: 1 << 20}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	r := newRedisStore(c, uniqueName(t))
	m, _ := newTestMemory(limits{1000, 1 << 20})
	random := rand.New(rand.NewPCG(1, 2))
	text := func(letters string, longest int) string {
		b := make([]byte, random.IntN(longest))
		for i := range b {
			b[i] = letters[random.IntN(len(letters))]
		}
		return string(b)
	}
	for range 60 {
		key := text("ab-]", 5)
		m.mustSet(t, key, "x", 0)
		if err := r.set(ctx, key, "x", time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	defer r.del(ctx, m.sorted())
	for range 400 {
		pattern := text(`ab-]*?[^\`, 8)
		want, err := r.keys(ctx, pattern)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := m.keys(ctx, pattern)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", pattern, diff)
		}
	}
}
