package dbpool

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds parameters and the values of rows.

// Layouts of times without and with a zone.
const (
	plainLayout = "2006-01-02 15:04:05.999999999"
	zonedLayout = plainLayout + "-07:00"
)

// null is what db_pool.null stands for; blob is bytes as db_pool.blob makes them.
type (
	null struct{}
	blob string
)

var (
	nulls = kit.Kind[null]{Name: "null"}
	blobs = kit.Kind[blob]{Name: "blob"}
)

// String and String are for people.
func (null) String() string   { return "NULL" }
func (b blob) String() string { return fmt.Sprintf("blob of %d bytes", len(b)) }

// parameters turns the arguments from the i-th on into what drivers take.
func (d *dialect) parameters(t *vm.Thread, i int) []any {
	args := make([]any, 0, max(0, t.NArgs()-i+1))
	for j := i; j <= t.NArgs(); j++ {
		p, ok := parameter(t.Arg(j))
		if !ok {
			t.ArgError(j, fmt.Sprintf("a %s value can't be a parameter", t.Arg(j).Type()))
		}
		if d.bind != nil {
			p = d.bind(p)
		}
		args = append(args, p)
	}
	return args
}

func parameter(v vm.Value) (p any, ok bool) {
	switch v.Type() {
	case vm.TypeNil:
		return nil, true
	case vm.TypeBoolean:
		return v.Truth(), true
	case vm.TypeString:
		text, _ := v.AsString()
		return text, true
	case vm.TypeNumber:
		n, _ := v.AsNumber()
		if i := int64(n); math.Abs(n) <= kit.Exact && float64(i) == n && !(i == 0 && math.Signbit(n)) {
			return i, true
		}
		return n, true
	}
	if _, ok := nulls.Of(v); ok {
		return nil, true
	}
	bytes, ok := blobs.Of(v)
	return []byte(bytes), ok
}

// field turns a value of a row into Lua's.
func (d *dialect) field(value any, declared string) vm.Value {
	if d.refine != nil {
		value = d.refine(value, declared)
	}
	switch v := value.(type) {
	case nil:
		return vm.Nil
	case bool:
		return vm.Bool(v)
	case int64:
		return integer(v)
	case uint64:
		return unsigned(v)
	case float64:
		return vm.Number(v)
	case float32:
		return vm.Number(float64(v))
	case string:
		return vm.String(v)
	case []byte:
		return vm.String(string(v))
	case time.Time:
		return vm.String(d.timestamp(v, declared))
	}
	return vm.String(fmt.Sprint(value))
}

// integer gives a number, or its digits where a Lua number would be inexact.
func integer(i int64) vm.Value {
	if i > kit.Exact || i < -kit.Exact {
		return vm.String(strconv.FormatInt(i, 10))
	}
	return vm.Number(float64(i))
}

// unsigned is integer for numbers without a sign.
func unsigned(i uint64) vm.Value {
	if i > kit.Exact {
		return vm.String(strconv.FormatUint(i, 10))
	}
	return vm.Number(float64(i))
}
