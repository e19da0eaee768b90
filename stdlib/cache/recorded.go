package cache

import (
	"context"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"lunarium/runtime/recorded"
	"lunarium/runtime/worded"
	"lunarium/stdlib/kit"
)

// This file says how recordings hold what is asked of Redis servers, and answered.

// asked is what is asked of a store.
type asked struct {
	what   string // the method: get
	keys   []string
	value  string // that is kept or published
	number int64  // that is added, or the time to live
}

// told tells it from others: the server, the keys as they are called there, and what is kept. There is no
// password in it.
func (a asked) told(store store) string {
	var b strings.Builder
	if server, ok := store.(*redisStore); ok {
		b.WriteString(server.address)
		for _, key := range a.keys {
			b.WriteString(" " + recorded.Brief(server.key(key)))
		}
	}
	if a.value != "" {
		b.WriteString(", " + recorded.Brief(a.value))
	}
	if a.number != 0 {
		b.WriteString(", " + strconv.FormatInt(a.number, 10))
	}
	return recorded.Brief(b.String())
}

// written gives what a recording holds of an answer of do.
func written[T any](answer T, err error) recorded.Value {
	if err != nil {
		return nil
	}
	switch v := any(answer).(type) {
	case []found:
		list := make(recorded.Table, len(v))
		for i, f := range v {
			if f.ok {
				list[i].Value = f.value
			}
		}
		return list
	case []string:
		list := make(recorded.Table, len(v))
		for i, key := range v {
			list[i].Value = key
		}
		return list
	case bool:
		return v
	case int:
		return float64(v)
	case int64:
		return writtenInteger(v)
	case time.Duration:
		return writtenInteger(int64(v))
	case subscribed:
		if v.err != nil {
			return worded.Text(v.err)
		}
	}
	return true
}

// writtenInteger gives a number, or its digits where that would be inexact.
func writtenInteger(i int64) recorded.Value {
	if i > kit.Exact || i < -kit.Exact {
		return strconv.FormatInt(i, 10)
	}
	return float64(i)
}

// read gives the answer that a recording holds.
func read[T any](v recorded.Value, err error) (answer T, ok bool) {
	if err != nil {
		return answer, true
	}
	switch to := any(&answer).(type) {
	case *[]found:
		ok = each(v, func(v recorded.Value) bool {
			text, is := v.(string)
			*to = append(*to, found{text, is})
			return is || v == nil
		})
	case *[]string:
		ok = each(v, func(v recorded.Value) bool {
			text, is := v.(string)
			*to = append(*to, text)
			return is
		})
	case *bool:
		*to, ok = v.(bool)
	case *int:
		var i int64
		i, ok = readInteger(v)
		*to = int(i)
	case *int64:
		*to, ok = readInteger(v)
	case *time.Duration:
		var i int64
		i, ok = readInteger(v)
		*to = time.Duration(i)
	case *subscribed:
		to.stop = func(context.Context) {}
		if text, failed := v.(string); failed {
			to.err = errors.New(text)
		}
		ok = true
	case *none:
		ok = v == true
	}
	return answer, ok
}

// each calls f with the elements of a list, until it gives false.
func each(v recorded.Value, f func(recorded.Value) bool) bool {
	list, ok := v.(recorded.Table)
	for _, element := range list {
		if ok = ok && element.Key == nil && f(element.Value); !ok {
			return false
		}
	}
	return ok
}

func readInteger(v recorded.Value) (int64, bool) {
	switch v := v.(type) {
	case float64:
		return int64(v), v == math.Trunc(v) && math.Abs(v) <= kit.Exact
	case string:
		return integer(v)
	}
	return 0, false
}
