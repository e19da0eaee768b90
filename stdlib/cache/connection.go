package cache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
	"lunarium/stdlib/kit"
)

// This file holds connections in the hands of Lua code, and how they ask a store.

// library is the module in one state.
type library struct {
	state         *vm.State
	stores        *Stores
	made          int // bytes that the caches in memory may take which the state has made
	now           func() time.Time
	meta          *vm.Table // of connections
	subscriptions *vm.Table // metatable of subscriptions
}

// connection is a cache object in Lua's hands. It belongs to its state's
// goroutine.
type connection struct {
	library *library
	store   store
	config
	remote bool // the store takes time
	closed bool
	active map[*subscription]bool
}

// connections are the caches in Lua's hands.
var connections = kit.Kind[*connection]{Name: "cache", Over: func(c *connection) error {
	if c.closed {
		return errConnectionClosed
	}
	return nil
}}

var errConnectionClosed = errors.New("the cache is closed")

// do asks the store and gives then its answer. Only the asking task waits. Code
// that a reload tries is refused by Await.
func do[T any](c *connection, t *vm.Thread, what asked, ask func(context.Context) (T, error), then func(*vm.Thread, T) int) int {
	answered := func(t *vm.Thread, answer T, err error) int {
		if err != nil {
			t.Errorf("cache: %s", err)
		}
		return then(t, answer)
	}
	if !c.remote && !t.State().Isolated() {
		answer, err := ask(context.Background())
		return answered(t, answer, err)
	}
	return host.Ask(t, host.Question[T]{
		What: "cache " + what.what, Function: "cache." + what.what,
		Argument: func() string { return what.told(c.store) },
		Write:    written[T], Read: read[T], Then: answered,
		Start: func(*vm.Thread) func(func(T, error)) func() {
			return func(finish func(T, error)) func() {
				ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
				go func() {
					defer cancel()
					finish(guardPanic(ctx, ask))
				}()
				return cancel
			}
		},
	})
}

// guardPanic makes an error of a panic in the driver.
func guardPanic[T any](ctx context.Context, ask func(context.Context) (T, error)) (answer T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("internal error: %v", r)
		}
	}()
	return ask(ctx)
}

// none is the answer of what has none.
type none struct{}

func (c *connection) key(t *vm.Thread, i int) string {
	key := t.CheckString(i)
	if len(key) > c.maxValue {
		t.ArgError(i, fmt.Sprintf("a key of %d bytes; the limit (max_value) is %d", len(key), c.maxValue))
	}
	return key
}

// keyList gives the keys that are arguments, or in the list that is the only
// one.
func (c *connection) keyList(t *vm.Thread) []string {
	list := t.Arg(2).AsTable()
	if list == nil {
		keys := make([]string, 0, t.NArgs())
		for i := 2; i <= t.NArgs(); i++ {
			keys = append(keys, c.key(t, i))
		}
		return keys
	}
	keys := make([]string, list.Len())
	for i := range keys {
		key, ok := vm.ToString(list.GetInt(i + 1))
		if !ok || len(key) > c.maxValue {
			t.ArgError(2, fmt.Sprintf("the key at [%d] is no string or too long", i+1))
		}
		keys[i] = key
	}
	return keys
}

func (c *connection) value(t *vm.Thread, i int) string {
	text, err := encode(t.CheckAny(i), t.TakeMore)
	if err != nil {
		t.ArgError(i, worded.Text(err))
	}
	if len(text) > c.maxValue {
		t.ArgError(i, fmt.Sprintf("a value of %d bytes; the limit (max_value) is %d", len(text), c.maxValue))
	}
	return text
}

func (c *connection) result(t *vm.Thread, f found) vm.Value {
	if !f.ok {
		return vm.Nil
	}
	return decode(t, f.value)
}

// seconds gives a time to live; an absent one is 0, for ever.
func seconds(t *vm.Thread, i int) time.Duration {
	if t.Arg(i).IsNil() {
		return 0
	}
	d, ok := duration(t.CheckNumber(i))
	if !ok || d <= 0 {
		t.ArgError(i, fmt.Sprintf("seconds, more than 0 and at most %.0f, expected", longest.Seconds()))
	}
	return d
}

// method makes a Lua method of a Go one.
func method(run func(*connection, *vm.Thread) int) func(*vm.Thread) int {
	return func(t *vm.Thread) int {
		return run(connections.CheckUsable(t, 1), t)
	}
}
