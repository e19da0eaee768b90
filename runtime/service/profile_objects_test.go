package service

import (
	"testing"

	"lunarium/runtime/vm"
)

// What is remembered of objects that stay is bounded, and stands for all of them.
func TestObjectSamplesAreBounded(t *testing.T) {
	state := vm.NewState(vm.Config{})
	var o objectSamples
	var kept []*vm.Table
	const count, bytes = 5 * mostObjectSamples, 100
	for range count {
		table := state.NewTable(0, 0)
		kept = append(kept, table)
		o.add(vm.Sample{Bytes: bytes, Of: vm.TableValue(table)}, nil, 1)
	}
	sum := int64(0)
	for _, table := range kept {
		if one := o.of[vm.TableValue(table).Sequence()]; one != nil {
			sum += one.Bytes
		}
	}
	if len(o.of) > mostObjectSamples || sum < count*bytes*99/100 || sum > count*bytes*101/100 {
		t.Errorf("%d samples stand for %d of %d bytes", len(o.of), sum, count*bytes)
	}
}

// A table that grew is told where it grew, and counts with all it took.
func TestObjectSamplesOfWhatGrew(t *testing.T) {
	table := vm.TableValue(vm.NewState(vm.Config{}).NewTable(0, 0))
	var o objectSamples
	for line, bytes := range []int{64, 64, 128, 32, 256} {
		o.add(vm.Sample{Bytes: bytes, Of: table}, nil, line)
	}
	if one := o.of[table.Sequence()]; one.Bytes != 544 || one.Line != 2 {
		t.Errorf("%+v", one.ObjectSample)
	}
	o.add(vm.Sample{Bytes: 600, Of: table}, nil, 5)
	if one := o.of[table.Sequence()]; one.Line != 5 {
		t.Errorf("%+v", one.ObjectSample)
	}
}
