package lua

import (
	"os"
	"strconv"
	"syscall"
	"time"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
)

// This file has recordings take part in what is read of the world.

// measured gives a number of the machine, or the one that was recorded in its place.
func measured(t *vm.Thread, function string, now float64) float64 {
	readings := host.ReadingsOf(t)
	if readings == nil {
		return now
	}
	if given, ok := readings.Find(t, function, ""); ok {
		if number, err := strconv.ParseFloat(given.Text, 64); err == nil {
			return number
		}
	}
	readings.Note(host.Reading{Function: function, Text: strconv.FormatFloat(now, 'f', -1, 64)})
	return now
}

// now is the time that os.time and os.date tell, in whole seconds where it is recorded.
func (o system) now(t *vm.Thread) time.Time {
	now := o.host().Now()
	if host.ReadingsOf(t) == nil {
		return now
	}
	return time.Unix(int64(measured(t, "os.time", float64(now.Unix()))), 0).In(now.Location())
}

// variable gives a variable of the environment.
func (o system) variable(t *vm.Thread, name string) (value string, ok bool) {
	const function = "os.getenv"
	readings := host.ReadingsOf(t)
	if readings == nil {
		return o.host().Getenv(name)
	}
	if given, ok := readings.Find(t, function, name); ok {
		return given.Text, !given.None
	}
	value, ok = o.host().Getenv(name)
	readings.Note(host.Reading{Function: function, Argument: name, Text: value, None: !ok})
	return value, ok
}

// mostRecorded is how many bytes a file may have that is recorded.
const mostRecorded = 64 << 10

// recordable gives the content of a file that is one, and is not too large.
func recordable(f *os.File) (content string, ok bool) {
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return "", false
	}
	all := make([]byte, mostRecorded+1)
	n, _ := f.ReadAt(all, 0) // an error is the end of the file, or comes again when it is read
	return string(all[:n]), n <= mostRecorded
}

// mostErrno is above the numbers of the system's errors.
const mostErrno = 200

// errnoOf gives the error of the system that strerror words so; EIO where none is.
func errnoOf(text string) syscall.Errno {
	for number := syscall.Errno(1); number < mostErrno; number++ {
		if same, _ := strerror(number); same == text {
			return number
		}
	}
	return syscall.EIO
}
