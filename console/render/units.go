package render

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// This file writes durations, sizes and counts.

// Duration writes a time span: "0 s", "350 µs", "1.5 ms", "12 ms", "4.2 s",
// "50 s", "10m0s", "2h0m0s", "1d2h", "1d2h30m". Below a minute it is rounded,
// from there on to whole seconds; above a day minutes and seconds are left out
// when they are zero.
func Duration(d time.Duration) string {
	if d < 0 {
		return "-" + Duration(max(-d, 0))
	}
	switch {
	case d == 0:
		return "0 s"
	case d < time.Microsecond:
		return fmt.Sprintf("%d ns", d)
	case d < 999500*time.Nanosecond:
		return tenths(d, time.Microsecond) + " µs"
	case d < 999500*time.Microsecond:
		return tenths(d, time.Millisecond) + " ms"
	case d < 59950*time.Millisecond:
		return trimZero(strconv.FormatFloat(d.Seconds(), 'f', 1, 64)) + " s"
	}
	total := int64(d.Round(time.Second) / time.Second)
	days, hours, minutes, seconds := total/86400, total/3600%24, total/60%60, total%60
	switch {
	case total < 3600:
		return fmt.Sprintf("%dm%ds", minutes, seconds)
	case days == 0:
		return fmt.Sprintf("%dh%dm%ds", hours, minutes, seconds)
	case seconds > 0:
		return fmt.Sprintf("%dd%dh%dm%ds", days, hours, minutes, seconds)
	case minutes > 0:
		return fmt.Sprintf("%dd%dh%dm", days, hours, minutes)
	}
	return fmt.Sprintf("%dd%dh", days, hours)
}

// tenths writes d in units: with one decimal below ten.
func tenths(d, unit time.Duration) string {
	f := float64(d) / float64(unit)
	if f < 9.95 {
		return trimZero(strconv.FormatFloat(f, 'f', 1, 64))
	}
	return strconv.FormatFloat(f, 'f', 0, 64)
}

func trimZero(s string) string { return strings.TrimSuffix(s, ".0") }

// Size writes a number of bytes in units of 1024, as collectgarbage "count"
// counts: "0 B", "512 B", "1.2 KB", "1.2 MB".
func Size(bytes int64) string {
	if bytes < 0 {
		return "-" + Size(max(-bytes, 0))
	}
	if bytes < 1024 {
		return strconv.FormatInt(bytes, 10) + " B"
	}
	f := float64(bytes)
	for _, unit := range []string{"KB", "MB", "GB", "TB"} {
		f /= 1024
		if f < 1023.95 {
			return trimZero(strconv.FormatFloat(f, 'f', 1, 64)) + " " + unit
		}
	}
	return Count(int(f)/1024) + " PB"
}

// Count writes a whole number with thousands apart: "4,211".
func Count(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return sign + b.String()
}

// Plural writes a count with its noun: "1 entry", "4,211 entries".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// HexAddress writes a service's address as skynet does: ":00000008".
func HexAddress(handle uint32) string { return fmt.Sprintf(":%08x", handle) }
