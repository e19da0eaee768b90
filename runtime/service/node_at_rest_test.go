package service

import (
	"slices"
	"testing"
)

func TestTasksGoOnAtRestByRank(t *testing.T) {
	var waits resting
	var got []int
	for i, rank := range []int{7, 3, 7, 1, 3} {
		waits.add(rank, func() { got = append(got, i) })
	}
	for goOn := waits.next(); goOn != nil; goOn = waits.next() {
		goOn()
	}
	if want := []int{3, 1, 4, 0, 2}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
