package command

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file reads the arguments of profile.

// profileArgs are what profile is asked for.
type profileArgs struct {
	measured
	kind     service.ProfileKind
	duration time.Duration
	lines    int
	pprof    string // the file to write; "": none
	svg      string // likewise
}

const (
	profileTime    = 5 * time.Second
	longestProfile = time.Hour
	profileLines   = 15
)

var profileKindsByName = map[string]service.ProfileKind{
	"cpu": service.ProfileCPU, "wait": service.ProfileWait, "alloc": service.ProfileAlloc,
}

func readProfile(o *console.Operator, args string) (asked profileArgs, err error) {
	asked = profileArgs{duration: profileTime, lines: profileLines}
	word, args := console.CutWord(args)
	switch word {
	case "":
		return asked, o.Usage("profile")
	case "all":
	default:
		if asked.service, err = o.Service(word); err != nil {
			return asked, err
		}
	}
	first := "" // kind
	for args != "" {
		word, args = console.CutWord(args)
		kind, isKind := profileKindsByName[word]
		switch {
		case isKind && first != "" && first != word:
			err = fmt.Errorf("a profile measures one thing: %s or %s", first, word)
		case isKind:
			asked.kind, first = kind, word
		case console.IsDigits(word):
			err = asked.setLines(word)
		case word == "--pprof":
			args, err = readFile(o, word, args, &asked.pprof)
		case word == "--svg":
			args, err = readFile(o, word, args, &asked.svg)
		default:
			err = asked.setDuration(word)
		}
		if err != nil {
			return asked, err
		}
	}
	return asked, nil
}

// readFile reads the name of a file to write.
func readFile(o *console.Operator, option, args string, into *string) (rest string, err error) {
	*into, rest = console.CutWord(args)
	if *into == "" {
		return rest, fmt.Errorf("%s needs the name of a file", option)
	}
	return rest, o.MayWriteFile(*into)
}

func (a *profileArgs) setLines(word string) (err error) {
	a.lines, err = strconv.Atoi(word)
	if err != nil || a.lines < 1 || a.lines > console.MostListed {
		return fmt.Errorf("profile shows 1 to %d lines; a time has a unit, as 5s", console.MostListed)
	}
	return nil
}

func (a *profileArgs) setDuration(word string) (err error) {
	a.duration, err = console.ParseDuration(word)
	switch {
	case err != nil && strings.IndexAny(word, "0123456789") != 0:
		return fmt.Errorf("profile can't measure %s; there are cpu, wait and alloc", visible.Quote(word))
	case err != nil:
		return err
	case a.duration <= 0:
		return errors.New("a profile needs some time, as 5s")
	case a.duration > longestProfile:
		return fmt.Errorf("a profile takes %s at most", render.Duration(longestProfile))
	}
	return nil
}

// services are those that are measured; none: all.
func (a *profileArgs) services() []*service.Service {
	if a.service == nil {
		return nil
	}
	return []*service.Service{a.service}
}

// completeProfile completes the service, and the words after it.
func completeProfile(o *console.Operator, t console.Typing) console.Completion {
	return completeMeasured(o, t, "--pprof", "--svg", "alloc", "cpu", "wait")
}
