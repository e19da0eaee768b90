package cache

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds values as text in a store, and back.

// A value is text in a store:
//
//	number   its shortest decimal digits; integers below 2^63 without exponent
//	string   its bytes, unless they would be read as something else
//	other    packedMark and skynet's serialisation of the value
//
// so that other programs can read and write the first two, and incr works on
// numbers. Strings that look like a number ("42") or begin with packedMark are
// packed.
const packedMark = "\x00L"

// encode gives a value's text; take is as for message.Append. The error
// names the place of what can't be kept.
func encode(v vm.Value, take func(held, bytes int)) (string, error) {
	if f, ok := v.AsNumber(); ok {
		if text, ok := numberText(f); ok {
			return text, nil
		}
	}
	if s, ok := v.AsString(); ok && !isNumber(s) && !strings.HasPrefix(s, packedMark) {
		return strings.Clone(s), nil
	}
	b, err := message.Append([]byte(packedMark), []vm.Value{v}, nil, take)
	if value, ok := err.(*message.ValueError); ok {
		return "", fmt.Errorf("can't keep %s (at value%s)", value.What, strings.TrimPrefix(value.Path, "[1]"))
	}
	return string(b), err
}

// numberText gives the digits of a finite number.
func numberText(f float64) (string, bool) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "", false
	}
	if f == math.Trunc(f) && f >= math.MinInt64 && f < math.MaxInt64 && (f != 0 || !math.Signbit(f)) {
		return strconv.FormatInt(int64(f), 10), true
	}
	return strconv.FormatFloat(f, 'g', -1, 64), true
}

// isNumber tells whether decode makes a number of the text.
func isNumber(s string) bool {
	_, ok := number(s)
	return ok
}

// number reads what numberText or a server's counter writes, and nothing else.
func number(s string) (float64, bool) {
	if s == "" || len(s) > 24 || s[0] != '-' && (s[0] < '0' || s[0] > '9') {
		return 0, false
	}
	if i, ok := integer(s); ok {
		return float64(i), true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, false
	}
	text, ok := numberText(f)
	return f, ok && text == s
}

// integer reads an integer as Redis does: no sign but a minus, no leading zero.
func integer(s string) (int64, bool) {
	i, err := strconv.ParseInt(s, 10, 64)
	return i, err == nil && strconv.FormatInt(i, 10) == s
}

// decode gives the value of a text.
func decode(t *vm.Thread, text string) vm.Value {
	packed, is := strings.CutPrefix(text, packedMark)
	if !is {
		if f, ok := number(text); ok {
			return vm.Number(f)
		}
		t.Take(len(text))
		return vm.String(text)
	}
	values, err := message.Unpack(t.State(), packed)
	if err == nil && len(values) != 1 {
		err = fmt.Errorf("%d packed values where one was expected", len(values))
	}
	if err != nil {
		t.Errorf("cache: a value that nobody packed here: %s", err)
	}
	return values[0]
}
