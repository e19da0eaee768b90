package lua

import (
	"fmt"
	"math"
	"strings"
	"time"

	"lunarium/runtime/vm"
)

// This file holds times as text and as tables.

// The years that C's 32 bits hold, in seconds.
const (
	firstSecond = -67768040609740800
	lastSecond  = 67768036191676799
)

// date is os.date(format, time).
func (o system) date(t *vm.Thread) int {
	format := t.OptString(1, "%c")
	now := o.now(t)
	when := now
	if !t.Arg(2).IsNil() {
		seconds := toInt64(t.CheckNumber(2))
		if seconds < firstSecond || seconds > lastSecond {
			return t.Return(vm.Nil)
		}
		when = time.Unix(seconds, 0).In(now.Location())
	}
	if rest, ok := strings.CutPrefix(format, "!"); ok {
		format, when = rest, when.In(time.FixedZone("GMT", 0))
	}
	if strings.HasPrefix(format, "*t") {
		return t.Return(vm.TableValue(dateTable(t.State(), when)))
	}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		pollAt(t, i)
		if b.Len() > vm.MaxString {
			t.Errorf("resulting string too large")
		}
		if b.Cap()-b.Len() < longestConversion {
			more := max(longestConversion, b.Cap())
			t.TakeMore(b.Cap(), more)
			b.Grow(more)
		}
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		conversion := conversionAt(t, format[i+1:])
		i += len(conversion)
		formatDate(&b, when, conversion[len(conversion)-1])
	}
	return t.Return(vm.String(b.String()))
}

// longestConversion is the longest text of a conversion, in bytes: those of zones are
// short.
const longestConversion = 64

func dateTable(s *vm.State, when time.Time) *vm.Table {
	table := s.NewTable(0, 9)
	for _, f := range []struct {
		name  string
		value int
	}{
		{"sec", when.Second()},
		{"min", when.Minute()},
		{"hour", when.Hour()},
		{"day", when.Day()},
		{"month", int(when.Month())},
		{"year", when.Year()},
		{"wday", int(when.Weekday()) + 1},
		{"yday", when.YearDay()},
	} {
		table.SetString(f.name, vm.Int(f.value))
	}
	table.SetString("isdst", vm.Bool(when.IsDST()))
	return table
}

// conversionAt gives the conversion that follows a %: one letter, or E or O
// and a letter that takes it.
func conversionAt(t *vm.Thread, rest string) string {
	const (
		plain = "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%"
		era   = "cCxXyY"
		other = "deHImMSuUVwWy"
	)
	if rest != "" && strings.IndexByte(plain, rest[0]) >= 0 {
		return rest[:1]
	}
	if len(rest) > 1 {
		if rest[0] == 'E' && strings.IndexByte(era, rest[1]) >= 0 ||
			rest[0] == 'O' && strings.IndexByte(other, rest[1]) >= 0 {
			return rest[:2]
		}
	}
	shown := rest[:min(1, len(rest))]
	if len(rest) > 1 && (rest[0] == 'E' || rest[0] == 'O') {
		shown = rest[:2]
	}
	t.ArgError(1, fmt.Sprintf("invalid conversion specifier '%%%s'", shown))
	return ""
}

// layouts are the conversions that time.Format has.
var layouts = map[byte]string{
	'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'c': "Mon Jan _2 15:04:05 2006", 'd': "02",
	'D': "01/02/06", 'e': "_2", 'F': "2006-01-02", 'h': "Jan", 'H': "15", 'I': "03", 'm': "01", 'M': "04",
	'p': "PM", 'r': "03:04:05 PM", 'R': "15:04", 'S': "05", 'T': "15:04:05", 'x': "01/02/06", 'X': "15:04:05",
	'y': "06", 'z': "-0700", 'Z': "MST",
}

// formatDate appends one conversion of strftime in the C locale.
func formatDate(b *strings.Builder, when time.Time, conversion byte) {
	if layout, ok := layouts[conversion]; ok {
		b.WriteString(when.Format(layout))
		return
	}
	isoYear, isoWeek := when.ISOWeek()
	weekday, yearDay := int(when.Weekday()), when.YearDay()-1
	switch conversion {
	case '%':
		b.WriteByte('%')
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'C':
		fmt.Fprintf(b, "%02d", when.Year()/100)
	case 'g':
		fmt.Fprintf(b, "%02d", isoYear%100)
	case 'G':
		fmt.Fprintf(b, "%d", isoYear)
	case 'j':
		fmt.Fprintf(b, "%03d", yearDay+1)
	case 'u':
		fmt.Fprintf(b, "%d", (weekday+6)%7+1)
	case 'U':
		fmt.Fprintf(b, "%02d", (yearDay+7-weekday)/7)
	case 'V':
		fmt.Fprintf(b, "%02d", isoWeek)
	case 'w':
		fmt.Fprintf(b, "%d", weekday)
	case 'W':
		fmt.Fprintf(b, "%02d", (yearDay+7-(weekday+6)%7)/7)
	case 'Y':
		fmt.Fprintf(b, "%d", when.Year())
	}
}

// toInt64 converts a number as the hardware does: what is out of range is the
// smallest integer.
func toInt64(f float64) int64 {
	if f >= -1<<63 && f < 1<<63 {
		return int64(f)
	}
	return math.MinInt64
}
