package reload

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file compares the texts of two versions, line by line.

// FileDiff is what is different in one file of two versions.
type FileDiff struct {
	File  string
	Lines []DiffLine
}

// DiffLine is a line of a diff: '+' is new, '-' is gone, ' ' is in both, and '@' stands
// for lines that are left out.
type DiffLine struct {
	Kind byte
	Line int // in the newer text, for '+' and ' '; in the older, for '-'
	Text string
}

// Diff compares the texts of two versions of a service's code. 0 as from is the version
// before to, and 0 as to the one that runs.
func Diff(ctx context.Context, s *service.Service, from, to int) (diffs []FileDiff, a, b int, err error) {
	var failure error
	err = s.Do(ctx, func(own service.Self) {
		s := own.Reloading()
		list, current := s.Versions()
		if to == 0 {
			to = current
		}
		if to >= 1 && to <= len(list) && from == 0 {
			if from = list[to-1].Previous; from == 0 {
				failure = fmt.Errorf("%s runs version %d: %w", s.Handle(), to, ErrNoPrevious)
				return
			}
		}
		for _, n := range [...]int{from, to} {
			if _, failure = version(s, n); failure != nil {
				return
			}
		}
		diffs, failure = diffFiles(s, filesOf(s, from), filesOf(s, to))
	})
	if err == nil {
		err = failure
	}
	return diffs, from, to, err
}

// filesOf gives the code of a version's files by their paths.
func filesOf(s service.Reloading, number int) map[string]*vm.Code {
	list, current := s.Versions()
	v := list[number-1]
	files := map[string]*vm.Code{}
	note := func(more map[string]*vm.Code) {
		for path, code := range more {
			files[path] = code
		}
	}
	switch step := stepOf(v); {
	case number == current:
		note(s.Files())
	case step != nil:
		note(step.files[1])
	default:
		for _, next := range list {
			if step := stepOf(next); next.Previous == number && step != nil {
				note(step.files[0])
				break
			}
		}
	}
	files["\x00main"] = v.Code
	if v.Impl != nil {
		files[strings.TrimPrefix(v.Impl.Proto().Source, "@")] = v.Impl
	}
	return files
}

func diffFiles(s service.Reloading, before, after map[string]*vm.Code) (diffs []FileDiff, err error) {
	for _, path := range slices.Sorted(maps.Keys(after)) {
		old, fresh := before[path], after[path]
		if old == nil || old == fresh {
			continue
		}
		name := fileName(s, fresh.Proto().Source)
		if old.Text() == "" || fresh.Text() == "" {
			return nil, fmt.Errorf("the text of %s is not known", name)
		}
		if lines := diffLines(old.Text(), fresh.Text()); len(lines) > 0 {
			diffs = append(diffs, FileDiff{name, lines})
		}
	}
	return diffs, nil
}

// around is how many lines are shown before and after a difference.
const around = 2

// diffLines compares two texts by lines.
func diffLines(before, after string) []DiffLine {
	a, b := splitLines(before), splitLines(after)
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	endA, endB := len(a), len(b)
	for endA > start && endB > start && a[endA-1] == b[endB-1] {
		endA, endB = endA-1, endB-1
	}
	if start == endA && start == endB {
		return nil
	}
	var all []DiffLine
	for i := max(0, start-around); i < start; i++ {
		all = append(all, DiffLine{' ', i + 1, b[i]})
	}
	all = append(all, middle(a[start:endA], b[start:endB], start)...)
	for i := endB; i < min(len(b), endB+around); i++ {
		all = append(all, DiffLine{' ', i + 1, b[i]})
	}
	return leaveOut(all)
}

func splitLines(text string) []string {
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// maxDiff bounds the table of a comparison, in cells.
const maxDiff = 4 << 20

// middle compares lines of which the first and the last differ.
func middle(a, b []string, offset int) (lines []DiffLine) {
	gone := func(i int) { lines = append(lines, DiffLine{'-', offset + i + 1, a[i]}) }
	new := func(j int) { lines = append(lines, DiffLine{'+', offset + j + 1, b[j]}) }
	i, j := 0, 0
	if len(a)*len(b) <= maxDiff {
		common := make([][]int32, len(a)+1)
		for k := range common {
			common[k] = make([]int32, len(b)+1)
		}
		for i := len(a) - 1; i >= 0; i-- {
			for j := len(b) - 1; j >= 0; j-- {
				if common[i][j] = max(common[i+1][j], common[i][j+1]); a[i] == b[j] {
					common[i][j] = common[i+1][j+1] + 1
				}
			}
		}
		for i < len(a) && j < len(b) {
			switch {
			case a[i] == b[j]:
				lines = append(lines, DiffLine{' ', offset + j + 1, b[j]})
				i, j = i+1, j+1
			case common[i+1][j] >= common[i][j+1]:
				gone(i)
				i++
			default:
				new(j)
				j++
			}
		}
	}
	for ; i < len(a); i++ {
		gone(i)
	}
	for ; j < len(b); j++ {
		new(j)
	}
	return lines
}

// leaveOut shortens long runs of lines that are in both texts.
func leaveOut(all []DiffLine) (shown []DiffLine) {
	for i := 0; i < len(all); {
		run := i
		for run < len(all) && all[run].Kind == ' ' {
			run++
		}
		if run-i <= 2*around+1 {
			shown = append(shown, all[i:run]...)
		} else {
			shown = append(shown, all[i:i+around]...)
			shown = append(shown, DiffLine{Kind: '@'})
			shown = append(shown, all[run-around:run]...)
		}
		for i = run; i < len(all) && all[i].Kind != ' '; i++ {
			shown = append(shown, all[i])
		}
	}
	return shown
}
